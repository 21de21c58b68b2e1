"""Content streams as text: whether one leaves the graphics state as it found it.

A stream is read by a grammar that is narrower than that of PDF: what programs could divide into tokens in different ways does not match.
Rules: ISO 32000-1, 7.8.2 (content streams), 8.4.2 (the graphics state stack), 8.5 (paths), 9.4 (text objects), 14.6 (marked content).
"""

from __future__ import annotations

import re

__all__ = ["is_closed"]

_NUMBER = rb"[+-]?(?:\d++(?:\.\d*+)?|\.\d++)(?=[\s<(\]/>\[])"
_NAME = rb"/[\w.+-]++(?=[\s<(\]/>\[])"
# Bytes that a string may hold: an unescaped parenthesis is in none.
_STRING = rb"\((?:[^()\\]|\\.)*+\)"
_HEXADECIMAL = rb"<[0-9A-Fa-f]*+>"
_SPACE = rb"[ \t\r\n]"
_ARRAY = rb"\[(?:%s|%s|%s|%s|%s)*+\]" % (_NUMBER, _HEXADECIMAL, _STRING, _NAME, _SPACE)
_PROPERTIES = rb"<<(?:%s|%s|%s|%s|%s|%s|(?:true|false)(?=[\s/>]))*+>>" % (_NUMBER, _NAME, _HEXADECIMAL, _STRING, _ARRAY, _SPACE)
_OPERANDS = rb"(?:(?:%s|%s|%s|%s|%s)%s*+)*+" % (_NUMBER, _NAME, _ARRAY, _HEXADECIMAL, _STRING, _SPACE)
_END = rb"(?=%s|\Z)%s*+" % (_SPACE, _SPACE)

# Operators that neither open nor close anything. A path is one with the operator that paints it.
_SETTING = rb"(?:cm|gs|rgb?|RG|[gGkKwJjMid]|ri|cs|CS|scn?|SCN?|T[cwzLrsfdDmjJ*])"
_PATH = rb"(?:%s(?:[mlcvyh]|re)%s)+(?:W\*?%s)?(?:[Bbf]\*?|[sSFn])" % (_OPERANDS, _END, _END)
_PLAIN = rb"(?:(?:%s|%s(?:%s|Do|sh))%s)++" % (_PATH, _OPERANDS, _SETTING, _END)
_MARKED = rb"%s%s*+(?:(BMC)|(?:%s|%s)%s*+(BDC))" % (_NAME, _SPACE, _NAME, _PROPERTIES, _SPACE)
# One operator that opens or closes something, or all operators up to the next one that does.
_STEP = re.compile(rb"(?:(q|Q|BT|ET|EMC)|%s)%s|%s" % (_MARKED, _END, _PLAIN), re.DOTALL)
_CLOSING = {b"q": b"Q", b"BT": b"ET", b"BMC": b"EMC", b"BDC": b"EMC"}
_LEADING = re.compile(rb"%s*+" % _SPACE)
# Some programs keep no more (ISO 32000-1, table C.1); one is around the stream.
_MOST_STATES = 27


def is_closed(content: bytes) -> bool:
    """Return whether a content stream closes all that it opens, in the right order, and closes nothing else.

    Returns False also for what the grammar does not have: comments, inline images, compatibility sections, paths that are not painted,
    operands without an operator, and graphics states that are nested more deeply than some programs can.
    """
    waiting: list[bytes] = []
    states = 0
    place, end = _LEADING.match(content).end(), len(content)  # type: ignore[union-attr]
    while place < end:
        found = _STEP.match(content, place)
        if found is None:
            return False
        place = found.end()
        operator = found[found.lastindex] if found.lastindex else None
        if operator in _CLOSING:
            waiting.append(_CLOSING[operator])
            states += operator == b"q"
            if states > _MOST_STATES:
                return False
        elif operator is not None:
            if not waiting or waiting.pop() != operator:
                return False
            states -= operator == b"Q"
    return not waiting
