"""handbill: one Markdown article becomes handouts, each with its disclaimer page, and each proven to have it."""

__version__ = "0.1.0"
