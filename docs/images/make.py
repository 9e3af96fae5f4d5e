#!/usr/bin/env python3
"""Draws the pictures of the documentation: python3 docs/images/make.py [FOLDER]

Writes the SVG files next to this script, or into FOLDER; the same bytes each time. Every picture
has a light and a dark face, as the reader's system asks. With DARK=1 in the environment only the
dark one is written, for programs that cannot ask.
"""

import os
import pathlib
import sys

LIGHT = """
.paper { fill: #ffffff }
.ink { fill: #1f2328 }
.faint { fill: #59636e }
.cell { fill: #f0f2f5; stroke: #c4ccd5 }
.frame { fill: none; stroke: #1f2328; stroke-width: 2 }
.arrow { stroke: #59636e; stroke-width: 1.5; fill: none }
.gone { fill: none; stroke: #b4bdc7; stroke-dasharray: 3 3 }
"""
DARK = """
.paper { fill: #0d1117 }
.ink { fill: #e6edf3 }
.faint { fill: #9198a1 }
.cell { fill: #1c2330; stroke: #3d4653 }
.frame { fill: none; stroke: #e6edf3; stroke-width: 2 }
.arrow { stroke: #9198a1; stroke-width: 1.5; fill: none }
.gone { fill: none; stroke: #4a535f; stroke-dasharray: 3 3 }
"""
BOTH = """
text { font-family: system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; font-size: 14px }
.mono { font-family: ui-monospace, Consolas, "DejaVu Sans Mono", monospace }
.small { font-size: 12px }
.bold { font-weight: 600 }
.on-color { fill: #1b1f24 }
.c0 { fill: #f3c04b } .c1 { fill: #7cc4ee } .c2 { fill: #7fce9f } .c3 { fill: #ec9cc0 }
.c4 { fill: #c3a6ef } .c5 { fill: #f2a07b }
.tap { stroke: #1b1f24; stroke-opacity: 0.35 }
"""


class Picture:
    """Shapes on paper, in pixels from the upper left corner."""

    def __init__(self, width, height, title):
        self.width = width
        self.height = height
        self.title = title
        self.shapes = []

    def rect(self, x, y, width, height, style, radius=0):
        self.shapes.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius:g}" '
            f'class="{style}"/>')

    def text(self, x, y, words, style="ink", anchor="start"):
        """Words whose middle line is at y."""
        self.shapes.append(
            f'<text x="{x:g}" y="{y + 5:g}" text-anchor="{anchor}" class="{style}">{words}</text>')

    def arrow(self, x1, y1, x2, y2):
        """A level or upright line with a head at its end."""
        right, down = (x2 > x1) - (x2 < x1), (y2 > y1) - (y2 < y1)
        back = 6
        one = (x2 - back * right - back / 2 * down, y2 - back * down - back / 2 * right)
        two = (x2 - back * right + back / 2 * down, y2 - back * down + back / 2 * right)
        self.shapes.append(
            f'<path class="arrow" d="M {x1:g} {y1:g} L {x2:g} {y2:g} '
            f'M {one[0]:g} {one[1]:g} L {x2:g} {y2:g} L {two[0]:g} {two[1]:g}"/>')

    def cell(self, x, y, size, words="", color=None):
        """A square of a grid: plain, or in one of the colours."""
        self.rect(x, y, size, size, "cell" if color is None else f"c{color} tap")
        if words != "":
            style = "faint mono" if color is None else "on-color mono"
            self.text(x + size / 2, y + size / 2, words, style, "middle")

    def frame(self, x, y, width, height):
        self.rect(x, y, width, height, "frame", 2)

    def save(self, folder, name):
        faces = DARK if os.environ.get("DARK") else (
            LIGHT + "@media (prefers-color-scheme: dark) {" + DARK + "}\n")
        lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:g} {self.height:g}" '
            f'width="{self.width:g}" height="{self.height:g}" role="img">',
            f"<title>{self.title}</title>",
            f"<style>{BOTH}{faces}</style>",
            f'<rect width="{self.width:g}" height="{self.height:g}" rx="8" class="paper"/>',
            *self.shapes,
            "</svg>",
        ]
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def matrix():
    """The notebook's matrix: each place of the kernel on the image is one row."""
    picture = Picture(690, 290, "A 2x2 kernel slides over a 3x3 image; each place is one row of "
                                "a 4x9 matrix, coloured by kernel position")
    kernel = [0, 1, 2, 3]
    picture.text(64, 42, "kernel", "ink bold", "middle")
    for t, weight in enumerate(kernel):
        picture.cell(28 + t % 2 * 36, 66 + t // 2 * 36, 36, weight, t)
    picture.text(64, 166, "colour:", "faint small", "middle")
    picture.text(64, 182, "kernel position", "faint small", "middle")

    picture.text(186, 42, "on the image", "ink bold", "middle")
    left, top, cell, small = 262, 66, 40, 11
    for column in range(9):
        picture.text(left + (column + 0.5) * cell, 42, f"x{column}", "faint mono small", "middle")
    for row in range(4):
        y = top + row * cell
        for pixel in range(9):
            t = kernel_position_over(pixel, row)
            picture.cell(169 + pixel % 3 * small, y + 3 + pixel // 3 * small, small, "", t)
            picture.cell(left + pixel * cell, y, cell, "" if t is None else kernel[t], t)
        picture.arrow(212, y + cell / 2, 248, y + cell / 2)
        picture.text(left + 9 * cell + 14, y + cell / 2, f"= y{row}", "ink mono")
    picture.frame(left, top, 9 * cell, 4 * cell)
    picture.text(left + 4.5 * cell, top + 4 * cell + 24, "W: 4 rows, 9 columns, 16 entries",
                 "ink", "middle")
    picture.text(left + 4.5 * cell, top + 4 * cell + 46,
                 "W x is the convolution, its transpose times y the transposed convolution",
                 "faint small", "middle")
    return picture


def kernel_position_over(pixel, output):
    """Kernel position that lies over a pixel of the 3x3 image, or None."""
    down = pixel // 3 - output // 2
    right = pixel % 3 - output % 2
    return down * 2 + right if down in (0, 1) and right in (0, 1) else None


def draw_axis(picture, x, y, size, coordinates, image):
    """A row of cells for coordinates; those of the image, range `image`, are framed."""
    for i, coordinate in enumerate(coordinates):
        inside = coordinate in image
        picture.text(x + (i + 0.5) * size, y - 12, coordinate, "faint small mono", "middle")
        picture.rect(x + i * size, y, size, size, "cell" if inside else "gone")
        if inside:
            picture.text(x + (i + 0.5) * size, y + size / 2, f"x{coordinate}", "ink mono small",
                         "middle")
    first = image.start - coordinates.start
    picture.frame(x + first * size, y, len(image) * size, size)


def windows():
    """Where each output reads: o * stride - lower + t * dilation."""
    picture = Picture(690, 450, "Where the taps of each output lie: output times stride, minus "
                                "lower padding, plus tap times dilation")
    left, size = 190, 34

    def panel(top, title, image, kernel, stride, dilation, lower, upper):
        coordinates = range(-lower, image + upper)
        picture.text(20, top, title, "ink bold")
        draw_axis(picture, left, top + 42, size, coordinates, range(image))
        outputs = (image + lower + upper - (kernel - 1) * dilation - 1) // stride + 1
        for o in range(outputs):
            y = top + 48 + (o + 1) * (size + 4)
            start = o * stride - lower
            picture.text(20, y + size / 2, f"output {o} starts at {start}", "ink")
            for t in range(kernel):
                i = start + t * dilation - coordinates.start
                picture.cell(left + i * size, y, size, f"w{t}", t)
        return top + 48 + (outputs + 1) * (size + 4)

    below = panel(28, "stride 2, padding 1 on both sides (dashed), kernel 3, dilation 1",
                  image=7, kernel=3, stride=2, dilation=1, lower=1, upper=1)
    below = panel(below + 34, "stride 1, padding 2:1, kernel 3, dilation 3",
                  image=7, kernel=3, stride=1, dilation=3, lower=2, upper=1)
    picture.height = below + 14
    return picture


def boundaries():
    """The five ways to go on beyond the border, further than one image."""
    picture = Picture(690, 308, "The image abcd continued on both sides by the five boundaries")
    left, size, reach = 130, 32, 6
    rules = {
        "zero": lambda c: None,
        "circular": lambda c: c % 4,
        "reflect": lambda c: min(c % 6, 6 - c % 6),
        "symmetric": lambda c: min(c % 8, 7 - c % 8),
        "replicate": lambda c: max(0, min(3, c)),
    }
    for i, c in enumerate(range(-reach, 4 + reach)):
        picture.text(left + (i + 0.5) * size, 26, c, "faint small mono", "middle")
    for row, (name, fold) in enumerate(rules.items()):
        y = 44 + row * (size + 12)
        picture.text(22, y + size / 2, name, "ink bold")
        for i, c in enumerate(range(-reach, 4 + reach)):
            source = c if 0 <= c < 4 else fold(c)
            color = None if source is None else source
            picture.cell(left + i * size, y, size, "0" if source is None else "abcd"[source], color)
        picture.frame(left + reach * size, y, 4 * size, size)
    picture.text(left + 8 * size, 44 + 5 * (size + 12) + 12,
                 "framed: the image; beside it what a padding of 6 on either side reads",
                 "faint small", "middle")
    return picture


def transposed():
    """Every input pixel stamps the kernel onto the output."""
    picture = Picture(690, 470, "A transposed convolution: input i puts the kernel at i times "
                                "stride minus lower padding")
    left, size = 210, 34

    def panel(top, title, inputs, kernel, stride, lower, upper, output_padding):
        natural = (inputs - 1) * stride + kernel
        output = natural - lower - upper + output_padding
        coordinates = range(-lower, max(natural - lower, output))
        picture.text(20, top, title, "ink bold")
        y = top + 24
        for i in range(inputs):
            picture.text(20, y + size / 2, f"x{i} \u00d7 kernel at {i * stride - lower}", "ink")
            for t in range(kernel):
                at = i * stride - lower + t - coordinates.start
                picture.cell(left + at * size, y, size, f"w{t}", t)
            y += size + 4
        y += 24
        picture.text(20, y + size / 2, "output: sums of columns", "ink")
        for i, c in enumerate(coordinates):
            taps = [(p, c + lower - p * stride) for p in range(inputs)]
            hit = any(0 <= t < kernel for p, t in taps)
            kept = 0 <= c < output
            style = "gone" if not kept else "cell"
            picture.rect(left + i * size, y, size, size, style)
            words = "\u2013" if not kept else f"y{c}" if hit else "0"
            picture.text(left + (i + 0.5) * size, y + size / 2, words,
                         "ink mono small" if kept and hit else "faint mono small", "middle")
            picture.text(left + (i + 0.5) * size, y - 12, c, "faint small mono", "middle")
        picture.frame(left - coordinates.start * size, y, output * size, size)
        return y + size

    below = panel(28, "3 inputs, kernel 4, stride 2, padding 1: 6 outputs; padding takes pixels away",
                  inputs=3, kernel=4, stride=2, lower=1, upper=1, output_padding=0)
    below = panel(below + 40,
                  "3 inputs, kernel 2, stride 3, output_padding 1: 9 outputs, 3 rows empty",
                  inputs=3, kernel=2, stride=3, lower=0, upper=0, output_padding=1)
    picture.height = below + 22
    return picture


def orders():
    """One image with two channels as a vector, three ways."""
    picture = Picture(690, 372, "A 2x3 image with two channels laid out as a vector in three "
                                "tensor orders")
    size = 36
    letters = ["abc", "def"], ["ABC", "DEF"]
    for channel, plane in enumerate(letters):
        x = 262 + channel * 180
        picture.text(x + 1.5 * size, 26, f"channel {channel}", "ink bold", "middle")
        for row, line in enumerate(plane):
            for column, letter in enumerate(line):
                picture.cell(x + column * size, 44 + row * size, size, letter, channel)
    places = [(c, h, w) for c in range(2) for h in range(2) for w in range(3)]
    sorts = [
        ("channels_first", "C,H,W", lambda p: p),
        ("channels_last", "H,W,C", lambda p: (p[1], p[2], p[0])),
        ("column_major", "X(:)", lambda p: (p[0], p[2], p[1])),
    ]
    left, top = 190, 166
    for i in range(12):
        picture.text(left + (i + 0.5) * size, top - 14, i, "faint small mono", "middle")
    for row, (name, shape, key) in enumerate(sorts):
        y = top + row * (size + 22)
        picture.text(20, y + size / 2 - 8, name, "ink bold")
        picture.text(20, y + size / 2 + 10, shape, "faint mono small")
        for i, (c, h, w) in enumerate(sorted(places, key=key)):
            picture.cell(left + i * size, y, size, letters[c][h][w], c)
        picture.frame(left, y, 12 * size, size)
    picture.text(left + 6 * size, top + 3 * (size + 22) + 2,
                 "index in the vector, from the left: row or column number of the matrix",
                 "faint small", "middle")
    return picture


# Of docs/performance.md: layer, GFLOP/s of the operator, and of oneDNN; one thread, A x.
PRODUCTS = [
    ("blur 9x9, 512^2", 89, 6.6), ("blur 31x31, 1024^2", 100, 7.2), ("signal 31, 10^6", 46, 6.2),
    ("volume 3x3x3, 64^3", 55, 4.4), ("3x3, 64-64, 56^2", 95, 96), ("7x7, 3-64, 224^2", 83, 85),
    ("3x3, 128-128, 28^2", 100, 109), ("1x1, 256-64, 56^2", 89, 114), ("3x3, 64-64, 224^2", 98, 96),
    ("dilated 3x3, 64-64", 97, 102), ("depthwise 3x3, 14^2", 19, 5.9),
    ("up 4x4, 64-32", 98, 106), ("up 2x2, 128-64", 101, 94), ("dcgan 4x4, 512-256", 50, 96),
]
PEAK = 114.6


def products():
    """Bars of the rates of products, beside those of oneDNN."""
    left, top, step, width = 170, 64, 30, 420
    height = top + len(PRODUCTS) * step + 40
    picture = Picture(left + width + 80, height, "GFLOP/s of products without the matrix")
    picture.rect(left, 20, 14, 14, "c1")
    picture.text(left + 22, 27, "toeplix", "ink small")
    picture.rect(left + 100, 20, 14, 14, "c5")
    picture.text(left + 122, 27, "oneDNN, the better of its two routes", "ink small")
    scale = width / 120
    for row, (layer, ours, theirs) in enumerate(PRODUCTS):
        y = top + row * step
        picture.text(left - 10, y + 11, layer, "ink small", "end")
        for offset, rate, style in ((0, ours, "c1"), (12, theirs, "c5")):
            picture.rect(left, y + offset, rate * scale, 11, style)
        picture.text(left + width, y + 11, f"{ours:g} / {theirs:g}", "faint small mono")
    x = left + PEAK * scale
    picture.rect(x, top - 8, 1.5, height - top - 26, "ink")
    picture.text(x, height - 20, "peak of the core", "faint small", "middle")
    picture.text(left, height - 20, "GFLOP/s, one thread", "faint small")
    return picture


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)
    for draw in (matrix, windows, boundaries, transposed, orders, products):
        draw().save(folder, f"{draw.__name__}.svg")


if __name__ == "__main__":
    main()
