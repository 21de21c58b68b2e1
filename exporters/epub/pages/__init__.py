"""The content documents of an EPUB."""
