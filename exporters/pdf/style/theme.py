"""A publication's theme on paper: its style sheet with URLs that the fetcher serves, and the files behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .fetcher import asset_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handbill.document import Asset, Document, Theme

__all__ = ["served", "theme_rules"]


def served(document: Document) -> dict[str, Asset]:
    """Return everything that a page of the document may show, by name."""
    theme = document.theme
    logo = () if theme.logo is None else (theme.logo,)
    return {asset.name: asset for asset in (*document.assets, *theme.assets, *logo)}


def theme_rules(theme: Theme) -> str:
    """Return the theme's rules, their URLs those of assets."""
    import tinycss2

    if not theme.assets:
        return theme.css
    nodes = tinycss2.parse_component_value_list(theme.css)
    _point(nodes)
    return str(tinycss2.serialize(nodes))


def _point(tokens: Sequence[Any]) -> None:
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
                _point(inner_tokens)
