#!/usr/bin/env python3
"""Writes cases.json: convolutions computed by other people's programs, with small integers.

Needs Debian's python3-numpy, python3-scipy, python3-torch, octave and octave-signal. The output is
committed; run this only to change the cases:

    python3 tests/golden/generate.py

Every case is a spec in Toeplix's text form with weights, x and y = A x (for some also the dense
matrix, row by row). Complex numbers are pairs. `source` says what computed y.
"""
import itertools
import json
import pathlib
import subprocess

import numpy as np
import scipy.ndimage
import scipy.signal
import torch

rng = np.random.default_rng(20240607)
cases = []

# numpy.pad's names of our boundaries.
NUMPY_PAD = {"zero": "constant", "circular": "wrap", "reflect": "reflect",
             "symmetric": "symmetric", "replicate": "edge"}
# scipy.ndimage's names of our boundaries.
NDIMAGE = {"zero": "constant", "circular": "wrap", "reflect": "mirror",
           "symmetric": "reflect", "replicate": "nearest"}


def integers(*shape):
    return rng.integers(-5, 6, shape)


def numbers(array, order="C"):
    """The array as a flat list; complex numbers as pairs."""
    flat = np.asarray(array).flatten(order=order)
    if np.iscomplexobj(flat):
        return [[int(z.real), int(z.imag)] for z in flat]
    rounded = np.rint(flat)
    assert np.all(np.abs(flat - rounded) < 1e-6), "integers were expected"
    return [int(v) for v in rounded]


def commas(values):
    return ",".join(str(v) for v in values)


def add(source, spec, w, x, y, matrix=None):
    case = {"source": source, "spec": spec, "weights": numbers(w), "x": x, "y": y}
    if matrix is not None:
        case["matrix"] = [numbers(row) for row in matrix]
    cases.append(case)


def correlate(x, w, stride, dilation):
    """Valid correlation of x (channels, spatial...) with w (out, in, kernel...)."""
    axes = tuple(range(1, x.ndim))
    span = [(k - 1) * d + 1 for k, d in zip(w.shape[2:], dilation)]
    windows = np.lib.stride_tricks.sliding_window_view(x, span, axis=axes)
    windows = windows[(slice(None),) + tuple(slice(None, None, s) for s in stride)
                      + tuple(slice(None, None, d) for d in dilation)]
    n = len(axes)
    # windows: (in, output..., kernel...); contract channels and kernel.
    return np.tensordot(w, windows, axes=(range(1, n + 2), [0] + list(range(n + 1, 2 * n + 1))))


def padded(x, pads, boundaries):
    """numpy.pad axis by axis, each with its own boundary."""
    for axis, (pad, boundary) in enumerate(zip(pads, boundaries)):
        widths = [(0, 0)] * x.ndim
        widths[axis + 1] = pad
        x = np.pad(x, widths, mode=NUMPY_PAD[boundary])
    return x


def flattened(tensor, order):
    """A (channels, spatial...) tensor as a vector in one of our orders."""
    if order == "channels_first":
        return numbers(tensor)
    last = np.moveaxis(tensor, 0, -1)
    return numbers(last) if order == "channels_last" else numbers(last, order="F")


def numpy_case(shape, kernel, pads, boundaries, cin=1, cout=1, stride=None, dilation=None,
               order="channels_first", complex_numbers=False):
    n = len(shape)
    stride = stride or (1,) * n
    dilation = dilation or (1,) * n
    x, w = integers(cin, *shape), integers(cout, cin, *kernel)
    if complex_numbers:
        x, w = x + 1j * integers(*x.shape), w + 1j * integers(*w.shape)
    y = correlate(padded(x, pads, boundaries), w, stride, dilation)
    spec = (f"input={commas(shape)} kernel={commas(kernel)} in={cin} out={cout} "
            f"stride={commas(stride)} dilation={commas(dilation)} "
            f"padding={commas(f'{a}:{b}' for a, b in pads)} boundary={commas(boundaries)} "
            f"order={order}")
    add("numpy.pad and direct correlation", spec, w, flattened(x, order), flattened(y, order))


def numpy_cases():
    for boundary in NUMPY_PAD:
        numpy_case((7,), (4,), [(3, 2)], [boundary])
    for pair in itertools.product(NUMPY_PAD, repeat=2):
        numpy_case((5, 6), (3, 4), [(2, 1), (2, 3)], pair, cin=2, cout=2)
    numpy_case((6, 5), (2, 3), [(1, 2), (0, 2)], ("symmetric", "circular"), 2, 3, (2, 3), (2, 1))
    numpy_case((4, 4, 5), (2, 3, 2), [(1, 1), (2, 0), (1, 2)],
               ("symmetric", "replicate", "circular"), 1, 2)
    numpy_case((3, 4, 3, 4), (2, 2, 3, 2), [(1, 0), (1, 1), (2, 1), (0, 2)],
               ("circular", "symmetric", "reflect", "replicate"), 2, 1)
    numpy_case((3, 3, 4, 3), (2, 2, 2, 2), [(0, 0), (1, 1), (0, 1), (1, 0)], ("zero",) * 4,
               stride=(1, 2, 1, 2))
    for order in ("channels_last", "column_major"):
        numpy_case((5, 4), (3, 2), [(1, 1), (1, 0)], ("symmetric", "zero"), 3, 2, order=order)
        numpy_case((3, 4, 5), (2, 3, 2), [(1, 0), (1, 1), (0, 1)], ("zero", "circular", "reflect"),
                   2, 3, order=order)
    for boundary in ("zero", "symmetric"):
        numpy_case((4, 5), (3, 3), [(1, 1), (1, 1)], (boundary, boundary), 2, 2,
                   complex_numbers=True)


def scipy_cases():
    for shape, kernel in [((8,), (3,)), ((5, 6), (3, 2)), ((4, 3, 5), (2, 3, 2))]:
        for mode, padding in [("full", "full"), ("valid", "valid")]:
            x, w = integers(*shape), integers(*kernel)
            y = scipy.signal.convolve(x, w, mode=mode, method="direct")
            add(f"scipy.signal.convolve, mode {mode}",
                f"input={commas(shape)} kernel={commas(kernel)} padding={padding} "
                "operation=convolution", w, numbers(x), numbers(y))
            y = scipy.signal.correlate(x, w, mode=mode, method="direct")
            add(f"scipy.signal.correlate, mode {mode}",
                f"input={commas(shape)} kernel={commas(kernel)} padding={padding}",
                w, numbers(x), numbers(y))
    # Even kernels: functions differ in the side that gets the odd pixel.
    for kernel in [(3, 5), (4, 2), (2, 3)]:
        x, w = integers(6, 7), integers(*kernel)
        y = scipy.signal.convolve(x, w, mode="same", method="direct")
        add("scipy.signal.convolve, mode same",
            f"input=6,7 kernel={commas(kernel)} padding=same_lower operation=convolution",
            w, numbers(x), numbers(y))
        for boundary, mode in NDIMAGE.items():
            y = scipy.ndimage.correlate(x, w, mode=mode)
            add(f"scipy.ndimage.correlate, mode {mode}",
                f"input=6,7 kernel={commas(kernel)} padding=same_lower boundary={boundary}",
                w, numbers(x), numbers(y))
            y = scipy.ndimage.convolve(x, w, mode=mode)
            add(f"scipy.ndimage.convolve, mode {mode}",
                f"input=6,7 kernel={commas(kernel)} padding=same_upper boundary={boundary} "
                "operation=convolution", w, numbers(x), numbers(y))


def torch_cases():
    """Grouped and dilated layers and transposed ones, in channels-last layout."""
    def channels_last(tensor):
        return numbers(tensor[0].permute(*range(1, tensor.dim() - 1), 0).numpy())

    x, w = torch.tensor(integers(1, 4, 6, 5)).double(), torch.tensor(integers(6, 2, 3, 2)).double()
    y = torch.nn.functional.conv2d(x, w, stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=2)
    add("torch conv2d", "input=6,5 kernel=3,2 in=4 out=6 groups=2 stride=2,1 dilation=1,2 "
        "padding=1,2 order=channels_last", w.numpy(), channels_last(x), channels_last(y))
    x, w = torch.tensor(integers(1, 4, 3, 4)).double(), torch.tensor(integers(4, 3, 3, 2)).double()
    y = torch.nn.functional.conv_transpose2d(x, w, stride=(2, 1), padding=(1, 0), groups=2,
                                             output_padding=(1, 2), dilation=(1, 3))
    add("torch conv_transpose2d", "transposed input=3,4 kernel=3,2 in=4 out=6 groups=2 stride=2,1 "
        "padding=1,0 output_padding=1,2 dilation=1,3 order=channels_last",
        w.numpy(), channels_last(x), channels_last(y))


def octave(expression, *arrays):
    """A matrix computed by Octave from the arrays A and B."""
    def literal(array):
        return "[" + ";".join(" ".join(str(v) for v in row) for row in np.atleast_2d(array)) + "]"
    named = "".join(f"{name} = {literal(array)};" for name, array in zip("AB", arrays))
    program = f"pkg load signal; {named} dlmwrite(stdout, {expression}, ' ');"
    text = subprocess.run(["octave-cli", "--eval", program], capture_output=True, text=True,
                          check=True).stdout
    return np.array([[float(v) for v in line.split()] for line in text.strip().splitlines()])


def octave_cases():
    for kernel in [(3, 3), (2, 4), (4, 3)]:
        x, w = integers(5, 6), integers(*kernel)
        for shape, padding in [("full", "full"), ("same", "same_upper"), ("valid", "valid")]:
            y = octave(f'conv2(A, B, "{shape}")', x, w)
            # Octave's arrays are column-major: X(:) and Y(:).
            add(f"Octave conv2, shape {shape}",
                f"input=5,6 kernel={commas(kernel)} padding={padding} operation=convolution "
                "order=column_major", w, numbers(x, "F"), numbers(y, "F"))
    w, x = integers(3), integers(6)
    matrix = octave("convmtx(A', 6)", w)
    add("Octave convmtx of a column", "input=6 kernel=3 padding=full operation=convolution",
        w, numbers(x), numbers(matrix @ x), matrix)


def one_dimensional_cases():
    """numpy.convolve and numpy.correlate, and scipy.signal.correlate as they have it."""
    for kernel in (2, 3, 4):
        x, w = integers(7), integers(kernel)
        for mode, padding in [("full", "full"), ("same", "same_lower"), ("valid", "valid")]:
            spec = f"input=7 kernel={kernel} padding={padding}"
            add(f"numpy.convolve, mode {mode}", spec + " operation=convolution",
                w, numbers(x), numbers(np.convolve(x, w, mode)))
            add(f"numpy.correlate, mode {mode}", spec,
                w, numbers(x), numbers(np.correlate(x, w, mode)))


def same_cases():
    """What is the same of scipy.signal.correlate and convolve2d; the latter with its boundaries."""
    for shape, kernel in [((8,), (4,)), ((6, 7), (4, 3)), ((4, 5, 4), (2, 3, 4))]:
        x, w = integers(*shape), integers(*kernel)
        add("scipy.signal.correlate, mode same",
            f"input={commas(shape)} kernel={commas(kernel)} padding=same_lower",
            w, numbers(x), numbers(scipy.signal.correlate(x, w, mode="same", method="direct")))
    for kernel in [(3, 3), (2, 4), (4, 3)]:
        x, w = integers(5, 6), integers(*kernel)
        for padding, mode in [("full", "full"), ("same_lower", "same"), ("valid", "valid")]:
            for boundary, name in [("zero", "fill"), ("circular", "wrap"), ("symmetric", "symm")]:
                y = scipy.signal.convolve2d(x, w, mode=mode, boundary=name)
                add(f"scipy.signal.convolve2d, mode {mode}, boundary {name}",
                    f"input=5,6 kernel={commas(kernel)} padding={padding} boundary={boundary} "
                    "operation=convolution", w, numbers(x), numbers(y))


def complex_cases():
    """True convolution, transposed convolution (no conjugate) and other orders."""
    def integers_of(*shape):
        return integers(*shape) + 1j * integers(*shape)

    x, w = integers_of(5, 4), integers_of(3, 2)
    for mode, padding in [("full", "full"), ("same", "same_lower")]:
        add(f"scipy.signal.convolve, mode {mode}",
            f"input=5,4 kernel=3,2 padding={padding} operation=convolution", w, numbers(x),
            numbers(scipy.signal.convolve(x, w, mode=mode, method="direct")))
    add("scipy.signal.convolve2d, mode same, boundary wrap",
        "input=5,4 kernel=3,2 padding=same_lower boundary=circular operation=convolution",
        w, numbers(x), numbers(scipy.signal.convolve2d(x, w, mode="same", boundary="wrap")))
    add("scipy.signal.convolve, mode full", "transposed input=5,4 kernel=3,2", w, numbers(x),
        numbers(scipy.signal.convolve(x, w, mode="full", method="direct")))
    numpy_case((4, 5), (3, 2), [(1, 1), (2, 1)], ("reflect", "circular"), 2, 3, (1, 2),
               order="channels_last", complex_numbers=True)
    numpy_case((4, 5), (2, 3), [(1, 0), (1, 2)], ("symmetric", "replicate"), 2, 2,
               dilation=(2, 1), order="column_major", complex_numbers=True)


numpy_cases()
scipy_cases()
torch_cases()
octave_cases()
one_dimensional_cases()
same_cases()
complex_cases()
lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
path = pathlib.Path(__file__).with_name("cases.json")
path.write_text("[\n" + lines + "\n]\n")
print(f"{path.name}: {len(cases)} cases")
