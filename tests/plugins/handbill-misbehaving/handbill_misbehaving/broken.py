"""Cannot be imported."""

raise RuntimeError("this module does not import")
