"""One Markdown file as its author wrote it: lines, front matter, positions."""
