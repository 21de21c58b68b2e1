"""HTML to the canonical tree: sanitising, the strict vocabulary, its meaning, and the variant of a tree for one format.

The input is HTML text (handbill.markdown), the output lxml trees of the vocabulary that docs/reference/tree.md lists. An article passes
`sanitize`, `marked_claims`, `content_model`, `structure` and `links`; `variants` then makes the tree that an exporter is given.
"""
