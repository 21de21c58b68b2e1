"""A publication's folder: its settings (publication.toml), its articles by path, and the files that handouts embed."""
