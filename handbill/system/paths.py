"""Files of a publication: found and read inside its folder, never outside, symbolic links resolved."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from handbill.diagnostics.errors import MachineError, SourceError
from handbill.diagnostics.rules import diagnostic, location
from handbill.language.folding import fold_case

__all__ = ["comparable_name", "decode_utf8", "find_path", "path_inside", "read_file", "read_text", "unreadable_error"]


def read_text(file: Path, path: str) -> str:
    r"""Return the text of a UTF-8 file with every line end as "\\n", without a byte order mark.

    `path` names it in messages. Raises SourceError where it is missing or not UTF-8, MachineError where it cannot be read.
    """
    return decode_utf8(read_file(file, path), path)


def read_file(file: Path, path: str, most: int = -1) -> bytes:
    """Return the bytes of a file, the first `most` where that is not -1; `path` names the file in messages.

    Raises SourceError where it is missing, MachineError for other failures.
    """
    try:
        with file.open("rb") as stream:
            return stream.read(most)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        hint = "look at how its name is spelled, and where it stands"
        raise SourceError(diagnostic("missing-file", "there is no such file", location(path), hint)) from None
    except OSError as error:
        raise unreadable_error(path, error) from None


def unreadable_error(path: str, error: OSError) -> MachineError:
    """Return the error for a file that the system does not let us read; `path` names it in messages."""
    return MachineError(diagnostic("unreadable", f"cannot be read: {error.strerror}", location(path), "look at its owner and rights"))


def decode_utf8(content: bytes, path: str) -> str:
    r"""Return UTF-8 bytes as text with every line end as "\n", without a byte order mark.

    Raises SourceError with the place of the first byte that is not UTF-8.
    """
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
                location(path, line, column),
                "save the file as UTF-8 (iconv -f WINDOWS-1252 -t UTF-8 is often right)",
            )
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def path_inside(root: Path, name: str) -> Path | None:
    """Return the file at a POSIX path below the root, symbolic links resolved; None where the path leads outside."""
    if PurePosixPath(name).is_absolute() or "\0" in name or "\\" in name:
        return None
    try:
        file = (root / name).resolve()
        file.exists()  # raises OSError for a name that no file can have
    except (OSError, RuntimeError):
        return None
    return file if file.is_relative_to(root.resolve()) else None


def comparable_name(name: str) -> str:
    """Return a name folded so that two are equal that some file system takes for one: case, accents (Unicode 16.0, 3.13)."""
    return fold_case(name)


def find_path(root: Path, name: str) -> str:
    """Return the path below the root, links resolved, of the file or folder at a POSIX path; "" where there is none inside the root."""
    file = path_inside(root, name)
    return file.relative_to(root.resolve()).as_posix() if file is not None and file.exists() else ""
