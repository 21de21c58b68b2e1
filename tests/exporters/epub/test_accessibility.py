"""An EPUB's accessibility metadata follow from its content."""

from __future__ import annotations

import dataclasses
import re

import pytest
from handbill.exporters.epub import exporter
from lxml import etree

from epub_handouts import OPF, XHTML, XML_LANG, export, trees
from handbill.contract import ExporterError
from handbill.document import Asset, Document, Words
from handbill.testing.documents import PLAIN, TORTURE, png
from handouts import members, with_body

CLAIM = "EPUB Accessibility 1.1 - WCAG 2.1 Level AA"
PICTURE = (Asset("a.png", "image/png", png()),)
DECORATION = '<p>Text.</p><p><img src="a.png" alt="" role="presentation"/></p>'
TABLE = '<table><thead><tr><th scope="col">A</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>'


def metas(document: Document) -> dict[str, list[etree._Element]]:
    """Return the `meta` elements of the package document by their property."""
    found: dict[str, list[etree._Element]] = {}
    for meta in etree.fromstring(members(export(document))["EPUB/content.opf"]).iter(f"{OPF}meta"):
        found.setdefault(meta.get("property") or "", []).append(meta)
    return found


def meta_values(document: Document, name: str) -> list[str]:
    """Return the values of the `meta` elements with that property."""
    return [meta.text or "" for meta in metas(document).get(name, [])]


def test_conformance_is_claimed_in_the_words_of_the_specification_with_its_evaluator() -> None:
    found = metas(TORTURE)
    (claim,), (evaluator,) = found["dcterms:conformsTo"], found["a11y:certifiedBy"]
    assert claim.text == CLAIM
    assert claim.get("refines") is None
    assert evaluator.get("refines") == f"#{claim.get('id')}"
    assert evaluator.text == TORTURE.words.evaluated_by
    assert exporter.claims(export(TORTURE)) == [CLAIM]


def test_a_document_with_barriers_claims_nothing_and_says_so() -> None:
    document = dataclasses.replace(TORTURE, barriers=("table-shape",))
    assert meta_values(document, "dcterms:conformsTo") == []
    assert meta_values(document, "a11y:certifiedBy") == []
    (summary,) = meta_values(document, "schema:accessibilitySummary")
    assert summary.endswith(TORTURE.words.summary_barriers)
    assert TORTURE.words.summary_conforms not in summary
    assert exporter.claims(export(document)) == []


def test_claims_are_read_from_the_bytes_alone() -> None:
    handout = export(PLAIN)
    assert exporter.claims(handout) == [CLAIM]
    with pytest.raises(ExporterError, match="not a readable EPUB"):
        exporter.claims(handout[:200])


@pytest.mark.parametrize(
    ("body", "modes", "sufficient", "described", "claimed"),
    [
        ("<p>Text.</p>", ["textual"], ["textual"], False, True),
        (DECORATION, ["textual"], ["textual"], False, True),
        ('<p><img src="a.png" alt="A cat"/></p>', ["textual", "visual"], ["textual", "textual,visual"], True, True),
        ('<p><img src="a.png" alt="A cat"/><img src="a.png" alt=""/></p>', ["textual", "visual"], ["textual,visual"], False, False),
    ],
    ids=["no-image", "decoration", "described", "one-undescribed"],
)
def test_modes_follow_from_the_images(body: str, modes: list[str], sufficient: list[str], described: bool, claimed: bool) -> None:
    document = with_body(body, assets=PICTURE)
    assert meta_values(document, "schema:accessMode") == modes
    assert meta_values(document, "schema:accessModeSufficient") == sufficient
    assert ("alternativeText" in meta_values(document, "schema:accessibilityFeature")) == described
    assert bool(meta_values(document, "dcterms:conformsTo")) == claimed


def test_a_decoration_has_an_empty_alternative_and_the_role_for_it() -> None:
    (image,) = trees(export(with_body(DECORATION, assets=PICTURE)))["article.xhtml"].iter(f"{XHTML}img")
    assert (image.get("alt"), image.get("role")) == ("", "presentation")


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        ("image/gif", b"GIF89a NETSCAPE2.0"),
        ("image/png", png().replace(b"IDAT", b"acTLIDAT", 1)),
        ("image/webp", b"RIFF....WEBPVP8X ANIM"),
        ("image/svg+xml", b'<svg xmlns="http://www.w3.org/2000/svg"><animate/></svg>'),
    ],
)
def test_what_may_move_is_an_unknown_hazard_and_ends_the_claim(media_type: str, content: bytes) -> None:
    document = with_body('<p><img src="a" alt="Waves"/></p>', assets=(Asset("a", media_type, content),))
    assert meta_values(document, "schema:accessibilityHazard") == ["unknown"]
    assert meta_values(document, "dcterms:conformsTo") == []
    assert document.words.summary_motion in meta_values(document, "schema:accessibilitySummary")[0]
    still = dataclasses.replace(document, assets=(Asset("a", "image/png", png()),))
    assert meta_values(still, "schema:accessibilityHazard") == ["none"]


def test_skipped_headings_are_no_structure_to_navigate() -> None:
    skipping = with_body("<h2>A</h2><p>Text.</p><h4>B</h4><p>Text.</p>")
    assert "structuralNavigation" not in meta_values(skipping, "schema:accessibilityFeature")
    assert meta_values(skipping, "dcterms:conformsTo") == []
    assert meta_values(PLAIN, "schema:accessibilityFeature") == [
        "displayTransformability",
        "readingOrder",
        "structuralNavigation",
        "tableOfContents",
        "unlocked",
    ]


def test_the_summary_is_composed_of_what_is_there_in_the_documents_words() -> None:
    words = dataclasses.replace(
        Words(),
        language="eo",
        summary_text="Nur teksto.",
        summary_images="Bildoj.",
        summary_tables="Tabeloj.",
        summary_navigation="Enhavo.",
        summary_conforms="Konforma.",
    )
    for body, assets, wanted in (
        ("<p>a</p>", (), "Nur teksto. Enhavo. Konforma."),
        (TABLE, (), "Nur teksto. Tabeloj. Enhavo. Konforma."),
        (f'{TABLE}<p><img src="a.png" alt="a"/></p>', PICTURE, "Bildoj. Tabeloj. Enhavo. Konforma."),
        (TABLE.replace("th", "td").replace("tdead", "thead"), (), "Nur teksto. Enhavo. Konforma."),
    ):
        (summary,) = metas(with_body(body, assets=assets, words=words))["schema:accessibilitySummary"]
        assert (summary.text, summary.get(XML_LANG)) == (wanted, "eo")


def test_callouts_are_notes_and_not_landmarks() -> None:
    callouts = [
        each for each in trees(export(TORTURE))["section-1-lists.xhtml"].iter(f"{XHTML}aside") if "admonition" in each.get("class", "")
    ]
    assert [each.get("role") for each in callouts] == ["note", "note"]


def test_boxes_of_tables_have_names_of_their_own() -> None:
    table = f"<table><tbody><tr>{'<td>cell</td>' * 5}</tr></tbody></table>"
    page = trees(export(with_body(f"<h2>Doses</h2>{table * 3}")))["section-1-doses.xhtml"]
    names = [box.get("aria-label") for box in page.iter(f"{XHTML}div") if box.get("role") == "region"]
    assert names == ["Doses", "Doses (2)", "Doses (3)"]


def test_few_columns_of_long_words_scroll_too() -> None:
    def is_wide(*cells: str) -> bool:
        row = "".join(f"<td>{cell}</td>" for cell in cells)
        return (
            b'class="handbill-wide-table"'
            in members(export(with_body(f"<table><tbody><tr>{row}</tr></tbody></table>")))["EPUB/article.xhtml"]
        )

    assert is_wide("sedatives", "benzodiazepines", "immunosuppressants")
    assert not is_wide("a few short words " * 9, "side effects, of many kinds")
    assert not is_wide("一张清单旁边放着要照抄的药瓶一张清单旁边放着要照抄的药瓶", "一张清单旁边放着要照抄的药瓶")


def test_nothing_but_hair_lines_has_a_fixed_size_and_nothing_but_the_ground_of_images_a_colour() -> None:
    css = members(export(PLAIN))["EPUB/style.css"].decode()
    assert set(re.findall(r"([\d.]+(?:px|pt|pc|cm|mm|in))\b", css)) <= {"1px", "2px"}
    coloured = re.findall(r"^  ((?:color|background)[^;]*);", css, re.MULTILINE)
    assert sorted(set(coloured)) == ["background-color: #fff", "background-color: transparent", "color: inherit"]
