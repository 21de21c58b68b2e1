"""Rendering: exporters run in processes of their own, one job at a time."""
