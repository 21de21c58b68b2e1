"""The tag tree of a PDF: from WeasyPrint's painted boxes to structure elements (ISO 32000-1, 14.7 and 14.8), and into the file."""
