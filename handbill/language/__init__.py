"""Natural languages: tags, quotation marks, translations and characters."""
