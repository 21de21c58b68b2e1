"""The expected errors: a class for each kind, with its exit code. Other exceptions are defects, and are shown with a traceback."""

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

# The exit code of a run with several failures is the first of these that occurred.
_PRECEDENCE = (1, 8, 7, 6, 5, 4, 3, 2)


class HandbillError(Exception):
    """An expected error, shown as its diagnostics without a traceback.

    `exit_code` is that of the process. `diagnostics` are the messages, in order; there is at least one.
    """

    exit_code = 1

    def __init__(self, diagnostics: Diagnostic | Iterable[Diagnostic]) -> None:
        self.diagnostics = (diagnostics,) if isinstance(diagnostics, Diagnostic) else tuple(diagnostics)
        super().__init__("\n".join(str(diagnostic) for diagnostic in self.diagnostics))

    def __reduce__(self) -> tuple[type[HandbillError], tuple[tuple[Diagnostic, ...]]]:
        """Pickle the diagnostics, not their text, so that they survive the way from a worker process."""
        return type(self), (self.diagnostics,)


class UsageError(HandbillError):
    """The command line names something that does not exist."""

    exit_code = 2


class SourceError(HandbillError):
    """An article, a disclaimer or a file that they use has an error."""

    exit_code = 3


class ConfigurationError(HandbillError):
    """publication.toml, an option or the installation has an error."""

    exit_code = 4


class ProofError(HandbillError):
    """A handout does not carry its whole disclaimer, visible and on pages of its own."""

    exit_code = 6


class PublishError(HandbillError):
    """A build cannot be published."""

    exit_code = 7


class MachineError(HandbillError):
    """The machine refuses: no space, no permission, a lock that another process holds, a missing library."""

    exit_code = 8


def worst_exit_code(codes: Iterable[int]) -> int:
    """Return the exit code of a run in which errors with these codes occurred; 0 for none."""
    seen = set(codes) - {0}
    return next((code for code in _PRECEDENCE if code in seen), min(seen, default=0))
