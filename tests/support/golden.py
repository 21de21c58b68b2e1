"""Golden files: the expected output of a case, kept in a file beside its input, and written anew by `pytest --accept`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["Golden"]


@dataclass(frozen=True, slots=True)
class Golden:
    """The comparison of outputs with golden files. With `accept` a golden file that differs is overwritten, else none is written."""

    accept: bool = False

    def check(self, output: str, file: Path) -> None:
        """Compare an output with its golden file, which is UTF-8. Raises AssertionError where they differ, unless it is accepted."""
        expected = file.read_text(encoding="utf-8") if file.exists() else None
        if self.accept and output != expected:
            file.write_text(output, encoding="utf-8")
        else:
            assert output == expected, f"{file} differs from the output: if the output is right, run pytest --accept"
