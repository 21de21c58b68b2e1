"""A catalogue in a headless browser: axe must find nothing, and every handout that a page offers must have the digest that it names."""

from __future__ import annotations

import functools
import http.server
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conformance.verdict import Failure, Verdict

__all__ = ["check", "check_site"]

FOLDER = Path(__file__).resolve().parent / "ace"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Print nothing."""


@contextmanager
def _serve(site: Path) -> Iterator[str]:
    handler = functools.partial(_Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def check(build: Path, folder: Path) -> list[Verdict]:
    """Write the catalogue of a build, and return the verdicts on its pages (axe) and its downloads (`handbill verify`)."""
    folder.mkdir()
    _handbill("site", str(build), "-o", str(folder / "site"), "-q")
    return check_site(folder / "site", build, folder / "downloads")


def check_site(site: Path, build: Path, downloads: Path) -> list[Verdict]:
    """Return the verdicts on a catalogue on disk; its handouts are downloaded to a new folder."""
    pages = sorted(file.relative_to(site).as_posix() for file in site.rglob("*.html"))
    with _serve(site) as url, tempfile.TemporaryDirectory() as home:
        found = _browse(url, pages, Path(home))
        downloads.mkdir()
        for handout in found["handouts"]:
            (downloads / handout["file"]).write_bytes(_fetch(handout["href"]))
        manifest = _fetch(f"{url}manifest.json")
        (downloads / "manifest.json").write_bytes(manifest)
        (downloads / "seals").mkdir()
        for row in json.loads(manifest)["handouts"]:
            name = f"seals/{row['seal']}{Path(row['file']).suffix}"
            (downloads / name).write_bytes(_fetch(url + name))
    failures = [
        Failure(one["rule"], f"{one['page']} ({one['look']}): {one['message']}: {one['html'][:200]}") for one in found["violations"]
    ]
    failures += [Failure("too wide", page) for page in found["wide"]]
    failures += [Failure("browser", error) for error in found["errors"]]
    others = [Failure("digest", one["href"]) for one in found["handouts"] if one["said"] != one["digest"]]
    names = {handout["file"] for handout in found["handouts"]}
    wanted = {row["file"] for row in json.loads((build / "manifest.json").read_text("utf-8"))["handouts"]}
    others += [Failure("missing", name) for name in sorted(wanted - names)]
    try:
        _handbill("verify", str(downloads), "-q")
    except RuntimeError as error:
        others.append(Failure("verify", str(error)))
    return [
        Verdict(site, "axe in Chromium", f"{len(pages)} pages, 3 looks", tuple(failures)),
        Verdict(site, "handbill verify", f"{len(names)} downloads", tuple(others)),
    ]


def _fetch(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:  # noqa: S310 - a server on loopback
        content: bytes = answer.read()
        return content


def _browse(url: str, pages: list[str], home: Path) -> dict[str, list[dict[str, str]]]:
    node, browser = shutil.which("node"), shutil.which("chromium") or shutil.which("chromium-browser")
    if node is None or browser is None:
        raise RuntimeError("the catalogue needs node and chromium: .ci/install conformance gets them")
    report = home / "report.json"
    environment = os.environ | {"PUPPETEER_EXECUTABLE_PATH": browser, "HOME": str(home)}
    done = subprocess.run(
        [node, str(FOLDER / "site.cjs"), str(report), url, *pages], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"the browser broke down:\n{done.stdout}{done.stderr}")
    found: dict[str, list[dict[str, str]]] = json.loads(report.read_text("utf-8"))
    return found


def _handbill(*arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", "handbill", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{done.stdout}{done.stderr}")
