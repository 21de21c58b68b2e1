"""Never loaded: its name is taken."""

exporter = object()
