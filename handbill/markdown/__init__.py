"""Markdown to the strict tree: laid out, rendered, sanitised, held to the vocabulary, given its meaning."""
