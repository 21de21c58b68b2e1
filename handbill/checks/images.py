"""Check of images: alternative texts that are missing or say nothing (WCAG 2.1, 1.1.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handbill.checks.finding import Finding
from handbill.language.folding import collapse_whitespace
from handbill.markdown.tree.annotations import written_address
from handbill.markdown.tree.document_parts import Parts

__all__ = ["image_findings"]

_FILE_NAME = re.compile(r"[^\s/\\]*\.(?:apng|avif|bmp|gif|heic|jpe?g|png|svg|tiff?|webp)", re.IGNORECASE)
_CAMERA_NAME = re.compile(r"(?:IMG|DSC[NF]?|DCIM|PXL|MVIMG|Screenshot|Bildschirmfoto)[-_ ]?[0-9][-_0-9 T.:]*", re.IGNORECASE)
_VAGUE_WORDS = frozenset(
    # Words that say only that there is an image, in the languages that handbill has words in.
    "image img picture pic photo photograph figure fig graphic graph chart diagram icon logo screenshot illustration drawing alt "
    "bild foto abbildung grafik diagramm symbol imagen foto fotografía figura gráfico ícono icono diagrama "
    "schéma graphique icône illustration imagem fotografia figura gráfico ícone "
    "图片 图像 图 照片 صورة رسم תמונה איור".split()
)
_HINT = "say in a few words what it shows: ![words](…); of one that only decorates, say so: ![](…){.decorative}"


def image_findings(parts: Parts) -> Iterator[Finding]:
    """Yield a finding for each image that has no alternative text, or one that does not describe it (WCAG 2.1, 1.1.1; F30 and F65).

    Images that are marked as decoration are passed over. A file name, a camera's name for a photograph and a word such as "image" do not
    describe an image.
    """
    for image in (image for part in parts.trees() for image in part.iter("img")):
        alt = collapse_whitespace(image.get("alt") or "")
        if not alt and image.get("role") == "presentation":
            continue
        address = written_address(image)
        if not alt:
            message = "the image has no alternative text"
            yield Finding("missing-alt", message, _HINT, barrier=True, element=image, kind="image", address=address)
        elif _FILE_NAME.fullmatch(alt) or _CAMERA_NAME.fullmatch(alt) or alt.strip(".:!-").casefold() in _VAGUE_WORDS:
            message = f"the image's alternative text, “{alt}”, does not say what it shows"
            yield Finding("vague-alt", message, _HINT, barrier=True, element=image, kind="image", words=alt, address=address)
