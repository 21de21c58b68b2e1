"""The layout for Python-Markdown: blocks that CommonMark defines are found by Python-Markdown, and no word changes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handbill.markdown.commonmark import python_markdown_layout

PIECES = (
    "- ", "  ", "    ", "1. ", "12. ", "* ", "\t", "> ", "x", "word", "```", "~~~", "\n", "\n\n", " ", "[^1]: ", ": ", "!!! note", "<div>",
    "<pre>", "</pre>", "<!--", "-->", "# ", "|", "|--|", "---", "***", "\u2028", "é", "-", "+", "::: only pdf", ":::",
)  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("text\n- a\n- b", "text\n\n- a\n- b"),
        ("text\n1. a\n2. b", "text\n\n1. a\n2. b"),
        ("text\n2. no list", "text\n2. no list"),
        ("It was in\n1986. A great year", "It was in\n1986. A great year"),
        ("a\n-\nb", "a\n-\n\nb"),
        ("a\n===\nb\n---\nc\nd\n===\n", "a\n===\n\nb\n---\n\nc\nd\n===\n"),
        ("a\n# b\n[c]: d\n*[g]: h\n[^e]: f", "a\n\n# b\n\n[c]: d\n\n*[g]: h\n\n[^e]: f"),
        ("- a\n  - b\n    - c", "- a\n    - b\n        - c"),
        ("1. a\n   - b", "1. a\n    - b"),
        ("1. a\n  - b", "1. a\n\n- b"),
        ("- a\n    - b\n        - c", "- a\n    - b\n        - c"),
        ("- It was in\n  1986. A year", "- It was in\n        1986. A year"),
        ("- wrapped\n- lines\nlazily\n  indented", "- wrapped\n- lines\n    lazily\n    indented"),
        ("- a\n\n  para\n- b", "- a\n\n    para\n\n- b"),
        ("- a\n\n      code\n        deeper\n\n  para", "- a\n\n        code\n          deeper\n\n    para"),
        ("1. a\n\n        code", "1. a\n\n        code"),
        ("- a\n  ```\n  x\n    y\n  ```\n- b", "- a\n\n    ```\n    x\n      y\n    ```\n\n- b"),
        ("- ```\n  x\n  ```", "- \n\n    ```\n    x\n    ```\n"),
        ("1) a\n2) b", "1. a\n2. b"),
        ("- a\n1. b", "- a\n\n1. b"),
        ("- a\n# H", "- a\n\n# H"),
        ("- a\n> q", "- a\n\n> q"),
        ("* * *\n- - -", "* * *\n- - -"),
        ("    - code\n\n    1. code", "    - code\n\n    1. code"),
        ("text\n    - no list", "text\n    - no list"),
        ("[^1]: note\n    - a\n      - b", "[^1]: note\n\n    - a\n        - b"),
        ("> - a\n>   - b\n> lazy", "> - a\n>     - b\n>         lazy"),
        ("```\n- a\n  - b\n```", "```\n- a\n  - b\n```"),
        ("<pre>\ntext\n- a\n</pre>", "<pre>\ntext\n- a\n</pre>"),
        ("<div>\n\n- a\n  - b\n\n</div>", '<div markdown="1">\n\n- a\n    - b\n\n</div>'),
        ("<div>\n- a\n</div>", "<div>\n- a\n</div>"),
        ("<div>\n\nnever closed", "<div></div>\n\nnever closed"),
        ("<p>one\n<p>two\n\nthree", "<p>one\n<p>two</p></p>\n\nthree"),
        ("<p align=center>\n\nx\n\n</p>", "<p align=center></p>\n\nx\n\n</p>"),
        ("- a\n  <div>x\n- b", "- a\n\n    <div>x</div>\n\n- b"),
        ("<div>\n\n```\n</div>\n```", "<div></div>\n\n```\n</div>\n```"),
        ("</p>\n<li>x <style>\n\ny", "</p>\n<li>x <style>\n\ny"),
        ("<details><summary>S</summary>\n\n- a\n\n</details>", '<details markdown="1"><summary>S</summary>\n\n- a\n\n</details>'),
        ("<div>x</div>\n\n<b>\n\n</div>", "<div>x</div>\n\n<b>\n\n</div>"),
        ("<div>\n<div>\n\nx\n\n</div>\n</div>", '<div markdown="1">\n<div>\n\nx\n\n</div>\n</div>'),
        ("<!--\ntext\n- a\n-->", "<!--\ntext\n- a\n-->"),
        ("```js {1,3}\nx\n```", "```js\nx\n```"),
        ('~~~ python title="a b"\nx\n~~~', '~~~ {.python title="a b"}\nx\n~~~'),
        ("``` {r, echo=FALSE}\nx\n```", "```r\nx\n```"),
        ("``` not a fence ```\n- a", "``` not a fence ```\n\n- a"),
        ("```\nnever closed\n- a", "```\nnever closed\n\n- a"),
        ("text\n| a | b |\n|---|---|", "text\n\n| a | b |\n|---|---|"),
        ("-\ta\n\n\tb", "- a\n\n    b"),
    ],
)
def test_how_blocks_are_laid_out(before: str, after: str) -> None:
    assert python_markdown_layout(before) == after


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_words_and_their_order_stay(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert _without_layout(python_markdown_layout(text)) == _without_layout(text)


def _without_layout(text: str) -> str:
    """Return the characters that stay: neither white space, marks of quotations, end tags nor what stands after a fence."""
    return re.sub(r"[ \t\n>]|(```+|~~~+)[^\n]*", "", re.sub(r"</\w+>", "", text))


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_what_is_laid_out_is_left_alone(pieces: list[str]) -> None:
    once = python_markdown_layout("".join(pieces))
    assert _without_layout(python_markdown_layout(once)) == _without_layout(once)
