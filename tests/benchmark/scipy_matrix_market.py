#!/usr/bin/env python3
"""Matrix Market: SciPy's mmwrite and mmread against ours, on the same matrices, in turns.

    scipy_matrix_market.py TOEPLIX TOEPLIX_BENCH [--layers NAME,...] [--rounds N] [--require RATIO]

Our times are those of format/LAYER/mtx_write and mtx_read in toeplix-bench. Prints medians and how
many times faster we are; exit code 1 where that is less than RATIO. Exit code 77: no SciPy.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

try:
    import numpy as np
    import scipy.io
    import scipy.sparse
except ImportError as missing:
    print("skipped:", missing)
    sys.exit(77)

# Spec and shape of the weights, as in layers.hpp.
LAYERS = {
    "blur_9x9_512": ("input=512,512 kernel=9,9 padding=4", (9, 9)),
    "blur_5x5_128": ("input=128,128 kernel=5,5 padding=2", (5, 5)),
    "small_3x3_16_32": ("input=32,32 kernel=3,3 in=16 out=16 padding=1", (16, 16, 3, 3)),
    "volume_3_64": ("input=64,64,64 kernel=3,3,3 padding=1", (3, 3, 3)),
}


def compile_layer(toeplix, layer, folder):
    """The matrix of format/LAYER: its weights are 1/3, 1/4, 1/5, ..."""
    spec, shape = LAYERS[layer]
    weights = 1.0 / np.arange(3.0, 3.0 + np.prod(shape))
    np.save(folder / "weights.npy", weights.reshape(shape))
    subprocess.run([toeplix, "compile", *spec.split(), "--weights", folder / "weights.npy",
                    "--output", folder / "W.npz"], check=True, stdout=subprocess.DEVNULL)
    return scipy.sparse.load_npz(folder / "W.npz")


def time_ours(bench, layer, folder):
    """Seconds by contender and number of threads, e.g. `mtx_write/2`."""
    result = folder / "bench.json"
    subprocess.run([bench, f"--benchmark_filter=^format/{layer}/mtx_(write|read)/",
                    f"--benchmark_out={result}", "--benchmark_out_format=json"],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    times = {}
    for run in json.loads(result.read_text())["benchmarks"]:
        times["/".join(run["name"].split("/")[2:4])] = run["real_time"] / 1e3
    return times


def time_scipy(matrix, folder):
    path = str(folder / "scipy.mtx")
    begin = time.perf_counter()
    # 17 digits are enough for the same bits, which is what we write.
    scipy.io.mmwrite(path, matrix, precision=17, symmetry="general")
    middle = time.perf_counter()
    read = scipy.io.mmread(path)
    end = time.perf_counter()
    assert read.nnz == matrix.nnz
    return {"write": middle - begin, "read": end - middle}


def compare(arguments, layer, folder):
    matrix = compile_layer(arguments.toeplix, layer, folder)
    ours, theirs = [], []
    for _ in range(arguments.rounds):
        ours.append(time_ours(arguments.bench, layer, folder))
        theirs.append(time_scipy(matrix, folder))
    worst = float("inf")
    for action in ("write", "read"):
        scipy_time = statistics.median(times[action] for times in theirs)
        for threads in ("1", "2"):
            our_time = statistics.median(times[f"mtx_{action}/{threads}"] for times in ours)
            ratio = scipy_time / our_time
            worst = min(worst, ratio)
            print(f"{layer:16} {action:6} {threads} threads {1e3 * our_time:9.1f} ms "
                  f"SciPy {1e3 * scipy_time:9.1f} ms  {ratio:6.1f} times faster", flush=True)
    return worst


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("toeplix")
    parser.add_argument("bench")
    parser.add_argument("--layers", default=",".join(LAYERS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--require", type=float, default=0)
    arguments = parser.parse_args()
    worst = float("inf")
    # As toeplix-bench: in memory, so that a busy disk slows nobody down.
    memory = "/dev/shm" if os.path.isdir("/dev/shm") and "TMPDIR" not in os.environ else None
    for layer in arguments.layers.split(","):
        with tempfile.TemporaryDirectory(dir=memory) as folder:
            worst = min(worst, compare(arguments, layer, pathlib.Path(folder)))
    print(f"at least {worst:.1f} times faster than SciPy {scipy.__version__}")
    return 0 if worst >= arguments.require else 1


sys.exit(main())
