"""One Markdown file as its author wrote it: lines, includes, front matter, suppression comments, places in the text."""
