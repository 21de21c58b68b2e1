"""The command line: arguments in; messages, tables and exit codes out."""

from handbill.cli.app import main

__all__ = ["main"]
