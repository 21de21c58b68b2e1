"""The canonical tree: HTML held to the vocabulary that exporters are given."""
