"""The preview's server: on the loopback interface alone, of what was built alone."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from handbill import files
from handbill.contract import Diagnostic, Severity
from handbill.errors import MachineError
from handbill.preview.board import Board
from handbill.preview.books import book_page
from handbill.preview.pages import page, text_page

__all__ = ["serve"]

HOST = "127.0.0.1"
_PAGE = "default-src 'none'; " + "; ".join(f"{kind}-src 'self'" for kind in ("img", "style", "script", "connect", "frame"))
_FRAME = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox"
_ASSETS = {"/style.css": "text/css; charset=utf-8", "/reload.js": "text/javascript; charset=utf-8"}
_SCALE = 1.5
"""Pixels per point: 108 dpi."""
_KEEP_ALIVE = 15.0
# PDFium must not be entered by two threads at a time (its public headers, fpdfview.h).
_ONE_AT_A_TIME = threading.Lock()

Answer = tuple[bytes, str, str]
"""A body, its media type, and its Content-Security-Policy."""


def serve(build: Path, board: Board, port: int) -> ThreadingHTTPServer:
    """Start a server for what is built in a folder, in a thread of its own, and return it; port 0 is any that is free.

    Raises MachineError where the port is taken.
    """
    try:
        server = ThreadingHTTPServer((HOST, port), partial(_Handler, build, board))
    except OSError as error:
        message, hint = f"port {port} cannot be had: {error.strerror}", "take another: --port"
        raise MachineError(Diagnostic(Severity.ERROR, "port", message, hint=hint)) from None
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    return server


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, build: Path, board: Board, *arguments: object) -> None:
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
        if self.path.partition("?")[0] == "/events":
            self._tell(parse_qs(urlsplit(self.path).query).get("after", [""])[0])
            return
        answer = self._answer()
        if answer is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        body, media_type, policy = answer
        self.send_response(HTTPStatus.OK)
        for name, value in (
            ("Content-Type", media_type),
            ("Content-Length", str(len(body))),
            ("Content-Security-Policy", policy),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Cache-Control", "no-store"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _answer(self) -> Answer | None:
        parts = urlsplit(self.path)
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

    def _tell(self, after: str) -> None:
        """Send an event for every outcome after that number, until the reader goes (HTML, 9.2, server-sent events)."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.close_connection = True
        number = int(after) if after.isascii() and after.isdigit() else self._board.shown.number
        try:
            while True:
                newest = self._board.newer(number, _KEEP_ALIVE)
                self.wfile.write(b": still here\n\n" if newest == number else f"data: {newest}\n\n".encode())
                self.wfile.flush()
                number = newest
        except OSError:
            return


def _whole(content: bytes, media_type: str, rest: str) -> Answer | None:
    return (content, media_type, _FRAME) if not rest else None


def _sheet(content: bytes, media_type: str, rest: str) -> Answer | None:
    """Return a page of a PDF, by its number, as PNG."""
    import pypdfium2

    if media_type != "application/pdf" or not rest.isascii() or not rest.isdigit():
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
