"""Watching: what changes is built again and shown; nothing else is served, and to nobody else."""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import hashlib
import http.client
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest
from lxml import etree

from commandline import ARTICLE, DISCLAIMER, Gate, Handbill, end_of, publication, write
from handbill.diagnostics.errors import MachineError
from handbill.preview.epub_page import book_page
from handbill.preview.latest_build import LatestBuild
from handbill.preview.server import serve
from handbill.preview.watcher import WatchedPaths, changes, find_watched_paths
from handbill.proof.manifest_file import read_manifest
from polling import HANG_LIMIT, wait_for, wait_for_ends


class Preview:
    """A running `handbill watch`, and its page."""

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        self.process, self.address = process, urlsplit(address)

    def get(self, path: str, host: str = "") -> tuple[int, bytes, dict[str, str]]:
        """Return the status, the body and the headers of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.address.port or 0, timeout=HANG_LIMIT)
        with contextlib.closing(connection):
            connection.request("GET", path, headers={"Host": host} if host else {})
            answer = connection.getresponse()
            return answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}

    def page(self) -> str:
        return self.get("/")[1].decode()

    def until(self, text: str) -> str:
        """Return the page as soon as it has a text."""
        pages: list[str] = []

        def has_it() -> bool:
            pages[:] = [self.page()]
            return text in pages[0]

        wait_for(f"{text!r} on the page", has_it, self.process)
        return pages[0]

    def mark(self) -> str:
        """Return what the page says that it shows."""
        found = re.search(r'<main data-mark="([^"]+)">', self.page())
        assert found
        return found[1]

    def content_of(self, kind: str) -> bytes:
        """Return the first thing of a kind that the page shows."""
        found = re.search(rf"/{kind}/[0-9a-f]{{64}}[^\"]*", self.page())
        assert found, self.page()
        status, body, _ = self.get(found[0])
        assert status == 200
        return body


@contextlib.contextmanager
def watching(handbill: Handbill, *arguments: str | Path, **others: Any) -> Iterator[Preview]:
    """Start `handbill watch`, and end it by an interrupt; nothing of it goes wrong."""
    process = handbill.start("watch", *arguments, **others)
    assert process.stdout
    try:
        yield Preview(process, process.stdout.readline().strip())
    finally:
        process.send_signal(signal.SIGINT)
        done = end_of(process)
        assert done.code == 130, done.err
        assert "Traceback" not in done.err


def let_happen(seconds: float = 0.4) -> None:
    """Leave time for a build that must not be: the number of the next one tells whether it was."""
    time.sleep(seconds)


def edit(file: Path, text: str) -> None:
    """Put a text in the place of a file in one step, as editors do: it is never met half-written, and is one change."""
    write(file.parents[1] / "edited", text).replace(file)


@pytest.fixture
def preview_and_source(handbill: Handbill, tmp_path: Path) -> Iterator[tuple[Preview, Path]]:
    source = publication(tmp_path)
    with watching(handbill, "-j", "2") as preview:
        preview.until("Build 1,")
        yield preview, source


def test_an_edit_is_in_all_three_formats_and_an_error_comes_and_goes(preview_and_source: tuple[Preview, Path]) -> None:
    preview, source = preview_and_source
    assert preview.content_of("page").startswith(b"\x89PNG")
    assert b"first paragraph" in preview.content_of("book")
    assert b"first paragraph" in preview.content_of("text")
    before = re.findall(r"/(?:page|book|text)/([0-9a-f]{64})", preview.page())
    edit(source / "letter.md", ARTICLE.replace("first paragraph", "paragraph that is new"))
    preview.until("Build 2,")
    assert b"paragraph that is new" in preview.content_of("book")
    assert b"paragraph that is new" in preview.content_of("text")
    assert not set(before) & set(re.findall(r"/(?:page|book|text)/([0-9a-f]{64})", preview.page()))
    edit(source / "letter.md", ARTICLE + "\n![none](none.png)\n")
    page = preview.until("Build 3,")
    assert "<code>source/letter.md:9:9</code> <strong>error[missing-image]</strong>" in page
    assert "older than its article" in page
    edit(source / "letter.md", ARTICLE)
    page = preview.until("Build 4,")
    assert "error[" not in page
    assert "older than" not in page


def test_a_mistake_in_the_settings_is_shown_and_mended(preview_and_source: tuple[Preview, Path]) -> None:
    preview, source = preview_and_source
    settings = (source / "publication.toml").read_text()
    edit(source / "publication.toml", settings + "titel = 1\n")
    page = preview.until("error[")
    assert "source/publication.toml:4:1" in page
    assert "letter.pdf" in page, "what was built stays to be seen"
    edit(source / "publication.toml", settings)
    assert "error[" not in preview.until("Build 3,")


def test_the_page_is_told_of_every_build(preview_and_source: tuple[Preview, Path]) -> None:
    preview, source = preview_and_source
    connection = http.client.HTTPConnection("127.0.0.1", preview.address.port or 0, timeout=HANG_LIMIT)
    with contextlib.closing(connection):
        connection.request("GET", "/events")
        answer = connection.getresponse()
        assert answer.getheader("Content-Type") == "text/event-stream"
        assert answer.readline() == f"data: {preview.mark()}\n".encode(), "a page that was loaded before the newest build learns of it"
        assert answer.readline() == b"\n"
        edit(source / "letter.md", ARTICLE + "\nMore.\n")
        told = answer.readline()
        assert told == f"data: {preview.mark()}\n".encode()
        assert told.endswith(b"-2\n")


def test_only_this_machine_is_answered_and_only_what_was_built(preview_and_source: tuple[Preview, Path], tmp_path: Path) -> None:
    preview, source = preview_and_source
    write(tmp_path / "build" / "secret.txt", "secret")
    port = preview.address.port
    assert {one.laddr.ip for one in psutil.Process(preview.process.pid).net_connections() if one.status == "LISTEN"} == {"127.0.0.1"}
    assert [preview.get("/", host)[0] for host in ("evil.example", f"evil.example:{port}", "127.0.0.1")] == [403, 403, 403]
    assert [preview.get("/", host)[0] for host in (f"127.0.0.1:{port}", f"localhost:{port}")] == [200, 200]
    digest = re.search(r"/book/([0-9a-f]{64})", preview.page())
    assert digest
    paths = ["/secret.txt", "/../source/letter.md", "/handout/secret.txt", f"/handout/{'0' * 64}", f"/handout/{digest[1]}/x"]
    paths += [f"/book/{digest[1]}/..%2f..%2fsecret.txt", f"/page/{digest[1]}/1", "/page/%2e%2e/1", "/style.css/../secret.txt", "/pages.py"]
    assert {path: preview.get(path)[0] for path in paths} == dict.fromkeys(paths, 404)
    _, _, headers = preview.get(f"/book/{digest[1]}/")
    assert "sandbox" in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "default-src 'none'" in preview.get("/")[2]["content-security-policy"]
    source.joinpath("letter.md").touch()


def test_an_interrupt_leaves_nobody(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path)
    process = handbill.start("watch", "-t", "text")
    assert process.stdout
    Preview(process, process.stdout.readline().strip()).until("Build 1,")
    below = psutil.Process(process.pid).children(recursive=True)
    assert below
    process.send_signal(signal.SIGINT)
    assert end_of(process).code == 130
    wait_for_ends(below)


def test_where_there_is_nothing_to_watch_or_no_port_that_is_said(handbill: Handbill, tmp_path: Path) -> None:
    assert "error[missing-file]" in handbill("watch", "nowhere", code=3).err
    publication(tmp_path)
    process = handbill.start("watch", "-t", "text")
    assert process.stdout
    port = urlsplit(process.stdout.readline().strip()).port
    done = handbill("watch", "--port", str(port), code=8)
    assert f"error[port]: port {port} cannot be had: Address already in use\n    hint: take another: --port" in done.err


@pytest.mark.plugins
def test_a_change_during_the_first_build_is_not_lost_and_a_loop_of_links_stops_nothing(handbill: Handbill, tmp_path: Path) -> None:
    gate = Gate(tmp_path)
    source = publication(tmp_path, settings=gate.settings, articles={"a.md": ARTICLE, "b.md": ARTICLE})
    with watching(handbill, "-t", "text", "-t", "gated", "-j", "1") as preview:
        text = handbill.build / "a.txt"
        wait_for("the first build is at work", lambda: text.exists() and gate.begun(), preview.process)
        (source / "loop").symlink_to("loop")
        edit(source / "a.md", ARTICLE + "\nCHANGED\n")
        gate.open()
        wait_for("the change was built", lambda: "CHANGED" in text.read_text(), preview.process)
        (source / "loop").unlink()
        preview.page()


@pytest.mark.plugins
def test_an_edit_during_the_first_build_is_not_missed(handbill: Handbill, tmp_path: Path) -> None:
    gate = Gate(tmp_path)
    source = publication(tmp_path, settings=gate.settings)
    with watching(handbill, "-t", "text", "-t", "gated") as preview:
        wait_for("the first build is at work", lambda: handbill.files() and gate.begun(), preview.process)
        assert "Building" in preview.page()
        edit(source / "letter.md", ARTICLE + "\nAn afterthought.\n")
        gate.open()
        preview.until("Build 2,")
        assert b"An afterthought." in preview.content_of("text")


@pytest.mark.parametrize("folder", ["source", "."])
def test_a_build_folder_that_holds_the_sources_is_watched_all_the_same(handbill: Handbill, tmp_path: Path, folder: str) -> None:
    source = publication(tmp_path)
    with watching(handbill, "-t", "text", "-o", folder) as preview:
        preview.until("Build 1,")
        edit(source / "letter.md", ARTICLE + "\nMore.\n")
        preview.until("Build 2,")
        assert b"More." in preview.content_of("text")
        let_happen()
        edit(source / "letter.md", ARTICLE + "\nEven more.\n")
        preview.until("Build 3,")
        assert b"Even more." in preview.content_of("text"), "what a build writes starts no other"


def test_a_disclaimer_that_lies_elsewhere_is_watched(handbill: Handbill, tmp_path: Path) -> None:
    write(tmp_path / "texts/letter.md", ARTICLE)
    disclaimer = write(tmp_path / "disclaimer.md", DISCLAIMER)
    with watching(handbill, "texts/letter.md", "--disclaimer", "disclaimer.md", "-t", "text") as preview:
        preview.until("Build 1,")
        edit(disclaimer, DISCLAIMER + "\nAsk twice.\n")
        preview.until("Build 2,")
        assert b"Ask twice." in preview.content_of("text")


def test_editors_own_files_start_no_build(preview_and_source: tuple[Preview, Path]) -> None:
    preview, source = preview_and_source
    for name in (".letter.md.swp", "letter.md~", ".#letter.md", "#letter.md#", "~$letter.md", ".git/index"):
        write(source / name, "half an article")
    let_happen()
    edit(source / "letter.md", ARTICLE + "\nMore.\n")
    preview.until("Build 2,")
    assert b"More." in preview.content_of("text"), "the second build is that of the edit"


def test_only_what_was_asked_for_is_shown(handbill: Handbill, tmp_path: Path) -> None:
    source = publication(tmp_path, articles={"a.md": ARTICLE, "letter.md": ARTICLE.replace("A letter", "The one")})
    handbill.inside("build", "-q")
    edit(source / "letter.md", ARTICLE.replace("A letter", "Another"))
    with watching(handbill, "source/letter.md", "-t", "text") as preview:
        page = preview.until("Build 1,")
    assert "<title>Another" in page
    assert re.findall("<h2>(.*?)</h2>", page) == ["letter.txt"], "a PDF that nothing brings up to date is not shown beside it"


def test_a_list_chooses_the_article(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, articles={"a&b.md": ARTICLE, "sub/c.md": ARTICLE.replace("A letter", "<i>C</i>")})
    with watching(handbill, "-t", "text") as preview:
        page = preview.until("Build 1,")
        addresses = re.findall(r'href="(/\?article=[^"]+)"', page)
        assert [re.findall("<h2>(.*?)</h2>", preview.get(address)[1].decode()) for address in addresses] == [["a&amp;b.txt"], ["sub/c.txt"]]
        chosen = preview.get(addresses[1])[1].decode()
        assert "<i>" not in chosen
        assert 'aria-current="page">sub/c' in chosen or "aria-current=page>sub/c" in chosen


def test_where_another_build_was_at_work_this_one_is_made_after_it(handbill: Handbill, tmp_path: Path) -> None:
    source = publication(tmp_path)
    with watching(handbill, "-t", "text") as preview:
        preview.until("Build 1,")
        with (handbill.build / ".handbill-lock").open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            edit(source / "letter.md", ARTICLE + "\nMore.\n")
            assert "error[locked]" in preview.until("Build 2,")
        assert "error[locked]" not in preview.until("Build 3,")
        assert b"More." in preview.content_of("text")


def test_a_folder_that_goes_and_comes_back_is_watched_again(handbill: Handbill, tmp_path: Path) -> None:
    source = publication(tmp_path)
    with watching(handbill, "-t", "text") as preview:
        preview.until("Build 1,")
        source.rename(tmp_path / "away")
        assert "letter.txt" in preview.until("error[missing-file]"), "what was built stays to be seen"
        shutil.copytree(tmp_path / "away", source)
        preview.until("nothing to mend")
        edit(source / "letter.md", ARTICLE + "\nMore.\n")
        wait_for("the edit was built", lambda: "More." in (handbill.build / "letter.txt").read_text(), preview.process)


def test_a_browser_that_goes_away_and_requests_that_are_none_leave_the_terminal_alone(preview_and_source: tuple[Preview, Path]) -> None:
    preview, _ = preview_and_source
    port = preview.address.port
    found = re.search(r"/handout/[0-9a-f]{64}|/page/([0-9a-f]{64})/1", preview.page())
    assert found
    for _ in range(10):
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.sendall(f"GET {found[0]} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
            client.recv(1)
    with socket.create_connection(("127.0.0.1", port), timeout=HANG_LIMIT) as client:
        client.sendall(f"GET http://[/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
        assert client.recv(100).startswith(b"HTTP/1.1 404 ")
    numbers = ("0", "2000", "9" * 5000, "%C2%B2", "-1")
    assert [preview.get(f"/page/{found[1]}/{number}")[0] for number in numbers] == [404] * len(numbers)
    # The fixture sees that nothing was said on the terminal.


def test_a_page_may_not_be_framed_by_others_and_its_frames_run_nothing(preview_and_source: tuple[Preview, Path]) -> None:
    preview, _ = preview_and_source
    page = preview.get("/")
    assert "frame-ancestors 'none'" in page[2]["content-security-policy"]
    assert "script-src 'self'" in page[2]["content-security-policy"]
    frames = re.findall(r'<iframe sandbox="([^"]*)" src="([^"]+)"', page[1].decode())
    assert len(frames) == 2
    for allowed, address in frames:
        policy = preview.get(address)[2]["content-security-policy"]
        assert allowed == "allow-same-origin"
        assert "sandbox allow-same-origin" in policy
        assert "allow-scripts" not in policy
        assert "script-src" not in policy, "default-src 'none' is what holds"


@pytest.mark.plugins
def test_an_interrupt_amid_a_build_ends_it_at_once_though_a_page_is_open(handbill: Handbill, tmp_path: Path) -> None:
    gate = Gate(tmp_path)
    publication(tmp_path, settings=gate.settings, articles={f"{number}.md": ARTICLE for number in range(4)})
    process = handbill.start("watch", "-t", "gated", "-j", "2")
    assert process.stdout
    preview = Preview(process, process.stdout.readline().strip())
    connection = http.client.HTTPConnection("127.0.0.1", preview.address.port or 0, timeout=HANG_LIMIT)
    with contextlib.closing(connection):
        connection.request("GET", "/events")
        connection.getresponse()
        wait_for("the workers are at it", lambda: len(gate.begun()) == 2, process)
        below = psutil.Process(process.pid).children(recursive=True)
        assert len(below) > 2
        process.send_signal(signal.SIGINT)
        # No job can be done: nobody opens the gate.
        done = end_of(process)
        wait_for_ends(below)
    assert done.code == 130
    assert "Traceback" not in done.err
    assert len(gate.begun()) == 2, "no other job is begun"


def test_without_watchfiles_the_command_that_brings_it_is_told_before_anything_is_served(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path)
    write(tmp_path / "shadow/watchfiles.py", "raise ImportError\n")
    done = handbill("watch", code=2, environment={"PYTHONPATH": str(tmp_path / "shadow")})
    assert done.err == "handbill: error[watch]: watchfiles is not installed\n    hint: pip install 'handbill[watch]'\n"
    assert done.out == ""
    assert not handbill.build.exists()


def test_a_system_without_room_for_a_watcher_is_the_machines_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object, **others: object) -> Iterator[set[object]]:
        raise RuntimeError("OS file watch limit reached")
        yield set()

    monkeypatch.setattr("watchfiles.watch", full)
    source = publication(tmp_path)
    with pytest.raises(MachineError, match="cannot be watched: OS file watch limit reached\n    hint: set WATCHFILES_FORCE_POLLING=1"):
        changes(find_watched_paths(source, tmp_path / "build", None))


def test_a_book_keeps_its_direction_and_its_links_in_one_page(handbill: Handbill, tmp_path: Path) -> None:
    text = "---\ntitle: رسالة\nlang: ar\n---\n\nفقرة [إلى تحت](#more) و[هناك](https://example.org/).\n\n## قسم {#more}\n\nنص.\n"
    publication(tmp_path, articles={"letter.md": text}, disclaimer=DISCLAIMER.replace("title:", "lang: ar\ntitle:"))
    handbill.inside("build", "-q", "-t", "epub")
    page = etree.fromstring(book_page((handbill.build / "letter.epub").read_bytes()))
    html = "{http://www.w3.org/1999/xhtml}"
    body = page.find(f"{html}body")
    assert body is not None
    parts = body.findall(f"{html}div")
    assert {(part.get("lang"), part.get("dir")) for part in parts} == {("ar", "rtl")}
    ids = {one.get("id") for one in page.iter() if one.get("id")}
    links = [link.get("href", "") for link in page.iter(f"{html}a")]
    assert "https://example.org/" in links
    inner = [link for link in links if not link.startswith("https:")]
    assert len(inner) > 1
    assert {link.removeprefix("#") for link in inner} <= ids


def test_a_handout_that_cannot_be_shown_says_so_in_its_place(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path)
    handbill.inside("build", "-q", "-t", "epub")
    content = b"no book at all"
    (handbill.build / "letter.epub").write_bytes(content)
    (built,) = read_manifest(handbill.build).handouts.values()
    broken = dataclasses.replace(built, sha256=hashlib.sha256(content).hexdigest())
    latest = LatestBuild()
    latest.publish([broken], [])
    with serve(handbill.build, latest, 0) as address:
        connection = http.client.HTTPConnection("127.0.0.1", urlsplit(address).port or 0, timeout=HANG_LIMIT)
        with contextlib.closing(connection):
            connection.request("GET", f"/book/{broken.sha256}/")
            answer = connection.getresponse()
            body = answer.read().decode()
    assert (answer.status, answer.getheader("Content-Type")) == (500, "text/plain; charset=utf-8")
    assert "this cannot be shown (BadZipFile: File is not a zip file)" in body


def test_a_server_that_is_ended_answers_no_more(tmp_path: Path) -> None:
    with serve(tmp_path, LatestBuild(), 0) as address:
        port = urlsplit(address).port or 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=HANG_LIMIT)


def test_of_a_folder_that_is_replaced_the_new_one_is_watched(tmp_path: Path) -> None:
    source = publication(tmp_path)
    found = changes(find_watched_paths(source, tmp_path / "build", None))
    with contextlib.closing(found):
        shutil.move(source, tmp_path / "old")
        publication(tmp_path)
        wait_for("the new folder was seen", lambda: next(found))
        for _ in range(20):
            next(found)
        edit(source / "letter.md", ARTICLE + "More.\n")
        wait_for("the edit was seen", lambda: next(found))


def test_a_folder_of_articles_that_is_copied_in_is_built_whole(handbill: Handbill, tmp_path: Path) -> None:
    source = publication(tmp_path)
    for name in "abc":
        write(tmp_path / "more" / name / "d" / f"{name}.md", ARTICLE)
    with watching(handbill, "-t", "text") as preview:
        preview.until("Build 1,")
        shutil.copytree(tmp_path / "more", source / "more")
        for name in "abc":
            preview.until(f"more/{name}/d/{name}</a>")


@pytest.mark.parametrize(
    ("build", "path", "is_touched"),
    [
        ("build", "source/a.md", True),
        ("build", "source/.images/a.png", True),
        ("build", "source/#1.md", True),
        ("build", "source/build", True),
        ("build", "source/.git/HEAD", False),
        ("source/build", "source/build/a.pdf", False),
        ("source/build", "source/build.md", True),
        ("source/link", "source/link/a.pdf", False),
        ("source", "source/a.txt", True),
        ("source", "source/manifest.json", False),
        ("source", "source/.handbill-known.json", False),
        ("sou", "source/a.md", True),
        (".", "source/manifest.json", True),
    ],
)
def test_sources_are_told_from_what_a_build_writes(tmp_path: Path, build: str, path: str, is_touched: bool) -> None:
    for folder in ("source/build", "source/.images", "elsewhere", "sou"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "source/link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "source/loop").symlink_to("loop")
    watched = WatchedPaths(tmp_path / "source", tmp_path / build)
    assert watched.touches_source([str(tmp_path / path)]) is is_touched
    assert watched.touches_source([str(tmp_path / "source/loop")])


def test_where_files_are_polled_an_edit_is_built_once(handbill: Handbill, tmp_path: Path) -> None:
    source = publication(tmp_path)
    with watching(handbill, "-t", "text", "-o", "source", env={**os.environ, "WATCHFILES_FORCE_POLLING": "1"}) as preview:
        preview.until("Build 1,")
        for number in (2, 3):
            let_happen(1.0)
            edit(source / "letter.md", ARTICLE + f"\nEdit {number}.\n")
            preview.until(f"Build {number},")
            assert f"Edit {number}.".encode() in preview.content_of("text"), "what a build writes starts no other"
