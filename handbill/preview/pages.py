"""HTML of the preview: the handouts of an article side by side, and the messages of the latest build.

Pure functions: each takes a Snapshot or a part of one and returns a page or an element of it. All text of articles is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.escaping import TEXT_LIMIT, escape_invisible, escape_lines, shorten
from handbill.preview.latest_build import Snapshot
from handbill.proof.manifest import Handout

__all__ = ["preview_page", "text_page"]

_EPUB = "application/epub+zip"
_PDF = "application/pdf"


def preview_page(snapshot: Snapshot, article: str) -> bytes:
    """Return the page of an article, by its name; of the first article where there is none of that name."""
    names = sorted({handout.article for handout in snapshot.handouts})
    chosen = article if article in names else next(iter(names), "")
    handouts = sorted((one for one in snapshot.handouts if one.article == chosen), key=_sort_key)
    title = next((handout.title for handout in handouts), "Nothing is built yet")
    language = next((handout.language for handout in handouts), "en")
    parts = [
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)} – handbill</title>",
        '<link rel="stylesheet" href="/style.css"><script src="/reload.js" defer></script></head>',
        f'<body><main data-mark="{escape(snapshot.mark)}">',
        f'<header><h1 lang="{escape(language)}">{escape(title)}</h1>{_article_links(names, chosen)}</header>',
        f'<p class="state" role="status">{_state(snapshot)}</p>',
        _findings(snapshot),
        '<div class="formats">',
        *(_handout_section(handout) for handout in handouts),
        "</div></main></body></html>\n",
    ]
    return "\n".join(parts).encode()


def text_page(text: str) -> bytes:
    """Return a page that shows plain text line by line, in a size at which eighty columns fit into its width."""
    style = "body { margin: 0.6em } pre { font: calc(100vw / 53)/1.4 monospace; margin: 0 }"
    return f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><style>{style}</style></head><body><pre>{escape(text)}</pre>'.encode()


def _sort_key(handout: Handout) -> tuple[int, bool, str]:
    formats = (_PDF, _EPUB, "text/plain")
    place = formats.index(handout.media_type) if handout.media_type in formats else len(formats)
    return place, handout.edition != handout.exporter, handout.file


def _article_links(names: Sequence[str], chosen: str) -> str:
    if len(names) < 2:
        return ""
    links = [
        f'<li><a href="/?article={quote(name)}"{" aria-current=page" if name == chosen else ""}>{escape(name)}</a></li>' for name in names
    ]
    return f'<nav aria-label="Articles"><ul>{"".join(links)}</ul></nav>'


def _state(snapshot: Snapshot) -> str:
    if not snapshot.number:
        return "Building…"
    errors = sum(1 for one in snapshot.diagnostics if one.severity == "error")
    warnings = sum(1 for one in snapshot.diagnostics if one.severity == "warning")
    counts = [f"{count} {word}{'' if count == 1 else 's'}" for count, word in ((errors, "error"), (warnings, "warning")) if count]
    return f"Build {snapshot.number}, {snapshot.seconds:.2f} s: {', '.join(counts) or 'nothing to mend'}"


def _findings(snapshot: Snapshot) -> str:
    if not snapshot.diagnostics and not snapshot.tracebacks:
        return ""
    items = [_finding(one) for one in snapshot.diagnostics]
    traces = [f"<pre>{escape(escape_lines(shorten(text, TEXT_LIMIT)))}</pre>" for text in snapshot.tracebacks]
    return f'<section class="findings" aria-label="Findings"><ul>{"".join(items)}</ul>{"".join(traces)}</section>'


def _finding(one: Diagnostic) -> str:
    place = escape_invisible(":".join(str(part) for part in (one.path or "handbill", one.line, one.column) if part is not None))
    hint = f'<br><span class="hint">{escape(one.hint)}</span>' if one.hint else ""
    return (
        f'<li class="{one.severity.value}"><code>{escape(place)}</code> <strong>{one.severity.value}[{escape(one.code)}]</strong> '
        f"{escape(one.message)}{hint}</li>"
    )


def _handout_section(handout: Handout) -> str:
    """Return a handout's section of the page: its pages as images, a frame with its text, or a link to the file."""
    stale = ", older than its article" if handout.stale else ""
    head = f"<h2>{escape(handout.file)}</h2><p>{handout.size:,} bytes, {handout.proof}{stale}</p>"
    address = f"/handout/{handout.sha256}"
    match handout.media_type:
        case "application/pdf":
            content = "".join(
                f'<img loading="lazy" src="/page/{handout.sha256}/{number}" alt="Page {number}" width="794" height="1123">'
                for number in range(1, handout.proof.pages + 1)
            )
        case "application/epub+zip":
            content = f'<iframe sandbox="allow-same-origin" src="/book/{handout.sha256}/" title="{escape(handout.file)}"></iframe>'
        case media_type if media_type.startswith("text/plain"):
            content = f'<iframe sandbox="allow-same-origin" src="/text/{handout.sha256}" title="{escape(handout.file)}"></iframe>'
        case _:
            content = f'<p><a href="{address}" download>Download</a></p>'
    data = f'data-file="{escape(handout.file)}" data-digest="{handout.sha256}"'
    return f'<section class="format" {data}>{head}<div class="shown" tabindex="0">{content}</div></section>'
