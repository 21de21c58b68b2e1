"""Chooses the style sheets and fonts of an EPUB; the exporter's own style sheets lie here."""
