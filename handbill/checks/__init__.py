"""Checks: a tree goes in, findings come out."""
