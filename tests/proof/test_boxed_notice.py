"""Marked claims: their markup, and the boxed notice that accompanies them in every handout (21 CFR 101.93)."""

from __future__ import annotations

import dataclasses
import functools
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from handbill.exporters.epub import EpubOptions
from handbill.exporters.epub import exporter as epub
from handbill.exporters.pdf import PdfOptions
from handbill.exporters.pdf import exporter as pdf
from handbill.exporters.pdf.pages.boxed_notice import smallest_type_size
from handbill.exporters.pdf.render import render
from handbill.exporters.text import TextOptions
from handbill.exporters.text import exporter as text

import vocabulary
from articles import Outcome, outcome, write
from commandline import Handbill, publication
from handbill.contract import Boxed, Page
from handbill.diagnostics.errors import ProofError
from handbill.document import STATEMENT, STATEMENTS, Document, Theme
from handbill.proof.boxed_notice import MarkedClaims, marked_claims, prove_boxed_notice
from handbill.testing.documents import CLAIMS, run

SUPPLEMENT = f"---\ntitle: Disclaimer\nprofile: us-supplement\nnotice: No advice.\n---\n\n{STATEMENTS}\n"
MARKED = MarkedClaims((("Calms the ", "mind", "."),), "*", STATEMENT)
BOX = Boxed(f"*\n{STATEMENT}", bold=True, o_height=4.5)


def read(root: Path, article: str, disclaimer: str = SUPPLEMENT) -> Outcome:
    return outcome(write(root, {"disclaimers/general.md": disclaimer, "article.md": f"---\ntitle: T\n---\n\n{article}\n"}))


def body(root: Path, article: str) -> str:
    found = read(root, article)
    assert found.document is not None, found.messages
    assert vocabulary.faults(found.document) == []
    return found.document.body.decode()


def sheet(words: str, *boxes: Boxed) -> Page:
    """Return a page of these words, below which the boxes stand."""
    return Page("\n".join([words, *(box.text for box in boxes)]), boxed=boxes)


def proof_codes(pages: list[Page], marked: MarkedClaims = MARKED) -> list[str]:
    try:
        prove_boxed_notice(pages, marked)
    except ProofError as error:
        return [found.code for found in error.diagnostics]
    return []


# ---- Marking ----


@pytest.mark.parametrize(
    ("source", "inside"),
    [
        ("[Calms the *mind*.]{.claim} More.", "Calms the <em>mind</em>."),
        ("[Calms [the](https://example.org/) mind.]{: .claim } More.", 'Calms <a href="https://example.org/">the</a> mind.'),
        ("*Calms the mind.*{.claim} More.", "<em>Calms the mind.</em>"),
        ("**Calms the mind.**{: .claim .big} More.", '<strong class="big">Calms the mind.</strong>'),
        ('<span class="claim">Calms the mind.</span> More.', "Calms the mind."),
        ("Calms the mind.\n{: .claim}", "Calms the mind."),
        ("- [Calms the mind.]{.claim}\n- b", "Calms the mind."),
        ("| a |\n|---|\n| [Calms the mind.]{.claim} |", "Calms the mind."),
        ("[[Calms]{.claim} the mind.]{.claim}", None),
        ('<span class="claim">Calms <em class="claim">the</em> mind.</span>', "Calms <em>the</em> mind."),
    ],
)
def test_a_claim_is_marked_in_these_ways_and_ends_in_its_symbol(source: str, inside: str | None, tmp_path: Path) -> None:
    found = body(tmp_path, source)
    symbol = '<a class="claim-symbol" role="doc-noteref" href="#note-boxed">*</a></span>'
    assert inside is None or f'<span class="claim">{inside}{symbol}' in found
    assert found.count(symbol) == 1
    assert f'<aside class="boxed-notice" id="note-boxed"><p>* {STATEMENT}</p></aside>' in found


def test_what_is_no_mark_stays_as_it_is_written(tmp_path: Path) -> None:
    found = body(tmp_path, "[text]{.other} and [text] {.claim} and `[text]{.claim}`")
    assert "[text]{.other} and [text] {.claim} and <code>[text]{.claim}</code>" in found


def test_the_sentence_is_in_the_number_of_the_claims(tmp_path: Path) -> None:
    assert STATEMENTS in body(tmp_path, "[One.]{.claim} [Two.]{.claim}")


def test_where_the_text_has_asterisks_the_symbol_is_a_dagger(tmp_path: Path) -> None:
    found = body(tmp_path, r"Two \* two. [Calms.]{.claim}")
    assert ">†</a>" in found
    assert f"<p>† {STATEMENT}</p>" in found


def test_the_box_is_marked_as_english_in_another_language(tmp_path: Path) -> None:
    write(tmp_path, {"disclaimers/general.es.md": SUPPLEMENT.replace("profile:", "lang: es\nprofile:")})
    found = outcome(write(tmp_path, {"article.md": "---\ntitle: T\nlang: es\n---\n\n[Calma.]{.claim}\n"}))
    assert found.document is not None, found.messages
    assert '<aside class="boxed-notice" id="note-boxed" lang="en">' in found.document.body.decode()


def test_a_block_for_some_formats_counts_in_these_alone(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            "disclaimers/general.md": SUPPLEMENT,
            "article.md": "---\ntitle: T\n---\n\n[One.]{.claim}\n\n::: only text\n[Two.]{.claim}\n:::\n",
        },
    )
    for exporter, sentence in (("text", STATEMENTS), ("pdf", STATEMENT)):
        document = outcome(root, exporter=exporter).document
        assert document is not None
        assert sentence in document.body.decode()


@pytest.mark.parametrize(
    ("article", "line", "message"),
    [
        ("Text.\n\n## [Calms.]{.claim}\n\nText.", 7, "a heading is repeated"),
        ("Text.[^1]\n\n[^1]: [Calms.]{.claim}", 7, "a note may be shown in a window of its own"),
        ("| [Calms.]{.claim} |\n|---|\n| a |", 5, "a table's head is repeated"),
        ("Text\n\n- one\n\n    two\n\n<div class='claim' markdown='1'>\n\nCalms.\n\nHelps.\n\n</div>", 13, "on several blocks"),
        ("Text <span class='claim'> </span>.", 5, "that says nothing"),
        ("[يهدئ البال]{.claim}", 5, "runs from right to left"),
    ],
)
def test_a_mark_that_cannot_be_kept_is_an_error_at_its_place(article: str, line: int, message: str, tmp_path: Path) -> None:
    found = read(tmp_path, article)
    assert found.document is None
    (one,) = [one for one in found.diagnostics if one.code == "marked-claim"]
    assert one.line == line
    assert message in one.message


def test_an_abstract_bears_no_claim(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {"disclaimers/general.md": SUPPLEMENT, "article.md": '---\ntitle: T\nabstract: "[Calms.]{.claim}"\n---\n\nText.\n'},
    )
    assert [one.code for one in outcome(root).diagnostics] == ["marked-claim"]


def test_a_marked_claim_whose_disclaimer_is_of_no_such_profile_is_an_error(tmp_path: Path) -> None:
    found = read(tmp_path, "Text.\n\n[Calms.]{.claim}", "---\ntitle: D\n---\n\nText.\n")
    assert found.document is None
    (one,) = found.diagnostics
    assert (one.code, one.line, one.column) == ("claim-without-notice", 7, 2)
    assert "profile: us-supplement" in one.hint


@pytest.mark.parametrize(
    ("claims", "sentence", "warned"),
    [
        ("[A.]{.claim}", STATEMENT, False),
        ("[A.]{.claim} [B.]{.claim}", STATEMENT, True),
        ("[A.]{.claim}", STATEMENTS, True),
        ("None.", STATEMENT, False),
    ],
)
def test_a_disclaimer_in_the_other_number_is_a_warning(claims: str, sentence: str, warned: bool, tmp_path: Path) -> None:
    found = read(tmp_path, claims, f"---\ntitle: D\nprofile: us-supplement\n---\n\n{sentence}\n")
    assert found.document is not None
    assert [one.code for one in found.diagnostics] == (["statement-number"] if warned else [])


def test_without_marked_claims_there_is_no_box(tmp_path: Path) -> None:
    found = read(tmp_path, "Text.")
    assert found.document is not None
    assert b"boxed-notice" not in found.document.body
    assert marked_claims(found.document) is None


# ---- The proof ----


@pytest.mark.parametrize(
    ("claim", "boxes", "found"),
    [
        ("Calms the mind.*", (BOX,), []),
        ("Calms the [2]\nmind.*", (BOX,), []),
        ("Calms the mind.*", (dataclasses.replace(BOX, bold=None, o_height=None),), []),
        ("Calms the mind.*", (), ["no-boxed-notice"]),
        ("Calms the mind.", (BOX,), ["claim-without-symbol"]),
        ("Calms the body.*", (BOX,), ["claim-without-symbol"]),
        ("Calms the mind.*", (Boxed(f"* {STATEMENTS}", True, 4.5),), ["no-boxed-notice"]),
        ("Calms the mind.*", (Boxed(f"* {STATEMENT.lower()}", True, 4.5),), ["no-boxed-notice"]),
        ("Calms the mind.*", (Boxed(f"* {STATEMENT[:-1]}", True, 4.5),), ["no-boxed-notice"]),
        ("Calms the mind.*", (Boxed(f"* {STATEMENT} Buy now.", True, 4.5),), ["no-boxed-notice"]),
        ("Calms the mind.*", (Boxed(STATEMENT, True, 4.5),), ["no-boxed-notice"]),
        ("Calms the mind.*", (Boxed(f"† {STATEMENT}", True, 4.5),), ["no-boxed-notice"]),
        ("Calms the mind.*", (Boxed(f"* {STATEMENT}".replace("Food", "\ufffd"), True, 4.5),), ["no-boxed-notice"]),
        ("Calms the mind.*", (dataclasses.replace(BOX, bold=False),), ["boxed-notice-not-bold"]),
        ("Calms the mind.*", (dataclasses.replace(BOX, o_height=4.4),), ["boxed-notice-too-small"]),
    ],
)
def test_a_page_with_a_claim_has_the_exact_sentence_in_a_box(claim: str, boxes: tuple[Boxed, ...], found: list[str]) -> None:
    assert proof_codes([Page("First page."), sheet(f"Text. {claim}", *boxes)]) == found


def test_the_boxs_own_symbol_is_no_claims_and_a_box_that_is_not_in_the_page_is_none() -> None:
    assert proof_codes([sheet("Calms the mind.", BOX)]) == ["claim-without-symbol"]
    assert proof_codes([Page("Calms the mind.*", boxed=(BOX,))]) == ["no-boxed-notice"]


def test_every_page_with_a_claim_has_its_own_box() -> None:
    wanted = MarkedClaims((("Calms the mind.",), ("Helps.",)), "*", STATEMENTS)
    box = Boxed(f"* {STATEMENTS}")
    pages = [sheet("Calms the mind.*", box), Page("None."), sheet("Helps.*", box)]
    assert proof_codes(pages, wanted) == []
    assert proof_codes([*pages[:2], Page("Helps.*")], wanted) == ["no-boxed-notice"]


def test_a_claim_that_goes_on_on_the_next_page_needs_the_box_on_both() -> None:
    pages = [sheet("Text. Calms", BOX), sheet("the mind.* Text.", BOX)]
    assert proof_codes(pages) == []
    assert proof_codes([sheet("Text. Calms"), pages[1]]) == ["no-boxed-notice"]
    assert proof_codes([pages[0], sheet("the mind.* Text.")]) == ["no-boxed-notice"]
    assert proof_codes([pages[0], sheet("Other text. the mind.*", BOX)]) == ["claim-without-symbol"]


def test_the_same_claim_twice_is_read_twice() -> None:
    wanted = MarkedClaims((("Calms.",), ("Calms.",)), "*", STATEMENTS)
    box = Boxed(f"* {STATEMENTS}")
    assert proof_codes([sheet("Calms.* Calms.*", box)], wanted) == []
    assert proof_codes([sheet("Calms.* Calms.", box)], wanted) == ["claim-without-symbol"]


# ---- In PDF ----

IN_PDF = {
    "as it is": ("{box} {{ }}", []),
    "missing": ("{box} {{ display: none }}", ["no-boxed-notice"]),
    "in white": ("{box} {{ color: #fff }}", ["no-boxed-notice"]),
    "without a box": ("{box} {{ border: 0 }}", ["no-boxed-notice"]),
    "in a box without a left side": ("{box} {{ border-left: 0 }}", ["no-boxed-notice"]),
    "in a box without a right side": ("{box} {{ border-right: 0 }}", ["no-boxed-notice"]),
    "in a box without an upper side": ("{box} {{ border-top: 0 }}", ["no-boxed-notice"]),
    "in a box without a lower side": ("{box} {{ border-bottom: 0 }}", ["no-boxed-notice"]),
    "in a box that is hardly seen": ("{box} {{ border-color: #ccc }}", ["no-boxed-notice"]),
    "not bold": ("{box} {{ font-weight: 600 }}", ["boxed-notice-not-bold"]),
    "with a line that is not bold": ("{box} p::first-line {{ font-weight: 400 }}", ["boxed-notice-not-bold"]),
    "too small": ("{box} {{ font-size: 8.5pt }}", ["boxed-notice-too-small"]),
    "covered": (
        "{box} {{ position: relative }} {box}::after {{ content: ''; position: absolute; inset: 0; background: #fff }}",
        ["no-boxed-notice"],
    ),
    "without its symbol": ("#on-{page} + p .claim-symbol {{ display: none }}", ["claim-without-symbol"]),
    "with its symbol in white": ("#on-{page} + p .claim-symbol {{ color: #fff }}", ["claim-without-symbol"]),
}


def short(*claimed: str, before: str = "") -> Document:
    """Return a leaflet with a section for each claim."""
    symbol = '<a class="claim-symbol" role="doc-noteref" href="#note-boxed">*</a>'
    sections = "".join(
        f'<h2 id="on-{page}">Section {page}</h2><p>{before}<span class="claim">{words}{symbol}</span></p>'
        for page, words in enumerate(claimed, 2)
    )
    box = f'<aside class="boxed-notice" id="note-boxed"><p>* {STATEMENTS}</p></aside>'
    return dataclasses.replace(CLAIMS, body=f"<body><p>A leaflet.</p>{sections}{box}</body>".encode())


def marked(document: Document) -> MarkedClaims:
    found = marked_claims(document)
    assert found is not None
    return found


def test_a_page_of_a_pdf_whose_box_is_missing_hidden_or_in_the_wrong_type_is_found_out() -> None:
    # One PDF for all ways, each on a page of its own after the first, which bears no claim.
    rules = ["main > h2 { break-before: page }"]
    for page, (css, _) in enumerate(IN_PDF.values(), 2):
        rules.append(css.format(box=f".handbill-boxed-foot #note-boxed-{page}", page=page))
    first, *pages = pdf.pages(render(short(*(f"It is {way}." for way in IN_PDF)), PdfOptions(), run(), "\n".join(rules)))
    assert first.boxed == ()
    found = {
        way: proof_codes([page], MarkedClaims(((f"It is {way}.",),), "*", STATEMENTS))
        for way, page in zip(IN_PDF, pages[: len(IN_PDF)], strict=True)
    }
    assert found == {way: expected for way, (_, expected) in IN_PDF.items()}


@pytest.mark.parametrize("size", ["8pt", "18pt"])
def test_in_a_pdf_a_lower_case_o_of_the_notice_is_a_sixteenth_of_an_inch_high_in_any_edition(size: str) -> None:
    document = short("It calms.", "It helps.")
    pages = pdf.pages(pdf.export(document, PdfOptions(font_size=size), run()))
    assert proof_codes(list(pages), marked(document)) == []
    assert min(box.o_height or 0 for page in pages for box in page.boxed) >= 4.5


def test_the_boxs_face_is_measured() -> None:
    assert 8 < smallest_type_size() < 10


def test_a_claim_in_a_long_paragraph_goes_on_on_the_next_page_with_a_box_on_both() -> None:
    document = short("It calms the mind of whoever takes it, " * 40 + "and so on.", "It helps.", before="Some words come first. " * 95)
    pages = pdf.pages(pdf.export(document, PdfOptions(), run()))
    assert proof_codes(list(pages), marked(document)) == []
    assert sum(len(page.boxed) for page in pages) == 2


def test_a_theme_does_not_reach_the_box() -> None:
    rules = ".handbill-article * { font-size: 7pt } .handbill-article aside { display: none } .handbill-article p { border: 0 }"
    themed = dataclasses.replace(short("It calms.", "It helps."), theme=Theme(css=rules))
    for exporter, options in ((pdf, PdfOptions()), (epub, EpubOptions())):
        pages = exporter.pages(exporter.export(themed, options, run()))  # type: ignore[attr-defined]
        assert proof_codes(list(pages), marked(themed)) == []


def test_in_a_pdf_each_symbol_leads_to_the_box_on_its_page_which_is_a_note() -> None:
    import pikepdf

    css = "main > h2 { break-before: page }"
    with pikepdf.open(io.BytesIO(render(short("It calms.", "It helps."), PdfOptions(), run(), css))) as handout:
        names = handout.Root.Names.Dests.Names
        pages = {str(names[at]): pikepdf.Page(names[at + 1][0]).index for at in range(0, len(names), 2)}
        leads = [
            (number, pages[str(link.Dest)])
            for number, page in enumerate(handout.pages)
            for link in page.get("/Annots", [])
            if str(link.get("/Dest", "")).startswith("note-boxed-")
        ]
        notes = [one for one in handout.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Note"]
        assert leads == [(1, 1), (2, 2)]
        assert sorted(str(note.ID) for note in notes) == ["note-boxed-2", "note-boxed-3"]


# ---- In EPUB ----


@functools.cache
def book() -> bytes:
    return epub.export(CLAIMS, EpubOptions(), run())


def changed_book(change: Callable[[str, str], str]) -> bytes:
    """Return the book with its members' texts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book())) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename.endswith((".xhtml", ".css")):
                content = change(entry.filename, content.decode()).encode()
            new.writestr(entry, content)
    return out.getvalue()


BOX_RULE = "border: 2px solid #808080;\n  padding: 0.8em"
OPENING = '<div class="boxed-notice" id="note-boxed" epub:type="notice" role="doc-notice">'


def under_a_condition(name: str, content: str) -> str:
    if not name.endswith("style.css"):
        return content
    return content.replace(".boxed-notice {", "@media print { .boxed-notice {") + "}\n"


def replacement(old: str, new: str, only: str = "") -> Callable[[str, str], str]:
    return lambda name, content: content.replace(old, new) if only in name else content


IN_EPUB: dict[str, tuple[Callable[[str, str], str], str]] = {
    "missing in one section": (replacement('class="boxed-notice"', 'class="x"', "takes"), "no-boxed-notice"),
    "without a box": (replacement(BOX_RULE, "padding: 0.8em"), "no-boxed-notice"),
    "in a pale box": (replacement(BOX_RULE, BOX_RULE.replace("#808080", "#eee")), "no-boxed-notice"),
    "in a box of three sides": (replacement(BOX_RULE, f"border-left: 0;\n  {BOX_RULE}"), "no-boxed-notice"),
    "in a box under a condition": (under_a_condition, "no-boxed-notice"),
    "hidden": (replacement(OPENING, OPENING.replace("<div", '<div hidden="hidden"')), "no-boxed-notice"),
    "in white": (replacement("<p><strong>", '<p style="color: #fff"><strong>'), "no-boxed-notice"),
    "popping up": (replacement('epub:type="notice" role="doc-notice"><p><strong>', 'epub:type="footnote"><p><strong>'), "no-boxed-notice"),
    "not bold": (replacement("<strong>*", '<strong style="font-weight: 400">*'), "boxed-notice-not-bold"),
    "too small": (replacement("<strong>*", '<strong style="font-size: 0.9em">*'), "boxed-notice-too-small"),
    "with a word left out": (replacement("been evaluated", "evaluated"), "no-boxed-notice"),
    "without its symbols": (replacement('title="See the disclaimer.">*</a>', "></a>"), "claim-without-symbol"),
}


@pytest.mark.parametrize("way", IN_EPUB)
def test_an_epub_with_its_box_missing_hidden_or_in_the_wrong_type_is_found_out(way: str) -> None:
    change, code = IN_EPUB[way]
    handout = changed_book(change)
    assert handout != changed_book(lambda _, content: content)
    assert proof_codes(list(epub.pages(handout)), marked(CLAIMS)) == [code]


def test_in_an_epub_each_section_with_a_claim_ends_in_the_box_to_which_its_symbols_lead() -> None:
    pages = epub.pages(book())
    assert [len(page.boxed) for page in pages] == [0, 1, 0, 1, 0]
    assert proof_codes(list(pages), marked(CLAIMS)) == []
    with zipfile.ZipFile(io.BytesIO(book())) as archive:
        section = next(archive.read(name).decode() for name in archive.namelist() if "takes" in name)
    assert section.count('href="#note-boxed"') == 2
    assert section.count('<div class="boxed-notice" id="note-boxed" epub:type="notice" role="doc-notice">') == 1


def test_what_shows_no_claim_is_as_it_was() -> None:
    plain = dataclasses.replace(CLAIMS, body=b"<body><p>Text.</p></body>")
    with zipfile.ZipFile(io.BytesIO(epub.export(plain, EpubOptions(), run()))) as archive:
        assert not any(b"boxed-notice" in archive.read(name) for name in archive.namelist() if name.endswith(".xhtml"))
    assert all(not page.boxed for page in pdf.pages(pdf.export(plain, PdfOptions(), run())))


# ---- In text ----


def test_in_text_a_box_is_drawn_at_the_end_of_each_section_with_a_claim() -> None:
    for ascii_only, edges in ((False, "┌┐└┘"), (True, "++++")):
        handout = text.export(CLAIMS, TextOptions(ascii=ascii_only, width=60), run()).decode()
        edge = ("-" if ascii_only else "─") * 58
        assert handout.count(f"{edges[0]}{edge}{edges[1]}") == (4 if ascii_only else 2)
        assert proof_codes(list(text.pages(handout.encode())), marked(CLAIMS)) == []
        lines = handout.splitlines()
        start = next(number for number, line in enumerate(lines) if "* These statements" in line)
        assert max(map(len, lines)) == 60
        assert lines.index("How it is made") > start > next(number for number, line in enumerate(lines) if "calms the mind.*" in line)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("┌", "x", "no-boxed-notice"),
        ("│ * These", "│ + These", "no-boxed-notice"),
        ("disease. ", "disease  ", "no-boxed-notice"),
        ("│ * These", "│ *\u202e These", "no-boxed-notice"),
        ("mind.*", "mind. ", "claim-without-symbol"),
    ],
)
def test_a_text_with_its_box_broken_is_found_out(old: str, new: str, code: str) -> None:
    handout = text.export(CLAIMS, TextOptions(), run()).decode()
    assert old in handout
    assert proof_codes(list(text.pages(handout.replace(old, new).encode())), marked(CLAIMS)) == [code]


# ---- On the command line ----

ARTICLE = "---\ntitle: A leaflet\n---\n\n[Calms the mind.]{.claim}\n\n## Sleep\n\nSleep well.\n"


def test_verify_repeats_the_proof_from_the_files_and_the_manifest_alone(tmp_path: Path) -> None:
    handbill = Handbill(tmp_path)
    source = publication(tmp_path, articles={"leaflet.md": ARTICLE}, disclaimer=SUPPLEMENT.replace(STATEMENTS, STATEMENT))
    handbill.inside("build", "-t", "text", "-t", "epub")
    for file in source.rglob("*.md"):
        file.unlink()
    handbill.inside("verify")
    handout = handbill.build / "leaflet.txt"
    handout.write_text(handout.read_text("utf-8").replace("┌", "x"), "utf-8")
    assert "leaflet.txt: error[no-boxed-notice]: page 1 bears a marked claim" in handbill.inside("verify", code=6).err


def test_the_manifest_says_what_was_marked_and_only_where_something_was(tmp_path: Path) -> None:
    articles = {"leaflet.md": ARTICLE, "plain.md": "---\ntitle: P\n---\n\nText.\n"}
    publication(tmp_path, articles=articles, disclaimer=SUPPLEMENT.replace(STATEMENTS, STATEMENT))
    handbill = Handbill(tmp_path)
    handbill.inside("build", "-t", "text")
    rows = {row["file"]: row for row in json.loads((handbill.build / "manifest.json").read_text("utf-8"))["handouts"]}
    assert rows["leaflet.txt"]["marked"] == {"claims": [["Calms the mind."]], "symbol": "*", "sentence": STATEMENT}
    assert "marked" not in rows["plain.txt"]
    assert "unchanged" in handbill.inside("build", "-t", "text").out
