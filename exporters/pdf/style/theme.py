"""A publication's theme for PDF: its rules with URLs that the fetcher serves, and the assets that these URLs name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .fetcher import asset_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handbill.document import Asset, Document, Theme

__all__ = ["assets_by_name", "theme_rules"]


def assets_by_name(document: Document) -> dict[str, Asset]:
    """Return every asset that a page of the document may show, by name."""
    theme = document.theme
    logo = () if theme.logo is None else (theme.logo,)
    return {asset.name: asset for asset in (*document.assets, *theme.assets, *logo)}


def theme_rules(theme: Theme) -> str:
    """Return the theme's rules with each URL replaced by that of the asset of this name."""
    import tinycss2

    if not theme.assets:
        return theme.css
    nodes = tinycss2.parse_component_value_list(theme.css)
    _rewrite_urls(nodes)
    return str(tinycss2.serialize(nodes))


def _rewrite_urls(tokens: Sequence[Any]) -> None:
    """Replace the URLs in tinycss2 tokens, in place, also inside functions and blocks."""
    for token in tokens:
        if token.type == "url":
            token.representation = f'url("{asset_url(token.value)}")'
        elif token.type == "function" and token.lower_name == "url":
            for inner in token.arguments:
                if inner.type == "string":
                    inner.representation = f'"{asset_url(inner.value)}"'
        for name in ("arguments", "content"):
            inner_tokens = getattr(token, name, None)
            if isinstance(inner_tokens, list) and not (token.type == "function" and token.lower_name == "url"):
                _rewrite_urls(inner_tokens)
