"""What programs show of edited PDFs, beside what is accepted: `python tests/trust/pdf_witnesses.py COUNT`, from the repository's root.

An edit that changes what a program shows of the disclaimer's page, or of the notice of the first page, must be refused. The programs are
PDFium, and where they are installed poppler (pdftoppm), Ghostscript (gs) and MuPDF (the package pymupdf); what is missing is said.
"""

from __future__ import annotations

import importlib.util
import io
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2

TESTS = Path(__file__).resolve().parents[1]
if __name__ == "__main__":
    sys.path[:0] = [str(TESTS / "support"), str(TESTS)]

from sealed_pdfs import ARTICLE, refusal  # noqa: E402
from trust.pdf_edits import edits, harmless  # noqa: E402

__all__ = ["WITNESSES", "Shown", "Witness", "available", "pdfium"]

Shown = tuple[bytes, ...] | None
"""The number of pages, the notice of the first page, and the disclaimer's page; None where the program cannot show the file."""

Witness = Callable[[bytes, int, tuple[float, float]], Shown]
"""Takes a handout, the index of the disclaimer's page, and the lower and upper end of the notice in points."""

_HEIGHT = 841.89
_SECONDS = 60


def pdfium(handout: bytes, index: int, band: tuple[float, float]) -> Shown:
    """Return what PDFium shows, at 72 dpi."""
    try:
        pdf = pypdfium2.PdfDocument(handout)
    except pypdfium2.PdfiumError:
        return None
    try:
        pdf.init_forms()
        pictures = [pdf[number].render(maybe_alpha=False).to_pil().convert("RGB") for number in (0, index)]
        return str(len(pdf)).encode(), _cropped(pictures[0], band), _with_size(pictures[1])
    except (pypdfium2.PdfiumError, IndexError, ValueError):
        return None
    finally:
        pdf.close()


def _cropped(picture: Any, band: tuple[float, float]) -> bytes:
    lower, upper = band
    return _with_size(picture.crop((0, int(_HEIGHT - upper), picture.width, int(_HEIGHT - lower) + 1)))


def _with_size(picture: Any) -> bytes:
    return b"%d %d\n" % picture.size + picture.tobytes()


def _from_command(command: Callable[[Path, int], list[str]]) -> Witness:
    """Return a witness that is a program, which writes a picture of one page to its standard output."""

    def shown(handout: bytes, index: int, band: tuple[float, float]) -> Shown:
        from PIL import Image, UnidentifiedImageError

        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "handout.pdf"
            file.write_bytes(handout)
            pictures = []
            for number in (1, index + 1):
                try:
                    done = subprocess.run(command(file, number), capture_output=True, check=False, timeout=_SECONDS)
                    pictures.append(Image.open(io.BytesIO(done.stdout)).convert("RGB"))
                except (subprocess.TimeoutExpired, UnidentifiedImageError, OSError, ValueError):
                    return None
        return _cropped(pictures[0], band), _with_size(pictures[1])

    return shown


def _poppler(file: Path, page: int) -> list[str]:
    return ["pdftoppm", "-r", "72", "-f", str(page), "-l", str(page), str(file)]


def _ghostscript(file: Path, page: int) -> list[str]:
    pages = [f"-dFirstPage={page}", f"-dLastPage={page}"]
    return [
        "gs",
        "-q",
        "-dSAFER",
        "-dBATCH",
        "-dNOPAUSE",
        "-sDEVICE=ppmraw",
        "-r72",
        *pages,
        "-sOutputFile=-",
        "-sstdout=%stderr",
        str(file),
    ]


def _mupdf(handout: bytes, index: int, band: tuple[float, float]) -> Shown:
    import pymupdf
    from PIL import Image

    pymupdf.TOOLS.mupdf_display_errors(False)
    try:
        with pymupdf.open(stream=handout, filetype="pdf") as pdf:
            pictures = []
            for number in (0, index):
                drawn = pdf[number].get_pixmap(dpi=72, alpha=False)
                pictures.append(Image.frombytes("RGB", (drawn.width, drawn.height), drawn.samples))
            return str(len(pdf)).encode(), _cropped(pictures[0], band), _with_size(pictures[1])
    except Exception:
        # MuPDF has many kinds of errors; each means that it cannot show the file.
        return None


WITNESSES: dict[str, tuple[Witness, bool]] = {
    "PDFium": (pdfium, True),
    "poppler": (_from_command(_poppler), shutil.which("pdftoppm") is not None),
    "Ghostscript": (_from_command(_ghostscript), shutil.which("gs") is not None),
    "MuPDF": (_mupdf, importlib.util.find_spec("pymupdf") is not None),
}


def available() -> dict[str, Witness]:
    """Return the witnesses that are installed."""
    return {name: witness for name, (witness, is_there) in WITNESSES.items() if is_there}


def notice_band(handout: bytes) -> tuple[float, float]:
    """Return the lower and the upper end of the notice of the first page, in points."""
    with pikepdf.open(io.BytesIO(handout)) as pdf:
        _, lower, _, upper = map(float, pdf.pages[0].obj.Resources.XObject.HandbillNotice.BBox)
    return lower, upper


def _say(line: str, more: list[str] | None = None) -> None:
    sys.stdout.write("\n  ".join([line, *(more or [])]) + "\n")


def _run(count: int) -> int:
    from pdf_handouts import export_pdf

    for name in WITNESSES.keys() - available().keys():
        _say(f"{name} is not installed, and is not asked")
    handout = export_pdf(ARTICLE)
    place = (3, notice_band(handout))
    plain = {name: witness(handout, *place) for name, witness in available().items()}
    if blind := [name for name, shown in plain.items() if shown is None]:
        _say(f"{', '.join(blind)} cannot show a handout")
        return 1
    changed: Counter[str] = Counter()
    refused, through, unseen = 0, [], []
    for said, edited in islice(edits(handout, 1), count):
        is_refused = bool(refusal(edited))
        refused += is_refused
        seen = [name for name, witness in available().items() if witness(edited, *place) != plain[name]]
        changed.update(seen)
        changed["any"] += bool(seen)
        if not is_refused:
            (through if seen else unseen).append(f"{said} ({', '.join(seen) or 'nothing is seen of it'})")
    wrong = [f"{said}: {code}" for said, edited in islice(harmless(handout, 1), count // 3) if (code := refusal(edited))]
    _say(f"{count} edits: {refused} refused; changed what is shown by {dict(changed)}")
    _say(f"{len(unseen)} accepted of which nothing is seen", unseen)
    _say(f"{len(through)} accepted that are seen", through)
    _say(f"{count // 3} harmless: {len(wrong)} refused", wrong)
    return 1 if through or wrong else 0


if __name__ == "__main__":
    sys.exit(_run(int(sys.argv[1]) if len(sys.argv) > 1 else 300))
