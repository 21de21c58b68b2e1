"""The style sheet that every HTML handout carries."""

from __future__ import annotations

from importlib.resources import files

__all__ = ["stylesheet"]


def stylesheet() -> str:
    """Return the style sheet. Nothing in it hides anything: reading relies on that."""
    return files("handbill_html").joinpath("handout.css").read_text(encoding="utf-8")
