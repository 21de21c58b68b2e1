"""How punctuation is written in ASCII: one table, for the exporter that writes it and for the proof that reads it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["ASCII_PUNCTUATION"]

_GROUPS = (
    # White space of one cell or more; the no-break ones are mapped last, when lines are broken.
    ("\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "),
    # Marks without a width of their own, which say how letters join, break or run: in ASCII there is nothing for them to do.
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
"""What stands in an ASCII handout for one character. Letters, digits and signs that would become words are not in it."""
