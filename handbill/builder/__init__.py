"""One build: what is asked for, what has changed, what is made, and the manifest that follows."""
