#!/usr/bin/env python3
"""Writes the seed corpus: tests/fuzz/make_corpus.py [FOLDER]

One folder per target, in tests/fuzz/corpus unless another place is named. Needs Python alone. The
same files come out every time. The inputs named found-* are not from here: libFuzzer found them.
"""

import io
import itertools
import random
import struct
import sys
import zipfile
import zlib
from pathlib import Path


# --- spec_text ------------------------------------------------------------------------------------

TEXTS = """
input=3,3 kernel=2,2
input=56,56 kernel=3,3 in=64 out=64 groups=1 stride=2 dilation=1 padding=1:0,1:1 boundary=reflect,zero
transposed input=28,28 kernel=4,4 in=64 out=32 stride=2 padding=1 output_padding=0
input=9 kernel=3 padding=full boundary=circular operation=convolution
input=9 kernel=4 padding=same_upper stride=2 order=channels_last
input=9 kernel=4 padding=same_lower stride=3 order=column_major
input=4,5,6 kernel=1,2,3 padding=valid boundary=symmetric dilation=3,2,1
input=5 kernel=3 padding=17 boundary=reflect
input=5 kernel=3 padding=-1:40 boundary=replicate
input=2,2,2,2 kernel=2,2,2,2 in=6 out=4 groups=2
transposed input=5 kernel=3 stride=3 dilation=4 output_padding=3 padding=-2
transposed input=4,4 kernel=3,3 stride=2 padding=same_upper boundary=circular
transposed input=4,4 kernel=2,2 stride=5 padding=same_lower order=column_major
transposed input=7 kernel=2 dilation=6 padding=full output_padding=5 boundary=symmetric
input=1 kernel=1 padding=1:-1
input=1 kernel=1 stride=2 padding=1
kernel=3 input=7 out=2
input=1099511627776 kernel=3 boundary=circular padding=1
input=1099511627776 kernel=2 dilation=1099511627775
input=1000000,1000000 kernel=11,11 in=512 out=512 padding=same_upper boundary=reflect
input=1048576 kernel=2 stride=1048575 padding=1099511627776:-1099511627776
transposed input=1073741824 kernel=5 stride=1000 dilation=3
input=67108865 kernel=67108865 padding=same_upper boundary=zero
input=8 kernel=3 padding=1099511627776 boundary=circular
input=2147483648,2147483648,2147483648 kernel=1,1,1
input=4294967296,4294967296 kernel=2,2 padding=1
input=5 kernel=9
input=0 kernel=1
input=5 kernel=3 stride=0
input=5 kernel=3 in=3 groups=2
input=5,5 kernel=3
input=5 kernel=3 stride=1,2
input=5 kernel=3 padding=1099511627777
transposed input=3 kernel=2 output_padding=1
transposed input=1 kernel=1 padding=1
input=5
input= kernel=
input=5 kernel=3 kernel=3
input=5 kernel=3 colour=blue
input=5 kernel=3 output_padding=0
input=5 kernel=3 boundary=mirror
input=5, kernel=3
input=+5 kernel=3
input=9223372036854775808 kernel=1
input=-9223372036854775808 kernel=9223372036854775807
transposed
input=5 kernel=3 padding=-5:40 boundary=replicate
input=5,4 kernel=3,2 input_dilation=3,2 dilation=2 stride=2 padding=-2:7 boundary=circular,reflect
input=1048576 kernel=2 input_dilation=1048576
input=3 kernel=2 input_dilation=16777217 stride=2
transposed input=4,4 kernel=3,3 stride=2 output=8,7
transposed input=4,4 kernel=2,1 stride=3 padding=same_tf
transposed input=4 kernel=5 stride=3 padding=same_tf output=11 boundary=reflect
transposed input=4 kernel=5 stride=3 padding=1 output=11
transposed input=3 kernel=3 output=1099511627776
transposed input=3 kernel=3 output=0,-1
input=5 kernel=3 output=3
"""


def spec_texts():
    for number, text in enumerate(TEXTS.strip().splitlines()):
        yield f"{number:02}", text.encode()
    yield "blanks", b"\t input=3\r\n  kernel=2 \n"
    yield "no-text", b"input=3\0kernel=2"
    yield "empty", b""


# --- differential ---------------------------------------------------------------------------------


def differentials():
    """Any bytes will do: differential.cpp draws a number from each."""
    rng = random.Random(20240229)
    for number in range(40):
        kind, scalar, axes = number % 2, number // 2 % 8, number // 3 % 4
        yield f"{number:02}", bytes([kind, scalar, axes]) + rng.randbytes(20 + 12 * axes)
    yield "empty", b""


# --- npy ------------------------------------------------------------------------------------------


def npy_header(descr, shape, fortran=False, version=1):
    axes = "".join(f"{extent}, " for extent in shape)
    shape_text = f"({axes[:-1] if len(shape) == 1 else axes[:-2]})"
    text = f"{{'descr': {descr!r}, 'fortran_order': {fortran}, 'shape': {shape_text}, }}"
    preamble = 10 if version == 1 else 12
    text += " " * (-(preamble + len(text) + 1) % 64) + "\n"
    length = struct.pack("<H" if version == 1 else "<I", len(text))
    return b"\x93NUMPY" + bytes([version, 0]) + length + text.encode()


def npy(descr, shape, values, **options):
    """`values` are packed one by one, as the type says."""
    letter = {"b1": "?", "f2": "e", "f4": "f", "f8": "d", "c8": "ff", "c16": "dd"}
    letter |= {"i1": "b", "i2": "h", "i4": "i", "i8": "q"}
    letter |= {"u1": "B", "u2": "H", "u4": "I", "u8": "Q"}
    order = ">" if descr[0] == ">" else "<"
    packed = b"".join(
        struct.pack(order + letter[descr[1:]], *(value if isinstance(value, tuple) else (value,)))
        for value in values
    )
    return npy_header(descr, shape, **options) + packed


def damaged(file):
    """A few of the ways in which a file comes to harm."""
    yield "cut", file[: len(file) * 2 // 3]
    yield "cut-header", file[:20]
    yield "longer", file + b"\0"
    yield "flipped", file[:9] + bytes([file[9] ^ 0x40]) + file[10:]


def npys():
    numbers = {"b1": [True, False], "i1": [-128, 127], "u1": [0, 255], "f2": [0.5, 65504.0]}
    numbers |= {"i2": [-5, 300], "i4": [-5, 1 << 30], "i8": [-(1 << 63), (1 << 53) + 1]}
    numbers |= {"u2": [5, 65535], "u4": [5, 1 << 31], "u8": [5, (1 << 64) - 1]}
    numbers |= {"f4": [0.1, float("inf")], "f8": [1e300, float("nan")]}
    numbers |= {"c8": [(1.0, -2.0), (0.0, 0.5)], "c16": [(1.0, -2.0), (1e300, 0.5)]}
    for kind, values in numbers.items():
        for order in "|" if kind[1:] == "1" else "<>":
            name = {"|": "", "<": "-little", ">": "-big"}[order]
            yield kind + name, npy(order + kind, [2], values)
    yield "scalar", npy("<f8", [], [3.0])
    yield "matrix", npy("<f8", [2, 3], [float(i) for i in range(6)])
    yield "fortran", npy("<f8", [2, 3, 2], [float(i) for i in range(12)], fortran=True)
    yield "no-values", npy("<f8", [0, 1 << 40], [])
    yield "version-2", npy("<i4", [3], [1, 2, 3], version=2)
    yield "version-3", npy("<i4", [3], [1, 2, 3], version=3)
    yield "version-4", npy("<i4", [3], [1, 2, 3], version=4)
    yield "too-many", npy_header("<f8", [1 << 62, 1 << 62])
    yield "not-there", npy_header("<f8", [1 << 40])
    yield "word", npy_header("|S3", []) + b"csr"
    yield "structured", npy_header("[('a', '<f8')]", [1]) + bytes(8)
    yield "empty", b""
    for name, file in damaged(npy("<f8", [2, 3], [float(i) for i in range(6)])):
        yield "matrix-" + name, file


# --- npz ------------------------------------------------------------------------------------------


def npz(arrays, method=zipfile.ZIP_STORED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in arrays.items():
            archive.writestr(zipfile.ZipInfo(name + ".npy"), content, method)
    return file.getvalue()


def compressed(kind="csr", index="<i4", scalar="<f8", pointers=(0, 1, 1, 3, 4), indices=(1, 0, 2, 1),
               values=(2.0, 3.0, 4.0, 5.0), shape=(4, 3)):
    return {
        "indices": npy(index, [len(indices)], indices),
        "indptr": npy(index, [len(pointers)], pointers),
        "format": npy_header("|S3", []) + kind.encode(),
        "shape": npy("<i8", [2], shape),
        "data": npy(scalar, [len(values)], values),
    }


def coordinates():
    return {
        "row": npy("<i4", [5], [0, 2, 2, 3, 2]),
        "col": npy("<i4", [5], [1, 0, 2, 1, 0]),
        "format": npy_header("<U3", []) + "coo".encode("utf-32-le"),
        "shape": npy("<i8", [2], [4, 3]),
        "data": npy("<f8", [5], [2.0, 3.0, 4.0, 5.0, 6.0]),
    }


def npzs():
    deflated = zipfile.ZIP_DEFLATED
    yield "csr", npz(compressed())
    yield "csr-deflated", npz(compressed(), deflated)
    yield "csr-64-bit", npz(compressed(index="<i8", scalar=">f4"))
    yield "csc", npz(compressed("csc", shape=(3, 4)))
    yield "csc-complex", npz(compressed("csc", scalar="<c16", values=[(1.0, 2.0)] * 4, shape=(3, 4)))
    yield "coo", npz(coordinates())
    yield "coo-deflated", npz(coordinates(), deflated)
    yield "duplicates", npz(compressed(indices=(1, 2, 2, 1)))
    yield "unsorted", npz(compressed(indices=(1, 2, 0, 1)))
    yield "no-entries", npz(compressed(pointers=(0, 0), indices=(), values=(), shape=(1, 5)))
    yield "no-rows", npz(compressed(pointers=(0,), indices=(), values=(), shape=(0, 5)))
    yield "wide", npz(compressed(shape=(4, 2000000000)))
    yield "too-wide", npz(compressed(shape=(4, 1 << 40)))
    yield "tall", npz(compressed("csc", pointers=(0, 4), shape=(20000, 1)))
    yield "wrong-index", npz(compressed(indices=(1, 0, 3, 1)))
    yield "negative-index", npz(compressed(indices=(1, 0, -1, 1)))
    yield "wrong-pointers", npz(compressed(pointers=(0, 3, 1, 3, 4)))
    yield "pointers-end", npz(compressed(pointers=(0, 1, 1, 3, 5)))
    yield "pointers-begin", npz(compressed(pointers=(1, 1, 1, 3, 4)))
    yield "few-pointers", npz(compressed(pointers=(0, 1, 4)))
    yield "few-indices", npz(compressed(indices=(1, 0, 2)))
    yield "negative-shape", npz(compressed(shape=(-4, 3)))
    yield "wrong-format", npz(compressed("bsr"))
    yield "no-data", npz({name: a for name, a in compressed().items() if name != "data"})
    yield "bomb", npz(compressed(pointers=[0] * 2000 + [4], shape=(2000, 3)), deflated)
    yield "empty-archive", npz({})
    yield "empty", b""
    sound = npz(compressed())
    yield "cut", sound[:-10]
    yield "checksum", sound.replace(struct.pack("<d", 4.0), struct.pack("<d", 4.5))
    yield "comment", sound[:-2] + b"\5\0hello"
    yield "wrong-place", sound[:-6] + b"\xff\xff\xff\xff" + sound[-2:]
    yield "zip64", sound[:-14] + b"\xff" * 12 + sound[-2:]


# --- png ------------------------------------------------------------------------------------------


def chunk(kind, content=b""):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width, height, depth, colour, rows, *extra, interlace=0, level=9):
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)
    data = chunk(b"IDAT", zlib.compress(rows, level))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(extra) + data + chunk(b"IEND")


def png_rows(width, height, depth, channels, filters=(0,)):
    row_bytes = (width * depth * channels + 7) // 8
    kinds = itertools.cycle(filters)
    return b"".join(
        bytes([next(kinds)]) + bytes((37 * y + 11 * x) % 256 for x in range(row_bytes))
        for y in range(height)
    )


def pngs():
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
    depths = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
    palette = chunk(b"PLTE", bytes(range(48)))
    for colour, depth in ((c, d) for c in depths for d in depths[c]):
        extra = [chunk(b"PLTE", bytes(range(3 << min(depth, 4))))] if colour == 3 else []
        rows = png_rows(5, 3, depth, channels[colour], (0, 1, 2, 3, 4))
        if colour == 3 and depth == 8:
            rows = b"".join(b"\0" + bytes([y, 1, 2, 3, 15]) for y in range(3))
        yield f"colour-{colour}-{depth}", png(5, 3, depth, colour, rows, *extra)
    opaque = b"".join(b"\0" + bytes([9, 8, 7, 255] * 4) for _ in range(4))
    yield "opaque", png(4, 4, 8, 6, opaque)
    yield "opaque-grey", png(2, 2, 16, 4, (b"\0" + b"\1\2\xff\xff" * 2) * 2)
    yield "filters", png(8, 10, 8, 2, png_rows(8, 10, 8, 3, (4, 3, 2, 1, 0)))
    yield "stored", png(8, 4, 8, 0, png_rows(8, 4, 8, 1), level=0)
    # Seven passes of a picture of 3 x 3: one pixel each in the first, fourth, ... of them.
    passes = b"\0\1" + b"\0\2\3" + b"\0\4" + b"\0\5" + b"\0\6" + b"\0\7\0\7\0" + b"\0\1\2\3"
    yield "interlaced", png(3, 3, 8, 0, passes, interlace=1)
    yield "interlaced-1", png(1, 1, 8, 0, b"\0\7", interlace=1)
    yield "key-grey", png(5, 3, 8, 0, png_rows(5, 3, 8, 1), chunk(b"tRNS", b"\0\xfe"))
    yield "key-rgb", png(5, 3, 8, 2, png_rows(5, 3, 8, 3), chunk(b"tRNS", bytes(6)))
    yield "palette-alpha", png(
        4, 1, 8, 3, b"\0\0\1\2\3", palette, chunk(b"tRNS", b"\xff\xff\xff\xff")
    )
    yield "palette-transparent", png(4, 1, 2, 3, b"\0\x1b", chunk(b"PLTE", bytes(12)), chunk(b"tRNS", b"\x80"))
    yield "palette-beyond", png(3, 1, 2, 3, b"\0\x18", chunk(b"PLTE", bytes(6)))
    text = chunk(b"tEXt", b"Title\0A picture") + chunk(b"zTXt", b"Note\0\0" + zlib.compress(b"x" * 99))
    physical = chunk(b"pHYs", struct.pack(">IIB", 2835, 2835, 1)) + chunk(b"gAMA", struct.pack(">I", 45455))
    profile = chunk(b"iCCP", b"none\0\0" + zlib.compress(bytes(128)))
    yield "ancillary", png(5, 3, 8, 0, png_rows(5, 3, 8, 1), text, physical, profile)
    yield "unknown", png(5, 3, 8, 0, png_rows(5, 3, 8, 1), chunk(b"abCd", b"whatever"))
    yield "unknown-critical", png(5, 3, 8, 0, png_rows(5, 3, 8, 1), chunk(b"ABCD", b"whatever"))
    yield "palette-missing", png(4, 1, 8, 3, b"\0\0\1\2\3")
    yield "palette-short", png(4, 1, 8, 3, b"\0\0\1\2\xff", chunk(b"PLTE", b"\1\2\3"))
    yield "huge", png(0x7FFFFFFF, 0x7FFFFFFF, 16, 6, bytes(100))
    yield "bomb", png(3000, 3000, 1, 0, bytes(376 * 3000))
    yield "wide", png(1 << 24, 1, 1, 3, bytes(1 + (1 << 21)), chunk(b"PLTE", bytes(6)))
    note = chunk(b"zTXt", b"Note\0\0" + zlib.compress(bytes(5 << 20), 9))
    yield "text-bomb", png(5, 3, 8, 0, png_rows(5, 3, 8, 1), note)
    long_text = struct.pack(">I", 5 << 20) + b"iTXt"
    yield "long-text", png(5, 3, 8, 0, png_rows(5, 3, 8, 1), long_text)
    yield "tall", png(1, 60000, 1, 0, bytes(2 * 60000))
    yield "no-pixels", png(0, 3, 8, 0, b"\0\0\0")
    yield "wrong-depth", png(5, 3, 3, 0, png_rows(5, 3, 8, 1))
    yield "wrong-filter", png(5, 3, 8, 0, png_rows(5, 3, 8, 1, (9,)))
    yield "few-rows", png(5, 3, 8, 0, png_rows(5, 2, 8, 1))
    yield "many-rows", png(5, 3, 8, 0, png_rows(5, 9, 8, 1))
    sound = png(5, 3, 8, 0, png_rows(5, 3, 8, 1))
    yield "cut", sound[:-20]
    yield "no-end", sound[:-12]
    yield "checksum", sound[:30] + b"\0" + sound[31:]
    yield "longer", sound + b"more"
    yield "signature", sound[:8]
    yield "empty", b""


# --- matrix_market --------------------------------------------------------------------------------

MATRICES = {
    "general": "real general\n% input=3 kernel=2\n2 3 4\n1 1 1\n1 2 -.25\n2 2 1e0\n2 3 -0\n",
    "symmetric": "real symmetric\n3 3 3\n1 1 1\n3 1 2\n3 2 4.5\n",
    "upper": "real symmetric\n3 3 2\n1 3 2\n2 3 4\n",
    "both": "real symmetric\n3 3 2\n1 3 2\n3 1 2\n",
    "skew": "integer skew-symmetric\n2 2 1\n2 1 -7\n",
    "skew-diagonal": "real skew-symmetric\n2 2 1\n1 1 0\n",
    "skew-diagonal-wrong": "real skew-symmetric\n2 2 1\n1 1 1\n",
    "hermitian": "complex hermitian\n2 2 2\n1 1 5 0\n2 1 3 -4\n",
    "complex": "complex general\n1 2 1\n1 2 1e300 -1e-300\n",
    "pattern": "pattern general\n2 2 2\n1 2\n2 1\n",
    "integer": "integer general\n1 1 1\n1 1 9007199254740993\n",
    "duplicates": "real general\n2 2 4\n2 2 1\n1 1 2\n2 2 3\n1 2 .5\n",
    "special": "real general\n1 5 5\n1 1 inf\n1 2 -Infinity\n1 3 NaN\n1 4 -nan\n1 5 nan(12)\n",
    "limits": "real general\n1 4 4\n1 1 4.9e-324\n1 2 1.7976931348623157e308\n1 3 1e-400\n1 4 1e39\n",
    "too-large": "real general\n1 1 1\n1 1 1e400\n",
    "crlf": "REAL General\r\n%\r\n\r\n1 2 1\r\n\r\n 1\t2  +3 \r\n% c\r\n",
    "no-end": "real general\n1 1 1\n1 1 1",
    "few": "real general\n2 2 3\n1 1 1\n2 2 1.00000000000000\n",
    "many": "real general\n2 2 1\n1 1 1\n2 2 1\n",
    "beyond": "real general\n2 2 1\n3 1 1\n",
    "zero": "real general\n2 2 1\n0 1 1\n",
    "promise": "real general\n9 9 9000000000000000000\n1 1 1\n",
    "tall": "real general\n2000000000 1 1\n1 1 1\n",
    "wide": "real general\n1 9223372036854775807 1\n1 9223372036854775806 1\n",
    "empty-matrix": "real general\n0 0 0\n",
    "rows-only": "pattern general\n5 0 0\n",
    "longer": "real general\n1 1 1\n1 1 1 1\n",
    "hexadecimal": "real general\n1 1 1\n1 1 0x1p3\n",
    "not-square": "real symmetric\n2 3 0\n",
    "real-hermitian": "real hermitian\n2 2 0\n",
}


def matrix_markets():
    for name, text in MATRICES.items():
        yield name, b"%%MatrixMarket matrix coordinate " + text.encode()
    yield "array", b"%%MatrixMarket matrix array real general\n1 1\n1\n"
    yield "vector", b"%%MatrixMarket vector\n"
    yield "empty", b""


# --- matlab ---------------------------------------------------------------------------------------


def mat_element(kind, content, order="<", small=False):
    if small:
        return struct.pack(order + "I", len(content) << 16 | kind) + content.ljust(4, b"\0")
    return struct.pack(order + "II", kind, len(content)) + content + bytes(-len(content) % 8)


def mat_variable(order="<", flags=5, shape=(3, 2), name=b"A", indices=(1, 0, 2), pointers=(0, 1, 3),
                 values=(2.0, 3.0, 5.0), imaginary=None, shape_type=5, name_type=1):
    def numbers(letter, items):
        return struct.pack(f"{order}{len(items)}{letter}", *items)

    parts = [
        mat_element(6, numbers("I", (flags, len(indices))), order),
        mat_element(shape_type, numbers("i", shape), order),
        mat_element(name_type, name, order, small=len(name) <= 4),
        mat_element(5, numbers("i", indices), order),
        mat_element(5, numbers("i", pointers), order),
        # Bytes are logical values, which MATLAB tags as if they were of type double.
        mat_element(9, values if isinstance(values, bytes) else numbers("d", values), order),
    ]
    if imaginary is not None:
        parts.append(mat_element(9, numbers("d", imaginary), order))
    return mat_element(14, b"".join(parts), order)


def mat_dense(order="<", flags=6, shape=(2, 3), name=b"h", kind=9, values=None, small=False):
    if values is None:
        values = struct.pack(f"{order}6d", 1, 2, 3, 4, 5, 6)
    return mat_element(14, mat_element(6, struct.pack(order + "II", flags, 0), order)
                       + mat_element(5, struct.pack(f"{order}{len(shape)}i", *shape), order)
                       + mat_element(1, name, order, small=True)
                       + mat_element(kind, values, order, small=small), order)


def mat_file(*variables, order="<", version=0x0100):
    text = b"MATLAB 5.0 MAT-file".ljust(124)
    return text + struct.pack(order + "HH", version, 0x4D49) + b"".join(variables)


def mat_packed(variable, order="<"):
    packed = zlib.compress(variable)
    return struct.pack(order + "II", 15, len(packed)) + packed


def matlabs():
    dense = mat_element(14, mat_element(6, struct.pack("<II", 6, 0)) + mat_element(5, struct.pack("<ii", 1, 1))
                        + mat_element(1, b"x", small=True) + mat_element(9, struct.pack("<d", 4.0)))
    sound = mat_file(mat_variable())
    yield "stored", sound
    yield "packed", mat_file(mat_packed(mat_variable()))
    yield "big-endian", mat_file(mat_variable(">"), order=">")
    yield "big-endian-packed", mat_file(mat_packed(mat_variable(">"), ">"), order=">")
    yield "complex", mat_file(mat_variable(flags=0x805, imaginary=(0.5, -1.0, 0.0)))
    yield "logical", mat_file(mat_variable(flags=0x205))
    yield "logical-bytes", mat_file(mat_variable(flags=0x205, values=b"\1\1\1"))
    yield "logical-bytes-big-endian", mat_file(mat_variable(">", flags=0x205, values=b"\1\1\1"), order=">")
    yield "logical-bytes-packed", mat_file(mat_packed(mat_variable(flags=0x205, values=b"\1\1\1")))
    yield "logical-bytes-roomy", mat_file(mat_variable(flags=0x205, indices=(1, 0, 2, 99), values=b"\1\1\1\0"))
    yield "logical-bytes-few", mat_file(mat_variable(flags=0x205, values=b"\1"))
    yield "unsigned-shape", mat_file(mat_variable(shape_type=6))
    yield "utf8-name", mat_file(mat_variable(name=b"Matrix", name_type=16))
    yield "room-for-one", mat_file(mat_variable(indices=(0,), pointers=(0, 0, 0), values=(0.0,)))
    yield "numbered-and-sound", mat_file(mat_variable(name_type=5), mat_variable(name=b"B"))
    yield "damaged-and-sound", mat_file(mat_packed(b"damaged"), mat_variable(name=b"B"))
    yield "dense", mat_file(dense)
    yield "dense-and-sparse", mat_file(dense, mat_packed(mat_variable(name=b"Matrix")))
    yield "dense-matrix", mat_file(mat_dense())
    yield "dense-packed", mat_file(mat_packed(mat_dense()))
    yield "dense-big-endian", mat_file(mat_dense(">"), order=">")
    yield "dense-cube", mat_file(mat_dense(shape=(3, 1, 2)))
    yield "dense-narrow", mat_file(mat_dense(shape=(1, 3), kind=2, values=b"\2\3\5", small=True))
    yield "dense-integers", mat_file(mat_dense(flags=10, kind=3, values=struct.pack("<6h", 1, -2, 3, 4, 5, 6)))
    yield "dense-logical", mat_file(mat_dense(flags=0x209, shape=(1, 3), kind=2, values=b"\1\0\7", small=True))
    yield "dense-complex", mat_file(mat_dense(flags=0x806))
    yield "dense-empty", mat_file(mat_dense(shape=(0, 3), values=b""))
    yield "dense-promise", mat_file(mat_dense(shape=(2000000000, 2000000000)))
    yield "dense-overflow", mat_file(mat_dense(shape=(2000000000,) * 3))
    yield "dense-bomb", mat_file(mat_packed(mat_dense(shape=(600, 1000), kind=2, values=bytes(600000))))
    yield "dense-two", mat_file(mat_dense(), mat_packed(mat_dense(name=b"g")))
    yield "text", mat_file(mat_dense(flags=4, kind=4, shape=(1, 3), values=struct.pack("<3H", 97, 98, 99)))
    yield "two", mat_file(mat_variable(), mat_variable(name=b"B"))
    yield "duplicates", mat_file(mat_variable(indices=(1, 2, 2)))
    yield "unsorted", mat_file(mat_variable(indices=(1, 2, 0)))
    yield "roomy", mat_file(mat_variable(indices=(1, 0, 2, 99)))
    yield "no-entries", mat_file(mat_variable(indices=(), pointers=(0, 0, 0), values=()))
    yield "no-columns", mat_file(mat_variable(shape=(3, 0), indices=(), pointers=(0,), values=()))
    yield "beyond", mat_file(mat_variable(indices=(1, 0, 3)))
    yield "negative", mat_file(mat_variable(indices=(1, 0, -1)))
    yield "pointers-fall", mat_file(mat_variable(pointers=(0, 4, 3)))
    yield "pointers-end", mat_file(mat_variable(pointers=(0, 1, 9)))
    yield "few-values", mat_file(mat_variable(values=(2.0,)))
    yield "tall", mat_file(mat_variable(shape=(2000000000, 2)))
    yield "wide", mat_file(mat_variable(shape=(3, 2000000000)))
    yield "three-dimensions", mat_file(mat_variable(shape=(3, 2, 1)))
    yield "bomb", mat_file(mat_packed(mat_variable(shape=(1, 300000), indices=(), pointers=[0] * 300001, values=())))
    yield "version-73", mat_file(version=0x0200)
    yield "version-4", struct.pack("<5i2sd", 0, 1, 1, 0, 2, b"x", 4.0)
    yield "version-4-big-endian", struct.pack(">5i2sd", 1000, 1, 1, 0, 2, b"x", 4.0)
    yield "octave-text", b"# Created by Octave 7.3.0\n# name: D\n"
    yield "hdf5", b"\x89HDF\r\n\x1a\n" + bytes(8)
    yield "no-variables", mat_file()
    yield "cut", sound[:-20]
    yield "header", sound[:100]
    yield "empty", b""


# --------------------------------------------------------------------------------------------------

# --- onnx -----------------------------------------------------------------------------------------


def varint(number):
    number &= (1 << 64) - 1
    octets = []
    while number > 127:
        octets.append(number & 127 | 128)
        number >>= 7
    return bytes(octets + [number])


def message(*fields):
    """Protobuf's format of pairs (number, value): whole numbers, floats, texts and messages."""
    written = b""
    for number, value in fields:
        if isinstance(value, int):
            written += varint(number << 3) + varint(value)
        elif isinstance(value, float):
            written += varint(number << 3 | 5) + struct.pack("<f", value)
        else:
            content = value.encode() if isinstance(value, str) else value
            written += varint(number << 3 | 2) + varint(len(content)) + content
    return written


def onnx_attribute(name, value):
    if isinstance(value, int):
        return message((1, name), (3, value), (20, 2))
    if isinstance(value, float):
        return message((1, name), (2, value), (20, 1))
    if isinstance(value, str):
        return message((1, name), (4, value), (20, 3))
    if isinstance(value, bytes):
        return message((1, name), (6, value), (20, 5))
    return message((1, name), *((8, number) for number in value), (20, 7))


def onnx_node(op, inputs, outputs, **attributes):
    fields = [(1, name) for name in inputs.split()] + [(2, name) for name in outputs.split()]
    fields += [(4, op)] + [(5, onnx_attribute(*pair)) for pair in attributes.items()]
    return message(*fields)


def onnx_tensor(name, shape, values):
    kind, letter = (7, "q") if isinstance(values[0], int) else (1, "f")
    raw = b"".join(struct.pack("<" + letter, value) for value in values)
    return message(*((1, extent) for extent in shape), (2, kind), (8, name), (9, raw))


def onnx_value(name, shape):
    axes = [(1, message((1, extent))) for extent in shape]
    return message((1, name), (2, message((1, message((1, 1), (2, message(*axes)))))))


def onnx_graph(nodes, tensors=(), inputs=(), outputs=()):
    return message(
        *((1, node) for node in nodes),
        *((5, tensor) for tensor in tensors),
        *((11, value) for value in inputs),
        *((12, message((1, name))) for name in outputs),
    )


def onnx_model(nodes, shape, tensors=(), opset=18):
    graph = onnx_graph(nodes, tensors, [onnx_value("x", shape)], ["y"])
    return message((1, 8), (7, graph), (8, message((2, opset))))


def onnxs():
    def one(op, shape, *tensors, opset=18, **attributes):
        names = ["x"] + [f"c{number}" for number in range(len(tensors))]
        constants = [onnx_tensor(name, *tensor) for name, tensor in zip(names[1:], tensors)]
        node = onnx_node(op, " ".join(names), "y", **attributes)
        return onnx_model([node], shape, constants, opset)

    def wholes(*values):
        return [len(values)], list(values)

    def floats(*shape):
        count = 1
        for extent in shape:
            count *= extent
        return list(shape), [float(number % 5 - 2) for number in range(count)]

    image = [2, 4, 5, 6]
    yield "conv", one("Conv", image, floats(4, 2, 3, 2), floats(4), group=2, strides=[2, 1],
                      dilations=[1, 2], pads=[1, 0, 2, 1])
    yield "conv-transpose", one("ConvTranspose", image, floats(4, 1, 3, 3), strides=[2, 2],
                                output_padding=[1, 0], auto_pad="SAME_LOWER")
    yield "average-pool", one("AveragePool", image, kernel_shape=[2, 3], ceil_mode=1, strides=[2, 2])
    yield "global-average-pool", one("GlobalAveragePool", image)
    yield "batch-normalization", one("BatchNormalization", image, floats(4), floats(4), floats(4),
                                     ([4], [1.0, 2.0, 3.0, 4.0]), epsilon=0.5)
    yield "gemm", one("Gemm", [2, 3], floats(4, 3), floats(4), alpha=0.5, transB=1)
    yield "matmul", one("MatMul", image, floats(4, 6, 3))
    yield "add", one("Add", image, floats(4, 1, 6))
    yield "mul", one("Mul", image, floats(5, 6))
    yield "div", one("Div", image, ([1], [4.0]))
    yield "pad", one("Pad", [4, 5], wholes(1, 2, 0, -1), mode="reflect")
    yield "resize", one("Resize", [4, 4], ([1], [0.0]), ([2], [2.0, 1.5]), mode="linear")
    yield "reshape", one("Reshape", image, wholes(0, -1, 3))
    yield "transpose", one("Transpose", image, perm=[3, 0, 2, 1])
    yield "depth-to-space", one("DepthToSpace", image, blocksize=2, mode="CRD")
    yield "slice", one("Slice", image, wholes(4, -1), wholes(0, -100), wholes(2, 3), wholes(-2, -1))
    yield "gather", one("Gather", image, wholes(3, 0, -2), axis=1)
    yield "concat", one("Concat", image, floats(2, 1, 5, 6), axis=1)
    yield "expand", one("Expand", [4, 1], wholes(2, 1, 3))
    yield "tile", one("Tile", [2, 3], wholes(2, 2))
    yield "reduce-mean", one("ReduceMean", image, wholes(1, 3), keepdims=0)
    yield "unknown-attribute", one("Neg", image, colour=1)
    yield "old", one("Squeeze", [1, 3, 1], opset=9, axes=[0, 2])
    yield "split", onnx_model(
        [onnx_node("Split", "x", "a b", axis=1), onnx_node("Sub", "b a", "y")], [2, 6], opset=13)
    yield "residual", onnx_model(
        [onnx_node("Conv", "x w", "a", pads=[1, 1]), onnx_node("Add", "a x", "b"),
         onnx_node("Relu", "b", "c"), onnx_node("Neg", "c", "y")],
        [1, 1, 5], [onnx_tensor("w", *floats(1, 1, 3))])
    yield "shapes", onnx_model(
        [onnx_node("Shape", "x", "s"), onnx_node("Gather", "s zero", "n"),
         onnx_node("Concat", "n rest", "t", axis=0), onnx_node("Reshape", "x t", "y")],
        [2, 3, 4], [onnx_tensor("zero", [1], [0]), onnx_tensor("rest", [1], [-1])])
    branches = [onnx_graph([onnx_node(op, "x", "z")], outputs=["z"]) for op in ("Neg", "Identity")]
    for name, tensors in {"known": [onnx_tensor("c", [1], [1])], "free": []}.items():
        condition = [] if tensors else [onnx_node("ReduceMax", "x", "c")]
        node = onnx_node("If", "c", "y", then_branch=branches[0], else_branch=branches[1])
        yield "if-" + name, onnx_model(condition + [node], [3], tensors)
    yield "cycle", onnx_model([onnx_node("Add", "x y", "y")], [3])
    yield "missing", onnx_model([onnx_node("Add", "x z", "y")], [3])
    for name, file in damaged(one("Conv", image, floats(4, 4, 3, 2))):
        yield "conv-" + name, file
    yield "empty", b""


TARGETS = {
    "spec_text": spec_texts,
    "differential": differentials,
    "npy": npys,
    "npz": npzs,
    "matrix_market": matrix_markets,
    "matlab": matlabs,
    "png": pngs,
    "onnx": onnxs,
}


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "corpus"
    for target, seeds in TARGETS.items():
        folder = root / target
        folder.mkdir(parents=True, exist_ok=True)
        count = size = 0
        for name, content in seeds():
            (folder / name).write_bytes(content)
            count += 1
            size += len(content)
        print(f"{target}: {count} files, {size} bytes")


if __name__ == "__main__":
    main()
