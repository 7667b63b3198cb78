"""A Chromium of its own that nobody watches: one page, opened by the DevTools protocol over a pipe.

Playwright has the browser report every request and answer of a page. With eighty files that alone takes a third of a
second on two cores, which no reader pays. Here only the page is asked, and only now and then.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from typing import Any

_READS, _WRITES = 3, 4  # the descriptors that Chromium's pipe has


class Devtools:
    """The protocol on a pair of pipes; messages are JSON ended by a zero byte."""

    def __init__(self, reads: int, writes: int) -> None:
        self._reads, self._writes = reads, writes
        self._rest = b""
        self._last = 0
        self._session: str | None = None

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Ask and wait for the answer; events that come in between are dropped.

        Raises:
            RuntimeError: the browser refuses, or it has gone.
        """
        self._last += 1
        message: dict[str, Any] = {"id": self._last, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._writes, json.dumps(message).encode() + b"\0")
        while True:
            answer = json.loads(self._next())
            if answer.get("id") == self._last:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return dict(answer["result"])

    def _next(self) -> bytes:
        while b"\0" not in self._rest:
            part = os.read(self._reads, 65_536)
            if not part:
                raise RuntimeError("Chromium has gone")
            self._rest += part
        message, self._rest = self._rest.split(b"\0", 1)
        return message

    def attach(self, limit_s: float = 20.0) -> None:
        """Speak to the browser's first page from now on, once it is there."""
        end = time.monotonic() + limit_s
        while time.monotonic() < end:
            for target in self.send("Target.getTargets")["targetInfos"]:
                if target["type"] == "page":
                    attached = self.send("Target.attachToTarget", targetId=target["targetId"], flatten=True)
                    self._session = attached["sessionId"]
                    return
            time.sleep(0.05)
        raise RuntimeError("Chromium opened no page")

    def settle(self, limit_s: float = 20.0) -> None:
        """Wait until the browser, just started, has done with what it does at its start."""
        end, before = time.monotonic() + limit_s, float("-inf")
        while time.monotonic() < end:
            now = sum(each["cpuTime"] for each in self.send("SystemInfo.getProcessInfo")["processInfo"])
            if now - before < 0.02:
                return
            before = now
            time.sleep(0.5)

    def value(self, expression: str) -> Any:
        """What an expression gives in the page."""
        return self.send("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def until(self, expression: str, limit_s: float) -> Any:
        """The first value of an expression that is not null; asked four times a second.

        Raises:
            RuntimeError: it stayed null.
        """
        end = time.monotonic() + limit_s
        while time.monotonic() < end:
            found = self.value(expression)
            if found is not None:
                return found
            time.sleep(0.25)
        raise RuntimeError(f"{expression} stayed null for {limit_s:.0f} s")


@contextlib.contextmanager
def unwatched(program: str, arguments: list[str], viewport: dict[str, int]) -> Iterator[Devtools]:
    """A Chromium with an empty profile, its one page blank and of this size, which has nothing else to do."""
    to_browser, from_browser = os.pipe(), os.pipe()
    # Out of the way of 3 and 4, whichever numbers the system gave.
    theirs = [os.dup(to_browser[0]), os.dup(from_browser[1])]
    far = [os.dup2(number, 100 + at) for at, number in enumerate(theirs)]

    def join() -> None:
        os.dup2(far[0], _READS)
        os.dup2(far[1], _WRITES)

    with tempfile.TemporaryDirectory(prefix="flightmap-profile-", ignore_cleanup_errors=True) as profile:
        browser = subprocess.Popen(
            [program, "--headless", "--remote-debugging-pipe", f"--user-data-dir={profile}", *arguments, "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            close_fds=False,
            preexec_fn=join,
        )
        for number in (to_browser[0], from_browser[1], *theirs, *far):
            os.close(number)
        devtools = Devtools(from_browser[0], to_browser[1])
        try:
            devtools.settle()
            devtools.attach()
            devtools.send("Page.enable")
            devtools.send("Emulation.setDeviceMetricsOverride", **viewport, deviceScaleFactor=1, mobile=False)
            yield devtools
        finally:
            with contextlib.suppress(OSError, RuntimeError):
                devtools._session = None
                devtools.send("Browser.close")
            try:
                browser.wait(timeout=20)
            except subprocess.TimeoutExpired:
                browser.kill()
                browser.wait()
            os.close(to_browser[1])
            os.close(from_browser[0])
