"""Document to HTML: the article, its notes and its disclaimer as sections beside each other."""

from __future__ import annotations

import base64
from html import escape

from lxml import etree

from handbill.document import Document, text_of
from handbill_html.stylesheet import stylesheet

__all__ = ["write"]


def write(document: Document, *, contents: bool) -> str:
    """Return the document as an HTML file that needs no other file."""
    metadata = document.metadata
    head = (
        f'<!DOCTYPE html>\n<html lang="{escape(metadata.language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(metadata.title)}</title>\n<style>{stylesheet()}</style>\n</head>\n"
    )
    sections = [*_article(document, contents=contents)]
    sections.insert(0 if document.disclaimer_position == "front" else len(sections), _disclaimer(document))
    return head + "<body>\n" + "\n".join(sections) + "\n</body>\n</html>\n"


def _article(document: Document, *, contents: bool) -> list[str]:
    """Return the article's section, and that of its notes where there are any."""
    body = document.tree()
    _embed_images(body, document)
    notes = body.find("section[@class='notes']")
    if notes is not None:
        body.remove(notes)
    heading = document.heading_tree()
    _embed_images(heading, document)
    parts = [_html(heading), *_lines(document)]
    abstract = document.abstract_tree()
    if abstract is not None:
        _embed_images(abstract, document)
        parts.append(f'<div class="abstract">{_inner(abstract)}</div>')
    if contents:
        parts.append(_contents(document, body))
    sections = [_section("article", [*parts, _inner(body)], document.disclaimer.notice)]
    if notes is not None:
        title = f"<h2>{escape(document.words.notes)}</h2>"
        sections.append(_section("notes", [title, *map(_note, notes)], document.disclaimer.notice))
    return sections


def _lines(document: Document) -> list[str]:
    """Return what stands below the title: who wrote it, which version it is, and of when."""
    metadata, words = document.metadata, document.words
    lines = [f'<p class="subtitle">{escape(metadata.subtitle)}</p>'] if metadata.subtitle else []
    said = [*metadata.authors, metadata.publisher]
    if metadata.version:
        said.append(words.version.format(version=metadata.version))
    for day, text in (
        (metadata.date, words.dated),
        (metadata.reviewed, words.reviewed),
        (metadata.review_by, words.review_by),
        (metadata.facts_as_of, words.facts_as_of),
    ):
        if day is not None:
            said.append(text.format(date=words.format_date(day)))
    if metadata.contact:
        said.append(words.contact.format(contact=metadata.contact))
    said.append(metadata.rights)
    line = " · ".join(escape(text) for text in said if text)
    return [*lines, f'<p class="byline">{line}</p>'] if line else lines


def _contents(document: Document, body: etree._Element) -> str:
    rows = [f'<li><a href="#{escape(title.get("id", ""))}">{escape(text_of(title))}</a></li>' for title in body.iter("h2")]
    return f"<p>{escape(document.words.contents)}</p><ul>{''.join(rows)}</ul>" if rows else ""


def _note(note: etree._Element) -> str:
    """Return a note behind its number, which leads back to its first call."""
    number = note.get("id", "").removeprefix("note-")
    back = number if "uncalled" in note.get("class", "").split() else f'<a href="#noteref-{number}">{number}</a>'
    return f'<div class="note" id="note-{number}"><p>{back}.</p>{_inner(note)}</div>'


def _disclaimer(document: Document) -> str:
    disclaimer = document.disclaimer
    title = f"<h2>{escape(disclaimer.title)}</h2>"
    return f'<section class="disclaimer" lang="{escape(disclaimer.language)}">\n{title}\n{_inner(disclaimer.tree())}\n</section>'


def _section(kind: str, parts: list[str], notice: str) -> str:
    footer = [f"<footer>{escape(notice)}</footer>"] if notice else []
    return "\n".join([f'<section class="{kind}">', *parts, *footer, "</section>"])


def _embed_images(tree: etree._Element, document: Document) -> None:
    for image in tree.iter("img"):
        asset = document.asset(image.get("src", ""))
        image.set("src", f"data:{asset.media_type};base64,{base64.b64encode(asset.content).decode()}")


def _html(element: etree._Element) -> str:
    element.tail = None
    return etree.tostring(element, method="html", encoding="unicode")


def _inner(element: etree._Element) -> str:
    return escape(element.text or "") + "".join(etree.tostring(child, method="html", encoding="unicode") for child in element)
