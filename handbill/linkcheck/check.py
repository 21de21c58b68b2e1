"""Many addresses asked, each once: a few hosts at a time, until all are done or the time is over."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping
from queue import Empty, SimpleQueue
from urllib.parse import urldefrag, urlsplit

from handbill.diagnostics.errors import MachineError
from handbill.diagnostics.rules import diagnostic
from handbill.linkcheck.fetch import Answer, Limits, Turns, ask
from handbill.linkcheck.networks import Networks

__all__ = ["Ask", "asker"]

Ask = Callable[[Collection[str]], Mapping[str, Answer]]
"""Returns what came of each of some addresses, which begin with http: or https:."""


def asker(networks: Networks, limits: Limits) -> Ask:
    """Return what asks addresses. Raises MachineError where urllib3 is not installed."""
    try:
        import urllib3
    except ImportError:
        raise MachineError(diagnostic("online", "urllib3 is not installed")) from None
    del urllib3
    return lambda addresses: _answers(addresses, networks, limits)


def _answers(addresses: Collection[str], networks: Networks, limits: Limits) -> Mapping[str, Answer]:
    plain = {address: urldefrag(address)[0] for address in addresses}
    by_host: dict[str, list[str]] = {}
    for one in sorted(set(plain.values())):
        by_host.setdefault(urlsplit(one).hostname or "", []).append(one)
    waiting: SimpleQueue[list[str]] = SimpleQueue()
    for group in by_host.values():
        waiting.put(group)
    turns, until = Turns(limits.pause), time.monotonic() + limits.total
    found: dict[str, Answer] = {}
    defects: list[Exception] = []

    def work() -> None:
        try:
            while time.monotonic() < until and not defects:
                for one in waiting.get_nowait():
                    if time.monotonic() < until:
                        found[one] = ask(one, networks, limits, turns, until)
        except Empty:
            pass
        except Exception as defect:
            # It is raised again where somebody can see it.
            defects.append(defect)

    # Not a pool of executors: theirs would be waited for at the end, and a name server can keep one for minutes.
    workers = [threading.Thread(target=work, daemon=True, name="handbill-link") for _ in range(min(limits.hosts, len(by_host)))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(max(until - time.monotonic(), 0.0))
    if defects:
        raise defects[0]
    over = Answer("unasked", f"the {limits.total:g} seconds for all links were over")
    return {address: found.get(one, over) for address, one in plain.items()}
