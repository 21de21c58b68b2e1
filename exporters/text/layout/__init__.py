"""The article laid out as plain text."""
