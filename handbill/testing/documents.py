"""Documents to test exporters with: one with every element of the canonical XHTML, a short one, one with marked claims, and disclaimers."""

from __future__ import annotations

import dataclasses
import struct
import zlib
from datetime import UTC, date, datetime

from handbill.contract import Run
from handbill.diagnostics.diagnostic import Diagnostic
from handbill.document import STATEMENTS, Asset, Disclaimer, Document, Metadata

__all__ = ["CLAIMS", "DISCLAIMER", "LONG_DISCLAIMER", "METADATA", "PLAIN", "SVG", "TIMESTAMP", "TORTURE", "png", "run"]

TIMESTAMP = datetime(2026, 11, 22, tzinfo=UTC)


def run(reported: list[Diagnostic] | None = None) -> Run:
    """Return a run at a fixed time, whose messages are appended to `reported`."""
    return Run(timestamp=TIMESTAMP, report=(reported if reported is not None else []).append)


def png(width: int = 40, height: int = 30, rgb: bytes = b"\x30\x60\x90") -> bytes:
    """Return a PNG of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + rgb * width) * height
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100" width="200" height="100">'
    b'<rect width="200" height="100" fill="#eef"/><circle cx="50" cy="50" r="30" fill="#226"/></svg>'
)

DISCLAIMER = Disclaimer(
    id="general",
    title="Disclaimer: please read",
    language="en",
    notice="General information, not medical advice.",
    version="1.2",
    reviewed=date(2026, 11, 22),
    contact="desk@example.org",
    body=(
        "<body><h2>What this is</h2>"
        "<p>This handout gives <em>general</em> information. It is <strong>not medical advice</strong> and doesn’t replace it.</p>"
        "<p>Before you start, combine or stop anything, talk to a health professional:</p>"
        "<ul><li>a doctor or a nurse</li><li>a pharmacist who knows your medicines</li></ul>"
        '<h2>In an emergency</h2><p>In the US call 911, or <a href="https://www.poison.example/help">Poison Help</a> at 1-800-222-1222. '
        'Write to <a href="mailto:desk@example.org">desk@example.org</a> about mistakes — version 1.2, checked on 22 November 2026.</p></body>'
    ).encode(),
)

LONG_DISCLAIMER = dataclasses.replace(
    DISCLAIMER,
    id="long",
    body=(
        "<body>"
        + "".join(
            f"<h2>Part {n}</h2><p>Part {n} of this page says that information about extraordinarily complicated "
            + "pharmacological interrelationships remains general information, whatever its number may be, " * 9
            + f"and so ends part {n}.</p><ul><li>Item one of part {n}</li><li>Item two of part {n}</li></ul>"
            for n in range(1, 19)
        )
        + "</body>"
    ).encode(),
)
"""A disclaimer of about three printed pages, with headings and lists."""

METADATA = Metadata(
    title="Everything at once",
    language="en",
    identifier="urn:uuid:6f1c1c3a-6a37-5d0f-9a3a-0d6b0f0f7a11",
    subtitle="A document that uses the whole vocabulary",
    authors=("Ada Example", "Béla Mintá"),
    publisher="The Example Press",
    contact="desk@example.org",
    rights="CC BY 4.0",
    keywords=("sleep", "pain"),
    version="1.10",
    date=date(2026, 11, 1),
    reviewed=date(2026, 11, 22),
    review_by=date(2027, 5, 22),
    facts_as_of=date(2026, 11, 22),
)

_ROWS = "".join(
    f'<tr><th scope="row">Row {n}</th><td>Value {n} of the long table</td><td class="align-right">{n * 7}</td></tr>' for n in range(1, 61)
)

BODY = (
    """<body>
<p>An opening paragraph with <em>emphasis</em>, <strong>weight</strong>, <em>both <strong>at once</strong></em>, <code>inline code</code>,
<del>struck</del> and <ins>inserted</ins> words, H<sub>2</sub>O, 10<sup>3</sup>, <abbr title="Food and Drug Administration">FDA</abbr>,
<kbd>Ctrl</kbd>, “quotes”, an em dash—like this—and ≥ 4 and ≤ 9.<a class="noteref" role="doc-noteref" id="noteref-1" href="#note-1">1</a></p>
<h2 id="lists">Lists of every kind</h2>
<p>A link to <a href="https://example.org/a/page?x=1&amp;y=2">a page elsewhere</a>, a bare one
<a href="https://example.org/">https://example.org/</a>, mail to <a href="mailto:desk@example.org">the desk</a>, and one to
<a href="#tables">the tables</a> below.</p>
<ul><li>tight one</li><li>tight two<ul><li>nested a</li><li>nested b<ol><li>deeper still, with enough words in it that it has to be broken
over more than one line of seventy-two columns</li></ol></li></ul></li></ul>
<ol start="3"><li><p>A loose item.</p><p>Its second paragraph.<a class="noteref" role="doc-noteref" id="noteref-2" href="#note-2">2</a></p></li><li><p>Another, with code:</p>
<pre><code class="language-sh">echo "a  b"
  indented
</code></pre></li></ol>
<ul class="task-list"><li class="task"><span class="checkbox">☑</span> done</li><li class="task"><span class="checkbox">☐</span> not done</li></ul>
<dl><dt>Melatonin</dt><dd>A hormone that the brain makes in response to darkness.</dd><dt>Kratom</dt><dd><p>A tree.</p><p>Its leaf.</p></dd></dl>
<h3 id="quotes">Quotes, code and callouts</h3>
<blockquote><p>To be quoted is to be
<br/>broken over lines.</p><blockquote><p>Nested quotation.</p></blockquote></blockquote>
<pre><code class="language-python">def f(x):
    return x * 2   # a comment that runs well past the seventy-second column of a page of text

</code></pre>
<aside class="admonition warning"><p class="admonition-title">Warning</p><p>Get help when somebody cannot be woken.<a class="noteref" role="doc-noteref" id="noteref-1-2" href="#note-1">1</a></p><ul><li>Call 911.</li></ul></aside>
<aside class="admonition note"><p class="admonition-title">Good to know</p><p>A callout with a title of its own.</p></aside>
<div class="details"><p class="summary">More about this</p><p>What stood folded.</p></div>
<hr/>
<h2 id="figures">Figures</h2>
<figure id="fig-one"><img src="figures/plain.png" alt="A blue rectangle"/><figcaption>A figure with <em>a caption</em>.</figcaption></figure>
<figure><img src="figures/drawing one.svg" alt="A dark disc on a pale ground"/></figure>
<p>An image <img src="figures/plain.png" alt="tiny"/> in a line, and <a href="https://example.org/big"><img src="figures/plain.png" alt="a linked picture"/></a>.</p>
<h2 id="tables">Tables</h2>
<table><caption>Side effects, side by side</caption><thead><tr><th scope="col">Effect</th><th scope="col" class="align-center">Kratom</th><th scope="col" class="align-right">Melatonin</th></tr></thead>
<tbody><tr><td>Drowsiness</td><td class="align-center">yes</td><td class="align-right">yes</td></tr>
<tr><td>Liver injury, which is rare and is described in the literature at some length</td><td class="align-center">reported<a class="noteref" role="doc-noteref" id="noteref-3" href="#note-3">3</a></td><td class="align-right">not reported in what we read, <strong>so far</strong></td></tr>
<tr><td colspan="2">Spanning two</td><td rowspan="2"><ul><li>a list</li><li>in a cell</li></ul></td></tr><tr><td>left</td><td>right</td></tr></tbody></table>
<table><thead><tr><th scope="col">Row</th><th scope="col">What it holds</th><th scope="col" class="align-right">Number</th></tr></thead><tbody>"""
    + _ROWS
    + """</tbody></table>
<h2 id="languages">Other languages</h2>
<p lang="fr">Une phrase en français, avec « des guillemets ».</p>
<p>German <span lang="de">Donaudampfschifffahrtsgesellschaft</span>, Polish <em lang="pl">Zażółć gęślą jaźń</em>, Greek <span lang="el">Καλημέρα</span>, Russian <span lang="ru">Доброе утро</span>.</p>
<h3 id="deep">Deep down</h3>
<h4 id="deeper">A heading of the fourth level</h4>
<p>An end.</p>
<section class="notes">
<aside class="note" id="note-1"><p>The first note, with a <a href="https://example.org/note">link</a>.</p></aside>
<aside class="note" id="note-2"><p>The second note.</p><p>It has two paragraphs.</p><pre><code>and code
</code></pre></aside>
<aside class="note" id="note-3"><p>The third, from a table’s cell. doi:10.1000/182.</p></aside>
<aside class="note uncalled" id="note-4"><p>A note that nothing calls.</p></aside>
</section>
</body>"""
).encode()

TORTURE = Document(
    name="torture",
    metadata=METADATA,
    heading=b"<h1>Everything <em>at once</em></h1>",
    abstract=b"<body><p>A short account of what follows, in one sentence.</p></body>",
    body=BODY,
    disclaimer=DISCLAIMER,
    assets=(
        Asset("figures/plain.png", "image/png", png(), 40, 30),
        Asset("figures/drawing one.svg", "image/svg+xml", SVG, 200, 100),
    ),
)

PLAIN = Document(
    name="plain",
    metadata=Metadata(title="A plain letter", language="en", identifier="urn:uuid:0b7e6b2e-3f0e-5b7e-9a53-7a2b8f3a9d01"),
    heading=b"<h1>A plain letter</h1>",
    body=b"<body><p>One paragraph, and no more.</p></body>",
    disclaimer=dataclasses.replace(DISCLAIMER, notice=""),
)


def _claim(words: str) -> str:
    return f'<span class="claim">{words}<a class="claim-symbol" role="doc-noteref" href="#note-boxed">*</a></span>'


_FILLING = "<p>" + "This paragraph says how the leaves are dried, cut, sieved and put into jars, and claims nothing. " * 4 + "</p>"

CLAIMS = dataclasses.replace(
    PLAIN,
    name="claims",
    metadata=dataclasses.replace(PLAIN.metadata, title="A leaflet", identifier="urn:uuid:5a1c27b4-6f0e-5c7e-8a53-7a2b8f3a9d02"),
    heading=b"<h1>A leaflet</h1>",
    body=(
        f"<body><p>{_claim('The blend calms the <em>mind</em>.')} It is sold in jars.</p>"
        f'<h2 id="made">How it is made</h2>{_FILLING * 12}'
        f'<h2 id="takes">Who takes it</h2><p>People who sleep badly.</p><ul><li>{_claim("It helps you fall asleep.")}</li><li>It smells.</li></ul>'
        '<table><thead><tr><th scope="col">plant</th><th scope="col">what is said</th></tr></thead><tbody><tr><td>balm</td>'
        f"<td>{_claim('Helps the stomach settle.')}</td></tr></tbody></table>"
        f'<aside class="boxed-notice" id="note-boxed"><p>* {STATEMENTS}</p></aside></body>'
    ).encode(),
    disclaimer=DISCLAIMER,
)
"""A document with marked claims on several pages, and the boxed notice that belongs to them."""
