"""The command line: it parses arguments, calls the other packages, prints messages and tables, and sets the exit code.

No other package prints or exits.
"""

from handbill.cli.app import main

__all__ = ["main"]
