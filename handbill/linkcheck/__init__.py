"""`check --online`: links to the web, requested and reported."""
