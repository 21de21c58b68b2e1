"""The style of a PDF: style sheet, geometry, colours and theme."""
