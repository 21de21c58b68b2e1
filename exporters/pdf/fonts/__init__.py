"""The fonts that pages are set in: their files, the fontconfig that names them, static instances, text codes, missing glyphs."""
