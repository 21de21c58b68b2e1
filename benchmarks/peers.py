"""The programs that handbill is compared with: pandoc with two PDF engines, and WeasyPrint alone, on the same content and disclaimer."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from content import DISCLAIMER

__all__ = ["PANDOC", "Peer", "peers", "weasyprint_alone"]

_SHIM = """#!{python} -ISB
# The command `typst compile IN OUT` that pandoc runs: the package typst of PyPI has a module and no command.
import sys
sys.path.insert(0, {packages!r})
import typst
source, target = [argument for argument in sys.argv[2:] if not argument.startswith("-")][-2:]
typst.compile(source, output=target)
"""

PANDOC = "pandoc"


@dataclass(frozen=True, slots=True)
class Peer:
    """A peer's name, and the shell commands that make one article's files: PDF, EPUB and text."""

    name: str
    engine: str
    environment: Mapping[str, str]

    def commands(self, article: Path, publication: Path, output: Path) -> dict[str, list[str]]:
        """Return, by format, the command that makes the article's file with the disclaimer after it."""
        inputs = [str(article), str(publication / "disclaimers" / f"{DISCLAIMER}.md")]
        common = [PANDOC, *inputs, f"--resource-path={article.parent}", "--standalone"]
        name = str(output / article.stem)
        return {
            "pdf": [*common, f"--pdf-engine={self.engine}", "-o", f"{name}.pdf"],
            "epub": [*common, "-o", f"{name}.epub"],
            "text": [*common, "-t", "plain", "-o", f"{name}.txt"],
        }


def peers(tools: Path) -> list[Peer]:
    """Return pandoc with typst and pandoc with WeasyPrint; `tools` is a folder for the commands that they start."""
    import pypandoc
    import typst

    tools.mkdir(parents=True, exist_ok=True)
    pandoc = Path(pypandoc.get_pandoc_path())
    shutil.copy(pandoc if pandoc.is_absolute() else Path(shutil.which("pandoc") or pandoc), tools / PANDOC)
    shim = tools / "typst"
    shim.write_text(_SHIM.format(python=sys.executable, packages=str(Path(typst.__file__).parents[1])), encoding="utf-8")
    shim.chmod(shim.stat().st_mode | stat.S_IXUSR)
    path = os.pathsep.join((str(tools), str(Path(sys.executable).parent), os.environ["PATH"]))
    return [Peer("pandoc with typst", "typst", {"PATH": path}), Peer("pandoc with WeasyPrint", "weasyprint", {"PATH": path})]


_ALONE = """
import sys
import markdown
from weasyprint import HTML
texts = [open(name, encoding="utf-8").read().split("---", 2)[2] for name in sys.argv[2:4]]
article, disclaimer = [markdown.markdown(text, extensions=["tables", "footnotes"]) for text in texts]
style = "@page { size: A4; margin: 72pt 90pt } body { font: 12pt/1.5 'Source Serif 4', serif } "
style += "section { break-before: page } img { max-width: 100% }"
HTML(string=f"<style>{style}</style>{article}<section>{disclaimer}</section>", base_url=sys.argv[4]).write_pdf(sys.argv[1])
"""


def weasyprint_alone(article: Path, publication: Path, output: Path) -> list[str]:
    """Return the command that makes an untagged PDF of Markdown and the disclaimer with two libraries and nothing else."""
    disclaimer = publication / "disclaimers" / f"{DISCLAIMER}.md"
    target = output / f"{article.stem}.pdf"
    return [sys.executable, "-c", _ALONE, str(target), str(article), str(disclaimer), f"{article.parent}/"]
