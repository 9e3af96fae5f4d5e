#!/usr/bin/env python3
"""Compares what the program writes with what NumPy and SciPy compute.

    compare_numpy.py TOEPLIX

Exit code 77: NumPy, SciPy or Pillow is missing.
"""

import io
import itertools
import json
import os
import struct
import subprocess
import sys
import tempfile
import zlib

try:
    import numpy as np
    import scipy.io
    import scipy.ndimage
    import scipy.signal
    import scipy.sparse
    from PIL import Image
except ImportError as missing:
    print("skipped:", missing)
    sys.exit(77)

TOEPLIX = os.path.abspath(sys.argv[1])
RANDOM = np.random.default_rng(1)
PAD = {"zero": "constant", "circular": "wrap", "reflect": "reflect", "symmetric": "symmetric",
       "replicate": "edge"}


def toeplix(command, fails=None, code=2):
    result = subprocess.run([TOEPLIX, *command.split()], capture_output=True, text=True)
    if fails is None:
        assert result.returncode == 0 and result.stderr == "", (command, result.stderr)
    else:
        assert result.returncode in ([code] if code else [2, 3, 4]) and fails in result.stderr, (command, result.stderr)
    return result.stdout


def integers(*shape, dtype=np.float64):
    return RANDOM.integers(-9, 10, shape).astype(dtype)


def convolve(x, weights, padding=0, stride=1, boundary="zero"):
    """x: (channels, H, W), weights: (out, in, kh, kw); correlation as in deep learning."""
    x = np.pad(x, [(0, 0), (padding, padding), (padding, padding)], mode=PAD[boundary])
    planes = [sum(scipy.signal.correlate(plane, kernel, mode="valid", method="direct")
                  for plane, kernel in zip(x, kernels)) for kernels in weights]
    return np.array(planes)[:, ::stride, ::stride]


def check_compile():
    for boundary, stride, output_format, dtype in itertools.product(
            PAD, [1, 2], ["csr", "csc"], [np.float32, np.float64]):
        weights, x = integers(4, 2, 3, 2, dtype=dtype), integers(2, 7, 6)
        np.save("w.npy", weights)
        toeplix(f"compile input=7,6 kernel=3,2 in=2 out=4 stride={stride} padding=1 "
                f"boundary={boundary} --weights w.npy --output W.npz --format {output_format}")
        matrix = scipy.sparse.load_npz("W.npz")
        assert matrix.format == output_format and matrix.dtype == dtype
        assert matrix.has_canonical_format and matrix.indices.dtype == np.int32
        expected = convolve(x, weights, 1, stride, boundary)
        assert np.array_equal(matrix @ x.ravel(), expected.ravel()), (boundary, stride)


def check_weights_order():
    """Files of TensorFlow and JAX as they are: the transposed array of PyTorch's order, or refused by shape."""
    weights, x = integers(4, 3, 3, 2), integers(3, 7, 6)  # (out, in, h, w)
    np.save("w.npy", weights)
    np.save("x.npy", x)
    spec = "input=7,6 kernel=3,2 in=3 out=4"
    expected = convolve(x, weights)
    for order, axes in [("hwio", (2, 3, 1, 0)), ("ohwi", (0, 2, 3, 1)), ("oihw", (0, 1, 2, 3))]:
        np.save("t.npy", np.transpose(weights, axes))
        for words in (f"--weights t.npy", "--weights t.npy --double"):
            toeplix(f"apply {spec} weights_order={order} {words} --input x.npy --output y.npy")
            assert np.array_equal(np.load("y.npy"), expected), order
        toeplix(f"compile {spec} weights_order={order} --weights t.npy --output W.npz")
        assert np.array_equal(scipy.sparse.load_npz("W.npz") @ x.ravel(), expected.ravel()), order
        assert "(exactly)" in toeplix(f"verify {spec} weights_order={order} --weights t.npy")
        assert "(exactly)" in toeplix(f"verify {spec} weights_order={order} --per-pixel")
        drawn = toeplix(f"explain input=3,2 kernel=3,2 in=3 out=4 weights_order={order} --symbolic --weights t.npy")
        cells = [[float(value) for value in line.split()] for line in drawn.splitlines()]
        assert np.array_equal(np.array(cells), weights.reshape(4, -1)), order
        # Pictures and pages have the letters, colours and numbers of the same kernel.
        drawings = []
        for word, file in [(f" weights_order={order}", "t.npy"), ("", "w.npy")]:
            small = f"input=4,3 kernel=3,2 in=3 out=4{word} --weights {file}"
            toeplix(f"page {small} --output P.html")
            toeplix(f"plot {small} --output P.svg")
            for name in ("P.html", "P.svg"):
                with open(name, encoding="utf-8") as text:
                    drawings.append(text.read().replace(f" weights_order={order}", ""))
        assert drawings[:2] == drawings[2:], order
        if order == "oihw":
            continue
        said = f"expected weights of shape {np.transpose(weights, axes).shape}, got (4, 3, 3, 2); did you mean"
        toeplix(f"compile {spec} weights_order={order} --weights w.npy --output no.npz", f"{said} weights_order=oihw?")
        toeplix(f"compile {spec} --weights t.npy --output no.npz", f"did you mean weights_order={order}?")
    # TensorFlow's Conv2DTranspose has (h, w, out, in); PyTorch's ConvTranspose2d (in, out, h, w).
    np.save("w.npy", weights)
    np.save("t.npy", np.transpose(weights, (2, 3, 1, 0)))
    up = "transposed input=5,5 kernel=3,2 in=4 out=3 stride=2"
    toeplix(f"compile {up} --weights w.npy --output P.npz")
    toeplix(f"compile {up} weights_order=hwio --weights t.npy --output T.npz")
    assert (scipy.sparse.load_npz("P.npz") != scipy.sparse.load_npz("T.npz")).nnz == 0
    # A depthwise kernel of TensorFlow: (h, w, in, multiplier), output channel c * multiplier + m.
    depthwise = integers(3, 2, 3, 2)
    np.save("t.npy", depthwise)
    by_channel = np.stack([convolve(x[c:c + 1], depthwise[None, None, :, :, c, m])[0]
                           for c in range(3) for m in range(2)])
    deep = "input=7,6 kernel=3,2 in=3 out=6 groups=3"
    for order in ("hwim", "hwio"):
        np.save("t.npy", depthwise if order == "hwim" else depthwise.reshape(3, 2, 1, 6))
        toeplix(f"apply {deep} weights_order={order} --weights t.npy --input x.npy --output y.npy")
        assert np.array_equal(np.load("y.npy"), by_channel), order
    # One kernel for every channel, and any number of axes.
    for order in ("hwio", "ohwi", "hwim"):
        for weights_word in ("sobel:1", "w1.npy"):
            np.save("w1.npy", integers(3, 3))
            toeplix(f"compile input=5,6 kernel=3 in=2 out=4 groups=2 --weights {weights_word} --output A.npz")
            toeplix(f"compile input=5,6 kernel=3 in=2 out=4 groups=2 weights_order={order} "
                    f"--weights {weights_word} --output B.npz")
            assert (scipy.sparse.load_npz("A.npz") != scipy.sparse.load_npz("B.npz")).nnz == 0, order
    line = integers(5, 2, 4)
    np.save("t.npy", line)
    np.save("w.npy", np.transpose(line, (2, 1, 0)))
    toeplix("compile input=9 kernel=5 in=2 out=4 weights_order=hwio --weights t.npy --output A.npz")
    toeplix("compile input=9 kernel=5 in=2 out=4 --weights w.npy --output B.npz")
    assert (scipy.sparse.load_npz("A.npz") != scipy.sparse.load_npz("B.npz")).nnz == 0
    toeplix("inspect input=9 kernel=5 in=2 out=4 weights_order=hwim", "weights_order hwim expects groups equal to")
    toeplix("inspect input=9 kernel=5 weights_order=HWIO", "did you mean hwio?")
    assert not os.path.exists("no.npz")


def check_per_pixel():
    """A kernel for every pixel: each row by NumPy."""
    kernels, x = integers(4, 3, 2, 3, 3, 2), integers(3, 6, 4)  # (output, out, in, kernel)
    np.save("k.npy", kernels)
    np.save("x.npy", x)
    spec = "input=6,4 kernel=3,2 in=3 out=2"
    windows = np.lib.stride_tricks.sliding_window_view(x, (3, 2), axis=(1, 2))
    expected = np.einsum("yxoikl,iyxkl->oyx", kernels, windows)
    toeplix(f"compile {spec} --weights k.npy --per-pixel --output W.npz")
    matrix = scipy.sparse.load_npz("W.npz")
    assert matrix.has_canonical_format and matrix.nnz == 2 * 4 * 3 * 3 * 3 * 2
    assert np.array_equal(matrix @ x.ravel(), expected.ravel())
    toeplix(f"compile {spec} --weights k.npy --per-pixel --output R.npz --rows 3:9 --format csc")
    assert np.array_equal(scipy.sparse.load_npz("R.npz").toarray(), matrix.toarray()[3:9])
    toeplix(f"apply {spec} --weights k.npy --per-pixel --input x.npy --output y.npy")
    assert np.array_equal(np.load("y.npy"), expected)
    y = integers(2, 4, 3)
    np.save("x.npy", y)
    toeplix(f"apply {spec} --weights k.npy --per-pixel --input x.npy --output y.npy --transpose")
    assert np.array_equal(np.load("y.npy").ravel(), matrix.T @ y.ravel())
    # The transposed convolution whose adjoint that is takes the same array.
    toeplix("compile transposed input=4,3 kernel=3,2 in=2 out=3 --weights k.npy --per-pixel --output T.npz")
    assert np.array_equal(scipy.sparse.load_npz("T.npz").toarray(), matrix.toarray().T)
    verified = toeplix(f"verify {spec} --weights k.npy --per-pixel")
    assert verified == toeplix(f"verify {spec} --per-pixel") and "(exactly)" in verified, verified
    scipy.io.savemat("k.mat", {"k": integers(4, 1, 1, 3)})
    toeplix("verify input=6 kernel=3 --weights k.mat --per-pixel")
    # One number for every pixel is a diagonal matrix.
    diagonal = integers(4, 5)
    np.save("d.npy", diagonal.reshape(4, 5, 1, 1, 1, 1))
    toeplix("compile input=4,5 kernel=1 --weights d.npy --per-pixel --output D.npz")
    assert np.array_equal(scipy.sparse.load_npz("D.npz").toarray(), np.diag(diagonal.ravel()))
    np.save("w.npy", kernels[0, 0])
    toeplix(f"compile {spec} --weights w.npy --per-pixel --output no.npz",
            "w.npy: expected a kernel for each pixel, an array of shape (4, 3, 2, 3, 3, 2), got (2, 3, 3, 2); "
            "one kernel for all pixels goes without --per-pixel")
    toeplix(f"compile {spec} --weights k.npy --output no.npz",
            "got (4, 3, 2, 3, 3, 2); they are a kernel for each pixel: compile, apply and verify take them by "
            "--per-pixel")
    toeplix(f"explain {spec} --symbolic --weights k.npy", "they are a kernel for each pixel")
    toeplix(f"verify {spec} --weights box:2 --per-pixel", "box:2: expected a kernel for each pixel")
    toeplix("apply W.npz --per-pixel --input x.npy --output y2.npy", "--per-pixel")
    assert not os.path.exists("no.npz") and not os.path.exists("y2.npy")


def check_per_pixel_of_one_channel():
    """The channels of a kernel for each pixel may be left out, as those of one kernel."""
    kernels = integers(4, 5, 3, 2)
    for words, full in [("", kernels.reshape(4, 5, 1, 1, 3, 2)),
                        ("weights_order=hwio", kernels.reshape(4, 5, 3, 2, 1, 1)),
                        ("in=3 out=3 groups=3", np.broadcast_to(kernels[:, :, None, None], (4, 5, 3, 1, 3, 2))),
                        ("in=3 out=3 groups=3 weights_order=hwim",
                         np.broadcast_to(kernels[..., None, None], (4, 5, 3, 2, 3, 1)))]:
        for name, array in (("short.npy", kernels), ("full.npy", full), ("ones.npy", kernels.reshape(4, 5, 1, 3, 2))):
            np.save(name, array)
            toeplix(f"compile input=6,6 kernel=3,2 {words} --weights {name} --per-pixel --output {name[:-4]}.npz")
        short, ones = scipy.sparse.load_npz("short.npz"), scipy.sparse.load_npz("ones.npz")
        full = scipy.sparse.load_npz("full.npz")
        assert (short != full).nnz == 0 and (ones != full).nnz == 0, words
        assert "(exactly)" in toeplix(f"verify input=6,6 kernel=3,2 {words} --weights short.npy --per-pixel")
    scipy.io.savemat("k.mat", {"k": kernels})
    toeplix("compile input=6,6 kernel=3,2 --weights k.mat --per-pixel --output A.npz")
    toeplix("compile input=6,6 kernel=3,2 --weights short.npy --per-pixel --output B.npz")
    assert (scipy.sparse.load_npz("A.npz") != scipy.sparse.load_npz("B.npz")).nnz == 0
    toeplix("compile input=6,6 kernel=3,2 in=2 --weights short.npy --per-pixel --output no.npz",
            fails="such a kernel works on each channel alone, but the spec joins 2 channels")
    toeplix("compile input=6,6 kernel=3,2 --weights short.npy --output no.npz", fails="take them by --per-pixel")
    toeplix("compile input=7,6 kernel=3,2 --weights short.npy --per-pixel --output no.npz",
            fails="an array of shape (5, 5, 1, 1, 3, 2) or (5, 5, 3, 2), got (4, 5, 3, 2)")


def check_offset_of_matrix():
    """y = A x + b of a matrix in a file."""
    matrix = scipy.sparse.random(6, 4, 0.5, random_state=1, format="csr", dtype=np.float32)
    matrix.data = np.round(matrix.data * 8)
    scipy.sparse.save_npz("A.npz", matrix)
    for x, dtype, written in ((integers(4), "f8", "f8"), (integers(3, 4, dtype=np.float32), "f4", "f4"),
                              (integers(4, dtype=np.float32), "f8", "f8")):
        b = integers(6) + (2**24 + 1 if dtype == "f8" else 0)
        np.save("x.npy", x)
        np.save("b.npy", b.astype(dtype))
        toeplix("apply A.npz --input x.npy --output y.npy --offset b.npy")
        y = np.load("y.npy")
        assert y.dtype == written and np.array_equal(y, x @ matrix.T + b)
    scipy.sparse.save_npz("C.npz", matrix * 1j)
    np.save("b.npy", b * 2j)
    toeplix("apply C.npz --input x.npy --output y.npy --offset b.npy")
    assert np.array_equal(np.load("y.npy"), (matrix @ x) * 1j + b * 2j)
    np.save("b.npy", integers(5))
    np.save("y6.npy", integers(6))
    for words, complaint in (("A.npz --input x.npy --offset b.npy", "expected 6 numbers, one per row of the matrix"),
                             ("A.npz --input y6.npy --offset b.npy --transpose", "--offset goes without --transpose"),
                             ("input=4 kernel=1 --weights 1 --input x.npy --offset b.npy", "a SPEC takes --bias"),
                             ("A.npz --input x.npy --offset b.txt", "ends in .npy")):
        toeplix(f"apply {words} --output no.npy", fails=complaint)
    toeplix("apply A.npz --input x.npy --offset b.npy --output b.npy", fails="this file is also read")
    assert not os.path.exists("no.npy")


def check_locally_connected():
    """Keras's LocallyConnected2D of docs/using.md: every window, flattened, times the matrix of its pixel."""
    w, b, x = integers(16, 12, 4), integers(4, 4, 4), integers(6, 5, 2)
    expected = np.empty((4, 4, 4))
    for row, column in itertools.product(range(4), range(4)):
        expected[row, column] = x[row:row + 3, column:column + 2].ravel() @ w[4 * row + column]
    np.save("w.npy", w.reshape(4, 4, 3, 2, 2, 4))
    spec = "input=6,5 kernel=3,2 in=2 out=4 order=channels_last weights_order=hwio"
    toeplix(f"compile {spec} --per-pixel --weights w.npy --output W.npz")
    y = scipy.sparse.load_npz("W.npz") @ x.ravel() + b.ravel()
    assert np.array_equal(y.reshape(4, 4, 4), expected + b)


def check_bias():
    """The offset that compile writes, and what apply adds: one number per output channel."""
    weights, bias, x = integers(4, 2, 3, 2), integers(4), integers(3, 2, 7, 6)
    np.save("w.npy", weights)
    np.save("b.npy", bias)
    spec = "input=7,6 kernel=3,2 in=2 out=4 padding=1"
    for order in ("channels_first", "channels_last", "column_major"):
        def vector(image):
            if order == "channels_first":
                return image.ravel()
            return np.moveaxis(image, 0, -1).ravel(order="C" if order == "channels_last" else "F")
        toeplix(f"compile {spec} order={order} --weights w.npy --bias b.npy --output W.npz --offset o.npy")
        matrix, offset = scipy.sparse.load_npz("W.npz"), np.load("o.npy")
        for image in x:
            expected = convolve(image, weights, 1) + bias[:, None, None]
            assert np.array_equal(matrix @ vector(image) + offset, vector(expected)), order
        toeplix(f"compile {spec} order={order} --weights w.npy --bias b.npy --output R.npz --offset r.npy "
                "--rows 50:101")
        assert np.array_equal(np.load("r.npy"), offset[50:101])
    # What is added is found for the rows that are written, and counted for them.
    toeplix("compile input=1000000,1000000 kernel=3,3 padding=1 padding_value=2 --weights box:3 --output R.npz "
            "--offset r.npy --rows 999999999997: --memory 10K --float")
    assert np.allclose(np.load("r.npy"), np.array([3, 3, 5]) * 2 / 9, rtol=1e-6)
    toeplix("compile input=1000000,1000000 kernel=3,3 padding=1 padding_value=2 --weights box:3 --output R.npz "
            "--offset r.npy --memory 10K", "the offset of 1000000000000 rows", 4)
    np.save("x.npy", x)
    toeplix(f"apply {spec} --weights w.npy --bias b.npy --input x.npy --output y.npy")
    expected = np.array([convolve(image, weights, 1) + bias[:, None, None] for image in x])
    assert np.array_equal(np.load("y.npy"), expected)
    np.save("b.npy", bias.astype("f4"))
    np.save("w.npy", weights.astype("f4"))
    toeplix(f"compile {spec} --weights w.npy --bias b.npy --output W.npz --offset o.npy")
    assert np.load("o.npy").dtype == np.float32 and scipy.sparse.load_npz("W.npz").dtype == np.float32
    np.save("b.npy", bias)
    toeplix(f"compile {spec} --weights w.npy --bias b.npy --output W.npz --offset o.npy")
    assert np.load("o.npy").dtype == np.float64 and scipy.sparse.load_npz("W.npz").dtype == np.float64
    up = integers(2, 3, 4, 4)
    np.save("w.npy", up)
    np.save("b.npy", bias[:3])
    toeplix("compile transposed input=3,3 kernel=4,4 in=2 out=3 stride=2 --weights w.npy --bias b.npy "
            "--output W.npz --offset o.npy")
    assert np.array_equal(np.load("o.npy"), np.repeat(bias[:3], 64))
    for words, complaint in [("--bias b.npy", "--bias b.npy needs --offset FILE.npy"),
                             ("--bias w.npy --offset o.npy", "expected a bias of 4 numbers"),
                             ("--bias b.npy --offset b.npy", "this file is also read"),
                             ("--bias b.npy --offset o.txt", "expected a name that ends in .npy")]:
        np.save("w.npy", weights)
        np.save("b.npy", bias)
        toeplix(f"compile {spec} --weights w.npy --output no.npz {words}", fails=complaint)
    toeplix(f"apply {spec} --weights w.npy --bias b.npy --input y.npy --output no.npy --transpose",
            fails="--bias goes without --transpose")
    toeplix("apply W.npz --bias b.npy --input x.npy --output no.npy", fails="--bias goes with a SPEC")
    assert not os.path.exists("no.npz") and not os.path.exists("no.npy")


def check_verified_bias():
    np.save("b.npy", integers(4))
    for words in ("input=7,6 kernel=3,2", "transposed input=4,5 kernel=3 order=channels_last",
                  "input=5 kernel=3 padding=1 padding_value=2 --per-pixel"):
        said = toeplix(f"verify {words} in=2 out=4 --bias b.npy")
        assert "matrix, operator and offset" in said and "(exactly)" in said, said
    toeplix("verify input=5 kernel=3 out=3 --bias b.npy", fails="expected a bias of 3 numbers")
    toeplix("verify input=5 kernel=3 out=4 --bias - --weights -", fails="standard input")


def check_separated():
    """A large kernel of low rank is applied axis by axis, and the program says so."""
    x = integers(40, 38)
    np.save("x.npy", x)
    for rank in (1, 2):
        weights = sum(np.outer(integers(21), integers(23)) for _ in range(rank))
        np.save("w.npy", weights)
        words = "input=40,38 kernel=21,23 padding=10:10,11:11 boundary=symmetric --weights w.npy"
        for option, turn in (("", lambda matrix: matrix), ("--transpose", lambda matrix: matrix.T)):
            said = toeplix(f"apply {words} --input x.npy --output y.npy {option}")
            assert f"by a kernel of rank {rank};" in said, said
            toeplix(f"compile {words} --output W.npz")
            expected = turn(scipy.sparse.load_npz("W.npz")) @ x.ravel()
            y = np.load("y.npy").ravel()
            assert np.max(np.abs(y - expected)) < 1e-12 * np.max(np.abs(expected)), (rank, option)
        said = json.loads(toeplix(f"apply {words} --input x.npy --output y.npy --json"))
        assert said["separated_terms"] == rank, said
    np.save("w.npy", integers(21, 23))
    said = toeplix(f"apply {words} --input x.npy --output y.npy")
    assert "axis by axis" not in said, said


def check_padding_value():
    """SciPy's cval, for odd kernels, all of whose windows lie around their pixel."""
    for shape, kernel, value in [((7, 6), (3, 5), 5), ((4, 9), (3, 3), -2), ((3, 3), (5, 5), 1), ((9,), (7,), 3)]:
        weights, x = integers(*kernel), integers(*shape)
        np.save("w.npy", weights)
        np.save("x.npy", x)
        words = f"input={','.join(map(str, shape))} kernel={','.join(map(str, kernel))}"
        spec = f"{words} padding=same_upper padding_value={value}"
        toeplix(f"compile {spec} --weights w.npy --output W.npz --offset o.npy")
        toeplix(f"apply {spec} --weights w.npy --input x.npy --output y.npy")
        toeplix(f"verify {spec} --weights w.npy")
        expected = scipy.ndimage.correlate(x, weights, mode="constant", cval=value)
        matrix = scipy.sparse.load_npz("W.npz")
        assert np.array_equal(matrix @ x.ravel() + np.load("o.npy"), expected.ravel()), shape
        assert np.array_equal(np.load("y.npy").ravel(), expected.ravel()), shape
        turned = scipy.ndimage.convolve(x, weights, mode="constant", cval=value)
        toeplix(f"apply {spec} operation=convolution --weights w.npy --input x.npy --output y.npy")
        assert np.array_equal(np.load("y.npy").ravel(), turned.ravel()), shape
        assert f"padding_value {value} " in toeplix(f"inspect {spec}")
        for words in ("--entry 0,0", "--weight 0"):
            assert f"padding_value {value} " in toeplix(f"explain {spec} {words}")
            assert json.loads(toeplix(f"explain {spec} {words} --json"))["padding_value"] == value
        assert json.loads(toeplix(f"inspect {spec} --json"))["convolution"]["padding_value"] == value
        assert f"\npadding_value {value} " in toeplix(f"diagonals {spec}")
        assert json.loads(toeplix(f"diagonals {spec} --json"))["padding_value"] == value
        if x.size < 40:
            assert f"\npadding_value {value} " in toeplix(f"explain {spec} --symbolic")
            assert f"\n% padding_value {value} " in toeplix(f"explain {spec} --symbolic --latex")
    spec = "input=5 kernel=3 padding=1 padding_value=0.5 --weights 1,2,3"
    toeplix(f"compile {spec} --output no.npz", fails="padding_value=0.5 needs --offset FILE.npy")
    np.save("x.npy", integers(5))
    toeplix(f"apply {spec} --input x.npy --output no.npy --transpose",
            fails="padding_value=0.5 goes without --transpose")
    toeplix(f"page {spec} --output no.html", fails="page: padding_value 0.5 adds an offset")
    toeplix(f"diagonals {spec} --output no.npz", fails="padding_value=0.5 adds an offset")
    toeplix("inspect input=5 kernel=3 boundary=reflect padding_value=1", fails="boundary zero; no axis has it")
    toeplix("inspect transposed input=5 kernel=3 padding_value=1", fails="only a convolution has this key")
    toeplix("inspect input=5 kernel=3 padding_value=nan", fails="padding_value nan must be finite")
    large = "input=5 kernel=3 padding=1 padding_value=1e308 --weights 1,2,3"
    np.save("x.npy", integers(5))
    for words in (f"compile {large} --output no.npz --offset no.npy", f"verify {large}",
                  f"apply {large} --input x.npy --output no.npy"):
        toeplix(words, fails="padding_value 1e+308 times the weights on padding, in row 4 of the matrix, is beyond "
                "64-bit floats")
        toeplix(words + " --float", fails="padding_value 1e+308 is beyond 32-bit floats")
    toeplix("inspect input=5 kernel=3 padding_value=+5", fails="expected a number without a plus sign, got '+5'")
    toeplix("inspect input=5 kernel=3 padding_value=1e-400", fails="of a size from 4.9e-324 to 1.8e+308")
    assert not any(map(os.path.exists, ["no.npz", "no.npy", "no.html"]))


def check_compose():
    """Products of files in any format, with offsets, as SciPy multiplies them."""
    first = scipy.sparse.random(30, 20, 0.2, random_state=1, format="csr")
    second = scipy.sparse.random(10, 30, 0.2, random_state=2, format="csr")
    third = scipy.sparse.random(15, 10, 0.3, random_state=3, format="csr")
    for matrix in (first, second, third):
        matrix.data = np.round(matrix.data * 8 - 4)
    scipy.sparse.save_npz("first.npz", first)
    scipy.io.mmwrite("second.mtx", second)
    scipy.io.savemat("third.mat", {"A": third, "B": 2 * third})
    x = integers(20)
    offsets = [integers(15), integers(10), integers(30)]
    for name, offset in zip("321", offsets):
        np.save(f"b{name}.npy", offset)
    toeplix("compose second.mtx first.npz --output C.npz")
    product = scipy.sparse.load_npz("C.npz")
    assert product.has_canonical_format and product.indices.dtype == np.int32
    assert np.array_equal(product.toarray(), (second @ first).toarray())
    ones = [scipy.sparse.csr_matrix((np.ones_like(m.data), m.indices, m.indptr), m.shape) for m in (second, first)]
    assert product.nnz == (ones[0] @ ones[1]).nnz
    toeplix("compose third.mat:B second.mtx first.npz --output C.npz --format csc --offset c.npy "
            "--offset-in 1=b3.npy --offset-in 2=b2.npy --offset-in 3=b1.npy --threads 2")
    expected = 2 * third @ (second @ (first @ x + offsets[2]) + offsets[1]) + offsets[0]
    product = scipy.sparse.load_npz("C.npz")
    assert product.format == "csc"
    assert np.array_equal(product @ x + np.load("c.npy"), expected)
    toeplix("compose third.mat:A second.mtx first.npz --output C.mtx --offset c.npy --offset-in 2=b2.npy")
    assert np.array_equal(scipy.io.mmread("C.mtx").toarray(), (third @ second @ first).toarray())
    assert np.array_equal(np.load("c.npy"), third @ offsets[1])
    toeplix("compose second.mtx first.npz --output C.mat")
    assert np.array_equal(scipy.io.loadmat("C.mat")["W"].toarray(), (second @ first).toarray())
    scipy.sparse.save_npz("c.npz", (first * 1j).astype("c8"))
    scipy.sparse.save_npz("f.npz", second.astype("f4"))
    toeplix("compose f.npz c.npz --output C.npz")
    product = scipy.sparse.load_npz("C.npz")
    assert product.dtype == np.complex64 and np.array_equal(product.toarray(), (second @ first).toarray() * 1j)
    toeplix("compose second.mtx c.npz --output C.npz")
    assert scipy.sparse.load_npz("C.npz").dtype == np.complex128
    scipy.sparse.save_npz("g.npz", first.astype("f4"))
    for kind, dtype in (("f4", "f4"), ("f8", "f8"), ("i2", "f4"), ("i4", "f8"), ("c8", "c8"), ("c16", "c16")):
        offset = (offsets[1] + (2**24 + 1 if kind in ("f8", "i4", "c16") else 0)).astype(kind)
        if "c" in kind:
            offset += 3j
        np.save("b2.npy", offset)
        said = toeplix("compose f.npz g.npz --output C.npz --offset c.npy --offset-in 1=b2.npy")
        assert f"csr, {np.dtype(dtype).name}, 32-bit" in said, said
        product = scipy.sparse.load_npz("C.npz")
        assert product.dtype == dtype and np.array_equal(product.toarray(), (second @ first).toarray())
        assert np.load("c.npy").dtype == dtype and np.array_equal(np.load("c.npy"), offset)
    assert "complex general" in toeplix("compose f.npz c.npz --output C.mtx")
    toeplix("compose second.mtx g.npz --output C.npz --offset c.npy --offset-in 1=b2.npy")
    assert scipy.sparse.load_npz("C.npz").dtype == np.complex128
    toeplix("compose f.npz g.npz --output no.npz --offset c.npy --offset-in 1=f.npz", fails="ends in .npy")
    np.save("b2.npy", offsets[1])
    for words, complaint in [
            ("first.npz second.mtx", "first.npz is 30 x 20, and second.mtx behind it 10 x 30"),
            ("first.npz", "expected two matrices or more"),
            ("second.mtx first.npz --offset-in 1=b2.npy", "--offset-in needs --offset FILE"),
            ("second.mtx first.npz --offset c.npy --offset-in 3=b2.npy", "there are 2 matrices"),
            ("second.mtx first.npz --offset c.npy --offset-in b2.npy", "expected N=FILE"),
            ("second.mtx first.npz --offset c.npy --offset-in 1=b1.npy", "expected 10 numbers, one per row"),
            ("second.mtx first.npz --offset c.npy --offset-in 1=b2.npy --offset-in 1=b2.npy", "has an offset already"),
            ("third.mat second.mtx", "as third.mat:NAME"),
            ("second.mtx first.npz --offset first.npz", "expected a name that ends in .npy")]:
        toeplix(f"compose {words} --output no.npz", fails=complaint)
    toeplix("compose second.mtx first.npz --output first.npz", fails="this file is also read")
    np.save("kept.npy", offsets[0])
    for words in ("compose second.mtx first.npz --output no.mtx", "pad input=4 padding=1 constant=2 --output no.mtx"):
        toeplix(f"{words} --symmetry symmetric --offset kept.npy", fails="symmetric", code=None)
        assert np.array_equal(np.load("kept.npy"), offsets[0]) and not os.path.exists("no.mtx")
    toeplix("compose second.mtx first.npz --output no.npz --memory 3K", fails="exceeds the memory budget", code=4)
    assert not os.path.exists("no.npz")


def check_diagonals():
    """Row (b * C + c) * n + d of the file is diagonal d of block (b, c)."""
    weights = integers(2, 1, 3, 3)
    np.save("w.npy", weights)
    spec = "input=5,7 kernel=3,3 padding=1 boundary=reflect out=2"
    toeplix(f"compile {spec} --weights w.npy --output A.npz")
    dense = scipy.sparse.load_npz("A.npz").toarray()
    for n in (70, 128, 32, 9, 1):
        toeplix(f"diagonals {spec} --weights w.npy --size {n} --output D.npz")
        rows, columns = (-(-extent // n) for extent in dense.shape)
        padded = np.zeros((rows * n, columns * n))
        padded[:dense.shape[0], :dense.shape[1]] = dense
        expected = np.array([[padded[b * n + i, c * n + (i + d) % n] for i in range(n)]
                             for b in range(rows) for c in range(columns) for d in range(n)])
        assert np.array_equal(scipy.sparse.load_npz("D.npz").toarray(), expected), n
    toeplix(f"diagonals {spec} --weights w.npy --float --output D.npz")
    assert scipy.sparse.load_npz("D.npz").dtype == np.float32


def packed_places(channels, extents, gap, grid):
    """The place of every element, channels first: depth to space by the gap, on a grid."""
    places = np.arange(-(-channels // np.prod(gap)) * np.prod(grid)).reshape(-1, *grid)
    cut = places[:, :extents[0] * gap[0], :extents[1] * gap[1]]
    cells = cut.reshape(-1, extents[0], gap[0], extents[1], gap[1]).transpose(0, 2, 4, 1, 3)
    return cells.reshape(-1, *extents)[:channels].ravel()


def check_packed_diagonals():
    """Two layers by rotations: the second takes the slots of the first as they are."""
    first = "input=7,6 kernel=3,3 in=2 out=5 stride=2,1 padding=1 boundary=symmetric"
    second = "input=4,6 kernel=2,2 in=5 out=7 stride=1,3"
    x = integers(2 * 7 * 6)
    places = [packed_places(2, (7, 6), (1, 1), (8, 6)), packed_places(5, (4, 6), (2, 1), (8, 6)),
              packed_places(7, (3, 2), (2, 3), (8, 6))]
    for n in (192, 64):
        expected, slots = x, np.zeros(192)
        slots[places[0]] = x
        for layer, (spec, out) in enumerate([(first, 5), (second, 7)]):
            np.save("w.npy", integers(out, 2 if layer == 0 else 5, *(3, 3) if layer == 0 else (2, 2)))
            options = "--pack --gap 1,1" if layer == 0 else "--pack --gap 2,1 --grid 8,6"
            toeplix(f"diagonals {spec} --weights w.npy --size {n} {options} --output D.npz "
                    "--write-orders r.npy c.npy")
            assert np.array_equal(np.load("c.npy"), places[layer]), layer
            assert np.array_equal(np.load("r.npy"), places[layer + 1]), layer
            across = 192 // n if layer else -(-96 // n)
            diagonals = scipy.sparse.load_npz("D.npz").toarray().reshape(-1, across, n, n)
            y = np.zeros(192)
            for b, c, d in np.ndindex(diagonals.shape[:3]):
                y[b * n:b * n + n] += diagonals[b, c, d] * np.roll(slots[c * n:c * n + n], -d)
            slots = y
            toeplix(f"compile {spec} --weights w.npy --output A.npz")
            expected = scipy.sparse.load_npz("A.npz") @ expected
            toeplix(f"diagonals A.npz --size {n} --output E.npz --row-order r.npy --column-order c.npy")
            of_file = scipy.sparse.load_npz("E.npz").toarray()
            of_spec = scipy.sparse.load_npz("D.npz").toarray()
            if of_file.shape == of_spec.shape:
                assert np.array_equal(of_file, of_spec), layer
        assert np.array_equal(slots[places[2]], expected), n
    scipy.sparse.save_npz("A.npz", scipy.sparse.csr_matrix(integers(2, 3)))
    for order, words in [([0], "row order of 1 places; expected one for each row (2)"),
                         ([1, 1], "row order: place 1 is that of rows 0 and 1"),
                         ([0, -1], "row order: place -1 of row 1; expected 0 to 0"),
                         ([[0, 1]], "shape (1, 2); expected one axis, with a place for each row"),
                         ([0.0, 1.0], "r.npy")]:
        np.save("r.npy", order)
        toeplix("diagonals A.npz --row-order r.npy", fails=words, code=None)


def check_rows():
    weights = integers(4, 2, 3, 2)
    np.save("w.npy", weights)
    compile_rows = "compile input=7,6 kernel=3,2 in=2 out=4 padding=1 --weights w.npy --output "
    toeplix(compile_rows + "W.npz")
    whole = scipy.sparse.load_npz("W.npz").toarray()
    for rows, part in [("3:50", whole[3:50]), (":7", whole[:7]), ("190:", whole[190:])]:
        for output_format in ("csr", "csc", "coo"):
            toeplix(compile_rows + f"R.npz --rows {rows} --format {output_format}")
            assert np.array_equal(scipy.sparse.load_npz("R.npz").toarray(), part), rows
        toeplix(compile_rows + f"R.mtx --rows {rows}")
        assert np.array_equal(scipy.io.mmread("R.mtx").toarray(), part), rows
    for rows in ("", ":", "5", "5:5", "-1:4", "a:b", "0:197", "196:", "1:2:3"):
        result = subprocess.run([TOEPLIX, *compile_rows.split(), "no.npz", "--rows", rows],
                                capture_output=True, text=True)
        assert result.returncode == 2 and "--rows" in result.stderr, (rows, result.stderr)
    assert not os.path.exists("no.npz")


def check_diagonals_of_file(words, dense):
    """Row d of the written matrix is diagonal d of the matrix, as large as its larger side; by blocks of 4
    likewise."""
    for size in (6, 4):
        across = -(-dense.shape[1] // size)
        down = -(-dense.shape[0] // size)
        padded = np.zeros((size * down, size * across), dense.dtype)
        padded[:dense.shape[0], :dense.shape[1]] = dense
        expected = np.zeros((down * across * size, size), dense.dtype)
        for row, column in np.argwhere(padded):
            block = row // size * across + column // size
            expected[block * size + (column - row) % size, row % size] = padded[row, column]
        toeplix(f"diagonals {words} --size {size} --output D.npz")
        written = scipy.sparse.load_npz("D.npz")
        assert written.dtype == dense.dtype and np.array_equal(written.toarray(), expected), (words, size)


def check_matrix_files():
    """A file in place of the SPEC: the same product as SciPy's, and small ones are drawn."""
    for name, dtype in [("W.npz", "f4"), ("W.npz", "f8"), ("W.npz", "c8"), ("W.npz", "c16"),
                        ("W.mtx", "f8"), ("W.mat", "f8")]:
        dense = integers(5, 6).astype(dtype)
        if dtype[0] == "c":
            dense = dense + 1j * integers(5, 6).astype(dtype)
        dense[1, 2] = dense[4, 0] = 0
        matrix = scipy.sparse.csr_matrix(dense)
        if name == "W.npz":
            scipy.sparse.save_npz(name, matrix)
        elif name == "W.mtx":
            scipy.io.mmwrite(name, matrix)
        else:
            scipy.io.savemat(name, {"A": matrix, "B": 2 * matrix})
        option = " --variable A" if name == "W.mat" else ""
        narrow = dtype in ("f4", "c8")
        for x, words in [(integers(6), ""), (integers(4, 6), ""), (integers(2, 3), ""),
                         (integers(1, 6), ""), (integers(5), "--transpose"),
                         (integers(2, 5), "--transpose")]:
            np.save("x.npy", x.astype("f4") if narrow else x)
            toeplix(f"apply {name}{option} --input x.npy --output y.npy {words}")
            a = dense.T if words else dense
            vectors = x.reshape(-1, a.shape[1]).T if x.shape[-1] == a.shape[1] else x.ravel()
            expected = (a @ vectors).T
            if x.ndim == 1 or x.shape == (2, 3):
                expected = expected.ravel()
            y = np.load("y.npy")
            assert y.dtype == dense.dtype and np.array_equal(y, expected), (name, dtype, x.shape)
        drawn = toeplix(f"inspect {name}{option}").splitlines()[-5:]
        value = (lambda v: f"{v.real:g}{v.imag:+g}i") if dtype[0] == "c" else "{:g}".format
        cells = [[value(v) if v != 0 else "." for v in row] for row in dense]
        assert [line.split() for line in drawn] == cells, (drawn, cells)
        check_diagonals_of_file(name + option, dense)
        toeplix(f"plot {name}{option} --output W.svg")
        with open("W.svg", encoding="ascii") as file:
            svg = file.read()
        for v in dense[dense != 0].ravel():
            assert f">{abs(v) if dtype[0] == 'c' else v.real:.3g}<" in svg, (v, svg)
        assert f">{name}<" in svg
    apply = "apply W.mat --variable A --input x.npy --output y2.npy"
    np.save("x.npy", integers(7))
    toeplix(apply, "x.npy: expected 6 numbers, one for each of the matrix's columns, or N times as many")
    toeplix(apply + " --weights box:3", "--weights goes with a SPEC; W.mat has its values in it")
    toeplix(apply.replace("y2.npy", "y2.png"), "a matrix does not know the height and width")
    toeplix("apply input=3 kernel=2 --input x.npy --output y2.npy", "--weights is needed")
    assert not os.path.exists("y2.npy")


def check_paddings():
    """What docs/conventions.md says of SciPy's ways to place a kernel."""
    import scipy.ndimage
    import scipy.signal

    def placed(w, x, words):
        np.save("w.npy", w)
        np.save("x.npy", x)
        extents = [",".join(map(str, a.shape)) for a in (x, w)]
        toeplix(f"apply input={extents[0]} kernel={extents[1]} {words} --weights w.npy --input x.npy --output y.npy")
        return np.load("y.npy")[0]

    x = integers(9)
    for k in (1, 2, 3, 4, 5):
        w = integers(k)
        wanted = scipy.signal.lfilter(w, 1, x)
        assert np.array_equal(placed(w, x, "padding=causal operation=convolution"), wanted), k
        for o in range(-(k // 2), (k - 1) // 2 + 1):
            wanted = scipy.ndimage.correlate1d(x, w, origin=o)
            sides = f"padding={k // 2 + o}:{k - 1 - k // 2 - o}"
            assert np.array_equal(placed(w, x, sides + " boundary=symmetric"), wanted), (k, o)
        for o in range(k):
            # As PyLops computes it: all of the convolution, from its pixel `o` on.
            wanted = np.convolve(x, w)[o:o + 9]
            sides = f"padding={k - 1 - o}:{o}"
            assert np.array_equal(placed(w, x, sides + " operation=convolution"), wanted), (k, o)
    x = integers(5, 6)
    for shape in ((3, 3), (2, 4), (4, 1)):
        w = integers(*shape)
        wanted = scipy.signal.correlate2d(x, w, "same")
        assert np.array_equal(placed(w, x, "padding=same_upper"), wanted), shape


def check_spread_images():
    """Images with holes, cropped, extended and read with strides, step by step in NumPy."""
    draws = np.random.default_rng(16)
    for trial in range(60):
        n, k, spread, stride, dilation = (int(draws.integers(1, top)) for top in (7, 4, 4, 3, 4))
        lower, upper = (int(side) for side in draws.integers(-2, 4, 2))
        boundary = list(PAD)[trial % 5]
        x, w = draws.integers(-9, 10, n).astype(float), draws.integers(-9, 10, k).astype(float)
        image = np.zeros((n - 1) * spread + 1)
        image[::spread] = x
        ground = image[max(0, -lower):len(image) - max(0, -upper)]
        span = (k - 1) * dilation + 1
        if len(image) + lower + upper < span or len(ground) <= max(lower, upper, 0):
            continue
        padded = np.pad(ground, (max(0, lower), max(0, upper)), PAD[boundary])
        wanted = [sum(w * padded[o:o + span:dilation]) for o in range(0, len(padded) - span + 1, stride)]
        np.save("w.npy", w)
        np.save("x.npy", x)
        spec = (f"input={n} kernel={k} stride={stride} dilation={dilation} input_dilation={spread} "
                f"padding={lower}:{upper} boundary={boundary}")
        toeplix(f"apply {spec} --weights w.npy --input x.npy --output y.npy")
        assert np.array_equal(np.load("y.npy")[0], wanted), spec
    toeplix("inspect transposed input=3 kernel=2 input_dilation=2", fails="its stride spreads its input")
    toeplix("inspect input=3 kernel=2 input_dilation=0", fails="input_dilation 0 must be at least 1")
    toeplix("inspect input=3 kernel=2 input_dilation=1,2", fails="input_dilation has 2 values")
    toeplix("inspect input=3 kernel=2 input_dilation=1099511627776", fails="must be at most 2^40")
    toeplix("inspect input=3 kernel=1 padding=-3:9 boundary=reflect", fails="leaves nothing for boundary reflect")


def check_apply():
    weights, x = integers(4, 2, 3, 3), integers(2, 7, 6)
    np.save("w.npy", weights)
    spec = "input=7,6 kernel=3,3 in=2 out=4 padding=1"
    expected = convolve(x, weights, 1)

    def apply(array, words=""):
        np.save("x.npy", array)
        toeplix(f"apply {spec} --weights w.npy --input x.npy --output y.npy {words}")
        return np.load("y.npy")

    assert np.array_equal(apply(x), expected)
    assert np.array_equal(apply(np.asfortranarray(x)), expected)
    assert np.array_equal(apply(x.astype(np.int64)), expected)
    single = apply(x.astype(np.float32), "--float")
    assert single.dtype == np.float32 and np.array_equal(single, expected)
    batch = apply(np.stack([x, -x, 2 * x]))
    assert np.array_equal(batch, np.stack([expected, -expected, 2 * expected]))
    assert apply(np.zeros((0, 2, 7, 6))).shape == (0, 4, 7, 6)
    last = apply(np.moveaxis(x, 0, -1), "order=channels_last")
    assert np.array_equal(last, np.moveaxis(expected, 0, -1))
    last = apply(np.moveaxis(x, 0, -1), "order=column_major")
    assert np.array_equal(last, np.moveaxis(expected, 0, -1))
    y = integers(4, 7, 6)
    back = apply(y, "--transpose")
    assert back.shape == (2, 7, 6) and np.sum(back * x) == np.sum(y * expected)
    for order in ("channels_first", "column_major"):
        toeplix(f"compile {spec} order={order} --weights w.npy --output W.npz")
        vector = x.ravel() if order == "channels_first" else np.moveaxis(x, 0, -1).ravel("F")
        result = scipy.sparse.load_npz("W.npz") @ vector
        wanted = expected.ravel() if order == "channels_first" else (
            np.moveaxis(expected, 0, -1).ravel("F"))
        assert np.array_equal(result, wanted), order


def check_precision():
    for weights, x in itertools.product(["f2", "f4", "f8", "i4"], ["f4", "f8"]):
        np.save("w.npy", np.ones((1, 1, 2, 2), weights))
        np.save("x.npy", np.ones((1, 3, 3), x))
        toeplix("apply input=3,3 kernel=2,2 --weights w.npy --input x.npy --output y.npy")
        expected = "f4" if weights in ("f2", "f4") and x == "f4" else "f8"
        assert np.load("y.npy").dtype == expected, (weights, x)


def check_refusals():
    np.save("w.npy", integers(4, 2, 3, 3))
    np.save("x.npy", integers(3, 7, 6))
    apply = "apply input=7,6 kernel=3,3 in=2 out=4 --weights w.npy --input x.npy --output y2.npy"
    toeplix(apply, "x.npy: expected shape (2, 7, 6) or, for N of them, (N, 2, 7, 6), got (3, 7, 6)")
    np.save("x.npy", integers(2, 7, 6))
    toeplix(apply.replace("out=4", "out=5"),
            "w.npy: expected weights of shape (5, 2, 3, 3), got (4, 2, 3, 3)")
    # The shape says what was meant.
    np.save("w.npy", integers(2, 4, 3, 3))
    toeplix(apply, "w.npy: expected weights of shape (4, 2, 3, 3), got (2, 4, 3, 3); they fit the "
            "transposed convolution: did you mean transposed?")
    toeplix(apply.replace("in=2 out=4", "in=2 out=4 groups=2"),
            "w.npy: expected weights of shape (4, 1, 3, 3) or a kernel of shape (3, 3), got (2, 4, 3, 3)\n")
    np.save("w.npy", integers(4, 2, 3, 3))
    toeplix(apply.replace("apply", "apply transposed"),
            "w.npy: expected weights of shape (2, 4, 3, 3), got (4, 2, 3, 3); they fit the "
            "convolution: did you mean it without 'transposed'?")
    np.save("w.npy", integers(6, 1, 3, 3))
    toeplix(apply.replace("apply", "apply transposed").replace("out=4", "out=6 groups=2"),
            "w.npy: expected weights of shape (2, 3, 3, 3), got (6, 1, 3, 3); they fit the "
            "convolution: did you mean it without 'transposed'?")
    np.save("w.npy", integers(3, 3, 2, 4))
    toeplix(apply, "w.npy: expected weights of shape (4, 2, 3, 3), got (3, 3, 2, 4); did you mean "
            "weights_order=hwio?")
    np.save("w.npy", integers(4, 2, 3, 3))
    toeplix(apply.replace("y2.npy", "y2.png"),
            "y2.png: a picture has 2 axes and 1 or 3 channels, the result has 2 and 4; write .npy")
    assert not os.path.exists("y2.npy") and not os.path.exists("y2.png")


def check_pictures():
    rgb = RANDOM.integers(0, 256, (12, 9, 3)).astype(np.uint8)
    kernel = integers(3, 3)
    np.save("k.npy", kernel)
    Image.fromarray(rgb).save("rgb.png")
    Image.fromarray(rgb[:, :, 0]).save("grey.png")
    planes = [convolve(rgb[None, :, :, i].astype(float), kernel[None, None], 1, 1, "symmetric")
              for i in range(3)]
    expected = np.stack([plane[0] for plane in planes], axis=-1)
    clamped = np.clip(expected, 0, 255)
    spec = "input=12,9 kernel=3,3 padding=1 boundary=symmetric"

    def apply(words):
        return toeplix(f"apply {words}")

    for order in ("channels_first", "channels_last", "column_major"):
        out = apply(f"{spec} order={order} --weights k.npy --input rgb.png --output y.png")
        assert f"12 x 9, 3 channels, 8 bits, {np.sum(clamped != expected)} of 324" in out, out
        assert np.array_equal(np.asarray(Image.open("y.png")), clamped), order
        apply(f"{spec} order={order} --weights k.npy --input rgb.png --output y.npy")
        result = np.load("y.npy")
        assert result.shape == ((3, 1, 12, 9) if order == "channels_first" else (3, 12, 9, 1))
        assert np.array_equal(result.reshape(3, 12, 9), np.moveaxis(expected, -1, 0)), order
        # Three channels that are mixed: the spec says how.
        weights = integers(3, 3, 3, 3)
        np.save("w.npy", weights)
        mixed = convolve(np.moveaxis(rgb, -1, 0).astype(float), weights, 1, 1, "symmetric")
        apply(f"{spec} in=3 out=3 order={order} --weights w.npy --input rgb.png --output y.png")
        result = np.asarray(Image.open("y.png"))
        assert np.array_equal(result, np.moveaxis(np.clip(mixed, 0, 255), 0, -1)), order
    apply(f"{spec} --weights k.npy --input grey.png --output y.png")
    assert np.array_equal(np.asarray(Image.open("y.png")), clamped[:, :, 0])
    deep = RANDOM.integers(0, 65536, (12, 9)).astype(np.uint16)
    Image.fromarray(deep).save("deep.png")
    apply("input=12,9 kernel=1,1 --weights box:1 --input deep.png --output y.png")
    assert np.array_equal(np.asarray(Image.open("y.png")), deep)
    toeplix(f"apply {spec} in=3 out=3 --weights w.npy --input grey.png --output y.npy",
            "grey.png: expected (12, 9) with 3 channels, got a picture of (12, 9) with 1")
    assert "verified" in toeplix(f"verify {spec} --weights k.npy --input rgb.png")


def check_deblur():
    """Every pixel against a dense solution; the PSNR that is printed; pictures side by side."""
    if "deblur" not in toeplix("--help"):
        print("left out: deblur, which was not built")
        return
    photo = RANDOM.integers(0, 256, (12, 9, 3)).astype(np.uint8)
    truth = RANDOM.integers(0, 256, (12, 9, 3)).astype(np.uint8)
    Image.fromarray(photo).save("photo.png")
    Image.fromarray(truth).save("truth.png")
    kernel = RANDOM.random((3, 5))
    np.save("k.npy", kernel / kernel.sum())
    for boundary in PAD:
        toeplix("compile input=12,9 kernel=3,5 padding=1,2 operation=convolution --weights k.npy "
                f"boundary={boundary} --output A.npz")
        a = scipy.sparse.load_npz("A.npz").toarray()
        b = photo.reshape(-1, 3) / 255
        x = np.linalg.solve(a.T @ a + 0.1 * np.eye(108), a.T @ b).reshape(photo.shape)
        out = toeplix(f"deblur photo.png --kernel k.npy --boundary {boundary} --lambda 0.1 "
                      "--regularizer identity --output x.png --truth truth.png --compare both.png")
        expected = np.clip(np.rint(255 * x), 0, 255)
        result = np.asarray(Image.open("x.png")).astype(float)
        assert np.abs(result - expected).max() <= 1 and (result != expected).mean() < 0.01, boundary
        noise = np.mean((np.clip(x, 0, 1) - truth / 255) ** 2)
        assert f" {-10 * np.log10(noise):.2f} dB after" in out, (out, noise)
        both = np.asarray(Image.open("both.png"))
        assert both.shape == (12, 9 * 3 + 16, 3)
        assert np.array_equal(both[:, :9], photo) and np.array_equal(both[:, -9:], truth)
        assert np.array_equal(both[:, 17:26], result) and (both[:, 9:17] == 255).all()
    check_deblur_regularizers(photo)
    check_deblur_arrays()
    check_deblur_kernels()
    check_deblur_lambda()
    toeplix("deblur grey.png --kernel gaussian --output x.png", "gaussian: expected gaussian:SIZE:SIGMA\n")
    toeplix("deblur grey.png --kernel gausian:9:1 --output x.png", "kernel 'gausian:9:1': did you mean gaussian? expected")
    toeplix("deblur grey.png --kernel 0,0;0,0 --output x.png", "the kernel is zero everywhere")
    np.save("nan.npy", [[1, np.nan]])
    toeplix("deblur grey.png --kernel nan.npy --output x.png", "a number that is not finite")
    for name, size in [("disk:1.2", 3), ("bilinear:3", 3), ("identity", 1)]:
        words = f"compile input={size},{size} kernel={size},{size} --weights {name} --output W.npz"
        toeplix(words)
        np.save("k.npy", scipy.sparse.load_npz("W.npz").toarray().reshape(size, size))
        pictures = []
        for kernel in (name, "k.npy"):
            toeplix(f"deblur grey.png --kernel {kernel} --lambda 0.1 --output x.png")
            pictures.append(np.asarray(Image.open("x.png")))
        assert np.array_equal(*pictures), name
    toeplix("deblur grey.png --kernel box:3 --lambda 1x --output x.png", "lambda 1x: expected")
    toeplix("deblur grey.png --kernel box:3 --lambda 1 --noise 2 --output x.png",
            "--noise is for --lambda auto")
    toeplix("deblur grey.png --kernel box:3 --output x.jpg", "x.jpg: expected a name that ends")
    toeplix("deblur grey.png --kernel box:3 --truth photo.png --output x.png", "photo.png: expected")
    lines = toeplix("deblur --help").splitlines()
    assert len(lines) <= 24 and max(map(len, lines)) <= 80, lines


def differences(kernel, padding, *extents):
    """The matrix of a kernel on a picture whose border's pixels are repeated."""
    np.save("l.npy", kernel)
    words = ",".join(map(str, extents))
    toeplix(f"compile input={words} kernel={kernel.shape[0]},{kernel.shape[1]} padding={padding} "
            "boundary=replicate --weights l.npy --output L.npz")
    return scipy.sparse.load_npz("L.npz").toarray()


def check_deblur_regularizers(photo):
    """Colour, with every L that has a name, against a dense solution."""
    along = differences(np.array([[-1.0, 1.0]]), "0:0,0:1", 12, 9)
    down = differences(np.array([[-1.0], [1.0]]), "0:1,0:0", 12, 9)
    laplacian = differences(np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]], float), "1", 12, 9)
    toeplix("compile input=12,9 kernel=3,5 padding=1,2 operation=convolution --weights k.npy "
            "boundary=reflect --output A.npz")
    a = scipy.sparse.load_npz("A.npz").toarray()
    for name, penalty in [("identity", np.eye(108)), ("gradient", along.T @ along + down.T @ down),
                          ("laplacian", laplacian.T @ laplacian)]:
        x = np.linalg.solve(a.T @ a + 0.3 * penalty, a.T @ photo.reshape(-1, 3) / 255)
        toeplix(f"deblur photo.png --kernel k.npy --lambda 0.3 --regularizer {name} --output x.png")
        expected = np.clip(np.rint(255 * x.reshape(photo.shape)), 0, 255)
        result = np.asarray(Image.open("x.png")).astype(float)
        assert np.abs(result - expected).max() <= 1 and (result != expected).mean() < 0.01, name


def deblur_json(words):
    return json.loads(toeplix(f"deblur {words} --output x.png --json"))


def check_deblur_arrays():
    """An array instead of a picture: the same numbers, neither rounded nor clamped."""
    rgba = RANDOM.integers(0, 256, (12, 9, 4)).astype(np.uint8)
    Image.fromarray(rgba).save("rgba.png")
    Image.fromarray(rgba[:, :, :3].copy()).save("rgb.png")
    for photo in ("rgba.png", "rgb.png"):
        toeplix(f"deblur {photo} --kernel box:3 --lambda 0.01 --output {photo[:-4]}-sharp.png")
    sharp = np.asarray(Image.open("rgba-sharp.png"))
    assert np.array_equal(sharp[:, :, 3], rgba[:, :, 3])
    assert np.array_equal(sharp[:, :, :3], np.asarray(Image.open("rgb-sharp.png")))
    out = toeplix("deblur rgba.png --kernel box:3 --lambda 0.01 --output from-png.npy")
    assert "without the alpha channel" in out, out
    expected = np.load("from-png.npy")
    assert expected.shape == (3, 12, 9) and expected.min() < 0 and expected.max() > 255
    assert np.array_equal(np.clip(np.rint(expected), 0, 255), np.moveaxis(sharp[:, :, :3], -1, 0))
    planes = np.moveaxis(rgba[:, :, :3], -1, 0)
    for array, scale in [(planes, 1), (planes.astype("u2") * 257, 257), (planes / 255, 1 / 255)]:
        np.save("photo.npy", array)
        toeplix("deblur photo.npy --kernel box:3 --lambda 0.01 --output x.npy")
        assert np.allclose(np.load("x.npy"), expected * scale, atol=1e-9 * scale)
        toeplix("deblur photo.npy --kernel box:3 --lambda 0.01 --output x.png --compare both.png")
        pixels = np.asarray(Image.open("x.png")).astype(float)
        if scale != 257:
            assert np.array_equal(pixels, sharp[:, :, :3]), scale
    check_deblur_deep()
    np.save("photo.npy", planes[0])
    toeplix("deblur photo.npy --kernel box:3 --lambda 0.01 --output x.npy")
    assert np.load("x.npy").shape == (12, 9)
    np.save("photo.npy", np.concatenate([planes, planes]))
    toeplix("deblur photo.npy --kernel box:3 --lambda 0.01 --output x.npy")
    assert np.allclose(np.load("x.npy"), np.concatenate([expected, expected]), atol=1e-9)
    toeplix("deblur photo.npy --kernel box:3 --lambda 1 --output x.png", "photo.npy has 6; write .npy")
    np.save("photo.npy", np.moveaxis(planes, 0, -1))
    toeplix("deblur photo.npy --kernel box:3 --output x.npy", "has its channels last; expected")
    np.save("photo.npy", planes.astype("i4"))
    toeplix("deblur photo.npy --kernel box:3 --output x.npy", "expected numbers of type uint8, uint16")
    np.save("photo.npy", planes[0, 0])
    toeplix("deblur photo.npy --kernel box:3 --output x.npy", "expected an array of shape (height,")
    np.save("photo.npy", np.full((4, 4), np.inf))
    toeplix("deblur photo.npy --kernel box:3 --output x.npy", "a number that is not finite")
    toeplix("apply input=12,9 kernel=1,1 in=3 out=3 groups=3 --weights 1 --input rgba.png --output y.png")
    assert np.array_equal(np.asarray(Image.open("y.png")), rgba[:, :, :3])


def write_deep_png(path, pixels):
    """A picture of 16 bits with alpha, which Pillow does not write."""
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", width, height, 16, 6, 0, 0, 0)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
                   + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def read_deep_png(path):
    """The rows of a picture of 16 bits with alpha, whatever filters it has."""
    data = open(path, "rb").read()
    place, packed = 8, b""
    while place < len(data):
        size, kind = struct.unpack(">I4s", data[place : place + 8])
        body = data[place + 8 : place + 8 + size]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
            assert (depth, colour) == (16, 6), (depth, colour)
        packed += body if kind == b"IDAT" else b""
        place += 12 + size
    raw, step = zlib.decompress(packed), 8 * width
    rows, above = [], bytearray(step)
    for y in range(height):
        kind, row = raw[y * (step + 1)], bytearray(raw[y * (step + 1) + 1 : (y + 1) * (step + 1)])
        for i in range(step):
            left, up = (row[i - 8] if i >= 8 else 0), above[i]
            corner = above[i - 8] if i >= 8 else 0
            guess = left + up - corner
            nearest = min((abs(guess - v), n, v) for n, v in enumerate((left, up, corner)))[2]
            row[i] = (row[i] + (0, left, up, (left + up) // 2, nearest)[kind]) % 256
        rows.append(bytes(row))
        above = row
    return np.frombuffer(b"".join(rows), ">u2").reshape(height, width, 4)


def check_deblur_deep():
    """16 bits of colour with alpha: every sample as of an array of 16 bits, and alpha as it was."""
    deep = RANDOM.integers(0, 65536, (12, 9, 4)).astype(np.uint16)
    write_deep_png("deep.png", deep)
    np.save("deep.npy", np.moveaxis(deep[:, :, :3], -1, 0))
    for how in ("--lambda 0.1", "--lambda 0.1 --method iterative", "--tv 0.01", "--nonnegative",
                "--richardson-lucy 5"):
        toeplix(f"deblur deep.png --kernel gaussian:3:1 {how} --output sharp.png")
        toeplix(f"deblur deep.npy --kernel gaussian:3:1 {how} --output sharp.npy")
        sharp = read_deep_png("sharp.png")
        assert np.array_equal(sharp[:, :, 3], deep[:, :, 3])
        expected = np.clip(np.rint(np.load("sharp.npy")), 0, 65535)
        assert np.array_equal(np.moveaxis(sharp[:, :, :3], -1, 0), expected), how


def check_deblur_kernels():
    """A kernel by name, as .npy and as .png; zeros round it cost nothing and move nothing."""
    Image.fromarray(RANDOM.integers(0, 256, (40, 30)).astype(np.uint8)).save("grey.png")
    kernel = RANDOM.integers(1, 256, (3, 5)).astype(np.uint8)
    Image.fromarray(kernel).save("k.png")
    np.save("k.npy", kernel / kernel.sum())
    np.save("wide.npy", np.pad(kernel / kernel.sum(), ((2, 2), (3, 3))))
    # More zeros on one side: only as many go as there are on the other.
    np.save("uneven.npy", np.pad(kernel / kernel.sum(), ((1, 3), (2, 2))))
    np.save("less.npy", np.pad(kernel / kernel.sum(), ((0, 2), (0, 0))))
    results = {}
    np.savez("k.npz", other=kernel, w=(kernel / kernel.sum())[None, None])
    scipy.io.savemat("k.mat", {"other": kernel, "w": kernel / kernel.sum()})
    for name in ("k.png", "k.npy", "k.npz:w", "k.mat:w", "wide.npy", "uneven.npy", "less.npy"):
        fill = deblur_json(f"grey.png --kernel {name} --lambda 0.1 --method factorization")["fill"]
        results[name] = fill, np.asarray(Image.open("x.png")).tobytes()
    assert results["k.png"] == results["k.npy"] == results["k.npz:w"] == results["wide.npy"]
    assert results["k.mat:w"] == results["k.npy"]
    assert results["uneven.npy"] == results["less.npy"] != results["k.npy"]
    for degrees, shape in [(0, (1, 7)), (90, (7, 1)), (180, (1, 7))]:
        np.save("k.npy", np.full(shape, 1 / 7))
        expected = deblur_json("grey.png --kernel k.npy --lambda 0.1 --method factorization")
        pixels = np.asarray(Image.open("x.png")).astype(float)
        found = deblur_json(f"grey.png --kernel motion:7:{degrees} --lambda 0.1 --method factorization")
        assert found["fill"] == expected["fill"], degrees
        assert np.abs(np.asarray(Image.open("x.png")) - pixels).max() <= 1, degrees
    assert deblur_json("grey.png --kernel motion:7:20 --lambda 0.1")["status"] == "solved"


def check_deblur_lambda():
    """A lambda that is found, of grey and colour, and what JSON says of it."""
    toeplix("apply input=12,9 kernel=3,3 padding=1 boundary=reflect --weights gaussian:3:1 "
            "--input truth.png --output blurred.png")
    Image.open("blurred.png").convert("L").save("grey.png")
    for photo in ("grey.png", "blurred.png"):
        assert "generalized cross-validation" in toeplix(
            f"deblur {photo} --kernel gaussian:3:1 --output x.png")
        assert "the discrepancy principle" in toeplix(
            f"deblur {photo} --kernel gaussian:3:1 --output x.png --noise 0.5")
    found = deblur_json("blurred.png --kernel gaussian:3:1 --truth truth.png --method factorization")
    assert found["rule"] == "cross_validation" and found["trials"] > 10 and found["lambda"] > 0
    assert found["psnr_after"] > found["psnr_before"]
    assert found["status"] == "solved" and found["reason"] == "" and found["fill"] > 108
    assert set(found["seconds"]) == {"assembly", "analysis", "factorization", "solution", "choice"}
    assert found["part"] == [12, 9] and found["method"] == "factorization"
    assert deblur_json("blurred.png --kernel gaussian:3:1 --noise 1")["rule"] == "discrepancy"
    given = deblur_json("blurred.png --kernel gaussian:3:1 --lambda 0.25")
    assert given["rule"] == "given" and given["lambda"] == 0.25 and "psnr_after" not in given


def builtin(text, *extents):
    words = ",".join(map(str, extents))
    toeplix(f"compile input={words} kernel={words} --weights {text} --output W.npz")
    return scipy.sparse.load_npz("W.npz").toarray().reshape(extents)


def check_kernel_words():
    """A kernel is read the same way from every file, and typed; with axes of 1 in front or not."""
    kernel, x = integers(3, 2), integers(3, 7, 6)
    np.save("plain.npy", kernel)
    np.save("fours.npy", kernel[None, None])
    np.save("each.npy", np.tile(kernel, (3, 1, 1, 1)))
    np.savez("state.npz", **{"conv1.weight": kernel, "conv1.bias": integers(3)})
    np.savez_compressed("alone.npz", kernel)
    typed = ";".join(",".join(f"{v:g}" for v in row) for row in kernel)
    np.save("x.npy", x)
    expected = np.concatenate([convolve(x[i:i + 1], kernel[None, None]) for i in range(3)])
    for word in ("plain.npy", "fours.npy", "each.npy", "state.npz:conv1.weight", "alone.npz",
                 "alone.npz:arr_0", typed):
        toeplix(f"apply input=7,6 kernel=3,2 in=3 out=3 groups=3 --weights {word} --input x.npy "
                "--output y.npy")
        assert np.array_equal(np.load("y.npy"), expected), word
    check_matlab_kernels(kernel, x, expected)
    np.savez("half.npz", w=kernel.astype("f2"))
    np.save("x4.npy", x.astype("f4"))
    toeplix("apply input=7,6 kernel=3,2 in=3 out=3 groups=3 --weights half.npz:w --input x4.npy "
            "--output y.npy")
    assert np.load("y.npy").dtype == "f4"
    np.save("x1.npy", x[:1])
    apply = "apply input=7,6 kernel=3,2 --input x1.npy --output y2.npy --weights "
    toeplix(apply + "each.npy", "each.npy: expected weights of shape (1, 1, 3, 2) or a kernel of "
            "shape (3, 2), got (3, 1, 3, 2)")
    toeplix(apply.replace("kernel", "in=3 out=2 kernel").replace("x1", "x") + "plain.npy",
            "plain.npy: such a kernel works on each channel alone")
    toeplix(apply + "gausian:3:1", "kernel 'gausian:3:1': did you mean gaussian? expected")
    Image.fromarray(RANDOM.integers(0, 256, (3, 2)).astype(np.uint8)).save("psf.png")
    toeplix(f"compile input=3,2 kernel=3,2 --weights psf.png --output W.npz")
    psf = np.asarray(Image.open("psf.png")).astype(float)
    psf /= psf.sum()
    assert np.array_equal(scipy.sparse.load_npz("W.npz").toarray().reshape(3, 2), psf)


def check_matlab_kernels(kernel, x, expected):
    """MATLAB's h(i, j) is NumPy's h[i - 1, j - 1], whatever its class; no kernel is no array."""
    several = {"h": kernel, "each": np.tile(kernel, (3, 1, 1, 1)), "t": "text", "z": kernel * 1j,
               "S": scipy.sparse.csc_matrix(kernel), "c": np.array([[1, "a"]], object)}
    apply = "apply input=7,6 kernel=3,2 in=3 out=3 groups=3 --input x.npy --output y.npy --weights "
    for packed in (False, True):
        scipy.io.savemat("several.mat", several, do_compression=packed)
        for dtype in ("f8", "f4", "i1", "i2", "i4", "i8"):
            scipy.io.savemat("alone.mat", {"h": kernel.astype(dtype), "t": "text"},
                             do_compression=packed)
            for word in ("alone.mat", "alone.mat:h", "several.mat:h", "several.mat:each"):
                toeplix(apply + word)
                assert np.array_equal(np.load("y.npy"), expected), (word, dtype)
    scipy.io.savemat("single.mat", {"h": kernel.astype("f4")})
    np.save("x4.npy", x.astype("f4"))
    toeplix(apply.replace("x.npy", "x4.npy") + "single.mat")
    assert np.load("y.npy").dtype == "f4"
    mask = kernel > 0
    scipy.io.savemat("mask.mat", {"h": mask})
    toeplix("compile input=3,2 kernel=3,2 --weights mask.mat --output W.npz")
    assert np.array_equal(scipy.sparse.load_npz("W.npz").toarray().reshape(3, 2), mask)
    # A row or a column for one axis; MATLAB leaves out axes of 1 at the end.
    for shape in [(1, 3), (3, 1), (1, 1, 3)]:
        scipy.io.savemat("line.mat", {"h": kernel[:, 0].reshape(shape)})
        np.save("line.npy", kernel[:, 0].reshape(shape))
        for word in ("line.mat", "line.npy"):
            toeplix(f"compile input=3 kernel=3 --weights {word} --output W.npz")
            assert np.array_equal(scipy.sparse.load_npz("W.npz").toarray()[0], kernel[:, 0]), word
    weights = integers(4, 2, 3)
    scipy.io.savemat("ends.mat", {"w": weights})
    toeplix("compile input=3,1 kernel=3,1 in=2 out=4 --weights ends.mat --output W.npz")
    assert np.array_equal(scipy.sparse.load_npz("W.npz").toarray(), weights.reshape(4, 6))
    np.save("ends.npy", weights)
    toeplix("compile input=3,1 kernel=3,1 in=2 out=4 --weights ends.npy --output W.npz",
            "ends.npy: expected weights of shape (4, 2, 3, 1), got (4, 2, 3)")
    toeplix(apply + "several.mat", "several.mat: holds several arrays of numbers, 'h', 'each': "
            "expected the name of one, as several.mat:NAME")
    np.savez("several.npz", h=kernel, each=kernel)
    toeplix(apply + "several.npz", "several.npz: holds several arrays, 'h', 'each': "
            "expected the name of one, as several.npz:NAME")
    for name, what in [("t", "'t' is a text"), ("z", "'z' is an array of complex numbers"),
                       ("S", "'S' is a sparse matrix"), ("c", "'c' is a cell array"),
                       ("x", "found no variable 'x'; it has the arrays of numbers 'h', 'each'")]:
        toeplix(apply + f"several.mat:{name}", f"several.mat: {what}", code=3)


def stream(command, data=b""):
    """What the program writes on standard output, and says on standard error."""
    result = subprocess.run([TOEPLIX, *command.split()], input=data, capture_output=True)
    assert result.returncode == 0 and result.stderr.count(b"\n") == 1, (command, result.stderr)
    return result.stdout, result.stderr.decode()


def npy_bytes(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def check_streams():
    """The same bytes through pipes as in files."""
    kernel, x = integers(3, 2), integers(1, 7, 6)
    np.save("k.npy", kernel)
    np.save("x.npy", x)
    spec = "input=7,6 kernel=3,2"
    toeplix(f"apply {spec} --weights k.npy --input x.npy --output y.npy")
    expected = open("y.npy", "rb").read()
    assert np.array_equal(np.load("y.npy"), convolve(x, kernel[None, None]))
    data, said = stream(f"apply {spec} --weights k.npy --input - --output -", npy_bytes(x))
    assert data == expected and said == "standard output: (1, 5, 5) of float64\n", said
    data, _ = stream(f"apply {spec} --weights - --input x.npy --output -", npy_bytes(kernel))
    assert data == expected
    data, _ = stream(f"apply {spec} --weights - --input x.npy --output -",
                     npy_bytes(kernel.astype("f4")))
    assert np.load(io.BytesIO(data)).dtype == "f8"
    matrix, _ = stream(f"compile {spec} --weights - --output -", npy_bytes(kernel))
    product, _ = stream("apply - --input x.npy --output -", matrix)
    assert np.array_equal(np.load(io.BytesIO(product)).reshape(1, 5, 5), np.load("y.npy"))
    toeplix(f"compile {spec} --weights k.npy --output W.npz")
    dense = scipy.io.mmread(io.BytesIO(matrix)).toarray()
    assert np.array_equal(dense, scipy.sparse.load_npz("W.npz").toarray())
    i = 1j * scipy.sparse.csr_matrix(dense)
    scipy.io.mmwrite("C.mtx", i)
    product, _ = stream("apply - --input x.npy --output -", open("C.mtx", "rb").read())
    assert np.array_equal(np.load(io.BytesIO(product)).ravel(), i @ x.ravel())
    if "deblur" in toeplix("--help"):
        np.save("k.npy", np.ones((3, 3)))  # with a sum that is not zero
        toeplix("deblur x.npy --kernel k.npy --lambda 0.1 --output y.npy")
        command = "deblur - --kernel k.npy --lambda 0.1 --output -"
        result = subprocess.run([TOEPLIX, *command.split()], input=npy_bytes(x), capture_output=True)
        assert result.stdout == open("y.npy", "rb").read(), result.stderr
        assert b"\nstandard output: 7 x 6, 0 of 42 samples clamped" in result.stderr


def check_builtin_kernels():
    profile = np.exp(-np.arange(-2, 3) ** 2 / (2 * 1.3 ** 2))
    profile /= profile.sum()
    assert np.allclose(builtin("gaussian:5:1.3", 5, 5), np.outer(profile, profile), atol=1e-15)
    assert np.allclose(builtin("gaussian:5:1.3", 5), profile, atol=1e-15)
    assert np.allclose(builtin("box:4", 4, 4, 4), 1 / 64, atol=1e-15)
    impulse = np.zeros((3, 3))
    impulse[1, 1] = 1
    assert np.array_equal(builtin("laplacian", 3, 3), scipy.ndimage.laplace(impulse, mode="constant"))
    assert np.array_equal(builtin("laplacian", 3), [1, -2, 1])
    sobel = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
    assert np.array_equal(builtin("sobel", 3, 3), sobel)
    assert np.array_equal(builtin("sobel:0", 3, 3), np.transpose(sobel))
    assert np.allclose(builtin("motion:5:0", 5, 5), np.outer(np.eye(5)[2], np.full(5, 0.2)), atol=1e-15)
    assert np.allclose(builtin("motion:5:90", 5, 5), builtin("motion:5:0", 5, 5).T, atol=1e-12)
    diagonal = builtin("motion:9:45", 9, 9)
    assert abs(diagonal.sum() - 1) < 1e-12
    assert diagonal[2, 6] > 0.05 and diagonal[6, 2] > 0.05 and diagonal[2, 2] == 0
    y, x = np.mgrid[-3:4, -3:4]
    distance = x ** 2 + y ** 2
    gauss = np.exp(-distance / (2 * 1.5 ** 2))
    log = gauss / gauss.sum() * (distance - 2 * 1.5 ** 2) / 1.5 ** 4
    assert np.allclose(builtin("log:7:1.5", 7, 7), log - log.mean(), atol=1e-15)
    assert np.array_equal(builtin("identity", 3, 5), np.outer([0, 1, 0], [0, 0, 1, 0, 0]))
    for radius, size in [(0.5, 1), (0.7, 3), (2, 5), (2.6, 7), (4, 9)]:
        inside = np.hypot(*(np.mgrid[:200 * size, :200 * size] + 0.5 - 100 * size)) < 200 * radius
        area = inside.reshape(size, 200, size, 200).sum((1, 3))
        disk = builtin(f"disk:{radius}", size, size)
        assert np.allclose(disk, area / area.sum(), atol=2e-4 / size), radius
        assert abs(disk.sum() - 1) < 1e-12 and np.allclose(disk, disk.T, atol=1e-4)
    # Upsampling by 2 keeps constants, and linear functions halfway between their pixels.
    np.save("x.npy", np.tile(np.arange(8.0), (1, 8, 1)))
    toeplix("apply transposed input=8,8 kernel=4,4 stride=2 padding=1 --weights bilinear:4 "
            "--input x.npy --output y.npy")
    y = np.load("y.npy")
    assert y.shape == (1, 16, 16)
    assert np.allclose(y[0, 8, 2:14], np.arange(2, 14) / 2 - 0.25)
    # Every channel alone.
    np.save("x.npy", np.ones((3, 5, 5)))
    toeplix("apply input=5,5 kernel=3,3 in=3 out=3 groups=3 --weights box:3 --input x.npy "
            "--output y.npy")
    assert np.allclose(np.load("y.npy"), np.ones((3, 3, 3)))


def transposed_convolution(x, w, stride, lower, output):
    """One axis, by its definition: input i adds w * x[i] from pixel i * stride - lower on."""
    y = np.zeros(output)
    for i, value in enumerate(x):
        for t, weight in enumerate(w):
            place = i * stride - lower + t
            if 0 <= place < output:
                y[place] += weight * value
    return y


def check_outputs():
    """`output=` as ONNX's text has output_shape, and `same_tf` as TensorFlow's SAME, from the formulas."""
    for n, k, stride in itertools.product((1, 3), (1, 2, 4), (1, 2, 3)):
        x, w = integers(n), integers(k)
        np.save("x.npy", x)
        np.save("w.npy", w)

        def transposed(words):
            toeplix(f"apply transposed input={n} kernel={k} stride={stride} {words} --weights w.npy "
                    "--input x.npy --output y.npy")
            return np.load("y.npy")[0]

        natural = (n - 1) * stride + k
        for output in range(1, natural + 5):
            half = (natural - output) // 2
            for words, lower in (("", natural - output - half), ("padding=same_lower", natural - output - half),
                                 ("padding=same_upper", half)):
                wanted = transposed_convolution(x, w, stride, lower, output)
                assert np.array_equal(transposed(f"output={output} {words}"), wanted), (n, k, stride, output, words)
            if -(-output // stride) != n:
                toeplix(f"inspect transposed input={n} kernel={k} stride={stride} padding=same_tf output={output}",
                        "with padding same_tf, not")
                continue
            # The transpose of the convolution that TensorFlow pads by `total` pixels.
            total = max(0, natural - output)
            wanted = transposed_convolution(x, w, stride, total // 2, output)
            assert np.array_equal(transposed(f"output={output} padding=same_tf"), wanted), (n, k, stride, output)
            if output == n * stride:
                assert np.array_equal(transposed("padding=same_tf"), wanted)
    np.save("x.npy", np.array([1.0, 2.0]))
    for rule, wanted in (("same_upper", [0, 1, 0, 0, 2, 0]), ("same_tf", [1, 0, 0, 2, 0, 0])):
        toeplix(f"apply transposed input=2 kernel=1 stride=3 padding={rule} --weights 1 --input x.npy --output y.npy")
        assert np.array_equal(np.load("y.npy"), [wanted]), rule


def check_parts(command, whole):
    """Some rows of a matrix, in both orders: exactly those of the whole, nothing else."""
    n = whole.shape[0]
    for rows, part in [(f":{n // 2 + 1}", whole[:n // 2 + 1]), (f"{n - 1}:", whole[n - 1:])]:
        for output_format in ("csr", "csc"):
            toeplix(f"{command} --output R.npz --rows {rows} --format {output_format}")
            got = scipy.sparse.load_npz("R.npz")
            wanted = part.asformat(output_format)
            assert got.format == output_format and got.shape == wanted.shape, command
            for array in ("indptr", "indices", "data"):
                assert np.array_equal(getattr(got, array), getattr(wanted, array)), (command, rows)


def operated(command, x, words=""):
    """A command applied to x, and its matrix, which must do the same."""
    np.save("x.npy", x)
    toeplix(f"{command} --input x.npy --output y.npy {words}")
    toeplix(f"{command} --output A.npz {words}")
    matrix = scipy.sparse.load_npz("A.npz")
    check_parts(f"{command} {words}", matrix)
    y = np.load("y.npy")
    assert matrix.has_canonical_format and y.dtype == matrix.dtype == np.float64
    assert (matrix.data != 0).all()
    return y, matrix


def check_pool():
    for kernel, stride, padding, ceil, counted in itertools.product(
            ((2, 2), (1, 4), (3, 2)), ((1, 1), (2, 2), (3, 1)), (0, 1), (False, True), (False, True)):
        if padding >= kernel[0]:
            continue
        x = integers(2, 7, 6)
        command = (f"pool input=7,6 in=2 kernel={kernel[0]},{kernel[1]} stride={stride[0]},{stride[1]} "
                   f"padding={padding} ceil_mode={str(ceil).lower()} count_include_pad={str(counted).lower()}")
        y, matrix = operated(command, x)
        frame = [(0, 0), (padding, padding + 9), (padding, padding + 9)]
        sums = np.lib.stride_tricks.sliding_window_view(np.pad(x, frame), kernel, (1, 2))
        inside = np.pad(np.ones_like(x), [(0, 0), (padding, padding), (padding, padding)], constant_values=counted)
        counts = np.lib.stride_tricks.sliding_window_view(np.pad(inside, [(0, 0), (0, 9), (0, 9)]), kernel, (1, 2))
        outputs = []
        for n, k, s in zip((7, 6), kernel, stride):
            room = n + 2 * padding - k
            count = (-(-room // s) if ceil else room // s) + 1
            outputs.append(count - 1 if ceil and (count - 1) * s >= n + padding else count)
        every = (slice(None), *(slice(0, (n - 1) * s + 1, s) for n, s in zip(outputs, stride)))
        wanted = sums.sum((3, 4))[every] / counts.sum((3, 4))[every]
        assert y.shape == wanted.shape and np.allclose(y, wanted, rtol=1e-14, atol=1e-14), command
        assert np.allclose(matrix @ x.ravel(), wanted.ravel(), rtol=1e-14, atol=1e-14), command
    # Exact: means of four, in every order; kernel=2 is one for both axes.
    x = integers(4, 6, 3)
    wanted = x.reshape(2, 2, 3, 2, 3).mean((1, 3))
    y, matrix = operated("pool input=4,6 kernel=2 stride=2 in=3 order=channels_last", x)
    assert np.array_equal(y, wanted) and np.array_equal(matrix @ x.ravel(), wanted.ravel())
    y, matrix = operated("pool input=4,6 kernel=2 stride=2 in=3 order=column_major", x)
    assert np.array_equal(y, wanted)
    assert np.array_equal(matrix @ x.ravel(order="F"), wanted.ravel(order="F"))
    y, back = operated("pool input=4,6 kernel=2 stride=2 in=3 order=channels_last", wanted, "--transpose")
    assert np.array_equal(y, wanted.repeat(2, 0).repeat(2, 1) / 4) and back.shape == (72, 18)
    # Several at once, in floats.
    np.save("x.npy", integers(5, 1, 8, dtype=np.float32))
    toeplix("pool input=8 kernel=2 stride=2 --input x.npy --output y.npy")
    y = np.load("y.npy")
    assert y.dtype == np.float32 and np.array_equal(y, np.load("x.npy").reshape(5, 1, 4, 2).mean(3))
    toeplix("pool input=8 kernel=2 stride=2 --output A.npz --float --index 64 --format csc")
    matrix = scipy.sparse.load_npz("A.npz")
    assert matrix.format == "csc" and matrix.dtype == np.float32
    assert np.load("A.npz")["indices"].dtype == np.int64
    toeplix("pool input=8 kernel=2 stride=2 --output A.mat --variable P")
    assert np.array_equal(scipy.io.loadmat("A.mat")["P"].toarray(), np.kron(np.eye(4), [[0.5, 0.5]]))


def check_pad():
    x = integers(4, 5)
    for boundary, mode in PAD.items():
        y, matrix = operated(f"pad input=4,5 padding=1:2,3:0 boundary={boundary}", x)
        wanted = np.pad(x, [(1, 2), (3, 0)], mode=mode)
        assert np.array_equal(y, wanted) and np.array_equal(matrix @ x.ravel(), wanted.ravel()), boundary
        y, _ = operated(f"pad input=4,5 padding=1:2,3:0 boundary={boundary}", wanted, "--transpose")
        assert np.array_equal(y.ravel(), matrix.T @ wanted.ravel()), boundary
    y, _ = operated("pad input=4,5 padding=-1,0:-2", x)
    assert np.array_equal(y, x[1:-1, :-2])
    # A constant is added to the product with the matrix.
    np.save("x.npy", x)
    wanted = np.pad(x, 2, constant_values=7.5)
    toeplix("pad input=4,5 padding=2 constant=7.5 --input x.npy --output y.npy")
    assert np.array_equal(np.load("y.npy"), wanted)
    said = toeplix("pad input=4,5 padding=2 constant=7.5 --output A.npz --offset b.npy")
    assert said.endswith("b.npy: (8, 9), added to the product\n"), said
    matrix, offset = scipy.sparse.load_npz("A.npz"), np.load("b.npy")
    assert offset.shape == (8, 9) and np.array_equal((matrix @ x.ravel()).reshape(8, 9) + offset, wanted)
    said = toeplix("pad input=4,5 padding=2 constant=7.5 --output R.mtx --offset b.npy --rows 15:40")
    assert said.endswith("b.npy: (25,), added to the product\n"), said
    assert np.array_equal(np.load("b.npy"), offset.ravel()[15:40])
    assert np.array_equal(scipy.io.mmread("R.mtx").toarray(), matrix.toarray()[15:40])
    for rows in ("5", "5:5", "71:73"):
        toeplix(f"pad input=4,5 padding=2 --output no.npz --rows {rows}", "--rows")
    assert not os.path.exists("no.npz")
    # The last rows of a matrix of 10^10, within little memory.
    toeplix("pad input=100000,99998 padding=0,1 constant=3 --output R.npz --offset b.npy "
            "--rows 9999999996: --memory 8M")
    assert np.array_equal(np.load("b.npy"), [0, 0, 0, 3])
    last = scipy.sparse.load_npz("R.npz").tocoo()
    assert np.array_equal(last.row, [0, 1, 2]) and np.array_equal(last.col, 9999799997 + np.arange(3))
    toeplix("pad input=4,5 padding=2 constant=7.5 --output A.npz", "--offset FILE.npy")
    toeplix("pad input=4,5 padding=2 constant=7.5 --input x.npy --output y.npy --transpose", "constant=7.5 goes without --transpose")
    picture = RANDOM.integers(0, 256, (6, 5, 3), dtype=np.uint8)
    Image.fromarray(picture).save("p.png")
    toeplix("pad input=6,5 padding=3 constant=255 --input p.png --output q.png")
    assert np.array_equal(np.asarray(Image.open("q.png")), np.pad(picture, [(3, 3), (3, 3), (0, 0)], constant_values=255))


def resized(x, axis, size, scale, length, linear, mode):
    """One axis, by ONNX's formulas: half_pixel, asymmetric or align_corners."""
    n = x.shape[axis]
    o = np.arange(size)
    if mode == "align_corners":
        at = o * (n - 1) / (length - 1) if length != 1 else 0.0 * o
    else:
        at = o / scale if mode == "asymmetric" else (o + 0.5) / scale - 0.5
    below = np.floor(at).astype(int)
    if not linear:
        return x.take(np.clip(np.ceil(at - 0.5).astype(int), 0, n - 1), axis)
    shape = [-1 if a == axis else 1 for a in range(x.ndim)]
    part = (at - below).reshape(shape)
    return x.take(np.clip(below, 0, n - 1), axis) * (1 - part) + x.take(np.clip(below + 1, 0, n - 1), axis) * part


def check_resize():
    x = integers(4, 6)
    for scales, linear, mode in itertools.product(
            ((2, 2), (0.5, 1.5), (1, 4), (2.5, 0.75)), (False, True), ("half_pixel", "asymmetric", "align_corners")):
        sizes = [int(np.floor(n * s)) for n, s in zip(x.shape, scales)]
        words = f"interpolation={'linear' if linear else 'nearest'} coordinates={mode}"
        wanted = x
        for axis, scale in enumerate(scales):
            wanted = resized(wanted, axis, sizes[axis], scale, x.shape[axis] * scale, linear, mode)
        for key in ("scales", "float_scales"):
            y, matrix = operated(f"resize input=4,6 {key}={scales[0]},{scales[1]} {words}", x)
            assert y.shape == wanted.shape and np.allclose(y, wanted, rtol=1e-13, atol=1e-13), (key, scales, words)
            assert np.allclose(matrix @ x.ravel(), wanted.ravel(), rtol=1e-13, atol=1e-13), (key, scales, words)
    y, _ = operated("resize input=4,6 sizes=8,3 coordinates=asymmetric nearest=floor", x)
    assert np.array_equal(y, x.repeat(2, 0)[:, ::2])
    # The extents of float32 products, as ONNX Runtime has them.
    for n in range(1, 40):
        for scale in ("0.1", "0.3", "0.7", "1.1", "2.3"):
            size = int(np.float32(n) * np.float32(scale))
            if size == 0:
                toeplix(f"resize input={n} float_scales={scale}", f"leaves no pixel of input extent {n}")
                continue
            toeplix(f"resize input={n} float_scales={scale} --output A.npz")
            assert scipy.sparse.load_npz("A.npz").shape == (size, n), (n, scale)
    toeplix("resize input=10 scales=0.699999988079071 --output A.npz")  # 0.7 as a float, exactly
    assert scipy.sparse.load_npz("A.npz").shape == (6, 10)
    toeplix("resize input=10 float_scales=0.7 --output A.npz")
    assert scipy.sparse.load_npz("A.npz").shape == (7, 10)
    picture = RANDOM.integers(0, 256, (6, 5, 3), dtype=np.uint8)
    Image.fromarray(picture).save("p.png")
    toeplix("resize input=6,5 scales=3 --input p.png --output q.png")
    assert np.array_equal(np.asarray(Image.open("q.png")), picture.repeat(3, 0).repeat(3, 1))


def check_im2col():
    x = integers(2, 5, 6)
    for padding, stride, boundary in itertools.product((0, 1), (1, 2), PAD):
        command = f"im2col input=5,6 kernel=3,2 in=2 padding={padding} stride={stride} boundary={boundary}"
        framed = np.pad(x, [(0, 0), (padding, padding), (padding, padding)], mode=PAD[boundary])
        windows = np.lib.stride_tricks.sliding_window_view(framed, (3, 2), (1, 2))[:, ::stride, ::stride]
        wanted = windows.transpose(0, 3, 4, 1, 2).reshape(12, -1)
        y, matrix = operated(command, x)
        assert np.array_equal(y, wanted) and np.array_equal(matrix @ x.ravel(), wanted.ravel()), command
        assert (matrix.data == 1).all()
        back, transposed = operated(command, wanted, "--transpose")
        assert np.array_equal(back.ravel(), matrix.T @ wanted.ravel()) and back.shape == (2, 5, 6), command
        assert (transposed != matrix.T).nnz == 0
    windows = np.lib.stride_tricks.sliding_window_view(x, (3, 2), (1, 2)).transpose(1, 2, 0, 3, 4)
    y, _ = operated("im2col input=5,6 kernel=3,2 in=2 order=channels_last", x.transpose(1, 2, 0))
    assert np.array_equal(y, windows.reshape(15, 12))
    y, _ = operated("im2col input=5,6 kernel=3,2 in=2 order=column_major", x.transpose(1, 2, 0))
    assert np.array_equal(y, windows.transpose(1, 0, 2, 3, 4).reshape(15, 12))
    y, _ = operated("im2col input=5,6 kernel=2 in=2 dilation=2", x)
    assert y.shape == (8, 12)


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    check_compile()
    check_weights_order()
    check_per_pixel()
    check_per_pixel_of_one_channel()
    check_locally_connected()
    check_offset_of_matrix()
    check_bias()
    check_verified_bias()
    check_separated()
    check_padding_value()
    check_compose()
    check_outputs()
    check_pool()
    check_pad()
    check_resize()
    check_im2col()
    check_diagonals()
    check_packed_diagonals()
    check_rows()
    check_matrix_files()
    check_paddings()
    check_spread_images()
    check_apply()
    check_precision()
    check_refusals()
    check_pictures()
    check_deblur()
    check_kernel_words()
    check_streams()
    check_builtin_kernels()
    os.chdir("/")
