"""Whatever an author writes: the trees are of the vocabulary, and the words are there, in order, each once."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

import vocabulary
from articles import Outcome, article, outcome, write
from handbill.document import text_of
from handbill.markdown import converter
from handbill.markdown.tree import sanitize, variants
from handbill.markdown.tree.content_model import canonical_body
from handbill.markdown.tree.document_parts import Parts
from handbill.testing.documents import png

ELEMENTS = (
    "a abbr address aside b blockquote body br button caption center code data dd details div dl dt em fieldset figcaption figure font "
    "form h1 h2 h6 hr i iframe img input int int8 kbd label legend li math nobr ol option p picture pre q rp rt ruby s script section "
    "select span strong style sub summary sup svg table tbody td textarea tfoot th thead title tr u ul video xmp"
).split()
ATTRIBUTES = (
    "", "", "", " id=x", " class='note task admonition foo'", " class=only-pdf", " href='#x'", " href='http://a b/%'", " href=javascript:x",
    " onclick=x", " lang=fr", " lang='!'", " data-only=pdf", " markdown=1", " src=fig.png", " align=right", " colspan=1000000",
    " rowspan=9", " dir=rtl", " type=checkbox checked", " name=y", " style='text-align: right'", " value=3", " start=-2 type=a reversed",
)  # fmt: skip
BITS = (
    "*{}*", "**{}**", "`{}`", "[{}](#x)", '[{}](http://h/{{a}} "t")', "![{}](fig.png)", "[^a]", "[^b]", "~~{}~~", "&amp;", "&nbsp;",
    "&bogus;", "\x01", "\u2028", '"{}"', "{{: #p }}", "{{.note}}", "\n", "  \n", "<", ">", "\\", "[", "]", "<!", "<?x?>", "]]>", "^^",
    "<br>", "|", "\t", "\ufeff", "<!-- -->",
)  # fmt: skip
OPENINGS = ("", "", "", "", "    ", "> ", "- ", "1. ", ":   ", "  ", "   ", "# ", "###### ", "!!! note\n    ", "> [!NOTE]\n> ", "> - ")


class Soup:
    """Writes Markdown and raw HTML at random, each of its words once."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.words: list[str] = []

    def word(self) -> str:
        self.words.append(f"wq{len(self.words):04d}")
        return self.words[-1]

    def tag(self) -> str:
        name = self.random.choice(ELEMENTS)
        forms = (f"<{name}{self.random.choice(ATTRIBUTES)}>", f"</{name}>", f"<{name}{self.random.choice(ATTRIBUTES)}/>")
        return self.random.choices(forms, (4, 4, 1))[0]

    def piece(self) -> str:
        kind = self.random.random()
        if kind < 0.35:
            return self.word()
        if kind < 0.55:
            return self.tag()
        bit = self.random.choice(BITS)
        return bit.format(self.word()) if "{}" in bit else bit.format()

    def line(self) -> str:
        return " ".join(self.piece() for _ in range(self.random.randint(1, 5)))

    def block(self) -> str:
        kind = self.random.randrange(12)
        if kind == 0:
            return f"| {self.line()} | {self.word()} |\n|:--|--:|\n| {self.line()} | {self.line()} |"
        if kind == 1:
            opening = self.random.choice(("", "> ", "- "))
            return f"{opening}```\n{opening}{self.line()}\n{opening}```"
        if kind == 2:
            return f"{self.word()}\n:   {self.line()}"
        if kind == 3:
            return f"::: only {self.random.choice(('pdf', 'epub pdf'))}\n\n{self.line()}\n\n:::"
        if kind == 4:
            return f"{self.tag()}\n\n{self.line()}\n\n{self.tag()}"
        return self.random.choice(OPENINGS) + self.line()

    def article(self) -> str:
        apart = self.random.choice(("\n\n", "\n\n", "\n"))
        blocks = apart.join(self.block() for _ in range(self.random.randint(1, 6)))
        return f"# Title\n\n{blocks}\n\n[^a]: {self.line()}\n\n[^b]: note {self.random.choice(('', '[^a]', '[^b]'))}\n"


def read_text(text: str, exporter: str = "pdf") -> Outcome:
    with TemporaryDirectory() as folder:
        return outcome(write(Path(folder), {"article.md": text, "fig.png": png()}), exporter=exporter)


def shown_text(found: Outcome) -> str:
    assert found.document is not None
    body = found.document.tree()
    return " ".join([text_of(found.document.heading_tree()), text_of(body), *(image.get("alt", "") for image in body.iter("img"))])


@settings(max_examples=120, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 2**32))
def test_soup_becomes_the_vocabulary_or_is_refused_with_a_place(seed: int) -> None:
    soup = Soup(seed)
    text = soup.article()
    found = read_text(text)
    if found.document is None:
        errors = [diagnostic for diagnostic in found.diagnostics if diagnostic.severity == "error"]
        assert {error.code for error in errors} <= {"undefined-note", "duplicate-id", "unclosed-block", "duplicate-note", "empty-article"}
        assert all(error.line is not None for error in errors), found.messages
        return
    assert vocabulary.faults(found.document) == []
    lost = [word for word in soup.words if word not in shown_text(found)]
    # The code of a script or of a style that ends is no text of the article.
    hidden = "".join(re.findall(r"<(?:script|style)\b.*?</(?:script|style)", text, re.DOTALL | re.IGNORECASE))
    assert [word for word in lost if word not in hidden] == []


@settings(max_examples=80, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 2**32))
def test_the_text_of_the_cleaned_html_is_in_the_tree_whole_and_once(seed: int) -> None:
    rendered = converter.render(Soup(seed).article(), "en")
    cleaned = sanitize.clean(rendered.html).tree
    before = Counter("".join(visible(cleaned).split()))
    after = Counter("".join(visible(canonical_body(cleaned)).split()))
    assert after == before


def visible(tree: etree._Element) -> str:
    """Return the text of a tree, the words of images without a source included, and neither boxes nor the numbers of calls."""
    pieces = []
    for element in tree.iter():
        note = element.get("class") in ("noteref", "footnote-ref") or element.get("data-note") is not None
        titled = element.get("class") == "admonition-title" and element.tag == "p"
        if not note and not titled and element.get("class") != "checkbox":
            pieces.append(element.text or "")
        if element.tag == "img" and (not element.get("src") or any(parent.tag == "pre" for parent in element.iterancestors())):
            pieces.append(element.get("alt", ""))
        pieces.append(element.tail or "")
    return "".join(pieces)


@settings(max_examples=100, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_any_text_at_all_is_read(text: str) -> None:
    found = read_text(f"# Title\n\n{text}\n")
    if found.document is not None:
        assert vocabulary.faults(found.document) == []
    else:
        assert all(error.line is not None for error in found.diagnostics if error.severity == "error"), found.messages


@pytest.mark.parametrize(
    "text",
    [
        "[" * 300,
        "![" * 300,
        "[a](" * 300,
        "<a " * 500,
        "<div>" * 40 + "x" + "</div>" * 40,
        "x[^n]" * 100 + "\n\n[^n]: note",
        "*" * 1000,
        "> " * 30 + "deep",
        "".join(f"{'  ' * depth}- item {depth}\n" for depth in range(25)),
        "| a " * 200 + "|\n" + "|---" * 200 + "|\n" + "| b " * 200 + "|",
        "&#0; &#xD800; &#x110000; &#1; &#x80;",
        "a\x00b\x0cc\x0bd\x1be\x7ff\ufffeg",
        "<!-- never closed",
        "text <!-- never closed\n\nmore",
        "<![CDATA[ never closed",
        "<a href='never closed",
        "<div",
        "</",
        "::: only",
        "***",
    ],
    ids=range(20),
)
def test_what_breaks_parsers_does_not_break_this_one(text: str) -> None:
    found = read_text(f"# Title\n\nBefore.\n\n{text}\n\nAfter.\n")
    assert found.document is not None, found.messages
    assert vocabulary.faults(found.document) == []
    assert shown_text(found).index("Before.") < shown_text(found).index("After.")


def test_an_unclosed_comment_hides_nothing() -> None:
    assert "never closed" in shown_text(read_text("# Title\n\ntext <!-- never closed\n\nmore\n"))
    assert "more" in shown_text(read_text("# Title\n\n<div>\n<!-- never closed\n</div>\n\nmore\n"))


def test_an_unclosed_anchor_is_one_anchor() -> None:
    found = read_text('# Title\n\n<a name="old">\n\n## One\n\nText.\n\n## Two\n\n[back](#old)\n')
    assert found.document is not None, found.messages
    assert found.body.count('id="old"') == 1
    assert "duplicate-id" not in found.codes


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_do_not_matter(end: str) -> None:
    text = "\ufeff---\ntitle: T\n---\n\nOne\ntwo.\n\n- a\n- b\n"
    assert read_text(text.replace("\n", end)).body == read_text(text).body


def test_a_format_gets_what_is_for_it_and_notes_are_numbered_for_it(tmp_path: Path) -> None:
    text = "# T\n\n::: only pdf\nFor pdf.[^p]\n:::\n\n::: only pdf-plain\nFor plain.\n:::\n\nAll.[^a]\n\n[^p]: P.\n[^a]: A.\n"
    read = article(write(tmp_path, {"article.md": text}))
    bodies = {name: text_of(read.document(name).tree()) for name in ("pdf", "pdf-plain", "epub")}
    assert bodies == {"pdf": "For pdf.1All.2P.A.", "pdf-plain": "For plain.All.1A.", "epub": "All.1A."}
    assert read.formats() == {"pdf", "pdf-plain"}


def test_a_link_to_what_a_format_does_not_get_keeps_its_text() -> None:
    text = "# T\n\n::: only epub\n## Part\n:::\n\nSee [part](#part).\n"
    assert read_text(text, "epub").body == '<h2 id="part">Part</h2><p>See <a href="#part">part</a>.</p>'
    assert read_text(text, "pdf").body == "<p>See <span>part</span>.</p>"


def test_assets_are_those_that_the_format_shows(tmp_path: Path) -> None:
    text = "# T\n\n::: only epub\n![e](e.png)\n:::\n\n![all](a.png)\n"
    read = article(write(tmp_path, {"article.md": text, "a.png": png(), "e.png": png(5, 5)}))
    assert [asset.name for asset in read.document("pdf").assets] == ["a.png"]
    assert [asset.name for asset in read.document("epub").assets] == ["e.png", "a.png"]


@pytest.mark.parametrize(
    ("text", "heading", "body"),
    [
        ("# One *two*\n\nText.", "One <em>two</em>", "<p>Text.</p>"),
        ("Before.\n\n# Late\n\nText.", "Late", "<p>Before.</p><p>Text.</p>"),
        ('---\ntitle: "“A” – b"\n---\n\n# "A" -- B\n\nText.', "“A” – B", "<p>Text.</p>"),
        (
            "---\ntitle: Given\n---\n\n# Other\n\n## Below\n\nText.",
            "Given",
            '<h2 id="other">Other</h2><h3 id="below">Below</h3><p>Text.</p>',
        ),
        ("# One\n\n# Two\n\n###### Six\n\nText.", "One", '<h2 id="two">Two</h2><h6 id="six">Six</h6><p>Text.</p>'),
        ("---\ntitle: Given\n---\n\n## Two\n\nText.", "Given", '<h2 id="two">Two</h2><p>Text.</p>'),
        ("---\n\nText.\n\n---\n\n# T", "T", "<hr/><p>Text.</p><hr/>"),
        ("# ![logo](fig.png)\n\nText.", '<img src="fig.png" alt="logo"/>', "<p>Text.</p>"),
    ],
)
def test_where_the_title_comes_from(text: str, heading: str, body: str) -> None:
    found = read_text(text)
    assert (found.heading, found.body) == (heading, body)


def test_a_note_that_the_title_calls_is_number_one() -> None:
    found = read_text("# Title[^t]\n\nText.[^a]\n\n[^a]: A.\n[^t]: T.\n")
    assert found.document is not None
    assert text_of(found.document.tree()) == "Text.2T.A."
    assert found.codes == []
    assert vocabulary.faults(found.document) == []


def test_parts_of_a_list_or_a_table_are_in_every_format() -> None:
    text = (
        '# T\n\n<dl><dt class="only-epub">t<dd class="only-epub">d</dl>\n\n<table><tr class="only-epub"><td class="only-epub">c</table>\n'
    )
    assert read_text(text).body == "<dl><dt>t</dt><dd>d</dd></dl><table><tbody><tr><td>c</td></tr></tbody></table>"


def test_a_class_of_another_tool_hides_nothing(tmp_path: Path) -> None:
    text = (
        '<div class="only-github" markdown="1">\n\nStays.\n\n</div>\n\n<p class="only-epub">Goes.</p>\n\n::: only gemtext\nGoes too.\n:::\n'
    )
    shown = text_of(article(write(tmp_path, {"article.md": f"# T\n\n{text}"})).document("pdf").tree())
    assert shown.strip() == "Stays."


def test_a_type_in_prose_keeps_its_words(tmp_path: Path) -> None:
    text = "# T\n\nArray<IPreviewAction | IPreviewActionCustom> and Map<string, int>.\n"
    shown = text_of(article(write(tmp_path, {"article.md": text})).document("pdf").tree())
    assert shown.strip() == "Array<IPreviewAction | IPreviewActionCustom> and Map<string, int>."


CALL = '<a class="noteref" role="doc-noteref" id="noteref-1" href="#note-1">1</a>'


@pytest.mark.parametrize(
    ("text", "body", "codes"),
    [
        ("Text <i>oops.", "<p>Text <em>oops.</em></p>", ["unbalanced-html"]),
        ("<font color=red>", "", ["unbalanced-html"]),
        ("Text <code>x", "<p>Text <code>x</code></p>", ["unbalanced-html"]),
        ("<b>bold <i>both</b> it", "<p><strong>bold <em>both</em></strong> it</p>", ["unbalanced-html"]),
        ("<b>x <i>y</i>", "<p><strong>x <em>y</em></strong></p>", ["unbalanced-html"]),
        ("x <a href='https://z.org'>z", '<p>x <a href="https://z.org">z</a></p>', ["unbalanced-html"]),
        ("x <center>y", "<p>x</p><p>y</p>", ["unbalanced-html"]),
        ("<p>one\n<p>two", "<p>one</p><p>two</p>", []),
        ("<li>x", "<ul><li>x</li></ul>", []),
        ("<div align=center>", "", ["unbalanced-html"]),
        ("<center>x", "<p>x</p>", ["unbalanced-html"]),
        ("<h2>x", '<h2 id="x">x</h2>', ["unbalanced-html", "empty-section"]),
        ("<div\nclass=a>x", '<div class="a"><p>x</p></div>', ["unbalanced-html"]),
        ("> <div>x", "<blockquote><p>x</p></blockquote>", ["unbalanced-html"]),
        ("<video>\n\n*x*", "<p><em>x</em></p>", ["unbalanced-html", "raw-html"]),
    ],
)
def test_an_unclosed_tag_ends_with_its_block_and_no_call_is_lost(text: str, body: str, codes: list[str]) -> None:
    found = read_text(f"# T\n\n{text}\n\n## Heading\n\n**bold** call[^1]\n\n[^1]: N\n")
    note = '<section class="notes"><aside class="note" id="note-1"><p>N</p></aside></section>'
    assert found.body == f'{body}<h2 id="heading">Heading</h2><p><strong>bold</strong> call{CALL}</p>{note}'
    assert found.codes == codes
    assert {diagnostic.line for diagnostic in found.diagnostics} <= {3}


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("[see[^1]](https://z.org)", f'<a href="https://z.org">see</a>{CALL}'),
        ("<a href='https://z.org'>see[^1] this</a>", f'<a href="https://z.org">see</a>{CALL}<a href="https://z.org"> this</a>'),
        ("[[^1]](https://z.org)", CALL),
        (
            "*[a **b[^1]** c](https://z.org) d*",
            f'<em><a href="https://z.org">a <strong>b</strong></a>{CALL}<a href="https://z.org"> c</a> d</em>',
        ),
        ("<i>x[^1]", f"<em>x{CALL}</em>"),
        ("<code>x[^1]</code>", f"<code>x{CALL}</code>"),
    ],
)
def test_a_call_is_a_call_whatever_it_stands_in(text: str, body: str) -> None:
    found = read_text(f"# T\n\n{text}\n\n[^1]: N\n")
    assert found.document is not None
    assert found.body.startswith(f"<p>{body}</p><section")
    assert vocabulary.faults(found.document) == []


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("#1 reason to stop", "<p>#1 reason to stop</p>"),
        ("text\n#1 of", "<p>text\n#1 of</p>"),
        ("- #1 of", "<ul><li>#1 of</li></ul>"),
        ("####### seven", "<p>####### seven</p>"),
        ("## C#", '<h2 id="c">C#</h2>'),
        ("## A ##", '<h2 id="a">A</h2>'),
        ("## \n\nx", "<p>x</p>"),
        ("#\n\nx", "<p>x</p>"),
        ("    #1 code", "<pre><code>#1 code</code></pre>"),
    ],
)
def test_a_heading_has_a_space_after_its_marks(text: str, body: str) -> None:
    assert read_text(f"# T\n\n{text}\n").body == body


def test_feet_and_inches_stay_straight() -> None:
    text = "5'10\" tall, 6\"x4, 1'000, \"page 5\", 'in 1990', the 1980's\n"
    assert read_text(f"# T\n\n{text}").body == "<p>5'10\" tall, 6\"x4, 1'000, “page 5”, ‘in 1990’, the 1980’s</p>"


def test_an_unknown_callout_is_told() -> None:
    found = read_text("# T\n\n> [!WARNING] Own title\n> y\n\n> [!DANGER] x\n> y\n\n> [sic] z\n")
    assert [(one.code, one.line, one.column) for one in found.diagnostics] == [("unknown-alert", 6, 3)]
    assert found.diagnostics[0].hint == "there are: [!NOTE], [!TIP], [!IMPORTANT], [!WARNING], [!CAUTION]"
    assert found.body.endswith("<blockquote><p>[!DANGER] x\ny</p></blockquote><blockquote><p>[sic] z</p></blockquote>")


def test_braces_that_hold_no_attributes_stay(tmp_path: Path) -> None:
    text = "# T\n\n## A {b} {c d}\n\n| a | b |\n|---|---|\n| f(): { [key: string]: string } | {x} |\n\n*em*{and} so {on}\n"
    tree = article(write(tmp_path, {"article.md": text})).document("pdf").tree()
    assert [text_of(element).strip() for element in tree.iter("h2", "td", "p")] == [
        "A {b} {c d}",
        "f(): { [key: string]: string }",
        "{x}",
        "em{and} so {on}",
    ]


def test_an_image_in_the_title_or_the_summary_keeps_no_title_of_its_own(tmp_path: Path) -> None:
    image = '![a](plain.png "its title")'
    text = f"---\nabstract: |\n  Short. {image}\n\n  {image}\n---\n\n# T {image}\n\nText {image} on.\n"
    document = article(write(tmp_path, {"article.md": text, "plain.png": png()})).document("pdf")
    abstract = document.abstract_tree()
    assert abstract is not None
    assert not [image for part in (document.heading_tree(), document.tree(), abstract) for image in part.iter("img") if image.get("title")]
    assert [text_of(caption) for caption in abstract.iter("figcaption")] == ["its title"]


@pytest.mark.parametrize(
    "text",
    ["> # Inside", "- <h1>Inside</h1> tail", "| a |\n|---|\n| <h1>Inside</h1> tail |", "!!! note\n    # Inside", "a[^1]\n\n[^1]: # Inside"],
)
def test_a_heading_of_a_quotation_a_list_a_table_or_a_note_is_not_the_title(text: str, tmp_path: Path) -> None:
    found = outcome(write(tmp_path, {"article.md": f"First.\n\n{text}\n"}))
    assert found.heading == "article"
    assert ">Inside</h2>" in found.body
    assert "no-title" in found.codes


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<ruby></ruby>", "<span/>"),
        ("<ruby>漢<rt>kan</rt></ruby>", "<ruby>漢<rt>kan</rt></ruby>"),
        ("<ruby>振<rt>ふ</rt>り<rt></rt></ruby>", "<ruby>振<rt>ふ</rt>り<rt/></ruby>"),
        ("<ruby>a<rp>(</rp><rt>b</rt><rp>, </rp><rt>c</rt><rp>)</rp></ruby>", None),
        ("<ruby>漢</ruby>", "<span>漢</span>"),
        ("<ruby>漢<rp>(</rp></ruby>", "<span>漢</span>"),
        ("<ruby><rt>a</rt></ruby>", "<span><span>a</span></span>"),
        (
            '<ruby id="x" lang="ja">漢<rt>a</rt>b <em>c</em></ruby> d',
            '<ruby id="x" lang="ja">漢<rt>a</rt></ruby><span lang="ja">b <em>c</em></span> d',
        ),
        ("<ruby>漢<rp>(</rp><rt>a</rt></ruby> d", "<ruby>漢<rt>a</rt></ruby> d"),
        (
            "<ruby>漢<rp>(</rp><rt>a</rt><rp>and <em>so</em> on</rp></ruby>",
            "<ruby>漢<rt>a</rt></ruby><span><span>and <em>so</em> on</span></span>",
        ),
        ("<ruby>a<rt><ruby>b<rt>c</rt></ruby></rt></ruby>", "<ruby>a<rt><span>b<span>c</span></span></rt></ruby>"),
        ('<bdo lang="fr">a</bdo> <bdo dir="rtl">b</bdo>', '<span lang="fr">a</span> <bdo dir="rtl">b</bdo>'),
        ("<dfn>a <em><dfn>b</dfn></em></dfn>", "<dfn>a <em><span>b</span></em></dfn>"),
        ("<time>2026-11-27</time> <time>noon</time>", "<time>2026-11-27</time> <span>noon</span>"),
        ("<time><em>2026</em></time>", "<span><em>2026</em></span>"),
        ('<time datetime="2026-11-27T08:00Z"><em>now</em></time>', None),
        ('<time datetime="P1DT2H">a day and more</time>', None),
        ('<time datetime="soon">2026</time>', "<span>2026</span>"),
        ('<time datetime="2026-02-40">x</time>', "<span>x</span>"),
    ],
)
def test_an_inline_element_without_what_makes_it_one_is_none(written: str, read: str | None) -> None:
    found = read_text(f"# T\n\nA {written}\n")
    assert found.document is not None
    assert vocabulary.faults(found.document) == []
    assert (written if read is None else read) in found.body


def test_a_table_in_a_caption_stands_before_the_table() -> None:
    table = "<table><caption>First <table><tr><td>a</td></tr></table> last</caption><tr><td>b</td></tr></table>"
    found = read_text(f"# T\n\n{table}\n")
    assert found.document is not None
    assert vocabulary.faults(found.document) == []
    assert [text_of(block).strip() for block in found.document.tree()] == ["First", "a", "last", "b"]


def test_a_part_of_a_ruby_that_a_format_is_not_given_leaves_a_sound_one(tmp_path: Path) -> None:
    text = '# T\n\nA <ruby>漢<rt class="only-pdf">kan</rt></ruby>.\n'
    found = article(write(tmp_path, {"article.md": text}))
    assert [bool(found.document(name).tree().findall(".//ruby")) for name in ("pdf", "epub")] == [True, False]
    assert [vocabulary.faults(found.document(name)) for name in ("pdf", "epub")] == [[], []]


def test_what_is_for_some_formats_only_is_so_in_the_title_and_the_summary_too(tmp_path: Path) -> None:
    front_matter = "---\nabstract: |\n  Short.\n\n  ::: only pdf\n  Printed.\n  :::\n---\n\n"
    text = f"{front_matter}# T<b class='only-pdf'>: printed</b>[^1]\n\nText.\n\n[^1]: N.\n"
    found = article(write(tmp_path, {"article.md": text}))
    said = {}
    for name in ("pdf", "epub"):
        document = found.document(name)
        assert vocabulary.faults(document) == []
        abstract = document.abstract_tree()
        assert abstract is not None
        said[name] = (document.metadata.title, text_of(document.heading_tree()), text_of(abstract))
    assert said == {"pdf": ("T: printed", "T: printed1", "Short.Printed."), "epub": ("T", "T1", "Short.")}


def test_a_title_of_which_nothing_is_for_a_format_is_whole_there(tmp_path: Path) -> None:
    found = article(write(tmp_path, {"article.md": "# <b class='only-pdf'>T</b>\n\nText.\n"}))
    assert [found.document(name).metadata.title for name in ("pdf", "epub")] == ["T", "T"]
    assert text_of(found.document("epub").heading_tree()) == "T"


def test_the_variant_of_an_article_for_a_format_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "---\nabstract: Short.\n---\n\n# T\n\nText and [^1].\n\n::: only pdf\n![](a.png)\n:::\n\n[^1]: A note.\n"
    found = article(write(tmp_path, {"article.md": text, "a.png": png()}))
    made: list[str] = []
    filter_for, number_notes = variants.filter_formats, variants.number_notes

    def filter_counted(body: etree._Element, exporter: str, known: Collection[str]) -> None:
        made.append(f"{body.tag} for {exporter}")
        filter_for(body, exporter, known)

    def number_counted(parts: Parts) -> None:
        made.append("notes")
        number_notes(parts)

    monkeypatch.setattr(variants, "filter_formats", filter_counted)
    monkeypatch.setattr(variants, "number_notes", number_counted)
    rendition = found.rendition("pdf")
    assert made == ["h1 for pdf", "body for pdf", "body for pdf", "notes"]
    assert rendition.barriers == {"missing-alt": 1}
    assert rendition.document.barriers == ("missing-alt",)
    assert found.rendition("epub").barriers == {}
    assert (found.document("pdf"), found.barriers("pdf")) == (rendition.document, rendition.barriers)


def test_headings_of_the_abstract_come_before_those_of_the_body(tmp_path: Path) -> None:
    text = "---\nabstract: |\n  ## A\n\n  Short.\n---\n\n# T\n\n### B\n\nText.\n"
    found = outcome(write(tmp_path, {"article.md": text}))
    assert found.document is not None
    assert (found.codes, found.document.barriers) == ([], ())


@pytest.mark.parametrize("first", ["# A {: .only-pdf }", "::: only pdf\n\n# A\n\n:::"])
def test_a_heading_for_some_formats_is_not_the_title(first: str, tmp_path: Path) -> None:
    found = article(write(tmp_path, {"article.md": f"{first}\n\nText.\n\n# B\n"}))
    assert [found.document(name).metadata.title for name in ("pdf", "epub")] == ["B", "B"]
    assert [text_of(found.document(name).tree()) for name in ("pdf", "epub")] == ["AText.", "Text."]


def test_an_id_made_of_a_heading_is_never_that_of_a_note(tmp_path: Path) -> None:
    text = "# T\n\n## Note\n\na[^1]\n\n## Note\n\nb[^2]\n\n[to it](#note-1)\n\n[^1]: x\n\n[^2]: y\n"
    found = read_text(text)
    assert found.document is not None
    assert vocabulary.faults(found.document) == []
    assert [heading.get("id") for heading in found.document.tree().iter("h2")] == ["note", "s-note"]
    assert '<a href="#s-note">to it</a>' in found.body


def test_a_figure_of_an_image_that_is_not_fetched_is_none() -> None:
    found = read_text('# T\n\n<figure><img src="https://e.org/x.png" alt="words"><figcaption>Caption</figcaption></figure>\n')
    assert found.document is not None
    assert vocabulary.faults(found.document) == []
    assert found.body == '<div class="figure"><p><a href="https://e.org/x.png">words</a></p><p>Caption</p></div>'


@pytest.mark.parametrize(
    ("written", "epub"),
    [
        ('![alt](plain.png "Caption"){: .only-pdf }', ""),
        ('<figure><img src="plain.png" alt="x" class="only-pdf"><figcaption>Caption</figcaption></figure>', ""),
        ('<blockquote id="a"><p class="only-pdf">x</p></blockquote>\n\n[to it](#a)', '<div id="a"/><p><a href="#a">to it</a></p>'),
        ('<ul id="a"><li class="only-pdf">x</li></ul>', '<div id="a"/>'),
        ("> x\n{: .only-pdf }", ""),
    ],
)
def test_what_a_format_is_not_given_leaves_nothing_half(written: str, epub: str, tmp_path: Path) -> None:
    found = article(write(tmp_path, {"article.md": f"# T\n\nText.\n\n{written}\n", "plain.png": png()}))
    assert [vocabulary.faults(found.document(name)) for name in ("pdf", "epub")] == [[], []]
    assert found.document("epub").body.decode() == f"<body><p>Text.</p>{epub}</body>"
    assert "x" in text_of(found.document("pdf").tree()) or found.document("pdf").tree().find(".//figure/img") is not None


def test_an_image_that_is_none_and_says_nothing_leaves_no_empty_paragraph() -> None:
    found = read_text("# T\n\nText.\n\n![](data:image/png;base64,AA)\n")
    assert found.body == "<p>Text.</p>"
