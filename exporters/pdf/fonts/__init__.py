"""Fonts of a PDF: files, instances, glyphs, and what fontconfig knows."""
