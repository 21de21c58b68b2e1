"""Reads a finished text handout back from its bytes. It shares nothing with the layout but the measure of text in cells."""
