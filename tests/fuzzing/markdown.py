"""Strategies for Markdown: articles of all constructs of the dialect, the same with random edits, and random text and bytes."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import strategies as st

__all__ = ["SIGNS", "articles", "garbled", "inlines", "scribbles", "structured"]

SCRIPTS = (
    "plain words", "Größe", "naïve façade", "Ελληνικά", "ἀρχὴ", "кириллица", "שלום עולם", "مرحبا بالعالم", "لا إله", "中文字符", "日本語の文",
    "한국어", "ภาษาไทย", "हिन्दी", "தமிழ்", "e\u0301\u0323", "👩‍👩‍👧", "🇪🇸", "✓☐≥", "ﬁne ﬂow", "1.5 mg", "2026", "x", "A", "...", "--", "'quoted'", '"so"',
    "a\u00adb", "a\u200bb", "\u202eabc\u202c", "\u2067ab\u2069", "\ufeff", "\x00", "\x07", "\x0c", "\x85", "\u2028", "\ue000", "\U000e0041", "\ufffd",
)  # fmt: skip
"""Words of many scripts and directions, and unusual characters."""

SIGNS = (
    "*", "**", "_", "__", "`", "``", "~", "~~", "[", "]", "(", ")", "![", "](", "](x)", "[^1]", "[^1]:", "<", ">", "</", "/>", "&", "&#", "&amp;",
    "&#0;", "&#x110000;", "\\", "|", "||", ":", "::", ":::", "::: only pdf", "!!! note", "> ", "- ", "1. ", "# ", "```", "~~~", "---", "===", "***",
    "\n", "\n\n", "\r\n", "\r", "\t", "    ", "  \n", "<!--", "-->", "<div>", "</div>", "<p>", "<b>", "</b>", "<span lang=es>", "<table>", "<td>",
    "<li>", "<pre>", "<a name=x>", "<br>", "<script>", "<![CDATA[", "<?php", "<!DOCTYPE", "{", "}", "{: .c}", "{#x}", "*[A]: B", "\n:   ", '--8<-- "',
    "[TOC]", "$", "^", "%", "@", "https://e.org", "a@b.org", "\x02", "\x03", "stx", "wzxhzdk:0", "\x02wzxhzdk:0\x03", "\x02klzzwxh:0000\x03",
)  # fmt: skip
"""Text with a meaning in Markdown, in HTML, or in the libraries (their placeholders too)."""

TARGETS = (
    "https://example.org/a?b=c&d", "#a", "#none", "_other.md", "../x", "mailto:a@b.org", "tel:+1", "javascript:alert(1)", "file:///etc/passwd",
    "//host/x", "<a b>", "", "http://[", "data:text/html,x", "figures/plain.png", "%00", "x y", "\\", "https://пример.рф",
)  # fmt: skip
IMAGES = (
    *("figures/plain.png",) * 9,
    *("figures/drawing.svg",) * 9,
    "figures/none.png",
    "https://e.org/x.png",
    "../x.png",
    "article.md",
    "",
    "data:image/png;base64,AA",
)
LABELS = ("1", "2", "a", "note", "x y", "*", "^", "ü")
TAGS = (
    "b",
    "i",
    "em",
    "sub",
    "sup",
    "kbd",
    "span",
    "q",
    "mark",
    "small",
    "bdo",
    "ruby",
    "rt",
    "abbr",
    "time",
    "u",
    "font",
    "blink",
    "x-y",
    "a",
)
BOXES = (
    "div",
    "section",
    "aside",
    "details",
    "figure",
    "blockquote",
    "table",
    "tr",
    "td",
    "dl",
    "dt",
    "dd",
    "ul",
    "ol",
    "li",
    "p",
    "center",
    "form",
    "svg",
)
ATTRIBUTES = (
    "", ' id="a"', " class='only-pdf'", ' lang="es"', ' dir="rtl"', " hidden", ' style="color:red"', " onclick=x", ' markdown="1"', ' colspan="3"',
    ' rowspan="0"', ' start="-1"', " open", ' title="t"', ' epub:type="x"', ' xml:lang="fr"', " =", ' id=""', ' lang="??"', ' data-note="1"', ' role="x"',
)  # fmt: skip
LISTS = ("{: .c #i lang=es}", "{#a}", "{: id=a title='x' }", "{: .only-text }", "{:}", "{: = }", "{: dir=rtl }")

words = st.one_of(st.sampled_from(SCRIPTS), st.sampled_from(SCRIPTS), st.text(max_size=6))


def inlines() -> st.SearchStrategy[str]:
    """Return a strategy for inline content of one line or two."""
    label, target, tag, attribute = (st.sampled_from(values) for values in (LABELS, TARGETS, TAGS, ATTRIBUTES))

    def wider(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.lists(inner, min_size=1, max_size=4).map(" ".join),
            st.builds("{1}{0}{1}".format, inner, st.sampled_from(("*", "**", "_", "***", "~~", "~", "`", "``", "\\"))),
            st.builds("[{}]({})".format, inner, target),
            st.builds('![{}]({} "{}")'.format, inner, st.sampled_from(IMAGES), inner),
            st.builds("{}[^{}]".format, inner, label),
            st.builds("[{}][{}]".format, inner, label),
            st.builds("<{1}{2}>{0}</{1}>".format, inner, tag, attribute),
            st.builds("<{1}{2}>{0}".format, inner, tag, attribute),
            st.builds("{}{}{}".format, inner, st.sampled_from(("  \n", "\n", "<br/>", "\\\n", " -- ", "<wbr>")), inner),
            st.builds("{} {}".format, inner, st.sampled_from(LISTS)),
            st.builds("<!-- {} -->".format, inner),
        )

    return st.recursive(st.one_of(words, words, st.sampled_from(SIGNS)), wider, max_leaves=5)


def _indented(text: str, first: str, rest: str) -> str:
    return "\n".join((rest if number else first) + line for number, line in enumerate(text.split("\n")))


def _table(rows: list[list[str]], dashes: list[str], bars: str) -> str:
    lines = [" | ".join(row) for row in rows]
    lines.insert(1, "|".join(dashes))
    return "\n".join(f"{bars}{line}{bars}" for line in lines)


def _blocks() -> st.SearchStrategy[str]:
    line, label = inlines(), st.sampled_from(LABELS)
    attribute = st.sampled_from(ATTRIBUTES)
    row = st.lists(line, min_size=1, max_size=4)
    leaf = st.one_of(
        line,
        line,
        st.builds("{} {} {}".format, st.sampled_from(("#", "##", "###", "#####", "#######")), line, st.sampled_from(("", "#", *LISTS))),
        st.builds("{}\n{}".format, line, st.sampled_from(("===", "---", "-"))),
        st.builds(
            "{0}{1}\n{2}\n{3}".format,
            st.sampled_from(("```", "~~~", "````")),
            st.sampled_from(("", "python", " {.c title='t'}")),
            line,
            st.sampled_from(("```", "~~~", "")),
        ),
        line.map(lambda text: _indented(text, "    ", "    ")),
        st.builds(
            _table,
            st.lists(row, min_size=1, max_size=4),
            st.lists(st.sampled_from(("---", ":--", "--:", ":-:")), min_size=1, max_size=4),
            st.sampled_from(("| ", "")),
        ),
        st.builds("{}\n:   {}".format, line, line),
        st.builds("[^{}]: {}".format, label, line),
        st.builds("[{}]: {} '{}'".format, label, st.sampled_from(TARGETS), words),
        st.builds("*[{}]: {}".format, words, line),
        st.sampled_from(
            ("---", "* * *", "[TOC]", "", '--8<-- "_part.md"', ';--8<-- "_part.md"', '--8<-- "article.md"', '--8<-- "none.md"', "<hr>")
        ),
        st.sampled_from(
            ("<script>x</script>", "<style>p{}</style>", "<!-- c", "<?x ?>", "<![CDATA[x]]>", "<img src=x>", "<input type=checkbox>")
        ),
    )

    def wider(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        several = st.lists(inner, min_size=1, max_size=3).map("\n\n".join)
        return st.one_of(
            st.builds(
                _indented,
                several,
                st.sampled_from(("- ", "* ", "+ ", "1. ", "7) ", "- [ ] ", "- [x] ", "0. ")),
                st.sampled_from(("  ", "    ", "", "\t")),
            ),
            st.lists(line, min_size=2, max_size=4).map(lambda items: "\n".join(f"- {item}" for item in items)),
            several.map(lambda text: _indented(text, "> ", "> ")),
            st.builds(
                "> [!{}]\n{}".format, st.sampled_from(("NOTE", "WARNING", "DANGER")), several.map(lambda text: _indented(text, "> ", ">"))
            ),
            st.builds(
                '!!! {} "{}"\n{}'.format,
                st.sampled_from(("note", "warning", "x y")),
                words,
                several.map(lambda text: _indented(text, "    ", "    ")),
            ),
            st.builds(
                "::: only {}\n\n{}\n\n{}".format,
                st.sampled_from(("pdf", "epub text", "none", "")),
                several,
                st.sampled_from((":::", ":::", "::::", "")),
            ),
            st.builds("<{1}{2}>\n{3}{0}{3}\n</{1}>".format, several, st.sampled_from(BOXES), attribute, st.sampled_from(("", "\n"))),
            st.builds("<{1}{2}>{0}".format, several, st.sampled_from(BOXES), attribute),
            st.builds("[^{}]: {}".format, label, several.map(lambda text: _indented(text, "", "    "))),
            st.builds("{}\n{}".format, inner, inner),
        )

    return st.recursive(leaf, wider, max_leaves=4)


def structured() -> st.SearchStrategy[str]:
    """Return a strategy for articles of the constructs of the dialect, well-formed and broken."""
    ends = st.sampled_from(("\n", "\n", "\n", "\r\n", "\r"))
    blocks = st.lists(_blocks(), min_size=1, max_size=6)
    # Most articles define the notes that they call; otherwise the reader would refuse nearly all.
    return st.builds(_article, blocks, st.sampled_from(("\n\n", "\n\n", "\n")), st.sampled_from((True, True, True, False)), ends)


def _article(blocks: list[str], between: str, defined: bool, end: str) -> str:
    text = between.join(blocks)
    called = {label for label in LABELS if f"[^{label}]" in text and f"[^{label}]:" not in text}
    return (text + "".join(f"\n\n[^{label}]: A note." for label in sorted(called) if defined)).replace("\n", end)


@st.composite
def garbled(draw: st.DrawFn) -> str:
    """Return a structured article with pieces deleted, doubled, reversed and inserted."""
    text = draw(structured())
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 20)))
        change = draw(st.sampled_from(("cut", "double", "put", "turn")))
        piece = text[start:end]
        put = {"cut": "", "double": piece * 2, "put": piece + draw(st.sampled_from(SIGNS)), "turn": piece[::-1]}[change]
        text = text[:start] + put + text[end:]
    return text


def scribbles() -> st.SearchStrategy[str]:
    """Return a strategy for signs and words in any order, with nothing between them."""
    return st.lists(st.one_of(st.sampled_from(SIGNS), st.sampled_from(SIGNS), words), max_size=40).map("".join)


def _encoded(texts: Iterable[st.SearchStrategy[str]]) -> st.SearchStrategy[bytes]:
    return st.one_of(*(text.map(lambda text: text.encode("utf-8", "surrogatepass")) for text in texts))


def articles() -> st.SearchStrategy[bytes]:
    """Return a strategy for the bytes of an article's body: any of these, seldom in another encoding, or random bytes."""
    return st.one_of(
        _encoded((structured(), structured(), garbled(), scribbles())),
        _encoded((structured(), garbled(), scribbles())),
        _encoded((st.text(max_size=80),)),
        st.one_of(st.binary(max_size=60), structured().map(lambda text: text.encode("utf-16"))),
    )
