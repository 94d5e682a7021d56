"""Chromium without a screen, driven over its debugging pipe: no driver, no port, no network."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SECONDS = 60


def executable() -> str | None:
    """Find Chromium."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """One page of one browser.

    Args:
        home: Where the browser keeps its profile.

    Attributes:
        errors: What the console has said: errors, warnings, exceptions.
        requests: Addresses that the page has asked for.
    """

    def __init__(self, home: Path) -> None:
        to_read, self._write = os.pipe()
        self._read, to_write = os.pipe()
        command = [
            str(executable()), "--headless=new", "--no-sandbox", "--disable-gpu",
            "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-pipe",
            "--no-first-run", "--disable-background-networking", f"--user-data-dir={home}",
            "about:blank",
        ]  # fmt: skip

        def third_and_fourth() -> None:
            reading, writing = os.dup(to_read), os.dup(to_write)
            os.dup2(reading, 3)
            os.dup2(writing, 4)

        self._process = subprocess.Popen(
            command, preexec_fn=third_and_fourth, close_fds=False,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(to_read)
        os.close(to_write)
        self._number, self._rest, self._session = 0, b"", ""
        self.errors: list[str] = []
        self.requests: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def close(self) -> None:
        """End the browser."""
        self._process.terminate()
        self._process.wait(SECONDS)
        os.close(self._read)
        os.close(self._write)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol, and give its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return dict(answer["result"])

    def open(self, path: Path) -> None:
        """Open a file, and wait until it is there."""
        self.errors.clear()
        self.requests.clear()
        self._loaded = False
        self.call("Page.navigate", url=path.absolute().as_uri())
        while not self._loaded:
            self._next()

    def evaluate(self, script: str) -> Any:
        """Run JavaScript in the page, and give its value."""
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(str(result["exceptionDetails"]))
        return result["result"].get("value")

    def look(self, path: Path, *, width: int, dark: bool = False, paper: bool = False) -> None:
        """Take a picture of the whole page."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", media="print" if paper else "", features=[scheme])
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1,
            mobile=False,
        )  # fmt: skip
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        path.write_bytes(base64.b64decode(shot))

    def print(self, path: Path) -> None:
        """Print the page as PDF."""
        path.write_bytes(base64.b64decode(self.call("Page.printToPDF")["data"]))

    def _next(self) -> dict[str, Any]:
        """Wait for a message; write down what it says about the page."""
        ends = time.monotonic() + SECONDS
        while b"\0" not in self._rest:
            if not select.select([self._read], [], [], max(0, ends - time.monotonic()))[0]:
                raise TimeoutError("the browser says nothing")
            self._rest += os.read(self._read, 2**20)
        text, _, self._rest = self._rest.partition(b"\0")
        message = dict(json.loads(text))
        facts = message.get("params", {})
        if message.get("method") == "Log.entryAdded":
            self.errors.append(facts["entry"]["text"])
        elif message.get("method") == "Runtime.exceptionThrown":
            self.errors.append(str(facts["exceptionDetails"]))
        elif message.get("method") == "Runtime.consoleAPICalled":
            self.errors.append(str(facts["args"]))
        elif message.get("method") == "Network.requestWillBeSent":
            self.requests.append(facts["request"]["url"])
        elif message.get("method") == "Page.loadEventFired":
            self._loaded = True
        return message
