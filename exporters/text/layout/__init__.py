"""Lays out the pages of a text handout: the canonical tree becomes lines of text."""
