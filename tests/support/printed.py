"""What no stream of handbill may hold, whatever an author wrote: assertions about the output of one command."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from commandline import Done
from handbill.diagnostics.escaping import MESSAGE_LIMIT

__all__ = ["FORMS", "assert_plain", "assert_safe", "messages"]

FORMS = ("text", "json", "github", "gitlab", "sarif", "junit")

LONGEST_LINE = 3 * MESSAGE_LIMIT
"""A message with its hint and its place."""

_OWN_COMMAND = re.compile(r"::(?:error|warning|notice) (?:file=[^:,]*,)?(?:line=\d+,)?(?:col=\d+,)?title=handbill%3A [a-z0-9-]+::.+")
_INVISIBLE = {"Cc", "Cs", "Zl", "Zp"}


def controls(text: str) -> list[str]:
    """Return the controls of a text: of terminals, lines and writing direction, by the data of Unicode and not by handbill's list."""
    bidirectional = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    return [
        f"U+{ord(one):04X}"
        for one in text
        if unicodedata.category(one) in _INVISIBLE or unicodedata.bidirectional(one) in bidirectional or one in "\u200e\u200f\u061c\ufffe"
    ]


def assert_plain(stream: str) -> None:
    """Assert that a stream has lines of bounded length without controls, and no command of a CI runner."""
    for line in stream.split("\n"):
        assert controls(line) == [], line[:300]
        assert len(line) <= LONGEST_LINE, line[:300]
        assert not line.lstrip().startswith("::"), line[:300]
        assert not re.search(r"##\w*\[", line), line[:300]


def assert_safe(done: Done, form: str) -> None:
    """Assert that both streams of a command are safe, and that stdout is well-formed in its `--output-format`."""
    assert "Traceback" not in done.err
    assert_plain(done.err)
    if form == "github":
        commands = done.out.splitlines()
        assert [line for line in commands if not _OWN_COMMAND.fullmatch(line)] == []
        assert_plain("\n".join(line.removeprefix("::") for line in commands))
    else:
        assert_plain(done.out)
    for text in messages(done.out, form):
        assert controls(text.replace("\n", "")) == []


def messages(out: str, form: str) -> Iterator[str]:
    """Yield the messages of a report. Raises ValueError or ElementTree.ParseError where it is not well-formed."""
    if form == "junit":
        for element in ElementTree.fromstring(out).iter():  # noqa: S314 - handbill's own
            yield from (text for text in (element.get("message"), element.text) if text)
    elif form == "github":
        yield from (line.partition("::")[2].partition("::")[2] for line in out.splitlines())
    elif form != "text":
        data: Any = json.loads(out)
        if form == "json":
            yield from (text for one in data["diagnostics"] for text in (one["message"], one.get("hint", "")))
        elif form == "gitlab":
            yield from (one["description"] for one in data)
        else:
            yield from (one["message"]["text"] for one in data["runs"][0]["results"])
