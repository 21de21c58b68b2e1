"""Natural languages: language tags, quotation marks, translations, characters and text folding.

Pure functions on texts and tags; `locale/` holds the gettext catalogues.
"""
