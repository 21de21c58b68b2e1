"""Reads a finished EPUB back from its bytes. It shares nothing with the code that writes EPUBs but the evaluation of CSS."""
