"""The reader: a Markdown file becomes an article, or the errors in it; an article becomes a document for each format."""
