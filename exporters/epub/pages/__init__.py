"""Builds the content documents of an EPUB: the XHTML of its pages and its navigation."""
