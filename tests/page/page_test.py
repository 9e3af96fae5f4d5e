#!/usr/bin/env python3
"""Holds the page of `toeplix page`, in a real browser, against the compiled matrix.

Usage: page_test.py TOEPLIX
Needs chromium, chromedriver, NumPy and SciPy; without one of them it says so and exits with 77.

Weights are powers of two, so that the value of a compiled entry says which weights add up to it.
"""

import json
import os
import pathlib
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

try:
    import numpy
    import scipy.sparse
except ImportError as missing:
    print(f"left out: {missing}")
    sys.exit(77)

SPECS = [
    "input=3,3 kernel=2,2",
    "input=5,5 kernel=3,3 padding=1",
    "input=7 kernel=3 stride=2 padding=1",
    "input=6 kernel=3 dilation=2 padding=full boundary=circular",
    "input=4,4 kernel=3,3 padding=1 boundary=reflect",
    "input=4,3 kernel=3,2 padding=2:1,3:0 boundary=symmetric,replicate stride=2,1",
    "input=6,5 kernel=2,3 padding=same_lower stride=1,2 operation=convolution",
    "input=5,4 kernel=2,2 padding=same_upper boundary=circular order=column_major",
    "input=3,4 kernel=2,2 in=2 out=4 groups=2 padding=0:1,1:0",
    "input=3,3 kernel=2,2 in=2 out=3 order=channels_last padding=1 boundary=replicate",
    "input=9 kernel=3 padding=-1:2 boundary=reflect",
    "transposed input=2,2 kernel=2,2 stride=2",
    "transposed input=3,3 kernel=3,3 stride=2 padding=1 output_padding=1",
    "transposed input=3,4 kernel=3,2 padding=1,1:0 boundary=circular,reflect",
    "transposed input=3 kernel=1 stride=2 padding=same_lower in=2 out=2 order=channels_last",
    "transposed input=4,3 kernel=2,3 padding=same_upper stride=2 operation=convolution in=2 groups=2 out=2",
]

BROWSER_FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]

ENTRIES = """
return [...document.querySelectorAll('#panel-matrix .cell')].map(cell =>
  [Number(cell.dataset.row), Number(cell.dataset.col), cell.dataset.weights.split(' ').map(Number)]);
"""

# The lit cells, by panel. Padding is left out, because it has no pixels.
LIT = """
const lit = (panel, value) => [...document.querySelectorAll(`#panel-${panel} .cell.lit:not(.padding)`)]
  .map(value);
return {
  input: lit('input', cell => Number(cell.dataset.pixel)),
  output: lit('output', cell => Number(cell.dataset.pixel)),
  kernel: lit('kernel', cell => Number(cell.dataset.id)),
  matrix: lit('matrix', cell => cell.dataset.id),
};
"""


class Browser:
    """Chromium, by the WebDriver protocol."""

    def __init__(self, chromium, chromedriver):
        self.profile = tempfile.TemporaryDirectory()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.driver = subprocess.Popen([chromedriver, f"--port={port}"], stdin=subprocess.DEVNULL,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.base = f"http://127.0.0.1:{port}"
        self.wait_until_ready()
        self.base += "/session"
        flags = BROWSER_FLAGS + [f"--user-data-dir={self.profile.name}", "--window-size=1500,1200"]
        options = {"binary": chromium, "args": flags}
        answer = self.call("POST", "", {"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": options}}})
        self.base += "/" + answer["sessionId"]

    def wait_until_ready(self):
        for _ in range(200):
            try:
                if self.call("GET", "/status")["ready"]:
                    return
            except OSError:
                time.sleep(0.1)
        raise TimeoutError("chromedriver does not answer")

    def call(self, method, path, body=None):
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, content, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=60) as answer:
            return json.load(answer)["value"]

    def open(self, path):
        self.call("POST", "/url", {"url": path.as_uri()})

    def run(self, script, *arguments):
        return self.call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def find(self, selector):
        element = self.call("POST", "/element", {"using": "css selector", "value": selector})
        return element

    def hover(self, selector):
        element = self.find(selector)
        self.run("arguments[0].scrollIntoView({block: 'center', inline: 'center'})", element)
        self.call("POST", "/actions", {"actions": [{
            "type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"},
            "actions": [{"type": "pointerMove", "duration": 0, "origin": element, "x": 0, "y": 0}],
        }]})

    def press(self, *keys):
        actions = []
        for key in keys:
            actions += [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def resize(self, width, height):
        self.call("POST", "/window/rect", {"width": width, "height": height})

    def close(self):
        try:
            self.call("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait()
            self.profile.cleanup()


TAB, ESCAPE, RIGHT = "\ue004", "\ue00c", "\ue014"


class Test:
    def __init__(self, toeplix, browser, folder):
        self.toeplix = toeplix
        self.browser = browser
        self.folder = folder
        self.failures = 0
        self.checks = 0

    def check(self, got, expected, what):
        self.checks += 1
        if got != expected:
            self.failures += 1
            print(f"FAILED: {what}\n  got      {got}\n  expected {expected}")

    def weights_shape(self, spec):
        told = subprocess.run([self.toeplix, "inspect", *spec.split()], check=True,
                              capture_output=True, text=True).stdout
        shape = re.search(r"^weights +\((.*)\)$", told, re.M).group(1)
        return [int(extent) for extent in shape.split(",") if extent.strip()]

    def names(self, spec):
        """The letters of the weights, by coordinates; those of the channels where there are several."""
        shape = self.weights_shape(spec)
        used = shape[2:] if shape[:2] == [1, 1] else shape
        between = "_" if max(used) > 10 else ""
        return ["w" + between.join(str(at) for at in place) for place in numpy.ndindex(*used)]

    def compiled(self, spec):
        """The compiled matrix: its shape, and by row and column the weights of each entry."""
        shape = self.weights_shape(spec)
        count = int(numpy.prod(shape))
        assert count <= 52, spec
        weights = numpy.array([2.0**k for k in range(count)]).reshape(shape)
        numpy.save(self.folder / "w.npy", weights)
        subprocess.run([self.toeplix, "compile", *spec.split(), "--weights", self.folder / "w.npy",
                        "--output", self.folder / "W.npz"], check=True, capture_output=True)
        matrix = scipy.sparse.load_npz(self.folder / "W.npz").tocoo()
        entries = {}
        for row, col, value in zip(matrix.row, matrix.col, matrix.data):
            entries[int(row), int(col)] = [k for k in range(count) if int(value) >> k & 1]
        return matrix.shape, entries

    def page(self, spec):
        path = self.folder / "W.html"
        subprocess.run([self.toeplix, "page", *spec.split(), "--output", path], check=True)
        self.browser.open(path)

    def check_matrix(self, spec, what):
        shape, entries = self.compiled(spec)
        got = {(row, col): weights for row, col, weights in self.browser.run(ENTRIES)}
        self.check(got, entries, f"{what}: entries of {spec}")
        heading = self.browser.run("return document.querySelector('#panel-matrix h2').textContent")
        self.check(heading, f"Matrix: {shape[0]} \u00d7 {shape[1]}, {len(entries)} entries", what)

    def check_lit(self, entries, of, selector, what):
        """Lit must be what the entries `of` connect."""
        chosen = {place: weights for place, weights in entries.items() if of(place, weights)}
        expected = {
            "input": sorted({col for _, col in chosen}),
            "output": sorted({row for row, _ in chosen}),
            "matrix": sorted(f"{row},{col}" for row, col in chosen),
        }
        lit = self.browser.run(LIT)
        for panel in expected:
            self.check(sorted(lit[panel]), expected[panel], f"{what}: {selector}: lit in {panel}")
        weights = sorted({k for ks in chosen.values() for k in ks})
        self.check(sorted(lit["kernel"]), weights, f"{what}: {selector}: lit in kernel")

    def check_hovering(self, spec, draw):
        shape, entries = self.compiled(spec)
        places = sorted(entries)
        for row, col in draw.sample(places, 3):
            selector = f"#panel-matrix .cell[data-id='{row},{col}']"
            self.browser.hover(selector)
            chosen = entries[row, col]
            self.check_lit({(row, col): chosen}, lambda *_: True, selector, spec)
        for panel, axis in (("output", 0), ("input", 1)):
            for pixel in draw.sample(range(shape[axis]), 3):
                selector = f"#panel-{panel} .cell:not(.padding)[data-pixel='{pixel}']"
                self.browser.hover(selector)
                self.check_lit(entries, lambda place, _: place[axis] == pixel, selector, spec)
        weights = sorted({k for ks in entries.values() for k in ks})
        for weight in draw.sample(weights, min(2, len(weights))):
            selector = f"#panel-kernel .cell[data-id='{weight}']"
            self.browser.hover(selector)
            lit = self.browser.run(LIT)
            expected = sorted(f"{row},{col}" for (row, col), ks in entries.items() if weight in ks)
            self.check(sorted(lit["matrix"]), expected, f"{spec}: {selector}")

    def check_padding(self, spec):
        """Of the padded side every pixel is there once; padding is no pixel."""
        shape, entries = self.compiled(spec)
        transposed = spec.startswith("transposed")
        panel, axis = ("output", 0) if transposed else ("input", 1)
        pixels = self.browser.run(
            f"return [...document.querySelectorAll('#panel-{panel} .cell:not(.padding)')]"
            ".map(cell => Number(cell.dataset.pixel))")
        self.check(sorted(pixels), list(range(shape[axis])), f"{spec}: pixels in {panel}")
        beyond = f"#panel-{panel} .cell.padding[data-pixel='-1']"
        if self.browser.run("return document.querySelector(arguments[0]) !== null", beyond):
            self.browser.hover(beyond)
            self.check(self.browser.run(LIT)["matrix"], [], f"{spec}: lit by what is beyond the border")

    def check_words(self, spec):
        """The sum in words has the row's entries, in order."""
        shape, entries = self.compiled(spec)
        names = self.names(spec)
        for row in (0, shape[0] - 1):
            self.browser.run("const row = document.getElementById('row'); row.value = arguments[0];"
                             "row.dispatchEvent(new Event('input'));", row)
            words = self.browser.run("return document.querySelector('#words p').textContent")
            terms = re.findall(r"(w[\d_]+|\([w\d_+ ]+\))\u00b7", words)
            got = [re.findall(r"w[\d_]+", term) for term in terms]
            expected = [[names[k] for k in ks] for (r, _), ks in sorted(entries.items()) if r == row]
            self.check(got, expected, f"{spec}: row {row} in words: {words}")

    def check_names(self, spec):
        """Kernel, matrix and `toeplix inspect` call the weights the same."""
        names = self.names(spec)
        shown = self.browser.run("return [...document.querySelectorAll('#panel-kernel .cell')]"
                                 ".map(cell => cell.getAttribute('aria-label'))")
        self.check(shown, names, f"{spec}: names in the kernel")
        shown = self.browser.run("return [...document.querySelectorAll('#panel-matrix .cell')]"
                                 ".map(cell => cell.getAttribute('aria-label').split(': ')[1])")
        entries = self.compiled(spec)[1]
        expected = ["+".join(names[k] for k in ks) for _, ks in sorted(entries.items())]
        self.check(shown, expected, f"{spec}: names in the matrix")

    def words_of_weight(self, weight):
        self.browser.hover(f"#panel-kernel .cell[data-id='{weight}']")
        return self.browser.run("return document.querySelector('#words p').textContent")

    def check_diagonals(self):
        """A stride spreads a weight over several diagonals."""
        for spec, words in [
            ("input=4 kernel=3 padding=1", "w2 lies in 3 entries of the matrix, on 1 diagonal."),
            ("input=7 kernel=3 stride=2", "w2 lies in 3 entries of the matrix, on 3 diagonals."),
            ("input=4 kernel=3 padding=1 boundary=circular",
             "w2 lies in 4 entries of the matrix, on 2 diagonals."),
            ("input=3 kernel=3", "w2 lies in 1 entry of the matrix, on 1 diagonal."),
        ]:
            self.page(spec)
            self.check(self.words_of_weight(2), words, f"{spec}: diagonals")

    def check_numbers(self):
        """Numbers are shown with the weights that they belong to and no others."""
        numpy.save(self.folder / "w.npy", numpy.arange(6.0).reshape(1, 1, 2, 3))
        path = self.folder / "W.html"
        subprocess.run([self.toeplix, "page", "input=4,4", "kernel=2,3", "--weights",
                        self.folder / "w.npy", "--output", path], check=True)
        self.browser.open(path)
        has_numbers = "return document.getElementById('words').textContent.includes('In numbers')"
        for spec, expected in [("input=4,4 kernel=2,3", True), ("input=4,4 kernel=3,2", False),
                               ("input=5,5 kernel=2,3 stride=2", True),
                               ("input=4,4 kernel=1,3 in=2", False)]:
            self.set_control("spec", spec)
            shown = self.browser.run("return document.documentElement.dataset.shown")
            self.check(shown, spec, "numbers: what is shown")
            self.check(self.browser.run(has_numbers), expected, f"numbers of {spec}")

    def check_limits(self):
        self.page("input=5,5 kernel=1,1")
        message = "return document.getElementById('message').textContent"
        for spec, expected in [
            ("input=5,5 kernel=1,1 stride=400 padding=400",
             "648025 pixels with the padding are too many for a page, which shows 6000: toeplix plot "
             "draws any number"),
            ("transposed input=1,1 kernel=2,2 dilation=90 padding=45 output_padding=1",
             "8281 pixels with the padding are too many for a page, which shows 6000: toeplix plot "
             "draws any number"),
            ("input=5 kernel=1 padding=401", "axis 0: padding 401 is too large to show"),
        ]:
            self.set_control("spec", spec)
            self.check(self.browser.run(message), expected, f"the limit for {spec}")
            refused = subprocess.run([self.toeplix, "page", *spec.split(), "--output",
                                      self.folder / "X.html"], capture_output=True)
            self.check(refused.returncode, 4, f"exit code for {spec}")

    def set_control(self, name, value):
        self.browser.run("const control = document.getElementById(arguments[0]);"
                         "if (control.type === 'checkbox') control.checked = arguments[1];"
                         "else control.value = arguments[1];"
                         "control.dispatchEvent(new Event('change', {bubbles: true}));", name, value)

    def check_controls(self):
        self.page("input=4,4 kernel=3,3")
        expected = "input=4,4 kernel=3,3"
        for name, value, expected in [
            ("stride-0", "2", "input=4,4 kernel=3,3 stride=2,1"),
            ("lower-1", "2", "input=4,4 kernel=3,3 stride=2,1 padding=0,2:0"),
            ("boundary-1", "reflect", "input=4,4 kernel=3,3 stride=2,1 padding=0,2:0 boundary=zero,reflect"),
            ("kernel-0", "2", "input=4,4 kernel=2,3 stride=2,1 padding=0,2:0 boundary=zero,reflect"),
            ("dilation-0", "2", "input=4,4 kernel=2,3 stride=2,1 dilation=2,1 padding=0,2:0 boundary=zero,reflect"),
            ("padding", "full", "input=4,4 kernel=2,3 stride=2,1 dilation=2,1 padding=full boundary=zero,reflect"),
            ("transposed", True,
             "transposed input=4,4 kernel=2,3 stride=2,1 dilation=2,1 padding=full boundary=zero,reflect"),
            ("boundary-1", "zero", "transposed input=4,4 kernel=2,3 stride=2,1 dilation=2,1 padding=full"),
            ("output_padding-0", "1",
             "transposed input=4,4 kernel=2,3 stride=2,1 dilation=2,1 padding=full output_padding=1,0"),
        ]:
            self.set_control(name, value)
            shown = self.browser.run("return document.documentElement.dataset.shown")
            self.check(shown, expected, f"control {name} = {value}")
            self.check_matrix(expected, f"control {name}")
        # What cannot be shown is refused in words, and the picture stays.
        self.set_control("kernel-0", "-1")
        message = self.browser.run("return document.getElementById('message').textContent")
        self.check(message, "axis 0: kernel -1: expected at least 1", "a refusal")
        shown = self.browser.run("return document.documentElement.dataset.shown")
        self.check(shown, expected, "what is shown after a refusal")

    def check_keyboard(self):
        self.page("input=3,3 kernel=2,2")
        self.browser.run("document.getElementById('row').focus()")
        visited = []
        for _ in range(8):
            self.browser.press(TAB)
            visited.append(self.browser.run(
                "return document.activeElement.closest('.panel')?.id ?? ''"))
        for panel in ("panel-input", "panel-kernel", "panel-output", "panel-matrix"):
            self.check(panel in visited, True, f"Tab reaches {panel}: {visited}")
        self.browser.run("document.querySelector('#panel-matrix .cell').focus()")
        self.browser.press(RIGHT)
        self.check_lit({(0, 1): [1]}, lambda *_: True, "arrow right", "keyboard")
        self.browser.press(ESCAPE)
        self.check(self.browser.run(LIT)["matrix"], [], "Escape lets go")

    def check_typing(self):
        """Tab after a number was changed goes on to the next control."""
        self.page("input=4,4 kernel=3,3")
        self.browser.run("const first = document.getElementById('input-0'); first.focus();"
                         "first.select();")
        self.browser.press("5", TAB)
        focused = "return document.activeElement.id"
        self.check(self.browser.run(focused), "kernel-0", "Tab after a change")
        shown = self.browser.run("return document.documentElement.dataset.shown")
        self.check(shown, "input=5,4 kernel=3,3", "a number that was typed")
        self.browser.press("2", TAB)
        self.check(self.browser.run(focused), "stride-0", "Tab after another change")

    def check_steps(self):
        self.page("input=3,3 kernel=2,2")
        click = "document.getElementById(arguments[0]).click()"
        self.check(sorted(self.browser.run(LIT)["output"]), [0], "the first row is lit")
        self.browser.run(click, "next")
        self.check(sorted(self.browser.run(LIT)["matrix"]), ["1,1", "1,2", "1,4", "1,5"], "step")
        self.browser.run(click, "play")
        row = self.browser.call("POST", "/execute/async", {"script": """
            const done = arguments[0];
            const look = () => document.getElementById('row').value === '3' ? done('3') : setTimeout(look, 50);
            look();""", "args": []})
        self.check(row, "3", "playing goes on")

    def check_page_as_such(self):
        self.page("input=5,5 kernel=3,3 padding=1")
        loaded = self.browser.run("return performance.getEntriesByType('resource').length")
        self.check(loaded, 0, "things loaded from elsewhere")
        entries = self.browser.run("return document.querySelectorAll('#panel-matrix .cell').length")
        self.check(entries, 169, "entries shown")
        text = (self.folder / "W.html").read_text(encoding="utf-8")
        self.browser.resize(500, 800)
        for width in (360, 420):
            cells, page_width = self.browser.call("POST", "/execute/async", {"script": """
                const [width, text, done] = arguments;
                const frame = document.createElement('iframe');
                frame.width = width;
                frame.height = 700;
                frame.onload = () => {
                  const page = frame.contentDocument;
                  done([page.querySelectorAll('#panel-matrix .cell').length,
                        page.documentElement.scrollWidth]);
                };
                frame.srcdoc = text;
                document.body.append(frame);
                """, "args": [width, text]})
            self.check(cells, entries, f"entries shown on a page {width} pixels wide")
            self.check(page_width <= width, True, f"a page {width} pixels wide does not scroll sideways")

    def run(self):
        draw = random.Random(5)
        for spec in SPECS:
            self.page(spec)
            self.check_matrix(spec, "page")
            self.check_hovering(spec, draw)
            self.check_words(spec)
            self.check_padding(spec)
            self.check_names(spec)
        self.page(SPECS[0])
        for spec in SPECS:
            self.set_control("spec", spec)
            self.check_matrix(spec, "rebuilt in the page")
        self.check_controls()
        self.check_keyboard()
        self.check_typing()
        self.check_diagonals()
        self.check_numbers()
        self.check_limits()
        self.check_steps()
        self.check_page_as_such()


def main():
    chromium = shutil.which("chromium")
    chromedriver = shutil.which("chromedriver")
    if chromium is None or chromedriver is None:
        print("left out: chromium or chromedriver is not installed")
        sys.exit(77)
    toeplix = os.path.realpath(sys.argv[1])
    browser = Browser(chromium, chromedriver)
    try:
        with tempfile.TemporaryDirectory() as folder:
            test = Test(toeplix, browser, pathlib.Path(folder))
            test.run()
    finally:
        browser.close()
    print(f"{test.checks} checks over {len(SPECS)} specs, {test.failures} failed")
    sys.exit(1 if test.failures else 0)


if __name__ == "__main__":
    main()
