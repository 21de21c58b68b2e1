"""A finished text handout read back from its bytes."""
