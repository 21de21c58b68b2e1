"""Languages, from front matter down to a span: words, disclaimers, quotation marks, directions, in every language with a catalogue."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from articles import PUBLICATION, outcome, write
from commandline import Handbill, publication
from handbill.contract import Run
from handbill.document import Document, text_of
from handbill.language.tags import fallback_chain
from handbill.language.translations import catalogues, translated_words
from handbill.proof.disclaimer import expected_disclaimer, prove_disclaimer
from handbill.publication.discovery import article_paths
from handbill.publication.parser import read_publication
from handbill.reader.disclaimers import Disclaimers
from handbill.reader.read import read_article
from handbill.registry import load
from handbill.testing.documents import TIMESTAMP, png

HEAD = "---\ntitle: {title}\nlang: {language}\n---\n\n"
TEXT = "A text.\n"
LANGUAGES = ("en", *catalogues())


def notice(language: str) -> str:
    return f"---\ntitle: D\nlang: {language}\nnotice: A notice.\n---\n\nThe text of the disclaimer in {language}.\n"


def document(root: Path, language: str, text: str) -> Document:
    files = {"article.md": f"---\ntitle: T\nlang: {language}\n---\n\n{text}\n", f"disclaimers/general.{language}.md": notice(language)}
    found = outcome(write(root, files))
    assert found.document is not None, found.messages
    assert "english-words" not in found.codes
    return found.document


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["epub", "text"])
def test_the_disclaimer_is_proven_in_every_language(language: str, name: str, tmp_path: Path) -> None:
    exporter = load(name)
    made = document(tmp_path, language, "## A heading\n\nA word.[^1]\n\n> [!WARNING]\n> Careful.\n\n[^1]: A note.")
    handout = exporter.export(made, exporter.options_type(), Run(TIMESTAMP, lambda found: None))
    pages = exporter.pages(handout)
    assert prove_disclaimer(pages, expected_disclaimer(made.disclaimer, made.words)).last == len(pages)
    shown = "\n".join(page.body for page in pages)
    assert translated_words(language).warning in shown
    assert translated_words(language).notes in shown or name == "epub"


@pytest.mark.parametrize(
    ("markdown", "title"),
    [
        ("> [!WARNING]\n> Texto.", "Advertencia"),
        ("> [!tip]\n> Texto.", "Consejo"),
        ("!!! caution\n    Texto.", "Precaución"),
        ('!!! note ""\n    Texto.', "Nota"),
        ('!!! note "Note"\n    Texto.', "Note"),
        ("!!! danger\n    Texto.", "Danger"),
        ('<div class="admonition important">Texto.</div>', "Importante"),
    ],
)
def test_a_callout_is_titled_in_the_articles_language_where_the_author_gives_no_title(markdown: str, title: str, tmp_path: Path) -> None:
    body = document(tmp_path, "es", markdown).body.decode()
    assert body.count('class="admonition-title"') == 1
    assert f'<p class="admonition-title">{title}</p>' in body


def test_a_callout_in_an_abstract_is_titled_too(tmp_path: Path) -> None:
    files = {
        "article.md": "---\ntitle: T\nlang: es\nabstract: |\n  !!! warning\n      Texto.\n---\n\nTexto.\n",
        "disclaimers/general.es.md": notice("es"),
    }
    found = outcome(write(tmp_path, files)).document
    assert found is not None
    assert "Advertencia" in found.abstract.decode()


def test_english_words_are_told_of_where_the_language_is_said(tmp_path: Path) -> None:
    files = {
        "stated.md": "---\ntitle: T\nlang: sw\n---\n\nMaandishi.\n",
        "named.md": "# T\n\nText.\n",
        "named.sw.md": "# T\n\nMaandishi.\n",
        "disclaimers/general.sw.md": notice("sw"),
    }
    root = write(tmp_path, files)
    disclaimers = Disclaimers(root, "en")
    places = []
    for path in article_paths(root):
        read = read_article(root, path.path, PUBLICATION, path.language, disclaimers.find)
        places += [(read.path, found.line, found.column) for found in read.diagnostics if found.code == "english-words"]
        if path.language == "sw" or path.path == "stated.md":
            assert read.document("text").words.language == "en"
            assert "english-words" in read.document("text").barriers
    assert places == [("named.sw.md", 1, 1), ("stated.md", 3, 1)]


@pytest.mark.parametrize(
    ("language", "there", "taken"),
    [
        ("es", ("es",), "es"),
        ("es-MX", ("es", "es-MX"), "es-MX"),
        ("es-MX", ("es", "es-419"), "es-419"),
        ("pt-BR", ("pt",), "pt"),
        ("pt-AO", ("pt", "pt-PT"), "pt-PT"),
        ("zh-TW", ("zh", "zh-Hans", "zh-Hant"), "zh-Hant"),
        ("zh-CN", ("zh-Hans", "zh-Hant"), "zh-Hans"),
        ("sr-Latn", ("sr", "sr-Latn"), "sr-Latn"),
        ("sr-RS", ("sr-Cyrl", "sr-Latn"), "sr-Cyrl"),
        ("iw", ("he",), "he"),
        ("zh-Hant", ("zh", "zh-Hans", "en"), ""),
        ("sr-Latn", ("sr", "sr-Cyrl"), ""),
        ("sr", ("sr-Latn",), ""),
        ("ht", ("fr",), ""),
        ("pt", ("es", "gl"), ""),
    ],
)
def test_the_disclaimer_is_in_the_articles_written_language_or_there_is_none(
    language: str, there: tuple[str, ...], taken: str, tmp_path: Path
) -> None:
    files = {f"disclaimers/general.{tag}.md": notice(tag) for tag in there}
    found = outcome(write(tmp_path, {**files, "article.md": HEAD.format(title="T", language=language) + TEXT}))
    if taken:
        assert found.document is not None, found.messages
        assert found.document.disclaimer.language == taken
    else:
        assert "no-disclaimer" in found.codes
        assert found.document is None


def test_a_translation_without_its_disclaimer_stops_the_build(handbill: Handbill, tmp_path: Path) -> None:
    source = publication(tmp_path, articles={"letter.md": "# A letter\n\nText.\n", "letter.es.md": "# Una carta\n\nTexto.\n"})
    done = handbill.inside("build", "-t", "text", code=3)
    assert "source/letter.es.md:1:1: error[no-disclaimer]: the disclaimer `general` is not there in the article's language, es" in done.err
    assert handbill.files() == ["letter.txt", "manifest.json"]
    (source / "disclaimers/general.es.md").write_text("---\ntitle: Aviso\n---\n\nInformación general.\n")
    handbill.inside("build", "-t", "text")
    assert handbill.files() == ["letter.es.txt", "letter.txt", "manifest.json"]
    assert "Aviso" in (handbill.build / "letter.es.txt").read_text()


@pytest.mark.parametrize(
    ("language", "typed", "set_"),
    [
        ("en", '"So," he said.', "“So,” he said."),
        ("es", 'Dijo "hola". ¿"Sí"? ¡"No"!', "Dijo “hola”. ¿“Sí”? ¡“No”!"),
        ("fr", 'Il dit "oui" et l\'"eau" d\'"or".', "Il dit «\u202foui\u202f» et l’«\u202feau\u202f» d’«\u202for\u202f»."),
        ("de", "\"Ja\", 'nein'.", "„Ja“, ‚nein’."),
        ("pt", '"Sim".', "“Sim”."),
        ("pt-AO", '"Sim".', "«Sim»."),
        ("ru", 'Он сказал "да".', "Он сказал «да»."),
        ("ar", 'قال "نعم" و"لا".', "قال ”نعم“ و”لا“."),
        ("he", 'ארה"ב אמרה "כן".', 'ארה"ב אמרה "כן".'),
        ("zh-Hans", '他说"好"。', '他说"好"。'),
        ("zh-TW", "他說「好」。", "他說「好」。"),
        ("sw", '"Ndiyo".', "“Ndiyo”."),
    ],
)
def test_straight_quotation_marks_become_the_languages_own_where_that_is_safe(language: str, typed: str, set_: str, tmp_path: Path) -> None:
    files = {"article.md": HEAD.format(title="T", language=language) + typed + "\n", f"disclaimers/general.{language}.md": notice(language)}
    assert f"<p>{set_}</p>" in outcome(write(tmp_path, files)).body


def test_quotes_follow_the_articles_language_inside_a_span_of_another(tmp_path: Path) -> None:
    made = document(tmp_path, "fr", 'Il dit <span lang="en">"yes"</span>.')
    assert '<span lang="en">«\u202fyes\u202f»</span>' in made.body.decode()


@pytest.mark.parametrize(
    "markdown",
    [
        'a <span lang="es">b</span>',
        "a *b*{lang=es}",
        "a [b](https://example.org/){lang=es}",
        "a `b`{lang=es}",
        "a\n{lang=es}",
        "## a {lang=es}",
        '<blockquote lang="es">a</blockquote>',
        '<ul><li lang="es">a</li></ul>',
        '<dl><dt lang="es">a</dt><dd>b</dd></dl>',
        '<dl><dt>a</dt><dd lang="es">b</dd></dl>',
        '<table><tr><th lang="es">a</th></tr></table>',
        '<table><tr><th>a</th></tr><tr><td lang="es">b</td></tr></table>',
        '<table lang="es"><tr><th>a</th></tr></table>',
        '<figure><img src="f.png" alt="a"><figcaption lang="es">b</figcaption></figure>',
        '![a](f.png "b"){lang=es}',
        '<table><caption lang="es">a</caption><tr><th>b</th></tr></table>',
        '<div lang="es"><p>a</p><p>b</p></div>',
        '<section lang="es">a</section>',
        'a <q lang="es">b</q>',
    ],
)
def test_a_language_on_any_element_reaches_the_exporters(markdown: str, tmp_path: Path) -> None:
    found = outcome(write(tmp_path, {"article.md": f"# T\n\nText.\n\n{markdown}\n", "f.png": png()}))
    assert found.body.count('lang="es"') == 1, found.messages


def test_what_may_stand_in_for_a_language() -> None:
    assert fallback_chain("zh-TW") == ("zh-Hant-TW", "zh-Hant")
    assert fallback_chain("zh") == ("zh", "zh-Hans")
    assert fallback_chain("pt-AO")[:3] == ("pt-AO", "pt-PT", "pt")
    assert fallback_chain("sr-Latn") == ("sr-Latn",)
    assert "fr" not in fallback_chain("ht")


def outline(article: Document) -> list[tuple[str, str]]:
    """Return an article's blocks by name, with the addresses, notes and images in them."""
    names = ("h2", "h3", "p", "li", "td", "th", "dt", "dd", "aside", "figure", "a")
    parts = (element for element in article.tree().iter(*names))
    return [(str(part.tag), part.get("href") or part.get("class") or part.get("scope") or "") for part in parts]


def numbers(article: Document) -> Counter[str]:
    texts = [text_of(article.heading_tree()), text_of(article.tree()), text_of(article.disclaimer.tree())]
    texts += [image.get("alt", "") for image in article.tree().iter("img")]
    texts += [text_of(etree.fromstring(asset.content)) for asset in article.assets]
    return Counter(number for text in texts for number in re.findall(r"\d+", text))


def test_the_shipped_translation_has_the_articles_structure_and_every_number_of_it() -> None:
    source = Path(__file__).parents[2] / "source"
    settings = read_publication(source)
    disclaimers = Disclaimers(source, settings.language)
    paths = (("kratom-and-melatonin.md", ""), ("kratom-and-melatonin.es.md", "es"))
    english, spanish = (read_article(source, path, settings, tag, disclaimers.find).document("text") for path, tag in paths)
    assert outline(spanish) == outline(english)
    assert numbers(spanish) == numbers(english)
    assert spanish.metadata.identifier != english.metadata.identifier
    assert spanish.disclaimer.language == spanish.words.language == "es"
    assert [element.tag for element in spanish.disclaimer.tree().iter()] == [element.tag for element in english.disclaimer.tree().iter()]


def test_hyphens_follow_the_language_of_a_span(tmp_path: Path) -> None:
    exporter = load("pdf")
    spans = ("so " * number + '<span lang="de">' + "Bundesausbildungsförderungsgesetz " * 8 + "</span>" for number in range(4))
    made = document(tmp_path, "en", "\n\n".join(spans))
    pages = exporter.pages(exporter.export(made, exporter.options_type(), Run(TIMESTAMP, lambda found: None)))
    ends = set(re.findall(r"(\w+)[\u2010\u00ad-]\n\w", "\n".join(page.body for page in pages)))
    assert "Bundesausbil" in ends
    assert "Bundesausb" not in ends, "where English patterns divide it"
