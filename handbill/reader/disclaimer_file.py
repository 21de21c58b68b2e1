"""One disclaimer read: its Markdown becomes a tree of the few elements that every format shows alike, or errors that say why not."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from handbill.diagnostics.diagnostic import Diagnostic, Place, Severity, suggestion
from handbill.diagnostics.errors import SourceError
from handbill.diagnostics.rules import diagnostic, location
from handbill.document import Disclaimer, text_of
from handbill.language.translations import translated_words
from handbill.manuscript.source_file import Source, read_source
from handbill.markdown.converter import render
from handbill.markdown.tree import structure
from handbill.markdown.tree.annotations import annotate_addresses, remove_annotations
from handbill.markdown.tree.content_model import canonical_body
from handbill.markdown.tree.document_parts import Parts
from handbill.markdown.tree.links import resolve_links
from handbill.markdown.tree.sanitize import TooDeepError, clean
from handbill.proof.disclaimer import fold
from handbill.publication.disclaimer_profiles import BUILT_IN_PROFILES, Profile
from handbill.reader import article_checks
from handbill.reader.deadlines import Deadline
from handbill.reader.disclaimer_rules import profile_diagnostics
from handbill.reader.metadata import DISCLAIMER_KEYS, FrontMatterReader
from handbill.system.bounds import DEFAULT_BOUNDS, BoundError, bound_diagnostic
from handbill.system.paths import find_path

__all__ = ["ReadDisclaimer", "read_disclaimer"]

_ALLOWED = {"h2", "h3", "h4", "h5", "h6", "p", "ul", "li", "em", "strong", "a", "br"}
_RULE = re.compile(r" {0,3}(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})$")
_BEFORE_TEXT = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*[*_`~]*")
_NAMES = {
    "ol": "a numbered list",
    "img": "an image",
    "table": "a table",
    "pre": "code",
    "code": "code",
    "blockquote": "a quotation",
    "dl": "a definition list",
    "aside": "a callout",
    "hr": "a rule",
    "del": "struck text",
    "figure": "an image",
    "section": "a footnote",
}


@dataclass(frozen=True, slots=True)
class ReadDisclaimer:
    """A disclaimer with the path of its file, its deadlines, and the warnings and notes of its reading."""

    disclaimer: Disclaimer
    path: str
    deadlines: tuple[Deadline, ...]
    diagnostics: tuple[Diagnostic, ...]


def read_disclaimer(root: Path, path: str, name: str, language: str, profiles: Mapping[str, Profile] | None = None) -> ReadDisclaimer:
    """Return the disclaimer in a file below `root`; `name` becomes its id.

    `language` is that of a file whose front matter states none; `profiles` are those of the publication, beside handbill's own. Raises
    SourceError: missing, empty, with content that not every format shows alike, or without what its profile asks for.
    """
    source = read_source(root, path, includes=False)
    front_matter = FrontMatterReader(path, source.front_matter, DISCLAIMER_KEYS)
    known = {**BUILT_IN_PROFILES, **(profiles or {})}
    body, syntax_diagnostics = _body(source)
    heading = structure.take_title(body, front_matter.text("title"))
    title = " ".join(text_of(heading).split()) if heading is not None else ""
    annotate_addresses(body)
    diagnostics = [
        *source.unclosed_front_matter(),
        *syntax_diagnostics,
        *_resolve_links(body, root, source),
        *_content_diagnostics(body, heading, source),
        *_missing_text(body, title, source),
    ]
    reviewed, review_by = front_matter.date("reviewed"), front_matter.date("review-by")
    deadlines = front_matter.deadlines("disclaimer")
    language = front_matter.language() or language
    notice, version, contact, profile = map(front_matter.text, ("notice", "version", "contact", "profile"))
    _check_notice_and_profile(front_matter, notice, profile, known)
    diagnostics += front_matter.diagnostics
    if not _has_errors(diagnostics):
        diagnostics += _check(heading, body, language, source)
    if _has_errors(diagnostics):
        raise SourceError(diagnostics)
    disclaimer = Disclaimer(
        id=name,
        title=title,
        language=language,
        body=etree.tostring(body, encoding="utf-8"),
        notice=notice,
        version=version,
        reviewed=reviewed,
        review_by=review_by,
        contact=contact,
        profile=profile,
        words=translated_words(language),
    )
    if profile:
        diagnostics += profile_diagnostics(profile, known[profile], disclaimer, source)
    if _has_errors(diagnostics):
        raise SourceError(diagnostics)
    return ReadDisclaimer(disclaimer, path, deadlines, tuple(diagnostics))


def _has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    return any(found.severity is Severity.ERROR for found in diagnostics)


def _body(source: Source) -> tuple[etree._Element, list[Diagnostic]]:
    """Return the tree of a disclaimer's text, and an error for each thing in its Markdown that a disclaimer may not have."""
    # No typographic quotes and dashes here: a disclaimer's text is never changed by a tool.
    try:
        rendered = render(source.text(), "en", typographic=False)
        body = canonical_body(clean(rendered.html).tree, [clean(note.html).tree for note in rendered.notes])
    except BoundError as error:
        raise SourceError(bound_diagnostic(DEFAULT_BOUNDS, error.name, error.message, *source.locate(error.excerpt))) from None
    except (RecursionError, TooDeepError):
        message, hint = "the disclaimer is nested too deeply", "take a level or two out"
        raise SourceError(diagnostic("too-deep", message, location(source.path), hint)) from None
    diagnostics = []
    for raw in rendered.raw_html:
        first = raw.strip().split("\n")[0]
        message = f"a disclaimer holds no raw HTML: {first[:60]}"
        diagnostics.append(source.diagnostic("disclaimer-content", message, first, "write it as Markdown"))
    for label in rendered.undefined_notes:
        message = f"a disclaimer has no footnotes: [^{label}]"
        diagnostics.append(source.diagnostic("disclaimer-content", message, f"[^{label}]", "write it in the text"))
    _unwrap_items(body)
    return body, diagnostics


def _unwrap_items(body: etree._Element) -> None:
    """Make a list item that is one paragraph an item of running text, so that loose and tight lists are alike."""
    for item in body.iter("li"):
        if len(item) == 1 and item[0].tag == "p" and not (item.text or "").strip():
            item[0].tag = "unwrapped"
            etree.strip_tags(item, "unwrapped")


def _resolve_links(body: etree._Element, root: Path, source: Source) -> list[Diagnostic]:
    """Resolve the links of a disclaimer, in place; return an error for each that leads nowhere: it is part of what readers are offered."""
    diagnostics: list[Diagnostic] = []

    def report(code: str, message: str, excerpt: str, hint: str) -> None:
        hint = "a disclaimer's links lead to an address on the web, a mail address or a telephone number"
        diagnostics.append(source.diagnostic(code, message, excerpt, hint, severity=Severity.ERROR))

    resolve_links(body, {}, lambda name: find_path(root, name), source.path, report)
    return diagnostics


def _missing_text(body: etree._Element, title: str, source: Source) -> list[Diagnostic]:
    """Return an error where a disclaimer has no text, or no title.

    A text that the proof folds to nothing, such as zero-width spaces and bullets, is none: it would be found on any page.
    """
    line = source.lines[0].number if source.lines else 1
    if not fold(text_of(body)):
        return [diagnostic("empty-disclaimer", "the disclaimer is empty", location(source.path, line, 1))]
    if not fold(title):
        place, hint = source.place_of_key("title", line, 1), "write title: in its front matter"
        return [diagnostic("no-title", "the disclaimer has no title", place, hint, severity=Severity.ERROR)]
    return []


def _check_notice_and_profile(front_matter: FrontMatterReader, notice: str, profile: str, known: Collection[str]) -> None:
    """Collect in the reader what is wrong with the values of `notice` and `profile`; `known` are the names of all profiles."""
    if "notice" in front_matter.values and not fold(notice):
        front_matter.error("notice", "`notice` says nothing", "write the sentence that stands on every page, or leave the line out")
    if profile and profile not in known:
        front_matter.error("profile", f"there is no profile `{profile}`", suggestion(profile, known), code="unknown-profile")


def _check(heading: etree._Element | None, body: etree._Element, language: str, source: Source) -> list[Diagnostic]:
    """Return what the checks find in a disclaimer, and remove the annotations that they read."""
    parts = Parts.without_title(body) if heading is None else Parts(heading, body)
    found = article_checks.finding_diagnostics(source, parts, article_checks.findings(parts, language), location(source.path))
    remove_annotations(body)
    # A passage in another language must be known to be in it: there is no disclaimer without.
    return [dataclasses.replace(one, severity=Severity.ERROR) if one.code == "bad-language" else one for one in found]


def _content_diagnostics(body: etree._Element, heading: etree._Element | None, source: Source) -> list[Diagnostic]:
    """Return an error for each element that not every format shows alike; classes and ids are removed from the body."""
    hint = "write it with what every format shows alike: headings, paragraphs, flat bulleted lists, emphasis and links"
    diagnostics: list[Diagnostic] = []
    refused: set[etree._Element] = set()
    for element in list(body.iter()):
        element.attrib.pop("class", "")
        element.attrib.pop("id", "")
        if element is body or (element.tag in _ALLOWED and element.get("data-only") is None and not _is_nested(element)):
            continue
        refused.add(element)
        # What is in a refused element is not reported by itself.
        if not any(parent in refused for parent in element.iterancestors()):
            message = f"a disclaimer holds no such thing as {_description(element)}"
            diagnostics.append(diagnostic("disclaimer-content", message, _place(element, source), hint))
    if heading is not None and any(element.tag not in ("em", "strong", "h1") for element in heading.iter()):
        diagnostics.append(diagnostic("disclaimer-content", "a disclaimer's title is plain text", location(source.path, 1, 1), hint))
    return diagnostics


def _description(element: etree._Element) -> str:
    """Return a refused element in words."""
    tag = str(element.tag)
    if tag in ("ul", "p"):
        return "a nested list" if tag == "ul" else "a list item of several paragraphs"
    return "a block for some formats only" if element.get("data-only") else _NAMES.get(tag, f"<{tag}>")


def _place(element: etree._Element, source: Source) -> Place:
    """Return the place at which an element's text begins: the nearest line that begins with it, at or above its longest excerpt."""
    path, number, column = source.locate(_excerpt(element, source))
    first = next((line.strip() for text in element.itertext() for line in str(text).split("\n") if line.strip()), "")
    for line in reversed(source.lines if first and number else ()):
        before = _BEFORE_TEXT.match(line.text)
        if line.number <= (number or 0) and before and line.text.startswith(first, before.end()):
            return line.path, line.number, before.end() + 1
    return path, number, column


def _excerpt(element: etree._Element, source: Source) -> str:
    """Return the longest line of an element's text that the source has as it is; of a thematic break, its line; "" for none."""
    if element.tag == "hr":
        return next((line.text for line in source.lines if _RULE.match(line.text)), "")
    lines = {line.strip() for text in element.itertext() for line in str(text).split("\n")} | {element.get("alt", "")}
    found = [line for line in lines if line and source.locate(line)[1] is not None]
    return max(found, key=lambda line: (len(line), line), default="")


def _is_nested(element: etree._Element) -> bool:
    """Return whether an element is a list or a paragraph in a list item."""
    parent = element.getparent()
    return parent is not None and parent.tag == "li" and element.tag in ("ul", "p")
