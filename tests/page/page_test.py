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
    "input=4,5 kernel=2 padding=1",
    "input=7 kernel=3 stride=2 padding=1",
    "input=6 kernel=3 dilation=2 padding=full boundary=circular",
    "input=6,5 kernel=3,2 dilation=2,1 padding=causal",
    "input=4,4 kernel=3,3 padding=1 boundary=reflect",
    "input=4,3 kernel=3,2 padding=2:1,3:0 boundary=symmetric,replicate stride=2,1",
    "input=6,5 kernel=2,3 padding=same_lower stride=1,2 operation=convolution",
    "input=5,4 kernel=2,2 padding=same_upper boundary=circular order=column_major",
    "input=3,4 kernel=2,2 in=2 out=4 groups=2 padding=0:1,1:0",
    "input=3,3 kernel=2,2 in=2 out=3 order=channels_last padding=1 boundary=replicate",
    "input=9 kernel=3 padding=-1:2 boundary=reflect",
    "input=5 kernel=1 padding=-1:4 boundary=circular",
    "input=6,5 kernel=3,2 padding=4:-2,-3:3 boundary=symmetric,replicate",
    "transposed input=4 kernel=2 padding=-2:3 boundary=circular",
    "transposed input=4 kernel=2 dilation=3 stride=2 padding=1 output_padding=2 boundary=circular",
    "transposed input=2,2 kernel=2,2 stride=2",
    "transposed input=3,3 kernel=3,3 stride=2 padding=1 output_padding=1",
    "transposed input=3,4 kernel=3,2 padding=1,1:0 boundary=circular,reflect",
    "transposed input=3 kernel=1 stride=2 padding=same_lower in=2 out=2 order=channels_last",
    "transposed input=4,3 kernel=2,3 padding=same_upper stride=2 operation=convolution in=2 groups=2 out=2",
    "transposed input=3,2 kernel=1,4 stride=3,2 padding=same_tf in=2",
    "transposed input=3,2 kernel=2,3 stride=3,2 output=8,6 boundary=zero,circular",
    "transposed input=3,2 kernel=4,3 stride=2 padding=same_upper output=9,2",
    "input=5,4 kernel=4,3 stride=2 padding=same_tf",
    "input=3,4,2 kernel=2,3,2 padding=1,1:0,0 boundary=zero,reflect,circular operation=convolution",
    "input=2,3,4 kernel=1,2,3 in=2 out=2 groups=2 stride=1,2,1 padding=0,1,1 order=column_major",
    "transposed input=2,2,3 kernel=2,2,2 stride=2,1,1 padding=0,1:0,1 order=channels_last out=2",
]

# The axes of an image, channels first, in the order of its vector.
ORDERS = {"channels_first": lambda axes: range(axes + 1), "channels_last": lambda axes: [*range(1, axes + 1), 0],
          "column_major": lambda axes: [0, *range(axes, 0, -1)]}

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

    def devtools(self, command, **parameters):
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def screen(self, width, height, medium="screen", mobile=False):
        """A screen, or paper, of so many pixels."""
        self.devtools("Emulation.setEmulatedMedia", media="print" if medium == "paper" else "")
        self.devtools("Emulation.setTouchEmulationEnabled", enabled=mobile)
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height,
                      deviceScaleFactor=1, mobile=mobile)

    def window(self):
        """The window as it is, after `screen`."""
        self.devtools("Emulation.setEmulatedMedia", media="")
        self.devtools("Emulation.setTouchEmulationEnabled", enabled=False)
        self.devtools("Emulation.clearDeviceMetricsOverride")

    def box(self, selector):
        """Left, top, right and bottom of an element, in the window."""
        return self.run("const box = document.querySelector(arguments[0]).getBoundingClientRect();"
                        "return [box.left, box.top, box.right, box.bottom];", selector)

    def texts(self, selector):
        return self.run("return [...document.querySelectorAll(arguments[0])].map(one => one.textContent)",
                        selector)

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
            ("spec", "transposed input=4,4 kernel=2,3 stride=2 output=9,8",
             "transposed input=4,4 kernel=2,3 stride=2 output=9,8"),
            ("dilation-0", "2", "transposed input=4,4 kernel=2,3 stride=2 dilation=2,1 output=9,8"),
            ("upper-0", "1", "transposed input=4,4 kernel=2,3 stride=2 dilation=2,1 padding=0:1,1:0"),
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

    def click(self, name):
        self.browser.run("document.getElementById(arguments[0]).click()", name)

    def check_book(self):
        """The example of the book: 0 to 8, times 0 1 2 3."""
        self.page("input=3,3 kernel=2,2")
        fields = "return document.getElementById('input-values').closest('label').hidden"
        self.check(self.browser.run(fields), True, "no fields for numbers among letters")
        self.check(self.browser.texts("#panel-output .cell"), ["0,0", "0,1", "1,0", "1,1"], "letters")
        self.click("numbers")
        self.check(self.browser.run(fields), False, "fields for numbers")
        self.set_control("input-values", "0 1 2; 3 4 5; 6 7 8")
        self.set_control("kernel-values", "0,1;2,3")
        self.check(self.browser.texts("#panel-output .cell"), ["19", "25", "37", "43"], "the book's output")
        self.check(self.browser.texts("#panel-matrix .number"),
                   ["0", "1", "2", "3", "4", "5", "6", "7", "8", "19", "25", "37", "43"], "x and y")
        self.check(self.browser.texts("#panel-matrix .cell"), ["0", "1", "2", "3"] * 4, "the book's matrix")
        lit = "#panel-matrix .number.lit"
        self.browser.hover("#panel-output .cell[data-id='3']")
        self.check(self.browser.texts(lit), ["4", "5", "7", "8", "43"], "numbers of the last row")
        self.check(self.browser.texts("#panel-matrix .cell.lit"), ["0", "1", "2", "3"], "entries of the last row")
        self.check(self.browser.texts("#words p")[1:], [
            "In numbers, as a convolution: y[1,1] = 0\u00b74 + 1\u00b75 + 2\u00b77 + 3\u00b78 = 0 + 5 + 14 + 24 = 43",
            "In numbers, as row 3 times x: y 3 = 0\u00b74 + 1\u00b75 + 2\u00b77 + 3\u00b78 = 0 + 5 + 14 + 24 = 43",
        ], "products of the last row")
        self.set_control("kernel-values", "1 0 0 -1.5")
        self.check(self.browser.texts("#panel-output .cell"), ["-6", "-6.5", "-7.5", "-8"], "another kernel")
        message = "return document.getElementById('message').textContent"
        for text, expected in [("1 2 3", "kernel: 3 numbers; expected 4"),
                               ("1 2 3 x", "kernel: x: expected a number"),
                               ("1 2 3 1e999", "kernel: 1e999: expected a number")]:
            self.set_control("kernel-values", text)
            self.check(self.browser.run(message), expected, f"typed {text}")
            self.check(self.browser.texts("#panel-output .cell"), ["-6", "-6.5", "-7.5", "-8"], "nothing changed")
        self.set_control("spec", "input=3,3 kernel=2,2 boundary=circular padding=1:0")
        self.check(self.browser.texts("#panel-kernel .cell"), ["1", "0", "0", "-1.5"], "typed numbers stay")
        self.click("numbers")
        self.check(self.browser.texts("#panel-kernel .cell"), ["w00", "w01", "w10", "w11"], "letters again")

    def check_plain_matrix(self):
        """A matrix file: entries, x and y, without spec and kernel."""
        matrix = numpy.array([[2, 0, -1.5], [0, 0, 0], [0, 4, 0], [1, 1, 1]])
        scipy.sparse.save_npz(self.folder / "A.npz", scipy.sparse.csr_matrix(matrix))
        path = self.folder / "W.html"
        subprocess.run([self.toeplix, "page", "A.npz", "--output", path], check=True, cwd=self.folder)
        self.browser.open(path)
        self.check(self.browser.texts("h1"), ["A.npz"], "the title of a matrix")
        self.check(self.browser.texts("#panel-matrix h2"), ["Matrix: 4 \u00d7 3, 6 entries"], "its heading")
        visible = "return document.querySelector(arguments[0]).getClientRects().length > 0"
        for selector, expected in [("#controls", False), ("#panel-kernel", False), ("#input-values", True)]:
            self.check(self.browser.run(visible, selector), expected, f"{selector} of a matrix")
        self.set_control("input-values", " 1 2\t3 ")
        self.check(self.browser.texts("#panel-output .cell"), ["-2.5", "0", "8", "6"], "matrix times x")
        self.check(self.browser.texts("#panel-matrix .number"), ["1", "2", "3", "-2.5", "0", "8", "6"], "x and y")
        self.check(self.browser.texts("#panel-matrix .cell"), ["2", "-1.5", "4", "1", "1", "1"], "entries")
        self.browser.hover("#panel-output .cell[data-id='0']")
        self.check(self.browser.run(LIT), {"input": [0, 2], "output": [0], "kernel": [], "matrix": ["0,0", "0,2"]},
                   "lit by a row")
        self.check(self.browser.texts("#words p"), [
            "Row 0: y[0] = a00\u00b7x[0] + a02\u00b7x[2]",
            "In numbers, as row 0 times x: y 0 = 2\u00b71 + (-1.5)\u00b73 = 2 + (-4.5) = -2.5"], "a row in words")
        self.browser.hover("#panel-input .cell[data-pixel='1']")
        self.check(self.browser.run(LIT)["matrix"], ["2,1", "3,1"], "lit by a column")
        self.click("copy")
        latex = self.browser.run("return document.getElementById('latex').value")
        self.check("2 & \\cdot &  -1.5 \\\\" in latex, True, f"a matrix for LaTeX: {latex}")

    def check_redrawing(self):
        """Another window changes neither what is being typed nor what is lit."""
        self.page("input=3,3 kernel=2,2")
        self.click("numbers")
        words = "return document.getElementById('words').textContent"
        self.browser.run("document.getElementById('input-values').value = '1 2 3'; pin(null); redraw();")
        self.check(self.browser.run("return document.getElementById('input-values').value"), "1 2 3", "what is typed")
        self.check(self.browser.run(words), "", "no words where nothing is chosen")
        self.browser.run("pin({ kind: 'entry', id: '1,2' }); redraw();")
        self.check(self.browser.run(LIT)["matrix"], ["1,2"], "what is lit stays lit")
        self.browser.hover("#panel-output .cell[data-id='3']")
        self.browser.hover("h1")
        self.check(self.browser.run(words).startswith("Row 1, column 2"), True, "words of what is chosen")

    def check_products(self, spec, draw):
        """Output and product are the compiled matrix times the input."""
        shape = self.weights_shape(spec)
        weights = numpy.array([draw.randint(-9, 9) for _ in range(numpy.prod(shape))], dtype=float)
        numpy.save(self.folder / "w.npy", weights.reshape(shape))
        subprocess.run([self.toeplix, "compile", *spec.split(), "--weights", self.folder / "w.npy",
                        "--output", self.folder / "W.npz"], check=True, capture_output=True)
        matrix = scipy.sparse.load_npz(self.folder / "W.npz")
        words = dict(word.split("=") for word in spec.split() if "=" in word)
        extents = [int(words.get("in", 1)), *map(int, words["input"].split(","))]
        image = numpy.array([draw.randint(-9, 9) for _ in range(numpy.prod(extents))], dtype=float)
        order = ORDERS[words.get("order", "channels_first")](len(extents) - 1)
        vector = image.reshape(extents).transpose(list(order)).ravel()
        self.page(spec)
        self.click("numbers")
        self.set_control("input-values", " ".join(map(str, image)))
        self.set_control("kernel-values", " ".join(map(str, weights)))
        expected = [int(value) for value in matrix @ vector]
        got = self.browser.run("return [shown.input, shown.output, shown.product]")
        self.check(got, [[int(value) for value in vector], expected, expected], f"{spec}: products")
        pixels = self.browser.run(
            "return [...document.querySelectorAll('#panel-output .cell:not(.padding)')]"
            ".map(cell => [Number(cell.dataset.pixel), cell.textContent])")
        shown = [[at, str(expected[at])] for at, text in pixels if text]
        self.check([pair for pair in pixels if pair[1]], shown, f"{spec}: numbers in the output")
        numbers = self.folder / "w.npy"
        self.check_latex(spec, f"{spec}: numbers for LaTeX", "--weights", numbers)

    def check_latex(self, spec, what, *options):
        told = subprocess.run([self.toeplix, "explain", *spec.split(), "--symbolic", "--latex", *options],
                              capture_output=True, text=True)
        assert told.returncode in (0, 4), told.stderr
        self.click("copy")
        field = "return [document.getElementById('latex').value, document.getElementById('latex').hidden]"
        if told.returncode == 0:
            self.check(self.browser.run(field), [told.stdout, False], what)
            return 1
        self.check(self.browser.run(field), ["", True], what)
        message = self.browser.run("return document.getElementById('message').textContent")
        self.check("for LaTeX" in message, True, f"{what}: {message}")
        return 0

    def check_first_screen(self):
        """At 1280 x 720 the picture is on the first screen, whole."""
        for spec in ("input=5,5 kernel=3,3 padding=1", "input=3,3 kernel=2,2", "input=9 kernel=3 padding=1",
                     "input=8,8 kernel=3,3 in=2 out=2", "transposed input=4,4 kernel=3,3 stride=2",
                     "input=3,3,3 kernel=2,2,2"):
            self.browser.screen(1280, 720)
            self.page(spec)
            for panel in ("input", "kernel", "matrix"):
                left, top, right, bottom = self.browser.box(f"#panel-{panel} svg")
                inside = left >= 0 and top >= 0 and right <= 1280 and bottom <= 720
                self.check(inside, True, f"{spec}: {panel} at {left, top, right, bottom} of 1280 x 720")
                hidden = self.browser.run("const holder = document.querySelector(arguments[0]);"
                                          "return [holder.scrollWidth - holder.clientWidth,"
                                          "holder.scrollHeight - holder.clientHeight];", f"#panel-{panel} .scroll")
                self.check(hidden, [0, 0], f"{spec}: what {panel} hides")
        self.browser.window()

    def check_two_channels(self):
        """The planes of two channels lie side by side, over most of the width there is."""
        self.browser.screen(1280, 720)
        self.page("input=10,10 kernel=3,3 padding=1 in=2 out=2")
        for panel in ("input", "output"):
            boxes = self.browser.run("return [...document.querySelectorAll(arguments[0])].map(caption => {"
                                     "const box = caption.getBoundingClientRect();"
                                     "return [caption.textContent, box.left, box.top]; })", f"#panel-{panel} .caption")
            (first, left, top), (second, right, beside) = boxes
            self.check([first, second], ["[0,:,:]", "[1,:,:]"], f"captions in {panel}")
            self.check(right > left and top == beside, True, f"channels of {panel} side by side: {boxes}")
        outer, inner = self.browser.box("#side"), self.browser.box("#panel-input svg")
        share = (inner[2] - inner[0]) / (outer[2] - outer[0])
        self.check(share > 0.8, True, f"two channels take {share} of the width")
        self.browser.window()

    def check_phone(self):
        self.browser.screen(390, 844, mobile=True)
        self.page("input=5,5 kernel=3,3 padding=1 boundary=reflect")
        width = self.browser.run("return document.documentElement.scrollWidth")
        self.check(width <= 390, True, f"the page is {width} pixels wide on a phone")
        self.click("numbers")
        whole = ("const words = document.getElementById('words');"
                 "return [words.scrollHeight <= words.clientHeight + 1, words.textContent.length > 300];")
        self.check(self.browser.run(whole), [True, True], "a long explanation is whole")
        matrix = "#panel-matrix .scroll"
        hint = "return !document.querySelector('#panel-matrix .hint').hidden"
        faded = ("const holder = document.querySelector(arguments[0]);"
                 "return [holder.classList.contains('more-left'), holder.classList.contains('more-right'),"
                 "getComputedStyle(holder).getPropertyValue('--left').trim(),"
                 "getComputedStyle(holder).getPropertyValue('--right').trim(),"
                 "getComputedStyle(holder).maskImage.includes('to right')];")
        self.check(self.browser.run(hint), True, "a matrix that scrolls says so")
        self.check(self.browser.run(faded, matrix), [False, True, "#000", "transparent", True],
                   "it fades at the right")
        self.browser.call("POST", "/execute/async", {"script": """
            const holder = document.querySelector(arguments[0]);
            holder.scrollLeft = 1e6;
            setTimeout(arguments[1], 100);""", "args": [matrix]})
        self.check(self.browser.run(faded, matrix), [True, False, "transparent", "#000", True],
                   "at its end it fades at the left")
        self.page("input=3 kernel=2")
        self.check(self.browser.run(hint), False, "a matrix that does not scroll says nothing")
        self.browser.window()

    def check_paper(self):
        """On paper: no controls, one panel after the other, nothing cut. A4 has 718 x 1046 pixels within
        the browser's margins. On a tall screen the matrix has larger cells than paper has room for."""
        for spec in ("input=5,5 kernel=3,3 padding=1", "input=20,20 kernel=1,1", "input=3 kernel=190 padding=189",
                     "input=8,8 kernel=3,3 in=2 out=2 padding=1 boundary=reflect", "input=4,4,4 kernel=2,2,2 padding=1"):
            self.browser.screen(1500, 2400)
            self.page(spec)
            self.browser.screen(718, 1046, medium="paper")
            above = 0
            for panel in ("input", "kernel", "output", "matrix"):
                box = self.browser.box(f"#panel-{panel}")
                self.check(box[1] >= above, True, f"{spec}: {panel} begins at {box[1]}, below {above}")
                above = box[3]
                left, top, right, bottom = self.browser.box(f"#panel-{panel} svg")
                fits = left >= 0 and right <= 718 and bottom - top <= 1046
                self.check(fits, True, f"{spec}: {panel} at {left, top, right, bottom} on paper")
                self.check(self.browser.run(
                    "const holder = document.querySelector(arguments[0]);"
                    "const style = getComputedStyle(holder);"
                    "return [style.overflow, style.maxHeight, style.maskImage];", f"#panel-{panel} .scroll"),
                    ["visible", "none", "none"], f"{spec}: {panel} is not cut")
            # Where the last cell lies, an SVG that is clipped would not show.
            cells = self.browser.run("return [...document.querySelectorAll('.cell')].map(cell => "
                                     "cell.getBoundingClientRect().right).reduce((a, b) => Math.max(a, b))")
            self.check(cells <= 718, True, f"{spec}: a cell ends at {cells}")
            visible = self.browser.run("return [...document.querySelectorAll('form, input, button, textarea, .hint, "
                                       "summary')].filter(one => one.getClientRects().length > 0).length")
            self.check(visible, 0, f"{spec}: controls on paper")
            self.check(self.browser.run("return document.getElementById('printed').getClientRects().length"), 1,
                       f"{spec}: the spec is on paper")
            self.check(self.browser.texts("#printed"), [spec], "it says which")
        self.browser.window()

    def check_slices(self):
        """Three axes: slices of one of them, which can be chosen."""
        self.page("input=2,3,4 kernel=1,2,2")
        captions = lambda panel: self.browser.texts(f"#panel-{panel} .caption")
        self.check(captions("input"), ["[0,:,:]", "[1,:,:]"], "slices of axis 0")
        self.check(captions("kernel"), ["[0,:,:]"], "slices of the kernel")
        self.set_control("slices", "2")
        self.check(captions("input"), ["[:,:,0]", "[:,:,1]", "[:,:,2]", "[:,:,3]"], "slices of axis 2")
        self.check(captions("kernel"), ["[:,:,0]", "[:,:,1]"], "slices of the kernel along axis 2")
        first = "return [...document.querySelectorAll('#panel-input .cell')].slice(0, 6)" \
                ".map(cell => Number(cell.dataset.pixel))"
        self.check(self.browser.run(first), [0, 4, 8, 12, 16, 20], "pixels of the first slice")
        self.set_control("spec", "input=2,3,4 kernel=1,2,2 in=2")
        self.check(captions("input")[3:5], ["[0,:,:,3]", "[1,:,:,0]"], "slices of two channels")
        self.check(self.browser.run("return document.getElementById('slices').value"), "2", "the choice stays")
        self.set_control("spec", "input=3,3 kernel=2,2")
        self.check(captions("input"), [], "two axes have no slices")

    def run(self):
        draw = random.Random(5)
        written = 0
        for spec in SPECS:
            self.page(spec)
            self.check_matrix(spec, "page")
            self.check_hovering(spec, draw)
            self.check_words(spec)
            self.check_padding(spec)
            self.check_names(spec)
            written += self.check_latex(spec, f"{spec}: letters for LaTeX")
            self.check_products(spec, draw)
        self.check(written > len(SPECS) / 2, True, f"{written} matrices small enough for LaTeX")
        self.page(SPECS[0])
        for spec in SPECS:
            self.set_control("spec", spec)
            self.check_matrix(spec, "rebuilt in the page")
        self.check_controls()
        self.check_keyboard()
        self.check_typing()
        self.check_diagonals()
        self.check_numbers()
        self.check_book()
        self.check_plain_matrix()
        self.check_redrawing()
        self.check_slices()
        self.check_first_screen()
        self.check_two_channels()
        self.check_phone()
        self.check_paper()
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
