"""Slow calls of the library, while which other threads of Python go on."""

import json
import threading
import time

import numpy as np
import pytest

import toeplix

#: Calls that take about a second.
SLOW = {
    "a picture": lambda: toeplix.plot("input=500,500 kernel=3,3", size=2500),
    "a geometry": lambda: toeplix.operator(np.ones(3), 10, padding=8 * 10**6),
    "diagonals": lambda: len(toeplix.diagonals(np.ones((8, 8, 5, 5)), (100, 100), size=2048)),
}


def longest_pause(call):
    """How long another thread had to wait, and how long the call took, in seconds."""
    pauses, ended = [0.0], threading.Event()

    def watch():
        last = time.monotonic()
        while not ended.wait(0.002):
            now = time.monotonic()
            pauses.append(now - last)
            last = now
        pauses.append(time.monotonic() - last)

    watcher = threading.Thread(target=watch)
    begin = time.monotonic()
    watcher.start()
    call()
    seconds = time.monotonic() - begin
    ended.set()
    watcher.join()
    return max(pauses), seconds


@pytest.mark.parametrize("call", SLOW.values(), ids=SLOW.keys())
def test_other_threads_go_on(call):
    pause, seconds = longest_pause(call)
    assert pause < max(0.1, seconds / 3), f"of {seconds} s"


def test_what_is_explained_is_read_once(monkeypatch):
    read = []
    loads = json.loads
    monkeypatch.setattr(json, "loads", lambda text: read.append(text) or loads(text))
    assert len(toeplix.explain([1, 2, 3], 9, weight=1).first) == 7 and len(read) == 1
    assert len(toeplix.explain([1, 2, 3], 9, entry=(0, 1)).meetings) == 1 and len(read) == 2
