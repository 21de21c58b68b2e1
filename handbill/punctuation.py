"""Punctuation in ASCII: the table of what replaces each character, for exporters that write ASCII and for the proof that reads it back."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["ASCII_PUNCTUATION"]

_GROUPS = (
    # Spaces of every width. An exporter replaces no-break spaces after it has broken lines.
    ("\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "),
    # Characters without a width, which control how letters join, break or run. ASCII has no use for them.
    ("\u00ad\u200b\u200c\u200d\u200e\u200f\u061c\u202a\u202b\u202c\u2060\u2066\u2067\u2068\u2069\ufe0e\ufe0f\ufeff", ""),
    ("“”„‟«»〝〞＂", '"'),
    ("‘’‚‛‹›′ʼ＇", "'"),
    ("″", "''"),
    ("‴", "'''"),
    ("‐‑‒–−⁃－", "-"),
    ("—―", "--"),
    ("•‣▪●■▸►", "*"),
    ("◦○·⋅∙‧", "-"),
    ("…", "..."),
    ("⁄∕／", "/"),
    ("¦│┃║", "|"),
    ("─━", "-"),
    ("═", "="),
    ("┌┐└┘├┤┬┴┼╒╕╘╛╞╡╤╧╪╔╗╚╝╠╣╦╩╬╭╮╯╰", "+"),
    ("©", "(c)"),
    ("®", "(R)"),
    ("™", "TM"),
    ("℠", "SM"),
    ("×✕✖", "x"),
    ("÷", "/"),
    ("±", "+/-"),
    ("≤⩽", "<="),
    ("≥⩾", ">="),
    ("≠", "!="),
    ("≈", "~"),
    ("→", "->"),
    ("←", "<-"),
    ("↔", "<->"),
    ("⇒", "=>"),
    ("⇐", "<="),
    ("⇔", "<=>"),
    ("☐", "[ ]"),
    ("☑☒", "[x]"),
    ("✓✔", "[x]"),
    ("†", "+"),
    ("‡", "++"),
    ("¡", "!"),
    ("¿", "?"),
    ("、，", ","),
    ("。．", "."),
    ("：", ":"),
    ("；", ";"),
    ("！", "!"),
    ("？", "?"),
    ("（", "("),
    ("）", ")"),
)

ASCII_PUNCTUATION: Mapping[str, str] = MappingProxyType({mark: text for marks, text in _GROUPS for mark in marks})
"""The ASCII text that replaces a character. Letters, digits, and signs whose replacement would be a word, are not in it."""
