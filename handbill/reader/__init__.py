"""The reader: a Markdown file becomes an article, and an article a document for each format."""
