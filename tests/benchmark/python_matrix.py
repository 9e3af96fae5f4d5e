#!/usr/bin/env python3
"""toeplix.matrix and operators in Python beside C++, SciPy and PyTorch, in turns in one process.

    PYTHONPATH=build/python tests/benchmark/python_matrix.py build/bin/libtoeplix_bench_loops.so
        [--rounds N] [--threads N] [--only TEXT] [--small] [--require]

C++ is `toeplix::compile` and `Operator::apply` by themselves (python/loops.cpp), on the same
arrays. SciPy's matrix is made in the two vectorised ways that `coordinates` and `compressed` say;
PyTorch's by conv2d on a batch of all unit images, which gives a dense matrix. Prints medians, and
ratios of medians. --only: layers whose names have that text. --small leaves out whatever takes
long. --require: exit code 1 unless ratios are as docs/performance.md wants them. Exit code 77: no
SciPy.
"""

import argparse
import ctypes
import statistics
import sys
import time

try:
    import numpy as np
    import scipy.sparse
except ImportError as missing:
    print("skipped:", missing)
    sys.exit(77)

import toeplix

# Input, shape of the weights, padding: stride 1, no boundary. Names as in layers.hpp.
MATRICES = {
    "resnet_3x3_64_56": ((56, 56), (64, 64, 3, 3), 1),
    "blur_9x9_512": ((512, 512), (1, 1, 9, 9), 4),
    "small_3x3_16_32": ((32, 32), (16, 16, 3, 3), 1),
}
IDENTITIES = {  # for which a dense matrix has room
    "small_3x3_16_16": ((16, 16), (16, 16, 3, 3), 1),
    "blur_5x5_64": ((64, 64), (1, 1, 5, 5), 2),
}
PRODUCTS = {
    "blur_9x9_512": ((512, 512), (1, 1, 9, 9), 4),
    "blur_5x5_1024": ((1024, 1024), (1, 1, 5, 5), 2),
    "color_3x3_3_400": ((400, 400), (3, 3, 3, 3), 1),
    "vgg_3x3_64_224": ((224, 224), (64, 64, 3, 3), 1),
}
SMALL = {"blur_5x5_64": ((64, 64), (1, 1, 5, 5), 2)}


def make_weights(shape):
    """All different, so that nobody can profit from equal ones."""
    return np.arange(1, 1 + np.prod(shape), dtype=np.float32).reshape(shape)


class Cpp:
    """The layer in C++."""

    def __init__(self, library, layer, weights, threads):
        self.library = ctypes.CDLL(library)
        for name, result in (("bench_layer", ctypes.c_void_p), ("bench_compile", ctypes.c_double),
                             ("bench_product", ctypes.c_double), ("bench_free", None)):
            getattr(self.library, name).restype = result
        (height, width), (out, channels, *kernel), padding = layer
        spec = (f"input={height},{width} kernel={kernel[0]},{kernel[1]} in={channels} out={out} "
                f"padding={padding}")
        self.weights = weights
        self.layer = ctypes.c_void_p(self.library.bench_layer(
            spec.encode(), ctypes.c_void_p(weights.ctypes.data), ctypes.c_int64(weights.size),
            ctypes.c_int(threads)))

    def __del__(self):
        self.library.bench_free(self.layer)

    def compile_seconds(self):
        return self.library.bench_compile(self.layer)

    def product_seconds(self, x):
        return self.library.bench_product(self.layer, ctypes.c_void_p(x.ctypes.data))


def windows(layer):
    """Of every output pixel and every weight of an output channel: the input's number, and whether
    it lies within the image. Shape (pixels, in channels * kernel)."""
    (height, width), (_, channels, *kernel), padding = layer
    rows = np.arange(height + 2 * padding - kernel[0] + 1, dtype=np.int32)[:, None] - padding
    columns = np.arange(width + 2 * padding - kernel[1] + 1, dtype=np.int32)[:, None] - padding
    rows = rows + np.arange(kernel[0], dtype=np.int32)
    columns = columns + np.arange(kernel[1], dtype=np.int32)
    y, x = rows[:, None, None, :, None], columns[None, :, None, None, :]
    channel = np.arange(channels, dtype=np.int32)[:, None, None]
    numbers = (channel * height + y) * width + x
    inside = np.broadcast_to((0 <= y) & (y < height) & (0 <= x) & (x < width), numbers.shape)
    pixels = len(rows) * len(columns)
    return numbers.reshape(pixels, -1), inside.reshape(pixels, -1)


def coordinates(layer, weights):
    """The usual way: rows, columns and values by index arithmetic, and csr_matrix of these."""
    numbers, inside = windows(layer)
    pixel, tap = np.nonzero(inside)
    outputs, pixels = len(weights), len(inside)
    columns = np.tile(numbers[inside], outputs)
    channel = np.arange(outputs, dtype=np.int32)[:, None]
    rows = (channel * pixels + pixel.astype(np.int32)).ravel()
    values = weights.reshape(outputs, -1)[:, tap].ravel()
    shape = (outputs * pixels, weights.shape[1] * layer[0][0] * layer[0][1])
    return scipy.sparse.csr_matrix((values, (rows, columns)), shape)


def compressed(layer, weights):
    """The best that we could think of: every output channel has the same columns, which the windows
    have in order, so that nothing is sorted."""
    numbers, inside = windows(layer)
    _, tap = np.nonzero(inside)
    outputs, pixels = len(weights), len(inside)
    lengths = np.tile(np.count_nonzero(inside, axis=1), outputs)
    pointers = np.zeros(outputs * pixels + 1, np.int32)
    np.cumsum(lengths, out=pointers[1:])
    values = np.take(weights.reshape(outputs, -1), tap, axis=1).ravel()
    shape = (outputs * pixels, weights.shape[1] * layer[0][0] * layer[0][1])
    return scipy.sparse.csr_matrix((values, np.tile(numbers[inside], outputs), pointers), shape)


def seconds(work):
    """Of some work, without what it takes to free the result."""
    begin = time.perf_counter()
    result = work()
    taken = time.perf_counter() - begin
    del result
    return taken


def in_turns(contenders, rounds):
    """Medians of the seconds that contenders say they took, after one round that does not count."""
    times = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, contender in contenders.items():
            taken = contender()
            if number > 0:
                times[name].append(taken)
    return {name: statistics.median(each) for name, each in times.items()}


def peer_seconds(make, made):
    """Median of what a peer takes that makes the same matrix: once if it is a large one."""
    times = []
    for _ in range(1 if made.nnz > 5e7 else 3):
        begin = time.perf_counter()
        peer = make()
        times.append(time.perf_counter() - begin)
        assert np.array_equal(made.indptr, peer.indptr)
        assert np.array_equal(made.indices, peer.indices)
        assert np.array_equal(made.data, peer.data)
        del peer
    return statistics.median(times)


def compare_matrices(arguments, name, layer):
    weights = make_weights(layer[1])
    cpp = Cpp(arguments.loops, layer, weights, arguments.threads)

    def ours():
        return toeplix.matrix(weights, layer[0], padding=layer[2], threads=arguments.threads)

    times = in_turns({"C++": cpp.compile_seconds, "Python": lambda: seconds(ours)},
                     arguments.rounds)
    show(f"matrix {name}", times)
    ratios = {"matrix / C++": times["Python"] / times["C++"]}
    made = ours()
    for make in (coordinates, compressed):
        taken = peer_seconds(lambda: make(layer, weights), made)
        show(f"  by {make.__name__}", {"SciPy": taken})
        ratios[f"{make.__name__} / matrix"] = taken / times["Python"]
    return ratios


def compare_identity(arguments, name, layer):
    try:
        import torch
    except ImportError:
        print("PyTorch is left out: not installed")
        return {}
    weights = make_weights(layer[1])
    torch.set_num_threads(arguments.threads)
    size = layer[1][1] * layer[0][0] * layer[0][1]
    units = torch.eye(size).reshape(size, layer[1][1], *layer[0])
    kernel = torch.from_numpy(weights)

    def ours():
        return toeplix.matrix(weights, layer[0], padding=layer[2], threads=arguments.threads)

    def theirs():
        return torch.nn.functional.conv2d(units, kernel, padding=layer[2])

    assert np.array_equal(theirs().numpy().reshape(size, -1).T, ours().toarray())
    times = in_turns({"Python": lambda: seconds(ours), "conv2d": lambda: seconds(theirs)},
                     arguments.rounds)
    show(f"identity {name}", times)
    return {"conv2d / matrix": times["conv2d"] / times["Python"]}


def compare_products(arguments, name, layer):
    weights = make_weights(layer[1])
    cpp = Cpp(arguments.loops, layer, weights, arguments.threads)
    op = toeplix.operator(weights, layer[0], padding=layer[2], threads=arguments.threads)
    x = np.ones(op.shape[1], np.float32)
    rounds = arguments.rounds * (10 if op.nnz < 10**9 else 1)
    times = in_turns({"C++": lambda: cpp.product_seconds(x),
                      "Python": lambda: seconds(lambda: op @ x)}, rounds)
    show(f"product {name}", times)
    return {"product / C++": times["Python"] / times["C++"]}


def show(what, times):
    columns = "".join(f"  {name} {1e3 * taken:9.3f} ms" for name, taken in times.items())
    print(f"{what:26}{columns}", flush=True)


#: Figures of docs/performance.md: at most, or at least.
AT_MOST = {"matrix / C++": 1.1, "product / C++": 1.1}
AT_LEAST = {"coordinates / matrix": 20, "conv2d / matrix": 20}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("loops")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", default="")
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--require", action="store_true")
    arguments = parser.parse_args()
    good = True
    for compare, layers in ((compare_matrices, MATRICES), (compare_identity, IDENTITIES),
                            (compare_products, PRODUCTS)):
        for name, layer in (SMALL if arguments.small else layers).items():
            if arguments.only not in name:
                continue
            for ratio, value in compare(arguments, name, layer).items():
                print(f"    {ratio}: {value:.3g}", flush=True)
                good &= AT_LEAST.get(ratio, 0) <= value <= AT_MOST.get(ratio, float("inf"))
    return 0 if good or not arguments.require else 1


sys.exit(main())
