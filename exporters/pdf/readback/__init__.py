"""Reads a finished PDF back from its bytes: the visible text of each page, its boxes, and the standards that the file states."""
