"""What a hostile publication cannot put into a handout, a site or the network, and what it cannot take from the machine."""

from __future__ import annotations

import getpass
import io
import re
import socket
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from lxml import etree

import articles
from articles import outcome
from commandline import Handbill, publication, write
from conftest import once

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{}<rect width="9" height="9"/></svg>'
ACTIVE = (
    "<script>evil()</script>",
    '<rect onload="evil()" width="1" height="1"/>',
    '<image href="http://{host}/evil.png"/>',
    '<image href="file:///etc/passwd"/>',
    '<use href="http://{host}/evil.svg#x"/>',
    '<use href="data:image/svg+xml,evil#x"/>',
    '<a href="javascript:evil()"><rect width="1" height="1"/></a>',
    "<style>@import 'http://{host}/evil.css';</style>",
    "<style>@\\69mport 'http://{host}/evil.css';</style>",
    "<style>rect {{ fill: u\\72l(http://{host}/evil) }}</style>",
    "<style>@font-face {{ font-family: evil; src: url(http://{host}/evil.ttf) }}</style>",
    '<rect style="fill: url(http://{host}/evil)" width="1" height="1"/>',
    '<rect fill="url(/**/http://{host}/evil)" width="1" height="1"/>',
    '<foreignObject><object xmlns="http://www.w3.org/1999/xhtml" data="http://{host}/evil"/></foreignObject>',
    '<iframe xmlns="http://www.w3.org/1999/xhtml" srcdoc="evil"/>',
    '<object xmlns="http://www.w3.org/1999/xhtml" data="http://{host}/evil"/>',
    '<feImage href="http://{host}/evil.png"/>',
    '<animate attributeName="href" values="javascript:evil()"/>',
    '<set attributeName="href" to="javascript:evil()"/>',
    '<discard begin="evil.begin"/>',
    '<g xml:base="http://{host}/evil/"/>',
)
RAW = (
    "<script>evil()</script>",
    '<b onclick="evil()">words</b>',
    "<style>@import url(http://{host}/evil.css);</style>",
    '<link rel="stylesheet" href="http://{host}/evil.css">',
    '<link rel="attachment" href="file:///etc/passwd">',
    '<a rel="attachment" href="file:///etc/passwd">words</a>',
    '<base href="http://{host}/evil/">',
    '<object data="http://{host}/evil.swf">words</object>',
    '<embed src="http://{host}/evil.swf">',
    '<iframe src="http://{host}/evil.html">words</iframe>',
    '<img src="http://{host}/evil.png" alt="words">',
    '<img src="data:image/png;base64,evil" alt="words">',
    '<video src="http://{host}/evil.mp4" poster="http://{host}/evil.png">words</video>',
    '<p style="background: url(http://{host}/evil.png)">words</p>',
    '<svg><script>evil()</script><image href="http://{host}/evil.png"/></svg>',
    '<math><maction actiontype="statusline" xlink:href="javascript:evil()">words</maction></math>',
    '<form action="http://{host}/evil"><button formaction="javascript:evil()">words</button></form>',
    '<a href="javascript:evil()">words</a>',
    '<a href="java&#10;script:evil()">words</a>',
    '<a href="&#x1;javascript:evil()">words</a>',
    '<a href="vbscript:evil()">words</a>',
    '<a href="data:text/html,evil">words</a>',
    '<a href="file:///etc/passwd">words</a>',
    "[words](javascript:evil())",
    "[words](<data:text/html,evil>)",
    "![words](http://{host}/evil.png)",
)
HEAD = """---
title: "A <script>evil()</script> & <b onload='evil()'>title</b>"
author: "<img src=x onerror=evil()>"
contact: "javascript:evil()"
keywords: ["</title><script>evil()</script>"]
abstract: "In short <script>evil()</script> ![words](http://{host}/evil.png)"
---
"""
THEME = "p { color: #111 }\n"


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory, worker: str) -> Path:
    """Return a folder with build/ and site/ of a publication that tries all of these, and `calls`, a file of who called meanwhile."""

    def make(folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            host = f"127.0.0.1:{server.getsockname()[1]}"
            images = {f"figures/{number}.svg": SVG.format(text.format(host=host)) for number, text in enumerate(ACTIVE)}
            shown = "\n\n".join(f"![drawing]({name})" for name in images)
            text = HEAD.format(host=host) + "\n\n".join(("Words.", *(raw.format(host=host) for raw in RAW), shown)) + "\n"
            source = publication(folder, settings='theme = "theme.css"\nlogo = "figures/0.svg"\nbase-url = "https://example.org"\n')
            for name, content in {"letter.md": text, "theme.css": THEME, **images}.items():
                write(source / name, content)
            handbill = Handbill(folder)
            handbill("build", "-q")
            handbill("site", "-q")
            server.setblocking(False)
            try:
                server.accept()[0].close()
                calls = "somebody called"
            except BlockingIOError:
                calls = ""
            (folder / "calls").write_text(calls)

    return once("hostile", tmp_path_factory, worker, make)


def members(file: Path) -> Iterator[tuple[str, bytes]]:
    """Yield what a file holds: an EPUB's members, a PDF's objects with their streams unpacked, else the file itself."""
    content = file.read_bytes()
    if file.suffix == ".epub":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from ((f"{file.name}/{name}", archive.read(name)) for name in archive.namelist())
    elif file.suffix == ".pdf":
        with pikepdf.open(io.BytesIO(content)) as pdf:
            for number, item in enumerate(pdf.objects):
                yield f"{file.name}#{number}", item.unparse(resolved=True)
                if isinstance(item, pikepdf.Stream) and item.get("/Subtype") != "/Image":
                    yield f"{file.name}#{number}", item.read_bytes()
    else:
        yield file.name, content


def outputs(folder: Path) -> list[tuple[str, bytes]]:
    files = (file for part in ("build", "site") for file in sorted((folder / part).rglob("*")) if file.is_file())
    return [member for file in files for member in members(file)]


def markup(folder: Path) -> list[tuple[str, etree._Element]]:
    """Return what web browsers and reading systems take for a document: pages, feeds, and an EPUB's pages and images."""
    found = []
    for name, content in outputs(folder):
        if name.endswith((".xhtml", ".svg", ".xml", ".atom", ".opf", ".ncx")):
            found.append((name, etree.fromstring(content)))
        elif name.endswith(".html"):
            found.append((name, etree.fromstring(content, etree.HTMLParser())))
    return found


def test_nothing_is_fetched(hostile: Path) -> None:
    assert (hostile / "calls").read_text() == ""


def test_there_are_handouts_with_all_words_and_pictures(hostile: Path) -> None:
    text = (hostile / "build/letter.txt").read_text()
    assert text.count("words") >= 18
    names = [name for name, _ in outputs(hostile) if re.search(r"images/.*\.svg$", name)]
    assert len(set(names)) >= len(ACTIVE)


def test_no_page_book_or_feed_runs_anything(hostile: Path) -> None:
    pages = markup(hostile)
    assert len(pages) > len(ACTIVE)
    for name, root in pages:
        for element in root.iter(etree.Element):
            local = etree.QName(element).localname.lower()
            assert local not in ("script", "iframe", "object", "embed", "base", "form", "foreignobject", "animate", "set"), name
            for attribute, value in element.attrib.items():
                plain = etree.QName(str(attribute)).localname.lower()
                assert not plain.startswith("on"), (name, attribute)
                if plain in ("href", "src", "data", "action", "poster", "srcdoc"):
                    assert not re.match(r"\s*(?:javascript|vbscript|data|file):", str(value), re.IGNORECASE), (name, value)


def test_no_picture_or_style_reaches_out(hostile: Path) -> None:
    held = [(name, content) for name, content in outputs(hostile) if name.endswith((".svg", ".css"))]
    assert len(held) > len(ACTIVE)
    for name, content in held:
        assert b"evil" not in content, name
        assert not re.search(rb"127\.0\.0\.1|@import|file:|xml-stylesheet", content), name


def test_a_pdf_acts_in_no_way_and_links_to_the_web_alone(hostile: Path) -> None:
    with pikepdf.open(hostile / "build/letter.pdf") as pdf:
        assert not {"/OpenAction", "/AA", "/AcroForm", "/Collection"} & set(pdf.Root.keys())
        assert "/EmbeddedFiles" not in pdf.Root.get("/Names", {})
        for item in pdf.objects:
            if isinstance(item, (pikepdf.Dictionary, pikepdf.Stream)):
                assert str(item.get("/S")) not in ("/JavaScript", "/Launch", "/GoToR", "/GoToE", "/SubmitForm", "/ImportData", "/Rendition")
                assert not {"/JS", "/AA", "/EF", "/RichMediaContent"} & set(item.keys())
                if "/URI" in item:
                    assert re.match(r"https?://|mailto:|tel:", str(item["/URI"])), str(item["/URI"])


def test_the_entries_of_a_book_stay_in_its_folder(hostile: Path) -> None:
    with zipfile.ZipFile(hostile / "build/letter.epub") as book:
        for name in book.namelist():
            assert re.fullmatch(r"[A-Za-z0-9_-]+(?:[./][A-Za-z0-9_-]+)*", name), name


def test_nothing_names_the_machine_that_built_it(hostile: Path) -> None:
    traces = {str(hostile), f"{Path.home()}/", sys.prefix, sys.base_prefix, socket.gethostname(), str(Path.cwd())} - {"//", "/", ""}
    user = getpass.getuser()
    for name, content in outputs(hostile):
        for trace in traces:
            assert trace.encode() not in content, (name, trace)
        assert f"/{user}/".encode() not in content, name


SECRET = "swordfish"  # noqa: S105 - it is a text to look for


@pytest.mark.parametrize(
    ("link", "uses"),
    [
        ("part.md", {"letter.md": '# T\n\nText.\n\n--8<-- "part.md"\n'}),
        ("figure.svg", {"letter.md": "# T\n\nText.\n\n![A figure](figure.svg)\n"}),
        ("figure.svg", {"letter.md": '---\nabstract: "![A figure](figure.svg)"\n---\n# T\n\nText.\n'}),
        ("theme.css", {"publication.toml": 'theme = "theme.css"\n'}),
        ("figure.svg", {"publication.toml": 'theme = "own.css"\n', "own.css": "p { background-image: url(figure.svg) }"}),
        ("figure.svg", {"publication.toml": 'logo = "figure.svg"\n'}),
        ("font.ttf", {"publication.toml": 'fonts = ["font.ttf"]\n'}),
        ("other.md", {}),
        ("disclaimers/strict.md", {"letter.md": "---\ndisclaimer: strict\n---\n# T\n\nText.\n"}),
        ("publication.toml", {}),
    ],
)
@pytest.mark.parametrize("whole_folder", [False, True])
def test_a_link_out_of_the_publication_is_never_followed(link: str, uses: dict[str, str], whole_folder: bool, tmp_path: Path) -> None:
    handbill, secrets = Handbill(tmp_path), tmp_path / "secrets"
    source = publication(tmp_path)
    settings = (source / "publication.toml").read_text()
    for name, content in uses.items():
        write(source / name, settings + content if name == "publication.toml" else content)
    target = write(secrets / Path(link).name, f'# {SECRET}\n\n<svg xmlns="http://www.w3.org/2000/svg"><text>{SECRET}</text></svg>\n')
    if link.startswith("disclaimers/"):
        target.write_text(f"# {SECRET}\n\nText.\n")
    if link == "publication.toml":
        target.write_text(settings + f'publisher = "{SECRET}"\n')
    (source / link).unlink(missing_ok=True)
    if whole_folder and "/" in link:
        (source / "disclaimers/general.md").rename(secrets / "general.md")
        (source / "disclaimers").rmdir()
        (source / "disclaimers").symlink_to(secrets)
    else:
        (source / link).symlink_to(target)
    done = handbill.inside("build", code=None)
    assert done.code in (3, 4), done.err
    assert SECRET not in done.out + done.err
    assert not [file for file in handbill.files() if file != "manifest.json"]


@pytest.mark.parametrize(
    "written", ["../secrets/x.svg", "/etc/passwd", "figures/../../secrets/x.svg", "..%2Fsecrets%2Fx.svg", "file:///etc/passwd"]
)
def test_no_path_leads_out_of_the_publication(written: str, tmp_path: Path) -> None:
    write(tmp_path / "secrets/x.svg", f'<svg xmlns="http://www.w3.org/2000/svg"><text>{SECRET}</text></svg>')
    source = publication(tmp_path, articles={"letter.md": f"# T\n\nText.\n\n![A figure]({written})\n"})
    write(source / "figures/y.svg", SVG.format(""))
    Handbill(tmp_path).inside("build", "-t", "epub", code=None)
    for file in (tmp_path / "build").rglob("*"):
        if file.is_file():
            assert SECRET.encode() not in b"".join(content for _, content in members(file))
            assert b"root:x:" not in b"".join(content for _, content in members(file))


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("con.md", "is a device on Windows"),
        ("sub/NUL.x.md", "is a device on Windows"),
        ("lpt1.md", "is a device on Windows"),
        ("a\x07b.md", "holds a character that is not seen"),
        ("a\nb.md", "holds a character that is not seen"),
        ("fdp.\u202emd.md", "holds a character that is not seen"),
        ("a\u200bb.md", "holds a character that is not seen"),
        ("-rf.md", "begins like an option"),
        ("a ..md", "ends with a dot"),
        ("a\\b.md", "holds a backslash"),
        ("sub /a.md", "ends with a dot or a space"),
        ("x" * 201 + ".md", "is longer than 200 characters"),
    ],
)
def test_a_name_that_is_none_everywhere_is_refused(name: str, why: str, tmp_path: Path) -> None:
    publication(tmp_path, articles={name: "# T\n\nText.\n"})
    done = Handbill(tmp_path).inside("check", code=3)
    assert "error[unsafe-name]: the article's name " + why in done.err


@pytest.mark.parametrize("name", ["it's a “letter”.md", "ünï.md", "👩‍⚕️ advice.md", "x" * 200 + ".md", "console.md", "a-b.md"])
def test_a_name_that_people_write_is_taken(name: str, tmp_path: Path) -> None:
    publication(tmp_path, articles={name: "# T\n\nText.\n"})
    Handbill(tmp_path).inside("check")


@pytest.mark.parametrize(("one", "other"), [("é.md", "e\u0301.md"), ("Letter.md", "letter.md"), ("STRASSE.md", "straße.md")])
def test_names_that_some_file_system_takes_for_one_are_refused(one: str, other: str, tmp_path: Path) -> None:
    publication(tmp_path, articles={one: "# T\n\nText.\n", other: "# U\n\nText.\n"})
    assert "error[same-name]: two handouts would be called" in Handbill(tmp_path).inside("check", code=4).err


def test_a_picture_on_the_web_becomes_a_link_with_a_warning(tmp_path: Path) -> None:
    found = outcome(articles.write(tmp_path, {"article.md": "# T\n\n![A cup](https://example.org/cup.png)\n"}))
    assert found.body == '<p><a href="https://example.org/cup.png">A cup</a></p>'
    assert found.codes == ["remote-image"]
