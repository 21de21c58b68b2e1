"""Paths of a publication: files looked up and read inside one folder, never outside."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from handbill.diagnostics.errors import MachineError, SourceError
from handbill.diagnostics.rules import at, diagnostic

__all__ = ["confined", "lookup", "read_text"]


def read_text(file: Path, path: str) -> str:
    r"""Return the text of a UTF-8 file, every line end as "\\n", a byte order mark left out.

    `path` names it in messages. Raises SourceError where it is missing or is not UTF-8.
    """
    return decode_utf8(read_file(file, path), path)


def read_file(file: Path, path: str) -> bytes:
    try:
        return file.read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        hint = "look at how its name is spelled, and where it stands"
        raise SourceError(diagnostic("missing-file", "there is no such file", at(path), hint)) from None
    except OSError as error:
        message, hint = f"cannot be read: {error.strerror}", "look at its owner and rights"
        raise MachineError(diagnostic("unreadable", message, at(path), hint)) from None


def decode_utf8(content: bytes, path: str) -> str:
    content = content.removeprefix(b"\xef\xbb\xbf")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        raise SourceError(
            diagnostic(
                "not-utf-8",
                f"the byte 0x{content[error.start]:02x} is not UTF-8",
                at(path, line, column),
                "save the file as UTF-8 (iconv -f WINDOWS-1252 -t UTF-8 is often right)",
            )
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def confined(root: Path, name: str) -> Path | None:
    """Return the file of that POSIX path below the root, or None where the path leads outside, symbolic links followed."""
    if PurePosixPath(name).is_absolute() or "\0" in name or "\\" in name:
        return None
    try:
        file = (root / name).resolve()
        file.exists()  # a name that no file can have is an error here, and nowhere later
    except (OSError, RuntimeError):
        return None
    return file if file.is_relative_to(root.resolve()) else None


def lookup(root: Path, name: str) -> str:
    """Return the path in the publication of what is found at a POSIX path below the root, links followed; "" where nothing is."""
    file = confined(root, name)
    return file.relative_to(root.resolve()).as_posix() if file is not None and file.exists() else ""
