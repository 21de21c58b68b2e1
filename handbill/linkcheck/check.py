"""Requests of many addresses: each once, a few hosts at the same time, until all are answered or the time is over.

`link_requester` takes the networks that may be reached and the limits; it returns a function from addresses to answers.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping
from queue import Empty, SimpleQueue
from urllib.parse import urldefrag, urlsplit

from handbill.diagnostics.errors import MachineError
from handbill.diagnostics.rules import diagnostic
from handbill.linkcheck.fetch import Answer, HostThrottle, RequestLimits, check_address
from handbill.linkcheck.networks import Networks

__all__ = ["RequestLinks", "link_requester"]

RequestLinks = Callable[[Collection[str]], Mapping[str, Answer]]
"""A function that requests addresses, which begin with http: or https:, and returns the answer of each."""


def link_requester(networks: Networks, limits: RequestLimits) -> RequestLinks:
    """Return a function that requests addresses. Raises MachineError where urllib3 is not installed."""
    try:
        import urllib3
    except ImportError:
        raise MachineError(diagnostic("online", "urllib3 is not installed")) from None
    del urllib3
    return lambda addresses: _request_all(addresses, networks, limits)


def _request_all(addresses: Collection[str], networks: Networks, limits: RequestLimits) -> Mapping[str, Answer]:
    """Return the answer to each address that was requested in time. Raises what a worker thread did not expect."""
    plain = {address: urldefrag(address)[0] for address in addresses}
    by_host: dict[str, list[str]] = {}
    for one in sorted(set(plain.values())):
        by_host.setdefault(urlsplit(one).hostname or "", []).append(one)
    waiting: SimpleQueue[list[str]] = SimpleQueue()
    for group in by_host.values():
        waiting.put(group)
    throttle, until = HostThrottle(limits.pause), time.monotonic() + limits.total
    found: dict[str, Answer] = {}
    defects: list[Exception] = []

    def work() -> None:
        try:
            while time.monotonic() < until and not defects:
                for one in waiting.get_nowait():
                    if time.monotonic() < until:
                        found[one] = check_address(one, networks, limits, throttle, until)
        except Empty:
            pass
        except Exception as defect:
            # The calling thread raises it again.
            defects.append(defect)

    # Daemon threads, and no ThreadPoolExecutor: Python waits for its threads at exit, and a name server can keep one for minutes.
    workers = [threading.Thread(target=work, daemon=True, name="handbill-link") for _ in range(min(limits.hosts, len(by_host)))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(max(until - time.monotonic(), 0.0))
    if defects:
        raise defects[0]
    unasked = Answer("unasked", f"the {limits.total:g} seconds for all links were over")
    return {address: found.get(one, unasked) for address, one in plain.items()}
