"""docs/reference/diagnostics.md: an entry for each code that handbill can give, with facts that are so and examples that are tried."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from articles import SETTINGS, article, write
from handbill.diagnostics.diagnostic import Diagnostic, Severity
from handbill.diagnostics.errors import HandbillError
from handbill.diagnostics.rules import RULES, diagnostic, location
from handbill.publication.parser import read_publication
from handbill.reader.article import Article
from handbill.reader.source_fixes import FIXES, fixed_files
from handbill.testing.documents import png

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests/cases/messages"
_EXAMPLE = re.compile(r"(?:^(Bad|Good):\n\n)?^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MESSAGE = re.compile(r"^(\S.*?): (error|warning|note)\[([a-z0-9-]+)\]: .+\n(    hint: .+)?", re.MULTILINE)

OF_LIBRARIES = {"image-without-alt", "layout", "machine", "not-ascii", "unreadable-image", "unreadable-pdf"}
"""Codes whose messages are what a library or the system says, or a part of it."""

FILES: Mapping[str, str | bytes] = {
    "figures/cup.png": png(),
    "other.md": "# Other\n\nText.\n",
    "_address.md": "1 Example Street\n",
    "publication.toml": SETTINGS,
    "article.md": "# Title\n\nText.\n",
    **{f"disclaimers/general.{tag}.md": f"---\ntitle: D\nlang: {tag}\n---\n\nText.\n" for tag in ("fr", "sw")},
}
SHORTEST = 8
"""Letters that a text of the code has of its own, so that it can be known again."""
PLACES = {"markdown": "article.md", "toml": "publication.toml", "css": "theme.css"}


@dataclass(frozen=True)
class Example:
    """An example: "Bad" or "Good" ("" for a command and its messages), its language, its file's path, its text."""

    kind: str
    language: str
    path: str
    text: str


@dataclass(frozen=True)
class Entry:
    """An entry of docs/reference/diagnostics.md; `facts` is the line below its heading."""

    code: str
    family: str
    facts: str
    text: str
    examples: tuple[Example, ...]


@cache
def entries() -> tuple[Entry, ...]:
    found: list[Entry] = []
    family, lines = "", list[str]()
    fenced = False
    for line in [*(ROOT / "docs/reference/diagnostics.md").read_text(encoding="utf-8").split("\n"), "## "]:
        if not fenced and re.match(r"###? ", line):
            if lines and lines[0].startswith("### "):
                found.append(_entry(family, lines))
            family = line[3:] if line.startswith("## ") else family
            lines = []
        fenced ^= line.startswith("```")
        lines.append(line)
    return tuple(found)


def _entry(family: str, lines: list[str]) -> Entry:
    heading, facts, text, *rest = "\n".join(lines).split("\n\n", 3)
    assert re.fullmatch(r"\*[^*]+\*", facts), f"{heading}: the line below it says how it weighs"
    # ⟨U+0008⟩ stands for the character of that number.
    shown = re.sub(r"⟨U\+([0-9A-F]+)⟩", lambda found: chr(int(found[1], 16)), "".join(rest))
    examples = tuple(Example(one[1] or "", one[2], one[3] or PLACES.get(one[2], ""), one[4]) for one in _EXAMPLE.finditer(shown))
    return Entry(heading.removeprefix("### "), family, facts.strip("*"), text.replace("\n", " "), examples)


ENTRIES = {entry.code: entry for entry in entries()}


def modules() -> list[Path]:
    """Return the modules of handbill and its exporters."""
    return sorted([*(ROOT / "handbill").rglob("*.py"), *(ROOT / "exporters").rglob("*.py")])


@cache
def sentences() -> tuple[re.Pattern[str], ...]:
    """Return every text in the code as a pattern, its values matching anything."""
    found: dict[str, None] = {}
    for file in modules():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            parts = node.values if isinstance(node, ast.JoinedStr) else [node]
            written = [str(part.value) if isinstance(part, ast.Constant) else "" for part in parts]
            if isinstance(node, (ast.JoinedStr, ast.Constant)) and len("".join(written)) >= SHORTEST:
                found["".join(_pattern(text) or ".+" for text in written)] = None
    return tuple(re.compile(pattern) for pattern in found)


def _pattern(text: str) -> str:
    """Return a text as a pattern, what str.format fills in matching anything."""
    return ".+".join(map(re.escape, re.split(r"\{[a-z]+\}", text)))


def test_messages_are_made_by_the_one_constructor() -> None:
    # The first defines it; the others read back messages that an earlier run has kept.
    others = {"diagnostics/rules.py", "builder/cache.py"}
    making = {
        "/".join(file.parts[-2:])
        for file in modules()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Diagnostic"
    }
    assert making == others


def test_no_rule_is_without_a_place_that_gives_it() -> None:
    written = {
        node.value
        for file in modules()
        if "diagnostics" not in file.parts
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert set(RULES) - written == set()


def test_a_message_has_the_severity_and_the_hint_of_its_rule() -> None:
    found = diagnostic("not-locked", "m", location("a.md", 3), "do this")
    assert (found.severity, found.path, found.line, found.column, found.hint) == (Severity.ERROR, "a.md", 3, None, "do this")
    assert diagnostic("duplicate-id", "m").hint == RULES["duplicate-id"].hint != ""


def test_a_message_of_no_rule_or_against_its_rule_is_refused() -> None:
    with pytest.raises(KeyError):
        diagnostic("no-such-code", "m", hint="h")
    with pytest.raises(ValueError, match="the rule vague-link has no severity error"):
        diagnostic("vague-link", "m", hint="h", severity=Severity.ERROR)
    with pytest.raises(ValueError, match="the message of vague-link says nothing of what to do"):
        diagnostic("vague-link", "m")


def test_each_code_has_an_entry_and_each_entry_a_code() -> None:
    assert sorted(RULES) == sorted(ENTRIES)
    assert len(entries()) == len(ENTRIES)


def test_a_code_of_a_case_is_one_that_the_code_gives() -> None:
    assert {case.name.partition("--")[0] for case in CASES.iterdir()} <= set(ENTRIES)


def test_entries_stand_in_alphabetical_order_by_family() -> None:
    for family in {entry.family for entry in entries()}:
        codes = [entry.code for entry in entries() if entry.family == family]
        assert codes == sorted(codes), family


def test_a_rule_is_the_first_sentence_of_its_entry() -> None:
    assert list(RULES) == sorted(ENTRIES)
    for code, sentence in ((code, rule.sentence) for code, rule in RULES.items()):
        assert f"{ENTRIES[code].text} ".startswith(f"{sentence} "), code
        assert sentence.endswith(".")
        assert ENTRIES[code].text != sentence, f"the entry of {code} says what is wrong, and not what to do"


@pytest.mark.parametrize("code", sorted(ENTRIES))
def test_an_entry_says_what_is_so(code: str) -> None:
    facts, rule = ENTRIES[code].facts, RULES[code]
    assert facts.startswith(str(rule.severity))
    assert set(re.findall(r"error|warning|note", facts)) == {str(one) for one in (rule.severity, *rule.also)}
    assert ("`[checks]`" in facts) == rule.is_finding
    assert ("`--fix`" in facts) == (code in FIXES)
    stated = sorted({int(number) for part in re.findall(r"exit code ([\d, or]+)", facts) for number in re.findall(r"\d", part)})
    assert stated == list(rule.exit_codes)
    assert bool(stated) == ("error" in facts)


def test_barriers_are_those_of_the_page_on_accessibility() -> None:
    table = re.findall(
        r"^\| (`.+?`) \|.*?\| (.*?) \|", (ROOT / "docs/reference/accessibility.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    barriers = {code for codes, column in table if column.startswith(("yes", "where")) for code in re.findall(r"`(.+?)`", codes)}
    assert {code for code, entry in ENTRIES.items() if "barrier" in entry.facts} == barriers


def _try(root: Path, example: Example) -> tuple[Article | None, list[Diagnostic]]:
    """Return the article of a publication with an example in it, None where it is refused, and all that is said."""
    theme = {"publication.toml": f'{SETTINGS}theme = "theme.css"\n'} if example.language == "css" else {}
    write(root, {**FILES, **theme, example.path: example.text})
    try:
        read = article(root, "article.md", read_publication(root))
    except HandbillError as error:
        return None, list(error.diagnostics)
    return read, list(read.diagnostics)


@pytest.mark.parametrize("code", [code for code, entry in ENTRIES.items() if entry.examples and entry.examples[0].language != "console"])
def test_the_bad_example_yields_the_code_and_the_good_one_does_not(code: str, tmp_path: Path) -> None:
    entry = ENTRIES[code]
    bad, good = entry.examples
    assert (bad.kind, good.kind) == ("Bad", "Good")
    read, said = _try(tmp_path / "bad", bad)
    found = [one for one in said if one.code == code]
    assert found, said
    assert {(one.path, one.line is not None) for one in found} == {(bad.path, True)}
    assert str(found[0].severity) in entry.facts
    if read is not None:
        assert ("barrier" in entry.facts) == (code in read.barriers("pdf"))
    assert {one.code for one in _try(tmp_path / "good", good)[1]} <= {"allowed", "no-summary"} - {code}


@pytest.mark.parametrize("code", sorted(FIXES))
def test_the_bad_example_of_what_can_be_mended_is_mended(code: str, tmp_path: Path) -> None:
    bad = ENTRIES[code].examples[0]
    write(tmp_path, {**FILES, bad.path: bad.text})

    def read(instead: Mapping[str, bytes]) -> list[Article]:
        return [article(write(tmp_path, dict(instead)))]

    fixed = fixed_files(read, lambda found: found.code == code)
    assert [found.code for found in fixed.findings] == [code]


@pytest.mark.parametrize("code", [code for code, entry in ENTRIES.items() if entry.examples and entry.examples[0].language == "console"])
def test_a_command_shows_the_message_with_its_hint(code: str) -> None:
    entry = ENTRIES[code]
    (shown,) = entry.examples
    assert re.match(r"\$ (?:[A-Z_]+=\S+ )?handbill [a-z]+", shown.text)
    messages = list(_MESSAGE.finditer(shown.text))
    assert messages[-1][3] == code
    assert messages[-1][2] in entry.facts
    assert all(message[4] for message in messages)
    assert {message[3] for message in messages} <= set(ENTRIES)
    for message in messages:
        said, hint = message[0].split("\n    hint: ")
        for text in (*([] if code in OF_LIBRARIES else [said.partition("]: ")[2]]), hint):
            assert any(sentence.fullmatch(text) for sentence in sentences()), f"nothing in the code says: {text}"


def test_every_entry_has_examples() -> None:
    assert [code for code, entry in ENTRIES.items() if not entry.examples] == []


@pytest.mark.parametrize("case", sorted(CASES.iterdir()), ids=lambda case: case.name)
def test_every_message_of_a_case_has_a_hint(case: Path) -> None:
    messages = list(_MESSAGE.finditer((case / "expected.txt").read_text(encoding="utf-8")))
    assert messages
    assert [message[0] for message in messages if not message[4] and RULES[message[3]].hint is not None] == []
