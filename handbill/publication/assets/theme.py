"""A publication's theme: its style sheet, its logo and its fonts, loaded from the publication's folder and checked.

`load_theme` takes the settings of the theme, and returns a `Theme` with the warnings about it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePosixPath

from handbill.diagnostics.diagnostic import Diagnostic, Severity
from handbill.diagnostics.errors import ConfigurationError, HandbillError, SourceError
from handbill.diagnostics.rules import diagnostic, location
from handbill.document import Asset, Theme
from handbill.publication.assets.article_images import load_asset
from handbill.publication.assets.contrast_check import low_contrast
from handbill.publication.assets.theme_css import scope_style_sheet
from handbill.publication.assets.theme_settings import ThemeSettings
from handbill.system.bounds import DEFAULT_BOUNDS, Bounds, bound_diagnostic
from handbill.system.paths import path_inside, read_text

__all__ = ["LoadedTheme", "load_theme"]

LoadedTheme = tuple[Theme, tuple[Diagnostic, ...]]
"""A theme, and the warnings about it."""

Refuse = Callable[[str, str, str], None]
"""A function of a setting, a message and a hint: it adds the error."""
IsOver = Callable[[Path, str, str, str], bool]
"""A function of a file, the setting that names it, its name there, and a bound: whether it is over the bound. It adds the error."""

_FONTS = {b"\0\1\0\0": "font/ttf", b"true": "font/ttf", b"OTTO": "font/otf"}
_IMAGES = frozenset({"image/png", "image/jpeg", "image/svg+xml"})


def load_theme(root: Path, settings: ThemeSettings, file: str, bounds: Bounds = DEFAULT_BOUNDS) -> LoadedTheme:
    """Return the theme that the settings in `file` name, with the warnings about it. `root` is the publication's folder.

    Raises ConfigurationError with everything that is wrong: `theme-file` at its setting; `theme-syntax`, `theme-rule` and `theme-url`
    at their places in the style sheet.
    """
    errors: list[Diagnostic] = []
    warnings: list[Diagnostic] = []

    def refuse(setting: str, message: str, hint: str) -> None:
        errors.append(diagnostic("theme-file", message, location(file, *settings.place(setting)), hint))

    def is_over(path: Path, setting: str, name: str, bound: str) -> bool:
        size = path.stat().st_size
        if size > getattr(bounds, bound):
            errors.append(bound_diagnostic(bounds, bound, f"`{name}` has {size:,} bytes", file, *settings.place(setting)))
            return True
        return False

    def image(name: str) -> Asset:
        return _theme_image(root, name, bounds)

    css, assets = "", tuple[Asset, ...]()
    sheet = settings.theme
    path = _theme_file(root, sheet, "theme", refuse) if sheet else None
    if path is not None and not is_over(path, "theme", sheet, "theme_size"):
        try:
            text = read_text(path, sheet)
        except SourceError as error:
            errors.extend(error.diagnostics)
        else:
            found = scope_style_sheet(text, sheet, image)
            css, assets = found.css, found.assets
            for message in (*found.diagnostics, *low_contrast(text, sheet)):
                (errors if message.severity is Severity.ERROR else warnings).append(message)
    theme = Theme(
        css=css,
        assets=assets,
        logo=_logo(root, settings.logo, bounds, refuse),
        logo_text=settings.logo_alt if settings.logo else "",
        fonts=tuple(font for name in settings.fonts if (font := _font(root, name, refuse, is_over)) is not None),
        system_fonts=settings.system_fonts,
    )
    if errors:
        raise ConfigurationError(dict.fromkeys(errors))
    return theme, tuple(dict.fromkeys(warnings))


def _theme_file(root: Path, name: str, setting: str, refuse: Refuse) -> Path | None:
    path = path_inside(root, name)
    if path is None:
        refuse(setting, f"`{name}` lies outside the publication", "name a file of the publication, relative to its folder")
    elif not path.is_file():
        refuse(setting, f"there is no file `{name}` in the publication", "the path is relative to the publication's folder")
    else:
        return path
    return None


def _theme_image(root: Path, name: str, bounds: Bounds) -> Asset:
    """Return an image of the publication, of a kind that a theme may have. Raises SourceError."""
    path = path_inside(root, name)
    why = "is not there" if path is not None else "lies outside the publication"
    if path is not None and path.is_file():
        asset = load_asset(root, name, bounds)
        if asset.media_type in _IMAGES:
            return asset
        why = "is of a kind that a theme cannot have"
    raise SourceError(diagnostic("bad-image", f"the image {name} {why}", hint="a theme has PNG, JPEG and SVG"))


def _logo(root: Path, name: str, bounds: Bounds, refuse: Refuse) -> Asset | None:
    if not name:
        return None
    try:
        return _theme_image(root, PurePosixPath(name).as_posix(), bounds)
    except HandbillError as error:
        for found in error.diagnostics:
            refuse("logo", found.message, found.hint)
    return None


def _font(root: Path, name: str, refuse: Refuse, is_over: IsOver) -> Asset | None:
    path = _theme_file(root, name, "fonts", refuse)
    if path is None or is_over(path, "fonts", name, "font_size"):
        return None
    content = path.read_bytes()
    kind = _FONTS.get(content[:4])
    if kind is None:
        refuse("fonts", f"`{name}` is no TrueType or OpenType font", "name .ttf or .otf files")
        return None
    return Asset(PurePosixPath(name).as_posix(), kind, content)
