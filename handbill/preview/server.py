"""The web server of the preview. It listens on loopback alone and serves nothing but the handouts of the latest build.

Paths: `/` (the page), `/style.css`, `/reload.js`, `/events` (server-sent events), and `/handout/`, `/page/`, `/book/` and `/text/`
followed by the SHA-256 of a handout. A file is opened only by the name that the manifest has for that digest, and its bytes must match it.
"""

from __future__ import annotations

import contextlib
import io
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from handbill.diagnostics.errors import MachineError
from handbill.diagnostics.rules import diagnostic
from handbill.preview.epub_page import book_page
from handbill.preview.latest_build import LatestBuild
from handbill.preview.pages import preview_page, text_page
from handbill.system import files

__all__ = ["serve"]

HOST = "127.0.0.1"
_BASE_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; "
_PAGE_POLICY = f"{_BASE_POLICY}frame-ancestors 'none'; " + "; ".join(
    f"{kind}-src 'self'" for kind in ("img", "style", "script", "connect", "frame")
)
# A frame runs no script. It has the page's origin, so that the page can read how far it is scrolled.
_FRAME_POLICY = f"{_BASE_POLICY}frame-ancestors 'self'; img-src data:; style-src 'unsafe-inline'; sandbox allow-same-origin"
_ASSETS = {"/style.css": "text/css; charset=utf-8", "/reload.js": "text/javascript; charset=utf-8"}
_SCALE = 1.5
"""Pixels per point: 108 dpi."""
_KEEP_ALIVE = 15.0
"""Seconds after which a comment is sent where there is no event, so that a closed connection is noticed."""
_MOST_DIGITS = 6
"""How many digits the number of a page may have."""
_PDFIUM_LOCK = threading.Lock()
"""Held while PDFium works: it must not be entered by two threads at a time (its public headers, fpdfview.h).

The exporter `pdf` has a lock of its own, which this one need not share: exporters run in worker processes, and this is the process of the
command.
"""

Answer = tuple[bytes, str, str]
"""A body, its media type, and its Content-Security-Policy."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Print nothing where a browser closes a connection: it reloads after each build, and drops the answers that it waits for."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type] # as given


@contextlib.contextmanager
def serve(build: Path, latest: LatestBuild, port: int) -> Iterator[str]:
    """Serve the latest build of a folder until the block ends, and give the address; port 0 stands for any free one.

    Raises MachineError where the port cannot be bound.
    """
    try:
        server = _Server((HOST, port), partial(_Handler, build, latest))
    except OSError as error:
        message = f"port {port} cannot be had: {error.strerror}"
        raise MachineError(diagnostic("port", message)) from None
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"http://{HOST}:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    error_content_type = "text/plain; charset=utf-8"
    error_message_format = "%(code)d %(message)s: %(explain)s\n"

    def __init__(self, build: Path, latest: LatestBuild, *arguments: object) -> None:
        self._build, self._latest = build, latest
        super().__init__(*arguments)  # type: ignore[arg-type] # the request, the client's address and the server, as given

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the base class's name
        """Print nothing: the terminal shows builds alone."""

    def do_GET(self) -> None:
        """Answer one request."""
        port = self.connection.getsockname()[1]
        # Against DNS rebinding: a page of another site, whose name resolves to this address, must not read handouts.
        if self.headers.get("Host") not in (f"{HOST}:{port}", f"localhost:{port}"):
            self.send_error(HTTPStatus.FORBIDDEN)
            return
        if self.path == "/events":
            self._send_events()
            return
        try:
            answer = self._answer()
        except Exception as error:
            # A handout may come from any exporter. One that cannot be shown has the reason in its place.
            self.send_error(HTTPStatus.INTERNAL_SERVER_ERROR, explain=f"this cannot be shown ({type(error).__name__}: {error})")
            return
        if answer is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        body, media_type, policy = answer
        self.send_response(HTTPStatus.OK)
        for name, value in (
            ("Content-Type", media_type),
            ("Content-Length", str(len(body))),
            ("Content-Security-Policy", policy),
            ("Referrer-Policy", "no-referrer"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        """Add the headers that every answer has, errors too, and end the headers."""
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def _answer(self) -> Answer | None:
        """Return the answer to the request's path; None where it names nothing."""
        try:
            parts = urlsplit(self.path)
        except ValueError:
            return None
        if parts.path == "/":
            article = parse_qs(parts.query).get("article", [""])[0]
            return preview_page(self._latest.snapshot, article), "text/html; charset=utf-8", _PAGE_POLICY
        if parts.path in _ASSETS:
            return resources.files("handbill.preview").joinpath(parts.path[1:]).read_bytes(), _ASSETS[parts.path], _PAGE_POLICY
        kind, _, rest = parts.path.removeprefix("/").partition("/")
        digest, _, rest = rest.partition("/")
        answers: dict[str, Callable[[bytes, str, str], Answer | None]] = {
            "handout": _handout_answer,
            "page": _pdf_page_answer,
            "book": _book_answer,
            "text": _text_answer,
        }
        handout = self._latest.snapshot.handout(digest)
        # No path comes from the request: the manifest names the file.
        content = files.read(self._build, handout.file) if handout is not None else None
        if content is None or handout is None or kind not in answers or not handout.vouches_for(content):
            return None
        return answers[kind](content, handout.media_type, unquote(rest))

    def _send_events(self) -> None:
        """Send the mark of the latest outcome and of each that follows, until the browser leaves (HTML, section 9.2, server-sent events).

        By the first mark a page learns whether a build ended after it was loaded.
        """
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.close_connection = True
        mark = ""
        try:
            while True:
                latest = self._latest.wait_for_newer(mark, _KEEP_ALIVE)
                self.wfile.write(b": still here\n\n" if latest == mark else f"data: {latest}\n\n".encode())
                self.wfile.flush()
                mark = latest
        except OSError:
            return


def _handout_answer(content: bytes, media_type: str, rest: str) -> Answer | None:
    return (content, media_type, _FRAME_POLICY) if not rest else None


def _pdf_page_answer(content: bytes, media_type: str, rest: str) -> Answer | None:
    """Return a page of a PDF, by its number from 1, as PNG; None where there is no such page."""
    import pypdfium2

    if media_type != "application/pdf" or not (rest.isascii() and rest.isdigit()) or len(rest) > _MOST_DIGITS:
        return None
    with _PDFIUM_LOCK:
        document = pypdfium2.PdfDocument(content)
        try:
            if not 1 <= int(rest) <= len(document):
                return None
            image = document[int(rest) - 1].render(scale=_SCALE).to_pil()
        finally:
            document.close()
    png = io.BytesIO()
    image.save(png, "PNG", compress_level=1)
    return png.getvalue(), "image/png", _PAGE_POLICY


def _book_answer(content: bytes, media_type: str, rest: str) -> Answer | None:
    if media_type != "application/epub+zip" or rest:
        return None
    return book_page(content), "application/xhtml+xml", _FRAME_POLICY


def _text_answer(content: bytes, media_type: str, rest: str) -> Answer | None:
    if not media_type.startswith("text/plain") or rest:
        return None
    return text_page(content.decode("utf-8", "replace")), "text/html; charset=utf-8", _FRAME_POLICY
