"""The proof: what a finished handout is proven to carry, and the manifest that records it. No source is read here."""
