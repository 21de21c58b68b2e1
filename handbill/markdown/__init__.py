"""Markdown to HTML: handbill's dialect of Markdown, by the library Python-Markdown and extensions of it.

`converter.render` is the entry: text in, HTML text and findings out. `tree/` turns the HTML into the canonical tree.
"""
