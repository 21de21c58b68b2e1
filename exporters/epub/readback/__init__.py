"""A finished EPUB read back from its bytes."""
