"""A publication's folder: its settings, its articles and its files."""
