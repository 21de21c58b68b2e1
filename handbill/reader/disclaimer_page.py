"""One disclaimer read: its Markdown becomes a page of what every format shows alike, or errors that say why not."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from handbill.diagnostics.diagnostic import Diagnostic, Severity, suggestion
from handbill.diagnostics.errors import SourceError
from handbill.diagnostics.rules import at, diagnostic
from handbill.document import Disclaimer, text_of
from handbill.manuscript.source_file import Source, read_source
from handbill.markdown.converter import render
from handbill.markdown.tree import structure
from handbill.markdown.tree.annotations import keep_addresses, without_annotations
from handbill.markdown.tree.content_model import shape
from handbill.markdown.tree.links import resolve_links
from handbill.markdown.tree.parts import Parts
from handbill.markdown.tree.sanitize import TooDeepError, clean
from handbill.proof.disclaimer import fold
from handbill.publication.disclaimer_profiles import BUILT_IN, Profile
from handbill.reader import review
from handbill.reader.deadlines import Deadline
from handbill.reader.disclaimer_rules import profile_diagnostics
from handbill.reader.metadata import DISCLAIMER_KEYS, FrontMatterReader
from handbill.system.limits import DEFAULTS, BoundError, over
from handbill.system.paths import lookup

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
    """A disclaimer with what only the pipeline needs: its path, its deadlines, the warnings of its reading."""

    disclaimer: Disclaimer
    path: str
    deadlines: tuple[Deadline, ...]
    diagnostics: tuple[Diagnostic, ...]


def read_disclaimer(root: Path, path: str, name: str, language: str, profiles: Mapping[str, Profile] | None = None) -> ReadDisclaimer:
    """Return the disclaimer in a file below `root`.

    `language` is what it is in where its front matter does not say; `profiles` are those that there are beside handbill's own.
    Raises SourceError: missing, empty, holding what not every format shows alike, or lacking what its profile asks for.
    """
    source = read_source(root, path, includes=False)
    fields = FrontMatterReader(path, source.front_matter, DISCLAIMER_KEYS)
    diagnostics = source.unclosed_front_matter()
    body = _body(source, diagnostics)
    heading = structure.take_title(body, fields.text("title"))
    title = " ".join(text_of(heading).split()) if heading is not None else ""
    keep_addresses(body)
    _links(body, root, source, diagnostics)
    _hold_content(body, heading, source, diagnostics)
    line = source.lines[0].number if source.lines else 1
    # What the proof does not compare, such as zero-width spaces and bullets, would be found on any page.
    if not fold(text_of(body)):
        message = "the disclaimer is empty"
        diagnostics.append(diagnostic("empty-disclaimer", message, at(path, line, 1)))
    elif not fold(title):
        message = "the disclaimer has no title"
        place = source.place_of_key("title", line, 1)
        diagnostics.append(diagnostic("no-title", message, place, "write title: in its front matter", severity=Severity.ERROR))
    dates = {key: fields.date(key) for key in ("reviewed", "review-by")}
    deadlines = fields.deadlines("disclaimer")
    stated = fields.language()
    texts = {key: fields.text(key) for key in ("notice", "version", "contact", "profile")}
    if "notice" in fields.values and not fold(texts["notice"]):
        fields.error("notice", "`notice` says nothing", "write the sentence that stands on every page, or leave the line out")
    known = {**BUILT_IN, **(profiles or {})}
    if texts["profile"] and texts["profile"] not in known:
        fields.error("profile", f"there is no profile `{texts['profile']}`", suggestion(texts["profile"], known), code="unknown-profile")
    diagnostics.extend(fields.diagnostics)
    if not _failed(diagnostics):
        diagnostics.extend(_findings(heading, body, stated or language, source))
    if _failed(diagnostics):
        raise SourceError(diagnostics)
    disclaimer = Disclaimer(
        id=name,
        title=title,
        language=stated or language,
        body=etree.tostring(body, encoding="utf-8"),
        notice=texts["notice"],
        version=texts["version"],
        reviewed=dates["reviewed"],
        review_by=dates["review-by"],
        contact=texts["contact"],
        profile=texts["profile"],
    )
    if disclaimer.profile:
        diagnostics.extend(profile_diagnostics(disclaimer.profile, known[disclaimer.profile], disclaimer, source))
    if _failed(diagnostics):
        raise SourceError(diagnostics)
    return ReadDisclaimer(disclaimer, path, deadlines, tuple(diagnostics))


def _body(source: Source, diagnostics: list[Diagnostic]) -> etree._Element:
    # No typographic quotes and dashes here: a disclaimer's text is never changed by a tool.
    try:
        rendered = render(source.text(), "en", typographic=False)
        body = shape(clean(rendered.html).tree, [clean(note.html).tree for note in rendered.notes])
    except BoundError as error:
        raise SourceError(over(DEFAULTS, error.name, error.message, *source.locate(error.excerpt))) from None
    except (RecursionError, TooDeepError):
        message, hint = "the disclaimer is nested too deeply", "take a level or two out"
        raise SourceError(diagnostic("too-deep", message, at(source.path), hint)) from None
    for raw in rendered.raw_html:
        first = raw.strip().split("\n")[0]
        message = f"a disclaimer holds no raw HTML: {first[:60]}"
        diagnostics.append(source.diagnostic("disclaimer-content", message, first, "write it as Markdown"))
    for label in rendered.undefined_notes:
        message = f"a disclaimer has no footnotes: [^{label}]"
        diagnostics.append(source.diagnostic("disclaimer-content", message, f"[^{label}]", "write it in the text"))
    for item in body.iter("li"):
        if len(item) == 1 and item[0].tag == "p" and not (item.text or "").strip():
            paragraph = item[0]
            paragraph.tag = "unwrapped"
            etree.strip_tags(item, "unwrapped")
    return body


def _links(body: etree._Element, root: Path, source: Source, diagnostics: list[Diagnostic]) -> None:
    def found(code: str, message: str, excerpt: str, hint: str) -> None:
        # A link that leads nowhere would change what the disclaimer offers, so it is an error here.
        hint = "a disclaimer's links lead to an address on the web, a mail address or a telephone number"
        diagnostics.append(source.diagnostic(code, message, excerpt, hint, severity=Severity.ERROR))

    resolve_links(body, {}, lambda name: lookup(root, name), source.path, found)


def _failed(diagnostics: list[Diagnostic]) -> bool:
    return any(found.severity is Severity.ERROR for found in diagnostics)


def _findings(heading: etree._Element | None, body: etree._Element, language: str, source: Source) -> list[Diagnostic]:
    """Return what the checks find, and remove the marks that they read."""
    parts = Parts.without_title(body) if heading is None else Parts(heading, body)
    found = review.finding_diagnostics(source, parts, review.findings(parts, language), at(source.path))
    without_annotations(body)
    # A passage in another language must be known to be in it: there is no disclaimer without.
    return [dataclasses.replace(one, severity=Severity.ERROR) if one.code == "bad-language" else one for one in found]


def _hold_content(body: etree._Element, heading: etree._Element | None, source: Source, diagnostics: list[Diagnostic]) -> None:
    hint = "write it with what every format shows alike: headings, paragraphs, flat bulleted lists, emphasis and links"
    refused: set[etree._Element] = set()
    for element in list(body.iter()):
        tag = str(element.tag)
        element.attrib.pop("class", "")
        element.attrib.pop("id", "")
        if element is body or (tag in _ALLOWED and element.get("data-only") is None and not _nested(element)):
            continue
        refused.add(element)
        if any(parent in refused for parent in element.iterancestors()):
            continue
        what = "a block for some formats only" if element.get("data-only") else _NAMES.get(tag, f"<{tag}>")
        if tag in ("ul", "p"):
            what = "a nested list" if tag == "ul" else "a list item of several paragraphs"
        message = f"a disclaimer holds no such thing as {what}"
        diagnostics.append(diagnostic("disclaimer-content", message, _place(element, source), hint))
    if heading is not None and any(element.tag not in ("em", "strong", "h1") for element in heading.iter()):
        diagnostics.append(diagnostic("disclaimer-content", "a disclaimer's title is plain text", at(source.path, 1, 1), hint))


def _place(element: etree._Element, source: Source) -> tuple[str, int | None, int | None]:
    """Return where an element's text begins: on the line that begins so, above what of it is surely found."""
    path, number, column = source.locate(_excerpt(element, source))
    first = next((line.strip() for text in element.itertext() for line in str(text).split("\n") if line.strip()), "")
    for line in reversed(source.lines if first and number else ()):
        before = _BEFORE_TEXT.match(line.text)
        if line.number <= (number or 0) and before and line.text.startswith(first, before.end()):
            return line.path, line.number, before.end() + 1
    return path, number, column


def _excerpt(element: etree._Element, source: Source) -> str:
    """Return what of an element stands in the source as it is: the longest line of its text, or a rule's own line."""
    if element.tag == "hr":
        return next((line.text for line in source.lines if _RULE.match(line.text)), "")
    lines = {line.strip() for text in element.itertext() for line in str(text).split("\n")} | {element.get("alt", "")}
    found = [line for line in lines if line and source.locate(line)[1] is not None]
    return max(found, key=lambda line: (len(line), line), default="")


def _nested(element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag == "li" and element.tag in ("ul", "p")
