"""A new publication: a few files that build as they are, and show what goes where."""

from __future__ import annotations

import json
from pathlib import Path

from handbill.config import FILE
from handbill.contract import Diagnostic, Severity
from handbill.errors import MachineError, UsageError

__all__ = ["write"]

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


def write(folder: Path) -> list[Path]:
    """Write the publication and return its files. Raises UsageError where one of them is there already."""
    title = json.dumps(folder.resolve().name or "Handouts", ensure_ascii=False)
    files = {folder / name: text.replace("@TITLE@", title) for name, text in _FILES.items()}
    for file in files:
        if file.exists():
            raise UsageError(Diagnostic(Severity.ERROR, "exists", f"{file} is there already", hint="choose a new folder"))
    try:
        for file, text in files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise MachineError(Diagnostic(Severity.ERROR, "not-written", f"{error.filename} cannot be written: {error.strerror}")) from None
    return list(files)
