"""The tag tree of a PDF."""
