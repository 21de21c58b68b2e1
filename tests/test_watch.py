"""Watching: what changes is built again and shown; nothing else is served, and to nobody else."""

from __future__ import annotations

import contextlib
import http.client
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from commandline import ARTICLE, Handbill, publication, write


class Preview:
    """A running `handbill watch`, and its page."""

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        self.process, self.address = process, urlsplit(address)

    def get(self, path: str, host: str = "") -> tuple[int, bytes, dict[str, str]]:
        """Return the status, the body and the headers of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.address.port or 0, timeout=20)
        with contextlib.closing(connection):
            connection.request("GET", path, headers={"Host": host} if host else {})
            answer = connection.getresponse()
            return answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}

    def page(self) -> str:
        return self.get("/")[1].decode()

    def until(self, text: str) -> str:
        """Return the page as soon as it has a text."""
        for _ in range(400):
            if text in (page := self.page()):
                return page
            assert self.process.poll() is None
            time.sleep(0.05)
        raise AssertionError(f"never {text!r} in {page}")

    def shown(self, kind: str) -> bytes:
        """Return the first thing of a kind that the page shows."""
        found = re.search(rf"/{kind}/[0-9a-f]{{64}}[^\"]*", self.page())
        assert found, self.page()
        status, body, _ = self.get(found[0])
        assert status == 200
        return body


@pytest.fixture
def watched(handbill: Handbill, tmp_path: Path) -> Iterator[tuple[Preview, Path]]:
    source = publication(tmp_path)
    process = handbill.start("watch", "-j", "2")
    assert process.stdout
    preview = Preview(process, process.stdout.readline().strip())
    try:
        preview.until("Build 1,")
        yield preview, source
    finally:
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
        assert process.returncode == 130, err
        assert "Traceback" not in err


def test_an_edit_is_in_all_three_formats_and_an_error_comes_and_goes(watched: tuple[Preview, Path]) -> None:
    preview, source = watched
    assert preview.shown("page").startswith(b"\x89PNG")
    assert b"first paragraph" in preview.shown("book")
    assert b"first paragraph" in preview.shown("text")
    before = re.findall(r"/(?:page|book|text)/([0-9a-f]{64})", preview.page())
    write(source / "letter.md", ARTICLE.replace("first paragraph", "paragraph that is new"))
    preview.until("Build 2,")
    assert b"paragraph that is new" in preview.shown("book")
    assert b"paragraph that is new" in preview.shown("text")
    assert not set(before) & set(re.findall(r"/(?:page|book|text)/([0-9a-f]{64})", preview.page()))
    write(source / "letter.md", ARTICLE + "\n![none](none.png)\n")
    page = preview.until("Build 3,")
    assert "<code>source/letter.md:9:9</code> <strong>error[missing-image]</strong>" in page
    assert "older than its article" in page
    write(source / "letter.md", ARTICLE)
    page = preview.until("Build 4,")
    assert "error[" not in page
    assert "older than" not in page


def test_a_mistake_in_the_settings_is_shown_and_mended(watched: tuple[Preview, Path]) -> None:
    preview, source = watched
    settings = (source / "publication.toml").read_text()
    write(source / "publication.toml", settings + "titel = 1\n")
    page = preview.until("error[")
    assert "source/publication.toml:4:1" in page
    assert "letter.pdf" in page, "what was built stays to be seen"
    write(source / "publication.toml", settings)
    assert "error[" not in preview.until("Build 3,")


def test_the_page_is_told_of_every_build(watched: tuple[Preview, Path]) -> None:
    preview, source = watched
    connection = http.client.HTTPConnection("127.0.0.1", preview.address.port or 0, timeout=20)
    with contextlib.closing(connection):
        connection.request("GET", "/events")
        answer = connection.getresponse()
        assert answer.getheader("Content-Type") == "text/event-stream"
        write(source / "letter.md", ARTICLE + "\nMore.\n")
        assert answer.readline() == b"data: 2\n"


def test_only_this_machine_is_answered_and_only_what_was_built(watched: tuple[Preview, Path], tmp_path: Path) -> None:
    preview, source = watched
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
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    while alive := [one for one in below if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]:
        assert time.monotonic() - began < 1, alive
        time.sleep(0.01)
    process.communicate(timeout=10)
    assert process.returncode == 130


def test_where_there_is_nothing_to_watch_or_no_port_that_is_said(handbill: Handbill, tmp_path: Path) -> None:
    assert "error[missing-file]" in handbill("watch", "nowhere", code=3).err
    publication(tmp_path)
    process = handbill.start("watch", "-t", "text")
    assert process.stdout
    port = urlsplit(process.stdout.readline().strip()).port
    try:
        done = handbill("watch", "--port", str(port), code=8)
        assert f"error[port]: port {port} cannot be had: Address already in use\n    hint: take another: --port" in done.err
    finally:
        process.kill()
        process.communicate(timeout=20)


def test_a_change_during_the_first_build_is_not_lost_and_a_loop_of_links_stops_nothing(handbill: Handbill, tmp_path: Path) -> None:
    source = publication(tmp_path, articles={f"letter-{n:02}.md": ARTICLE for n in range(40)})
    process = handbill.start("watch", "-t", "text", "-j", "1")
    assert process.stdout
    try:
        preview = Preview(process, process.stdout.readline().strip())
        while not (handbill.build / "letter-00.txt").exists():
            assert process.poll() is None
            time.sleep(0.01)
        (source / "loop").symlink_to("loop")
        write(source / "letter-00.md", ARTICLE + "\nCHANGED\n")
        for _ in range(200):
            if "CHANGED" in (handbill.build / "letter-00.txt").read_text():
                break
            time.sleep(0.05)
        assert "CHANGED" in (handbill.build / "letter-00.txt").read_text()
        (source / "loop").unlink()
        preview.page()
    finally:
        process.kill()
        process.communicate(timeout=20)
