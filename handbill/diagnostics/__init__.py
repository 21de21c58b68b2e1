"""Diagnostics: the messages to users, the rules behind their codes, the errors that carry them, and the places that they name."""
