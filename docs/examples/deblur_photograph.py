"""Sharpens a picture: motion blur and noise are put on, and `toeplix.deblur` takes them off.

`deblur` takes the kernel as a convolution does, flipped: it is the picture of a point. `matrix` and
`operator` take it as it is unless told otherwise. For this kernel that makes a difference.

The package must have been built with the solvers.

Usage: python3 deblur_photograph.py [FOLDER]    leaves before.png and after.png there
"""

import pathlib
import struct
import sys
import zlib

import numpy as np

import toeplix

SIDE, NOISE = 128, 1.0  # pixels; grey levels


def picture():
    """Discs and bars, in grey levels from 0 to 255: it stands in for a photograph."""
    row, col = np.mgrid[:SIDE, :SIDE]
    grey = 60 + 0.5 * row
    grey[(row - 40) ** 2 + (col - 44) ** 2 < 26**2] = 220
    grey[(row - 48) ** 2 + (col - 50) ** 2 < 9**2] = 30
    grey[(row > 84) & (row < 118) & (col // 5 % 2 == 0)] = 240
    grey[(row > 20) & (row < 70) & (col > 90) & ((row + col) // 7 % 2 == 0)] = 15
    return grey


def motion(reach):
    """What becomes of a point: from the middle it goes to the right, down a little, and fades."""
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1))
    for step in range(reach + 1):
        kernel[reach + step // 2, reach + step] = 1 - step / (2 * reach)
    return kernel / kernel.sum()


def write_png(path, grey):
    """8 bits, grey."""
    levels = np.clip(np.rint(grey), 0, 255).astype(np.uint8)
    height, width = levels.shape
    rows = b"".join(b"\0" + row.tobytes() for row in levels)  # 0: rows are stored as they are
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        for name, content in ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")):
            check = zlib.crc32(name + content)
            file.write(struct.pack(">I", len(content)) + name + content + struct.pack(">I", check))


def psnr(grey, truth):
    """The ratio of peak and error, in dB; more is better."""
    return 10 * np.log10(255**2 / np.mean((grey - truth) ** 2))


folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
truth = picture()
kernel = motion(4)
blur = toeplix.operator(
    kernel, truth.shape, padding=4, boundary="symmetric", operation="convolution"
)
noise = NOISE * np.random.default_rng(3).standard_normal(truth.shape)
before = blur(truth) + noise
# Without lambda_ deblur looks for it by cross-validation: it finds 4.4e-4, but takes some 20
# factorizations in place of one.
after, report = toeplix.deblur(before, kernel, boundary="symmetric", lambda_=4.4e-4)

print(f"blur: {blur.shape[0]} x {blur.shape[1]}, {report.status}, lambda {report.lambda_:.1e}")
print(f"before: {psnr(before, truth):.2f} dB")
print(f"after:  {psnr(after, truth):.2f} dB")
for name, grey in (("before", before), ("after", after)):
    write_png(folder / f"{name}.png", grey)
