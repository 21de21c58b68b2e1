"""`handbill verify`: the proof repeated from files and manifest, against whoever cut or hid the page."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from commandline import Handbill, publication, write

NAME = "kratom-and-melatonin"


@pytest.fixture
def build_copy(shipped: Path, tmp_path: Path) -> Handbill:
    """Return a copy of the built publication that ships."""
    shutil.copytree(shipped / "build", tmp_path / "build")
    return Handbill(tmp_path)


def _objects(content: bytes, change: Callable[[Any, Any], None]) -> bytes:
    """Change each text object of a PDF's last page."""
    pdf = pypdfium2.PdfDocument(content)
    page = pdf[len(pdf) - 1]
    for text in list(page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT])):
        change(page, text)
    page.gen_content()
    return _saved(pdf)


def _saved(pdf: Any) -> bytes:
    out = io.BytesIO()
    pdf.save(out)
    pdf.close()
    return out.getvalue()


def pdf_without_its_last_page(content: bytes) -> bytes:
    pdf = pypdfium2.PdfDocument(content)
    pdf.del_page(len(pdf) - 1)
    return _saved(pdf)


def pdf_in_white(content: bytes) -> bytes:
    return _objects(content, lambda page, text: pypdfium2.raw.FPDFPageObj_SetFillColor(text, 255, 255, 255, 255))


def pdf_in_one_point(content: bytes) -> bytes:
    def shrink(page: Any, text: Any) -> None:
        x, y = text.get_pos()[:2] if hasattr(text, "get_pos") else text.get_bounds()[:2]
        text.set_matrix(pypdfium2.PdfMatrix(0.05, 0, 0, 0.05, x, y))

    return _objects(content, shrink)


def pdf_without_text(content: bytes) -> bytes:
    return _objects(content, lambda page, text: page.remove_obj(text))


def _epub(content: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            changed = change(entry.filename, old.read(entry))
            if changed is not None:
                new.writestr(entry, changed, compress_type=entry.compress_type)
    return out.getvalue()


def _is_disclaimer(name: str, content: bytes) -> bool:
    return name.endswith(".xhtml") and b"in an emergency" in content.lower() and b"<nav" not in content


def epub_with_an_empty_page(content: bytes) -> bytes:
    def change(name: str, old: bytes) -> bytes:
        return (
            re.sub(rb"<body(.*?)>.*</body>", rb"<body\1><p>Nothing</p></body>", old, flags=re.DOTALL) if _is_disclaimer(name, old) else old
        )

    return _epub(content, change)


def epub_without_the_file(content: bytes) -> bytes:
    return _epub(content, lambda name, old: None if _is_disclaimer(name, old) else old)


def epub_in_white(content: bytes) -> bytes:
    return _epub(content, lambda name, old: old.replace(b"<body", b'<body style="color:#fff"') if _is_disclaimer(name, old) else old)


def epub_displaying_none(content: bytes) -> bytes:
    return _epub(content, lambda name, old: old + b"\nbody { display: none }\n" if name.endswith(".css") else old)


def epub_in_one_point(content: bytes) -> bytes:
    return _epub(content, lambda name, old: old.replace(b"<body", b'<body style="font-size:1pt"') if _is_disclaimer(name, old) else old)


def text_without_the_page(content: bytes) -> bytes:
    return content.partition(b"\f")[0]


def text_without_a_line(content: bytes) -> bytes:
    article, _, page = content.partition(b"\f")
    lines = page.split(b"\n")
    longest = max(lines, key=len)
    return article + b"\f" + b"\n".join(line for line in lines if line != longest)


def text_on_one_page(content: bytes) -> bytes:
    return content.replace(b"\f", b"\n")


ATTACKS = [
    (f"{NAME}.pdf", pdf_without_its_last_page),
    (f"{NAME}.pdf", pdf_without_text),
    (f"{NAME}.pdf", pdf_in_white),
    (f"{NAME}.pdf", pdf_in_one_point),
    (f"{NAME}-large-print.pdf", pdf_without_its_last_page),
    (f"{NAME}.epub", epub_with_an_empty_page),
    (f"{NAME}.epub", epub_without_the_file),
    (f"{NAME}.epub", epub_in_white),
    (f"{NAME}.epub", epub_displaying_none),
    (f"{NAME}.epub", epub_in_one_point),
    (f"{NAME}.txt", text_without_the_page),
    (f"{NAME}.txt", text_without_a_line),
    (f"{NAME}.txt", text_on_one_page),
]


@pytest.mark.parametrize(("file", "attack"), ATTACKS, ids=[attack.__name__ for _, attack in ATTACKS])
def test_a_disclaimer_cut_out_or_hidden_is_found_out(build_copy: Handbill, file: str, attack: Callable[[bytes], bytes]) -> None:
    content = (build_copy.build / file).read_bytes()
    changed = attack(content)
    assert changed != content
    (build_copy.build / file).write_bytes(changed)
    build_copy.change_manifest(lambda data: data.update(handouts=[row for row in data["handouts"] if row["file"] == file]))
    for other in set(build_copy.files()) - {file, "manifest.json"}:
        (build_copy.build / other).unlink()
    proof = re.compile(rf"^build/{re.escape(file)}: error\[(?!changed-handout)[a-z-]+\]: .+", re.MULTILINE)
    err = build_copy.inside("verify", code=6).err
    assert f"build/{file}: error[changed-handout]: the file was changed since it was built" in err
    assert proof.search(err), err
    vouched = {"sha256": hashlib.sha256(changed).hexdigest(), "size": len(changed)}
    build_copy.change_manifest(lambda data: data["handouts"][0].update(vouched))
    err = build_copy.inside("verify", code=6).err
    assert "was changed since" not in err
    assert proof.search(err), "the proof alone finds it"


def test_what_is_missing_and_what_is_unknown_are_named(build_copy: Handbill) -> None:
    named = len(build_copy.rows())
    (build_copy.build / f"{NAME}.txt").unlink()
    write(build_copy.build / "sub/own.txt", "?")
    write(build_copy.build / ".hidden", "?")
    (build_copy.build / "link").symlink_to("/etc")
    done = build_copy.inside("verify", code=6)
    assert f"build/{NAME}.txt: error[missing-handout]: the file is missing" in done.err
    assert "build/sub/own.txt: error[unknown-file]: the manifest does not know this file" in done.err
    assert "build/link: error[unknown-file]" in done.err
    assert ".hidden" not in done.err
    assert ".handbill" not in done.err
    assert len(done.out.splitlines()) == named - 1


def test_a_text_of_the_disclaimer_that_was_changed_in_the_manifest_is_found_out(build_copy: Handbill) -> None:
    def change(data: dict[str, Any]) -> None:
        next(iter(data["disclaimers"].values()))["blocks"][1] = ["Anything goes."]

    build_copy.change_manifest(change)
    assert build_copy.inside("verify", code=6).err.count("the manifest's text of its disclaimer is missing or was changed") == 4


def test_bytes_that_are_no_handout_are_named(build_copy: Handbill) -> None:
    for suffix in (".pdf", ".epub", ".txt"):
        (build_copy.build / f"{NAME}{suffix}").write_bytes(b"\x00\xff\xfe nothing")
    err = build_copy.inside("verify", code=6).err
    assert "Traceback" not in err
    for suffix in (".pdf", ".epub", ".txt"):
        assert err.count(f"build/{NAME}{suffix}: error[") >= 2


@pytest.mark.parametrize("manifest", [None, "", "[]", "{}", "[" * 100_000, '{"manifest": 2}', '{"manifest": 1, "handouts": {}}', "\udcff"])
def test_a_folder_that_nothing_vouches_for_fails(handbill: Handbill, manifest: str | None) -> None:
    handbill.build.mkdir()
    if manifest is not None:
        (handbill.build / "manifest.json").write_bytes(manifest.encode("utf-8", "surrogateescape"))
    done = handbill.inside("verify", code=6)
    assert "build/manifest.json: error[manifest]: " in done.err
    assert "hint: handbill build" in done.err
    assert "Traceback" not in done.err


def test_a_folder_that_is_not_there_is_a_usage_error(handbill: Handbill) -> None:
    assert "Directory 'nowhere' does not exist" in handbill.inside("verify", "nowhere", code=2).err


def test_an_empty_publication_has_nothing_to_hide(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings="".join(f"[editions.{name}]\nenabled = false\n" for name in ("pdf", "epub", "text")))
    assert handbill("build").out == "no handout was built\n"
    assert handbill.inside("verify").out == ""
