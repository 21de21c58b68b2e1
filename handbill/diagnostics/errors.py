"""The errors that handbill expects: one root, and an exit code for each class."""

from __future__ import annotations

from collections.abc import Iterable

from handbill.diagnostics.diagnostic import Diagnostic

__all__ = [
    "ConfigurationError",
    "HandbillError",
    "MachineError",
    "ProofError",
    "PublishError",
    "SourceError",
    "UsageError",
    "worst_exit_code",
]

# Of several failures in one run, the first of these is the exit code of the run.
_PRECEDENCE = (1, 8, 7, 6, 5, 4, 3, 2)


class HandbillError(Exception):
    """An error that handbill foresaw; it is reported as its diagnostics, without a traceback.

    `exit_code` is what the process ends with. `diagnostics` are the messages, in order; there is at least one.
    """

    exit_code = 1

    def __init__(self, diagnostics: Diagnostic | Iterable[Diagnostic]) -> None:
        self.diagnostics = (diagnostics,) if isinstance(diagnostics, Diagnostic) else tuple(diagnostics)
        super().__init__("\n".join(str(diagnostic) for diagnostic in self.diagnostics))

    def __reduce__(self) -> tuple[type[HandbillError], tuple[tuple[Diagnostic, ...]]]:
        """Travel between processes with the diagnostics, not with their text."""
        return type(self), (self.diagnostics,)


class UsageError(HandbillError):
    """The command line asks for what is not there."""

    exit_code = 2


class SourceError(HandbillError):
    """Something in an article, a disclaimer or a file that they use is wrong."""

    exit_code = 3


class ConfigurationError(HandbillError):
    """Something in publication.toml, in an option or in what is installed is wrong."""

    exit_code = 4


class ProofError(HandbillError):
    """A handout does not carry its whole disclaimer, visible, on pages of its own."""

    exit_code = 6


class PublishError(HandbillError):
    """What was built cannot be published."""

    exit_code = 7


class MachineError(HandbillError):
    """The machine lacks something: space, a right, a lock, a library."""

    exit_code = 8


def worst_exit_code(codes: Iterable[int]) -> int:
    """Return the exit code of a run in which these occurred: 0 for none."""
    seen = set(codes) - {0}
    return next((code for code in _PRECEDENCE if code in seen), min(seen, default=0))
