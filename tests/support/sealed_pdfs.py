"""Sealed PDF handouts for tests, and edits of their objects."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from typing import Any

import pikepdf
from handbill.exporters.pdf import PdfOptions, exporter

from handbill.contract import DisclaimerParts, ExporterError
from handbill.diagnostics.errors import ProofError
from handbill.document import Disclaimer
from handbill.proof.disclaimer import Proof
from handbill.proof.sealed import prove_sealed
from handbill.testing import documents as samples
from pdf_handouts import DEFAULT, document_with_body, export_pdf

__all__ = ["ARTICLE", "article_handout", "edited", "prove", "refusal", "sealed_parts"]

ARTICLE = document_with_body(
    '<p>It has <a href="https://example.org/">a link</a>.</p>' + "<p>It has a line of words, and one more of them.</p>" * 60,
    disclaimer=samples.DISCLAIMER,
)
"""Three pages of article, with a notice, and one of disclaimer."""


@functools.cache
def sealed_parts(disclaimer: Disclaimer = samples.DISCLAIMER, options: PdfOptions = DEFAULT) -> DisclaimerParts:
    """Return the parts of the sealed page."""
    return exporter.disclaimer_of(exporter.seal(disclaimer, options).handout, "end")


def prove(handout: bytes) -> Proof:
    """Return where the disclaimer of a handout with the sample disclaimer stands. Raises ProofError, ExporterError."""
    return prove_sealed(exporter.disclaimer_of(handout, "end"), sealed_parts(), "end")


def refusal(handout: bytes) -> str:
    """Return the code of the message with which a handout is refused, "" where it is accepted."""
    try:
        prove(handout)
    except (ProofError, ExporterError) as error:
        return error.diagnostics[0].code
    return ""


def article_handout() -> bytes:
    """Return ARTICLE as PDF, whose objects stand by themselves with a classic cross-reference table."""
    return edited(export_pdf(ARTICLE), lambda pdf: None)


def edited(handout: bytes, change: Callable[[Any], object], **how: Any) -> bytes:
    """Return a PDF after a change of its objects (pikepdf). `how` it is saved is up to the caller, by default without object streams."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(handout)) as pdf:
        change(pdf)
        pdf.save(target, **{"object_stream_mode": pikepdf.ObjectStreamMode.disable, **how})
    return target.getvalue()
