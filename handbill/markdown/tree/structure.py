"""What an article's tree means: its title, its callouts and figures, and an id for everything that can be linked to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from lxml import etree

from handbill.document import text_of
from handbill.language.folding import ascii_only, fold_words
from handbill.markdown.tree.annotations import DEMOTED
from handbill.markdown.tree.elements import HEADINGS, append_text, classes_of, is_empty

__all__ = ["CALLOUTS", "TITLE_ID", "mark_alerts", "mark_figures", "name_targets", "remove_contents_markers", "take_title", "title_callouts"]

_ALERT = re.compile(r"\s*\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*\n?", re.IGNORECASE)
_ALERT_LIKE = re.compile(r"\s*(\[![A-Za-z][\w-]*\])")
_CONTENTS_MARKERS = {"[toc]", "[[toc]]", "[[_toc_]]", "{:toc}", "${toc}"}

CALLOUTS = ("note", "tip", "important", "warning", "caution")
"""The kinds of callouts, which are titled in the article's language."""

TITLE_ID = "title"
_OF_NOTES = ("note", "noteref")
"""What the ids of notes and their calls begin with, before a hyphen and a number."""


def mark_alerts(body: etree._Element) -> list[str]:
    """Turn quotations that open with `[!NOTE]` and its kin into callouts.

    Returns the markers of quotations that open with another kind, each once; these stay quotations.

    The five kinds are GitHub's ("Alerts" in its Markdown documentation); text may follow on the same line, as Obsidian has it.
    """
    unknown: dict[str, None] = {}
    for quote in list(body.iter("blockquote")):
        first = quote[0] if len(quote) else None
        if first is None or first.tag != "p":
            continue
        found = _ALERT.match(first.text or "")
        if not found:
            if other := _ALERT_LIKE.match(first.text or ""):
                unknown[other[1]] = None
            continue
        kind = found[1].lower()
        first.text = (first.text or "")[found.end() :] or None
        if first.text is None and len(first) and first[0].tag == "br":
            rest = first[0].tail
            first.remove(first[0])
            append_text(first, rest)
        if is_empty(first):
            quote.remove(first)
        quote.tag = "aside"
        quote.set("class", f"admonition {kind}")
    return list(unknown)


def title_callouts(body: etree._Element, titles: Mapping[str, str]) -> None:
    """Give every callout that has no title one: that of its kind, in the article's language; else the kind as the author named it."""
    for callout in list(body.iter("aside")):
        classes = classes_of(callout)
        if classes[:1] != ["admonition"] or (len(callout) and callout[0].get("class") == "admonition-title"):
            continue
        title = etree.Element("p", {"class": "admonition-title"})
        title.text = titles.get(classes[1], classes[1].capitalize())
        callout.insert(0, title)


def mark_figures(part: etree._Element) -> None:
    """Turn a paragraph that holds one image and nothing else into a figure; the image's title is its caption."""
    for paragraph in list(part.iter("p")):
        if len(paragraph) == 1 and paragraph[0].tag == "img" and not text_of(paragraph).strip():
            image = paragraph[0]
            image.tail = None
            paragraph.text = None
            paragraph.tag = "figure"
            # An attribute list after the image says the language of its caption too.
            for name in ("lang", "dir"):
                if value := image.attrib.pop(name, ""):
                    paragraph.set(name, value)
            if image.get("title"):
                etree.SubElement(paragraph, "figcaption").text = image.get("title")
    for image in part.iter("img"):
        image.attrib.pop("title", "")


def remove_contents_markers(body: etree._Element) -> None:
    """Remove paragraphs that only ask for a table of contents: each format makes its own."""
    for paragraph in list(body.iter("p")):
        if not len(paragraph) and (paragraph.text or "").strip().lower() in _CONTENTS_MARKERS:
            parent = paragraph.getparent()
            assert parent is not None
            parent.remove(paragraph)


def take_title(body: etree._Element, title: str) -> etree._Element | None:
    """Return the title's `<h1>`, taken out of the body, whose headings then are h2 to h6; None where there is no title.

    With a title from the front matter, a first heading of level one is taken only where it says the same; otherwise all headings go
    down by one. Without, the first heading of level one is the title. Those of level one that go down are marked. One in a quotation, a
    list, a table, a callout or a note is none of the article's own (HTML, 4.3.11); nor is one that is for some formats only.
    """
    first = next((h1 for h1 in body.iter("h1") if _may_be_title(h1)), None)
    heading = etree.Element("h1")
    if first is not None and (not title or fold_words(text_of(first), _STRAIGHT) == fold_words(title, _STRAIGHT)):
        heading = first
        parent = first.getparent()
        assert parent is not None
        parent.remove(first)
        heading.tail = None
        heading.attrib.pop("class", "")
    elif title:
        heading.text = title
    else:
        heading.text = None
    if next(body.iter("h1"), None) is not None:
        for element in list(body.iter(*HEADINGS)):
            if element.tag == "h1":
                element.set(DEMOTED, "yes")
            element.tag = HEADINGS[min(HEADINGS.index(str(element.tag)) + 1, 5)]
    return None if is_empty(heading) else heading


def _may_be_title(heading: etree._Element) -> bool:
    outer = list(heading.iterancestors())
    return all(one.tag in _OUTER for one in outer) and not any(one.get("data-only") for one in (heading, *outer))


_OUTER = {"body", "div", "section"}


_STRAIGHT = str.maketrans("‘’“”–—", "''\"\"--")


def name_targets(body: etree._Element, heading: etree._Element | None) -> tuple[dict[str, str], list[str]]:
    """Give every heading an id, and every id a form that all formats take: ASCII letters, digits, hyphens.

    Returns what a link's fragment may say, as written and in the ways that GitHub and Python-Markdown derive from a heading's text, with
    the id that it leads to; and the ids that the author gave twice.
    """
    given: dict[str, str] = {}
    derived: dict[str, str] = {}
    twice: list[str] = []
    taken = {TITLE_ID: 0}
    times: Counter[str] = Counter()
    elements = [element for element in body.iter() if isinstance(element.tag, str)]
    for element in elements:
        name = element.get("id")
        if name is None:
            continue
        if name in given:
            twice.append(name)
            del element.attrib["id"]
            continue
        given[name] = _unused(_ascii(name), taken)
        element.set("id", given[name])
    if heading is not None:
        if heading.get("id"):
            given.setdefault(heading.get("id", ""), TITLE_ID)
        heading.set("id", TITLE_ID)
        _derive(heading, derived, times)
    for element in elements:
        if element.tag in HEADINGS:
            if element.get("id") is None:
                element.set("id", _unused(_ascii(text_of(element)), taken))
            _derive(element, derived, times)
    return derived | {name.casefold(): target for name, target in given.items()} | given, twice


def _unused(name: str, taken: dict[str, int]) -> str:
    """Return the name, with a number where it is taken; `taken` has names with the last number that was tried for each."""
    if name in taken and name in _OF_NOTES:
        name = f"s-{name}"
    candidate = name
    while candidate in taken:
        taken[name] = max(taken[name], 1) + 1
        candidate = f"{name}-{taken[name]}"
    taken[candidate] = 0
    return candidate


def _ascii(text: str) -> str:
    """Return a name of ASCII letters, digits and hyphens that begins with a letter."""
    plain = ascii_only(text.casefold())
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")
    if not name:
        return "section"
    return name if name[0].isalpha() and not name.startswith(tuple(f"{own}-" for own in _OF_NOTES)) else f"s-{name}"


def _derive(heading: etree._Element, derived: dict[str, str], times: Counter[str]) -> None:
    """Register the fragments by which a heading is commonly linked to; the second heading of a text gets `-1`, as on GitHub.

    `times` has the last number that was tried for each.
    """
    target = heading.get("id", "")
    text = text_of(heading).strip().casefold()
    github = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
    collapsed = re.sub(r"[-\s]+", "-", github).strip("-")
    plain = re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", ascii_only(text))).strip("-")
    for name in dict.fromkeys((github, collapsed, plain)):
        if not name:
            continue
        candidate = name if not times[name] else f"{name}-{times[name]}"
        while candidate in derived and derived[candidate] != target:
            times[name] += 1
            candidate = f"{name}-{times[name]}"
        derived[candidate] = target
