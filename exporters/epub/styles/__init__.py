"""The style sheets and fonts of an EPUB."""
