"""The catalogue, as the programs of others read it: pages that are HTML, an Atom feed, an OPDS catalogue."""

from __future__ import annotations

import hashlib
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from lxml import etree, html

from commandline import ARTICLE, DISCLAIMER, TEXT_ALONE, Handbill, publication, write

BASE = "https://example.org/handouts/"
SUMMARY = "abstract: |\n  Take it *slowly*. See [below](#more) and [there](https://example.net/).\ntitle:"


@pytest.fixture
def site(handbill: Handbill, tmp_path: Path) -> Path:
    text = ARTICLE.replace("title:", f"version: '1.2'\nauthor: Ada & Co\nreviewed: 2026-11-02\nkeywords: [one, two]\n{SUMMARY}")
    articles = {
        "a.md": f"{text}\n## More\n\nText.\n",
        "a.es.md": ARTICLE.replace("A letter", "Una carta <1>"),
        "sub/b.md": ARTICLE.replace("A letter", "B"),
        "gone.md": ARTICLE.replace("title: A letter", "expires: 2026-01-01\ntitle: Gone"),
    }
    source = publication(tmp_path, settings=f'base-url = "{BASE}"\n[editions.pdf]\nenabled = false\n', articles=articles)
    write(source / "disclaimers/general.es.md", DISCLAIMER.replace("title:", "lang: es\ntitle:"))
    handbill.inside("build", "-q", "--today", "2025-12-01")
    handbill.inside("build", "-q", "--today", "2026-02-02")
    handbill.inside("site", "-q", "--today", "2026-02-02")
    return tmp_path / "site"


def parse_file(file: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # feedparser's own
        import feedparser

        found = feedparser.parse(file.read_bytes())
    assert not found.bozo, found.get("bozo_exception")
    return found


def test_an_e_readers_parser_finds_every_handout_in_the_opds_catalogue(site: Path) -> None:
    feed = parse_file(site / "opds.xml")
    assert feed.feed.title == "Tests"
    assert {entry.title for entry in feed.entries} == {"A letter", "Una carta <1>", "B"}
    links = [link for entry in feed.entries for link in entry.links if link.rel == "http://opds-spec.org/acquisition/open-access"]
    assert {link.type for link in links} == {"application/epub+zip", "text/plain"}
    assert len(links) == 6
    for link in links:
        content = (site / link.href.removeprefix(BASE)).read_bytes()
        assert int(link.length) == len(content)
        assert hashlib.sha256(content).hexdigest() in link.href
    first = next(entry for entry in feed.entries if entry.title == "A letter")
    assert first.author == "Ada & Co"
    assert [tag.term for tag in first.tags] == ["one", "two"]
    kinds = {link.rel: link.type for link in feed.feed.links}
    assert kinds["self"] == kinds["start"] == "application/atom+xml;profile=opds-catalog;kind=acquisition"


def test_the_feed_tells_what_changed_and_what_was_withdrawn(site: Path) -> None:
    feed = parse_file(site / "feed.xml")
    assert len(feed.entries) == 4
    assert len({entry.id for entry in feed.entries}) == 4
    assert all(entry.updated == "2026-02-02T00:00:00Z" for entry in feed.entries)
    gone = next(entry for entry in feed.entries if "Withdrawn" in entry.get("summary", ""))
    assert "It was good until 2026-01-01" in gone.summary
    assert not [link for link in gone.links if link.rel == "enclosure"]
    assert gone.links[0].href == f"{BASE}gone/index.html"


def test_only_what_changed_is_dated_anew(handbill: Handbill, site: Path) -> None:
    source = handbill.folder / "source"
    write(source / "sub/b.md", ARTICLE.replace("A letter", "B, changed"))
    handbill.inside("build", "-q", "--today", "2026-03-03")
    handbill.inside("site", "-q", "--today", "2026-03-03")
    dated = {entry.title: entry.updated[:10] for entry in parse_file(site / "feed.xml").entries}
    assert dated == {"A letter": "2026-02-02", "Una carta <1>": "2026-02-02", "Gone": "2026-02-02", "B, changed": "2026-03-03"}


def test_pages_show_what_there_is_and_lead_nowhere_else(site: Path) -> None:
    for page in site.rglob("*.html"):
        tree = html.fromstring(page.read_bytes())
        assert tree.get("lang") == "en"
        assert len(tree.findall(".//h1")) == 1
        assert not tree.findall(".//script")
        for link in [*tree.iter("a"), *tree.iter("link")]:
            address = str(link.get("href"))
            if not address.startswith(("https:", "mailto:")):
                assert (page.parent / address).resolve().is_file(), f"{page}: {address}"
    page = html.fromstring((site / "a/index.html").read_bytes())
    text = " ".join(page.text_content().split())
    assert "Take it slowly. See below and there." in text, "no link leads into the article"
    assert page.xpath('//a[@href="https://example.net/"]')
    assert page.xpath('//ul//a[@hreflang="es" and @href="../a/index.es.html"]')
    for file in ("a.epub", "a.txt"):
        (link,) = page.xpath(f'//a[@download="{file}"]')
        row = link.getparent().getparent()
        content = (site / "a" / str(link.get("href"))).resolve().read_bytes()
        assert row.find(".//code").text == hashlib.sha256(content).hexdigest()
        assert "disclaimer on page" in row.text_content()
    spanish = (site / "a/index.es.html").read_text("utf-8")
    assert '<h1 lang="es" dir="ltr">Una carta &lt;1&gt;</h1>' in spanish


@pytest.mark.parametrize("base", [BASE, ""])
def test_addresses_are_escaped_whatever_the_names_are(base: str, handbill: Handbill, tmp_path: Path) -> None:
    articles = {f"{name}.md": ARTICLE.replace("A letter", "One") for name in ("a#1", "who?", "50%25", "two words", "sub/Äpfel")}
    publication(tmp_path, settings=(f'base-url = "{base}"\n' if base else "") + TEXT_ALONE, articles=articles)
    handbill.inside("build", "-q")
    handbill.inside("site", "-q")
    for file in ("feed.xml", "opds.xml"):
        feed = etree.parse(tmp_path / "site" / file)
        addresses = [str(link.get("href")) for link in feed.iter("{http://www.w3.org/2005/Atom}link")]
        assert len(addresses) >= 12
        for address in addresses:
            assert address.isascii()
            assert not set(address) & set("#? ")
            assert (tmp_path / "site" / unquote(address.removeprefix(base))).is_file(), address


def test_summaries_in_the_feed_are_xhtml(site: Path) -> None:
    tree = etree.parse(site / "feed.xml")
    (division,) = tree.findall(".//{http://www.w3.org/1999/xhtml}div")
    assert "".join(map(str, division.itertext())) == "Take it slowly. See below and there."
