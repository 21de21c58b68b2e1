"""The article's Markdown as a file embedded in its PDF/A-3 (ISO 19005-3, 6.8)."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from handbill.contract import ExporterError, diagnostic

if TYPE_CHECKING:
    from datetime import datetime

    from handbill.document import Document

__all__ = ["source_attachment"]


def source_attachment(document: Document, timestamp: datetime) -> Any:
    """Return a WeasyPrint attachment with the article's Markdown. Raises ExporterError where the document does not hold it."""
    from weasyprint import Attachment

    if not document.source:
        raise ExporterError(
            diagnostic(
                "no-source", "the document does not hold the Markdown that its PDF is to carry", hint="choose another profile than a-3a"
            )
        )
    return Attachment(
        string=document.source,
        name=PurePosixPath(document.name).name + ".md",
        description=document.metadata.title,
        created=timestamp,
        modified=timestamp,
        relationship="Source",
    )
