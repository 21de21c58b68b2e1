"""The HTML pages that WeasyPrint lays out."""
