"""Files of `handbill init`: a new publication that builds as it is, and recipes for CI systems.

The functions write below a folder and return the paths of what they wrote. No file that exists is overwritten.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

from handbill import __version__
from handbill.diagnostics.errors import MachineError, UsageError
from handbill.diagnostics.rules import diagnostic
from handbill.publication.settings import FILE

__all__ = ["RECIPES", "recipe", "write_publication", "write_recipe"]

RECIPES = {"github": ".github/workflows/handouts.yml", "gitlab": ".gitlab-ci.yml"}
"""The path at which each CI system looks for its recipe, from the root of the repository."""

_FILES = {
    FILE: """\
# The settings of this publication. `handbill schema` describes them all.
title = @TITLE@               # build folders tell publications apart by it
language = "en"
disclaimer = "general"          # disclaimers/general.md; an article's front matter may name another
disclaimer-position = "end"     # or "front"
contact = "the address that readers can write to"

# Beside pdf, epub and text, which every publication has:
[editions.large-print]
exporter = "pdf"
font-size = "18pt"
""",
    "first-article.md": """\
---
title: Our first article
subtitle: What it is about, in a line
author: Who wrote it
lang: en
version: "0.1"
abstract: Two or three sentences that say what the reader will learn.
---

An article is one Markdown file. This one builds: run `handbill build` on its folder, and look at what comes out.

## What it can hold

Paragraphs, lists, tables and figures; notes at the foot of the page.[^1]

- Lists nest by two spaces or more.
- [Links](https://daringfireball.net/projects/markdown/) keep their addresses in print.

| What     | Where it stands      |
|----------|----------------------|
| settings | `publication.toml`   |
| the page | `disclaimers/`       |

> [!NOTE]
> Callouts are written as on GitHub.

[^1]: This is such a note.
""",
    "disclaimers/general.md": """\
---
title: Disclaimer
lang: en
version: "0.1"
notice: General information, no advice.
---

Replace this text by your own. It stands, whole and unchanged, on a page of its own in every handout, and handbill reads it back from
each finished file before it writes it.

This handout gives general information. It is no advice, and no substitute for it.
""",
}


def write_publication(folder: Path) -> list[Path]:
    """Write a new publication and return its files.

    Raises UsageError where one of them exists, MachineError where one cannot be written.
    """
    title = json.dumps(folder.resolve().name or "Handouts", ensure_ascii=False)
    files = {folder / name: text.replace("@TITLE@", title) for name, text in _FILES.items()}
    _write_files(files, "choose a new folder")
    return list(files)


def _write_files(files: Mapping[Path, str], hint: str) -> None:
    """Write texts as UTF-8. Raises UsageError, with the hint, where a file exists, MachineError where one cannot be written."""
    for file in files:
        if file.exists():
            raise UsageError(diagnostic("exists", f"{file} is there already", hint=hint))
    try:
        for file, text in files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    except OSError as error:
        message, hint = f"{error.filename} cannot be written: {error.strerror}", "look at the folder's rights, and the disk's space"
        raise MachineError(diagnostic("not-written", message, hint=hint)) from None


def recipe(system: str, source: str, handbill: str) -> str:
    """Return the recipe of a CI system that builds and publishes `source`; `handbill` is the requirement that pip installs (PEP 508)."""
    text = resources.files("handbill.cli").joinpath(f"recipes/{system}.yml").read_text("utf-8")
    return text.replace('"@SOURCE@"', json.dumps(source, ensure_ascii=False)).replace('"@HANDBILL@"', json.dumps(handbill))


def write_recipe(system: str, folder: Path) -> Path:
    """Write a CI system's recipe for the publication in `folder` below the current folder, and return its path.

    Raises UsageError where it exists or the publication lies outside the current folder, MachineError where it cannot be written.
    """
    if not folder.resolve().is_relative_to(Path.cwd()):
        message, hint = (
            f"{folder} is not below the current folder",
            "go to the root of the repository, and name the publication's folder from there",
        )
        raise UsageError(diagnostic("outside", message, hint=hint))
    file = Path(RECIPES[system])
    source = folder.resolve().relative_to(Path.cwd()).as_posix()
    _write_files({file: recipe(system, source, f"handbill=={__version__}")}, "move it away first")
    return file
