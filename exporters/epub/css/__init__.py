"""Evaluates CSS as reading systems do: cascade, properties, colours and lengths. What it cannot evaluate, it refuses."""
