"""Structure of an article's tree: its title, its callouts and figures, and the ids of everything that can be linked to.

The functions change a canonical tree in place. Fragments are derived from headings as GitHub and Python-Markdown do it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from lxml import etree

from handbill.document import text_of
from handbill.language.folding import ascii_only, fold_words
from handbill.markdown.tree.annotations import DEMOTED
from handbill.markdown.tree.elements import HEADINGS, append_text, class_names, is_empty, self_and_ancestors

__all__ = ["CALLOUTS", "TITLE_ID", "assign_ids", "mark_alerts", "mark_figures", "remove_contents_markers", "take_title", "title_callouts"]

_ALERT = re.compile(r"\s*\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*\n?", re.IGNORECASE)
_ALERT_LIKE = re.compile(r"\s*(\[![A-Za-z][\w-]*\])")
_CONTENTS_MARKERS = {"[toc]", "[[toc]]", "[[_toc_]]", "{:toc}", "${toc}"}

CALLOUTS = ("note", "tip", "important", "warning", "caution")
"""The kinds of callouts whose titles are translated."""

TITLE_ID = "title"
"""The id of the title."""

_NOTE_IDS = ("note", "noteref")
"""The ids of notes and of their calls are one of these, a hyphen and a number."""
_OWN_PREFIXES = (*(f"{name}-" for name in _NOTE_IDS), "handbill-")
"""The beginnings of the ids that handbill and its exporters give."""


def mark_alerts(body: etree._Element) -> list[str]:
    """Turn quotations that begin with `[!NOTE]` or another marker of an alert into callouts.

    Returns the markers of unknown kinds, each once; their quotations stay. The five known kinds are GitHub's ("Alerts" in its Markdown
    documentation). Text may follow the marker on its line, as in Obsidian.
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
    """Add a title to each callout without one: that of its kind in `titles`, else the author's name of the kind, capitalised."""
    for callout in list(body.iter("aside")):
        classes = class_names(callout)
        if classes[:1] != ["admonition"] or (len(callout) and callout[0].get("class") == "admonition-title"):
            continue
        title = etree.Element("p", {"class": "admonition-title"})
        title.text = titles.get(classes[1], classes[1].capitalize())
        callout.insert(0, title)


def mark_figures(part: etree._Element) -> None:
    """Turn each paragraph that holds one image alone into a figure. The image's `title` becomes the caption."""
    for paragraph in list(part.iter("p")):
        if len(paragraph) == 1 and paragraph[0].tag == "img" and not text_of(paragraph).strip():
            image = paragraph[0]
            image.tail = None
            paragraph.text = None
            paragraph.tag = "figure"
            # An attribute list after the image gives the language of its caption, too.
            for name in ("lang", "dir"):
                if value := image.attrib.pop(name, ""):
                    paragraph.set(name, value)
            if image.get("title"):
                etree.SubElement(paragraph, "figcaption").text = image.get("title")
    for image in part.iter("img"):
        image.attrib.pop("title", "")


def remove_contents_markers(body: etree._Element) -> None:
    """Remove paragraphs that are a marker for a table of contents, such as `[TOC]`: each format makes its own."""
    for paragraph in list(body.iter("p")):
        if not len(paragraph) and (paragraph.text or "").strip().lower() in _CONTENTS_MARKERS:
            parent = paragraph.getparent()
            assert parent is not None
            parent.remove(paragraph)


def take_title(body: etree._Element, title: str) -> etree._Element | None:
    """Remove the title's `<h1>` from the body and return it; None where there is no title.

    Without a `title` from the front matter, the first heading of level 1 is the title. With one, that heading is the title only where
    it has the same words; else the title is a new element. Where headings of level 1 remain, all headings move down one level, and those
    of level 1 are annotated. A heading inside a quotation, a list, a table, a callout or a note is not the article's title (HTML,
    4.3.11), nor is one that is for some formats only.
    """
    first = next((h1 for h1 in body.iter("h1") if _may_be_title(h1)), None)
    heading = etree.Element("h1")
    if first is not None and (not title or fold_words(text_of(first), _STRAIGHT_PUNCTUATION) == fold_words(title, _STRAIGHT_PUNCTUATION)):
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
    """Return whether a heading of level 1 may be the article's title."""
    return all(outer.tag in _TITLE_ANCESTORS for outer in heading.iterancestors()) and not any(
        one.get("data-only") for one in self_and_ancestors(heading)
    )


_TITLE_ANCESTORS = {"body", "div", "section"}


_STRAIGHT_PUNCTUATION = str.maketrans("‘’“”–—", "''\"\"--")


def assign_ids(body: etree._Element, heading: etree._Element | None) -> tuple[dict[str, str], list[str]]:
    """Give every heading an id, and every id a form that all formats allow: ASCII letters, digits and hyphens.

    Returns two values: the ids by the fragments that lead to them (as written, and as GitHub and Python-Markdown derive them from a
    heading's text), and the ids that the author gave twice. `heading` is the title.
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
        given[name] = _unique_name(_ascii_id(name), taken)
        element.set("id", given[name])
    if heading is not None:
        if heading.get("id"):
            given.setdefault(heading.get("id", ""), TITLE_ID)
        heading.set("id", TITLE_ID)
        _add_fragments(heading, derived, times)
    for element in elements:
        if element.tag in HEADINGS:
            if element.get("id") is None:
                element.set("id", _unique_name(_ascii_id(text_of(element)), taken))
            _add_fragments(element, derived, times)
    return derived | {name.casefold(): target for name, target in given.items()} | given, twice


def _unique_name(name: str, taken: dict[str, int]) -> str:
    """Return a name that is not taken: `name`, with a number where needed. `taken` holds the last number that was tried for each name."""
    if name in taken and name in _NOTE_IDS:
        name = f"s-{name}"
    candidate = name
    while candidate in taken:
        taken[name] = max(taken[name], 1) + 1
        candidate = f"{name}-{taken[name]}"
    taken[candidate] = 0
    return candidate


def _ascii_id(text: str) -> str:
    """Return an id made from a text: ASCII letters, digits and hyphens, at most 62 characters, the first a letter."""
    plain = ascii_only(text.casefold())
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")
    if not name:
        return "section"
    return name if name[0].isalpha() and not name.startswith(_OWN_PREFIXES) else f"s-{name}"


def _add_fragments(heading: etree._Element, derived: dict[str, str], times: Counter[str]) -> None:
    """Add the fragments that lead to a heading to `derived`; those of a second heading with the same text end in `-1`, as on GitHub.

    `times` holds the last number that was tried for each fragment.
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
