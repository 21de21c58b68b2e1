"""Passages and sentences of a tree: their text, note calls and quoted spans, and their places in the source."""

from __future__ import annotations

from lxml import etree

from handbill.checks.passages import Passage, Sentence, passages, sentences
from handbill.manuscript.source_file import Line, Source
from handbill.manuscript.source_places import PlaceFinder


def body_passages(body: str) -> list[Passage]:
    return list(passages(etree.fromstring(f"<body>{body}</body>")))


def passage_texts(body: str) -> list[str]:
    return [passage.text for passage in body_passages(body)]


def test_each_block_has_its_own_text_and_code_has_none() -> None:
    body = "<h2>A <em>title</em></h2><p>One\n  two<br/>three.</p><pre><code>x = 1</code></pre>"
    body += "<ul><li>tight<ul><li>nested</li></ul>after</li></ul>"
    assert passage_texts(body) == ["A title", "One two three.", "tight", "nested", "after"]


def test_spaces_are_where_the_text_has_them() -> None:
    assert passage_texts("<p>H<sub>2</sub>O and <em> a </em>b<q>c</q>.</p>") == ["H2O and a bc."]


def test_a_quotation_is_known_by_its_markup() -> None:
    [said, whole, callout] = body_passages(
        "<p>He said <q>it cures</q>.</p><blockquote><p>It cures.</p></blockquote><aside class='admonition'><p>It cures.</p></aside>"
    )
    assert [said.text[slice(*span)] for span in said.quoted] == ["it cures"]
    assert whole.quoted == ((0, len(whole.text)),)
    assert callout.quoted == ()


def test_a_note_belongs_to_the_sentence_that_it_is_called_in_or_after() -> None:
    call = '<a data-note="1">1</a>'
    [passage] = body_passages(f"<p>First, see e.g. this.{call} Second{call} has two.{call} Third has none. {call}Odd.</p>")
    assert [found for _, found in sentences(passage, "en-GB")] == [
        Sentence("First, see e.g. this.", 1),
        Sentence("Second has two.", 2),
        Sentence("Third has none.", 1),
        Sentence("Odd.", 0),
    ]


def test_sentences_know_where_in_the_text_they_begin() -> None:
    [passage] = body_passages("<p>One. Two! Three?</p>")
    assert [passage.text[offset : offset + len(found.text)] for offset, found in sentences(passage, "en")] == ["One.", "Two!", "Three?"]


def passage_place(markdown: str, words: str, occurrence: int = 0) -> tuple[int | None, int | None]:
    lines = tuple(Line(text, "a.md", number) for number, text in enumerate(markdown.split("\n"), 5))
    return PlaceFinder(Source("a.md", {}, lines, {})).find("passage", words, "", occurrence)[1:]


def test_running_text_is_found_over_lines_and_markup() -> None:
    text = "> Some *words*[^1], &amp; a [link\n> that](https://example.org/a_(b)) goes <b>on</b>{.x}.\n\nAgain &Eacute;t\u00e9 words."
    assert passage_place(text, "words, & a link that goes on.") == (5, 9)
    assert passage_place(text, "that goes on") == (6, 3)
    assert passage_place(text, "\u00c9t\u00e9 words") == (8, 7)
    assert passage_place(text, "words", 1) == (8, 18)
    assert passage_place(text, "words, & a link that goes on and on, which the source does not say") == (5, 9)
    assert passage_place(text, "nowhere") == (None, None)
