"""EPUB handouts for tests: sample documents exported, one member changed, and the pages of the spine as trees."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from handbill.exporters.epub import EpubOptions, exporter
from lxml import etree

from handbill.diagnostics.diagnostic import Diagnostic
from handbill.document import Document, Metadata, Words
from handbill.testing.documents import DISCLAIMER, PLAIN, run
from handouts import members, repacked

XHTML = "{http://www.w3.org/1999/xhtml}"


OPF = "{http://www.idpf.org/2007/opf}"


XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def export(document: Document, options: EpubOptions | None = None, reported: list[Diagnostic] | None = None) -> bytes:
    return exporter.export(document, options or EpubOptions(), run(reported))


def spine_paths(files: dict[str, bytes]) -> list[str]:
    package = etree.fromstring(files["EPUB/content.opf"])
    paths = {item.get("id"): item.get("href") or "" for item in package.iter(f"{OPF}item")}
    return [paths[reference.get("idref")] for reference in package.iter(f"{OPF}itemref")]


def trees(handout: bytes) -> dict[str, etree._Element]:
    """Return the pages of the spine by their files' names."""
    files = members(handout)
    return {name: etree.fromstring(files[f"EPUB/{name}"]) for name in spine_paths(files)}


HOTLINE = "اتصل على 1-800-222-1222 أو +1 202-555-0142، من 9 إلى 17، العدد 10-20."


ARABIC = Document(
    name="arabic",
    metadata=Metadata(
        title="ورقة",
        language="ar",
        identifier="urn:uuid:0b7e6b2e-3f0e-5b7e-9a53-7a2b8f3a9d02",
        authors=("سلمى", "Ada Example"),
        contact="desk@example.org",
        version="1.2-b",
    ),
    heading="<h1>ورقة</h1>".encode(),
    body=f'<body><h2 id="a">أ</h2><p>{HOTLINE}</p><p><span lang="en">on 2026-11-22</span> و <code>1-2-3</code></p></body>'.encode(),
    disclaimer=dataclasses.replace(
        DISCLAIMER, language="ar", title="إخلاء", notice="معلومات عامة.", body=f"<body><p>{HOTLINE}</p></body>".encode()
    ),
    words=dataclasses.replace(Words(), language="ar", separator="، "),
)


DOCUMENT = dataclasses.replace(PLAIN, disclaimer=DISCLAIMER)


HANDOUT = exporter.export(DOCUMENT, EpubOptions(), run())


SENTENCE = "talk to a health professional"


def with_changed_member(path: str, change: Callable[[bytes], bytes], **added: bytes) -> bytes:
    """Return the handout with one member changed, and others added under `EPUB/`, style sheets to its manifest too."""

    def changed(member: str, content: bytes) -> bytes:
        if member == "EPUB/content.opf":
            items = "".join(f'<item id="{name}" href="{name}" media-type="text/css"/>' for name in added if name.endswith(".css"))
            content = content.replace(b"</manifest>", f"{items}</manifest>".encode())
        return change(content) if member == path else content

    return repacked(HANDOUT, changed, {f"EPUB/{name}": content for name, content in added.items()})


def changed_disclaimer(old: str, new: str, **added: bytes) -> str:
    """Return the disclaimer as it is read back after a change of its page."""

    def change(content: bytes) -> bytes:
        assert old.encode() in content
        return content.replace(old.encode(), new.encode(), 1)

    return exporter.pages(with_changed_member("EPUB/disclaimer.xhtml", change, **added))[-1].body
