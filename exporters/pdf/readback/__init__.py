"""A finished PDF read back from its bytes."""
