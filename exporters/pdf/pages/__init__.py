"""A document as one HTML tree, as WeasyPrint lays it out: title, contents, text, notes, tables, margins and disclaimer."""
