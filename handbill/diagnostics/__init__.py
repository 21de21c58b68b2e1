"""Messages: what they say, the rules behind their codes, and the places that they name."""
