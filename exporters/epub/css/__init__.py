"""CSS as a reading system applies it: cascade, properties, colours and lengths."""
