"""The preview's server: on the loopback interface alone, of what was built alone."""

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
from handbill.preview.latest import LatestBuild
from handbill.preview.pages import page, text_page
from handbill.system import files

__all__ = ["serve"]

HOST = "127.0.0.1"
_NOTHING_ELSE = "default-src 'none'; base-uri 'none'; form-action 'none'; "
_PAGE = f"{_NOTHING_ELSE}frame-ancestors 'none'; " + "; ".join(
    f"{kind}-src 'self'" for kind in ("img", "style", "script", "connect", "frame")
)
# It runs no script, of whatever origin; of the page's own origin it is so that the page may see how far it was scrolled.
_FRAME = f"{_NOTHING_ELSE}frame-ancestors 'self'; img-src data:; style-src 'unsafe-inline'; sandbox allow-same-origin"
_ASSETS = {"/style.css": "text/css; charset=utf-8", "/reload.js": "text/javascript; charset=utf-8"}
_SCALE = 1.5
"""Pixels per point: 108 dpi."""
_KEEP_ALIVE = 15.0
_MOST_DIGITS = 6
# PDFium must not be entered by two threads at a time (its public headers, fpdfview.h).
_ONE_AT_A_TIME = threading.Lock()

Answer = tuple[bytes, str, str]
"""A body, its media type, and its Content-Security-Policy."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a browser that wants no more of an answer: it reloads whenever something is built."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type] # as given


@contextlib.contextmanager
def serve(build: Path, board: LatestBuild, port: int) -> Iterator[str]:
    """Serve what is built in a folder until the block ends, and give the address; port 0 is any that is free.

    Raises MachineError where the port is taken.
    """
    try:
        server = _Server((HOST, port), partial(_Handler, build, board))
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

    def __init__(self, build: Path, board: LatestBuild, *arguments: object) -> None:
        self._build, self._board = build, board
        super().__init__(*arguments)  # type: ignore[arg-type] # the request, the client's address and the server, as given

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing: the terminal is for what was built."""

    def do_GET(self) -> None:
        """Answer one request."""
        port = self.connection.getsockname()[1]
        # A page of another site whose name leads here is not to read what is built (DNS rebinding).
        if self.headers.get("Host") not in (f"{HOST}:{port}", f"localhost:{port}"):
            self.send_error(HTTPStatus.FORBIDDEN)
            return
        if self.path == "/events":
            self._tell()
            return
        try:
            answer = self._answer()
        except Exception as error:
            # A handout of anybody's exporter is shown here: what it lacks is told in its place.
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
        """End the headers with those that every answer has, errors too."""
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def _answer(self) -> Answer | None:
        try:
            parts = urlsplit(self.path)
        except ValueError:
            return None
        if parts.path == "/":
            article = parse_qs(parts.query).get("article", [""])[0]
            return page(self._board.shown, article), "text/html; charset=utf-8", _PAGE
        if parts.path in _ASSETS:
            return resources.files("handbill.preview").joinpath(parts.path[1:]).read_bytes(), _ASSETS[parts.path], _PAGE
        kind, _, rest = parts.path.removeprefix("/").partition("/")
        digest, _, rest = rest.partition("/")
        answers: dict[str, Callable[[bytes, str, str], Answer | None]] = {"handout": _whole, "page": _sheet, "book": _book, "text": _text}
        handout = self._board.shown.handout(digest)
        # Nothing is opened but what the build's own manifest names, and no path comes from the request.
        content = files.read(self._build, handout.file) if handout is not None else None
        if content is None or handout is None or kind not in answers or not handout.vouches_for(content):
            return None
        return answers[kind](content, handout.media_type, unquote(rest))

    def _tell(self) -> None:
        """Send the mark of the newest outcome and of each that follows, until the reader goes (HTML, 9.2, server-sent events).

        The first one tells a page whether something was built between its own loading and this.
        """
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.close_connection = True
        mark = ""
        try:
            while True:
                newest = self._board.newer(mark, _KEEP_ALIVE)
                self.wfile.write(b": still here\n\n" if newest == mark else f"data: {newest}\n\n".encode())
                self.wfile.flush()
                mark = newest
        except OSError:
            return


def _whole(content: bytes, media_type: str, rest: str) -> Answer | None:
    return (content, media_type, _FRAME) if not rest else None


def _sheet(content: bytes, media_type: str, rest: str) -> Answer | None:
    """Return a page of a PDF, by its number, as PNG."""
    import pypdfium2

    if media_type != "application/pdf" or not (rest.isascii() and rest.isdigit()) or len(rest) > _MOST_DIGITS:
        return None
    with _ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(content)
        try:
            if not 1 <= int(rest) <= len(document):
                return None
            image = document[int(rest) - 1].render(scale=_SCALE).to_pil()
        finally:
            document.close()
    written = io.BytesIO()
    image.save(written, "PNG", compress_level=1)
    return written.getvalue(), "image/png", _PAGE


def _book(content: bytes, media_type: str, rest: str) -> Answer | None:
    if media_type != "application/epub+zip" or rest:
        return None
    return book_page(content), "application/xhtml+xml", _FRAME


def _text(content: bytes, media_type: str, rest: str) -> Answer | None:
    if not media_type.startswith("text/plain") or rest:
        return None
    return text_page(content.decode("utf-8", "replace")), "text/html; charset=utf-8", _FRAME
