"""The EPUB package: its archive, metadata, names and images."""
