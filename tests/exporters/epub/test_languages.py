"""EPUBs in languages that run from right to left, in several languages, and in other words than English."""

from __future__ import annotations

import dataclasses

from handbill.exporters.epub import exporter
from lxml import etree

from epub_handouts import ARABIC, HOTLINE, OPF, XHTML, XML_LANG, export, trees
from handbill.document import Words, text_of
from handbill.testing.documents import DISCLAIMER, PLAIN, TORTURE
from handouts import members

NCX = "{http://www.daisy.org/z3986/2005/ncx/}"


def isolated_numbers(page: etree._Element) -> list[str]:
    return [text_of(each) for each in page.iter(f"{XHTML}bdi") if each.get("dir") == "ltr"]


def test_pages_contents_and_package_run_from_right_to_left() -> None:
    files = members(export(ARABIC))
    assert all(etree.fromstring(files[f"EPUB/{name}"]).get("dir") == "rtl" for name in ("title.xhtml", "nav.xhtml", "disclaimer.xhtml"))
    assert etree.fromstring(files["EPUB/toc.ncx"]).get("dir") == "rtl"
    package = etree.fromstring(files["EPUB/content.opf"])
    assert package.get("dir") == "rtl"
    assert [spine.get("page-progression-direction") for spine in package.iter(f"{OPF}spine")] == ["rtl"]


def test_numbers_of_several_groups_keep_their_order_and_ranges_do_not() -> None:
    pages = trees(export(ARABIC))
    assert isolated_numbers(pages["section-1-a.xhtml"]) == ["1-800-222-1222", "+1 202-555-0142"]
    assert isolated_numbers(pages["disclaimer.xhtml"]) == ["1-800-222-1222", "+1 202-555-0142"]
    assert HOTLINE in text_of(pages["section-1-a.xhtml"])
    assert exporter.pages(export(ARABIC))[-1].body.splitlines() == ["إخلاء", HOTLINE]


def test_nothing_is_isolated_where_text_runs_from_left_to_right() -> None:
    assert not any(isolated_numbers(page) for page in trees(export(TORTURE)).values())


def test_values_beside_handbills_words_are_isolated() -> None:
    isolated = [text_of(each) for each in trees(export(ARABIC))["title.xhtml"].iter(f"{XHTML}bdi")]
    assert isolated == ["سلمى", "Ada Example", "1.2-b", "desk@example.org"]
    assert "سلمى، Ada Example" in exporter.pages(export(ARABIC))[0].body


def test_an_entry_in_another_language_says_so() -> None:
    files = members(export(dataclasses.replace(ARABIC, disclaimer=DISCLAIMER)))
    entries = [link for link in etree.fromstring(files["EPUB/nav.xhtml"]).iter(f"{XHTML}a") if link.get("href") == "disclaimer.xhtml"]
    assert [(link.get("lang"), link.get("dir")) for link in entries] == [("en", "ltr"), ("en", "ltr")]
    labels = [label for label in etree.fromstring(files["EPUB/toc.ncx"]).iter(f"{NCX}navLabel") if text_of(label) == DISCLAIMER.title]
    assert [(label.get(XML_LANG), label.get("dir")) for label in labels] == [("en", "ltr")]


def test_words_that_handbill_has_only_in_another_language_say_so() -> None:
    files = members(export(dataclasses.replace(TORTURE, metadata=dataclasses.replace(TORTURE.metadata, language="ar"))))
    title = etree.fromstring(files["EPUB/title.xhtml"])
    languages = {text_of(span): (span.get("lang"), span.get("dir")) for span in title.iter(f"{XHTML}span")}
    assert languages["Version 1.10"] == ("en", "ltr")
    links = [link for link in title.iter(f"{XHTML}a") if link.get("href") == "disclaimer.xhtml"]
    assert [(text_of(link), link.get("lang")) for link in links] == [("See the disclaimer.", None)]
    notice = next(links[0].iterancestors(f"{XHTML}div"))
    assert (notice.get("lang"), notice.get("dir")) == ("en", "ltr")
    page = etree.fromstring(files["EPUB/section-1-lists.xhtml"])
    (group,) = (each for each in page.iter(f"{XHTML}section") if each.get("class") == "notes")
    assert group.get("lang") == "en"
    assert {note.get("lang") for note in group.iter(f"{XHTML}aside")} == {"ar"}
    regional = dataclasses.replace(TORTURE, metadata=dataclasses.replace(TORTURE.metadata, language="en-GB"))
    article = members(export(regional))["EPUB/title.xhtml"].partition(b"handbill-notice")[0]
    assert b'lang="en"' not in article


def test_every_word_that_is_added_is_one_of_the_documents_words() -> None:
    fields = {field.name: f"⟦{field.name}⟧" for field in dataclasses.fields(Words) if isinstance(field.default, str)}
    fields |= {name: f"⟦{name}⟧ {{{name}}}" for name in ("version", "contact")}
    fields |= {name: f"⟦{name}⟧ {{date}}" for name in ("dated", "reviewed", "review_by", "facts_as_of")}
    words = dataclasses.replace(Words(), **(fields | {"language": "en", "separator": " / ", "date": "{day}.{number}.{year}"}))  # type: ignore[arg-type]
    texts = set()
    document = dataclasses.replace(TORTURE, words=words, disclaimer=dataclasses.replace(TORTURE.disclaimer, words=words))
    for name, content in members(export(document)).items():
        if name.endswith((".xhtml", ".opf", ".ncx")):
            for each in etree.fromstring(content).iter(etree.Element):
                texts |= {(each.text or "").strip(), (each.tail or "").strip(), *(str(value) for value in each.attrib.values())}
    used = {name for name, value in fields.items() if any(value.partition(" {")[0] in text for text in texts)}
    assert used >= {"contents", "notes", "title_page", "back_to_text", "see_disclaimer_section", "version", "reviewed", "contact"}
    assert used >= {"summary_images", "summary_tables", "summary_navigation", "summary_conforms", "evaluated_by"}
    english = {str(getattr(Words(), name)).partition(" {")[0] for name in used}
    assert not {text for text in texts & english if len(text) > 2}


def test_letters_without_a_slanted_form_are_not_slanted() -> None:
    for language, upright in (
        ("ar", True),
        ("he", True),
        ("zh-Hans", True),
        ("ja", True),
        ("en", False),
        ("ru", False),
        ("az-Latn", False),
    ):
        document = dataclasses.replace(PLAIN, metadata=dataclasses.replace(PLAIN.metadata, language=language))
        assert (trees(export(document))["article.xhtml"].get("class") == "handbill-upright") == upright, language
