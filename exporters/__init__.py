"""The built-in exporters: PDF, EPUB and plain text."""
