#!/usr/bin/env python3
"""Matrix Market, MATLAB and coordinate files: SciPy reads what we write, and we what SciPy writes.

    scipy_matrix_files.py PROGRAM

PROGRAM (roundtrip.cpp) copies a matrix from one format to another. Exit code 77: no SciPy.
With TOEPLIX_TEST_THOROUGH set, a matrix of more than 4 GiB goes there and back as well, which
takes 8 GB of memory and 11 GB of disk.
"""

import itertools
import os
import pathlib
import sys
import tempfile

try:
    import numpy as np
    import scipy.io
    import scipy.sparse
except ImportError as missing:
    print("skipped:", missing)
    sys.exit(77)

sys.dont_write_bytecode = True  # not into the sources
from copier import Copier

RUN = Copier(sys.argv[1])
TYPES = ["f4", "f8", "c8", "c16"]


def copy(source, target, *choice):
    RUN(source, target, *(choice or ("csr", "32", "stored")))


def extremes(name):
    """Numbers that a careless format loses, of either sign."""
    info = np.finfo(name)
    real = np.array([0.1, 1 / 3, 1e22, 123456789, 1, info.max, info.tiny, info.eps, info.tiny / 8,
                     info.smallest_subnormal], dtype=np.dtype(name).type(0).real.dtype)
    real = np.concatenate([real, -real])
    return (real + 1j * real[::-1]).astype(name) if name[0] == "c" else real


def example(name):
    values = extremes(name)
    random = np.random.default_rng(1)
    places = np.sort(random.choice(11 * 7, len(values), replace=False))
    return scipy.sparse.csr_matrix((values, (places // 7, places % 7)), shape=(11, 7))


def same_bits(a, b):
    a, b = a.tocsr(), b.tocsr()
    a.sort_indices(), b.sort_indices()
    return (a.shape == b.shape and np.array_equal(a.indptr, b.indptr)
            and np.array_equal(a.indices, b.indices) and a.data.tobytes() == b.data.tobytes())


def matrices():
    for name in TYPES:
        yield name, example(name)
        yield name, scipy.sparse.csr_matrix((3, 4), dtype=name)
    yield "f8", scipy.sparse.random(3000, 2000, 0.02, "csr", random_state=3)


def check_scipy_reads(folder):
    count = 0
    for (name, matrix), order, width in itertools.product(matrices(), ["csr", "csc"], ["32", "64"]):
        scipy.sparse.save_npz(folder / "in.npz", matrix)
        wide = "c16" if name[0] == "c" else "f8"

        copy(folder / "in.npz", folder / "out.mtx", order, width, "stored")
        read = scipy.sparse.csr_matrix(scipy.io.mmread(folder / "out.mtx"))
        assert same_bits(read.astype(name), matrix), ("mtx", name, order)
        assert scipy.io.mminfo(folder / "out.mtx")[:3] == (*matrix.shape, matrix.nnz)

        for compression in ("stored", "deflated"):
            copy(folder / "in.npz", folder / "out.mat", order, width, compression)
            read = scipy.io.loadmat(folder / "out.mat")["W"]
            assert scipy.sparse.issparse(read) and same_bits(read, matrix.astype(wide)), ("mat", name)

            copy(folder / "in.npz", folder / "out.npz", order, width, compression, "coordinates")
            read = scipy.sparse.load_npz(folder / "out.npz")
            assert read.format == "coo"
            with np.load(folder / "out.npz") as arrays:  # load_npz narrows indices
                assert arrays["row"].dtype == arrays["col"].dtype == f"i{int(width) // 8}"
            assert same_bits(read, matrix), ("coo", name)
            count += 3
    print(count, "files that SciPy read")


def check_we_read(folder):
    count = 0
    for name, matrix in matrices():
        wide = matrix.astype("c16" if name[0] == "c" else "f8")
        choice = ("csr", "32", "stored", "complex" if name[0] == "c" else "real")
        # 17 digits are enough for the same bits.
        scipy.io.mmwrite(str(folder / "in.mtx"), wide, comment="by SciPy", precision=17)
        copy(folder / "in.mtx", folder / "out.npz", *choice)
        assert same_bits(scipy.sparse.load_npz(folder / "out.npz"), wide), ("mtx", name)
        for compressed in (False, True):
            scipy.io.savemat(folder / "in.mat", {"other": np.ones(3), "A": wide},
                             do_compression=compressed)
            copy(folder / "in.mat", folder / "out.npz", *choice)
            assert same_bits(scipy.sparse.load_npz(folder / "out.npz"), wide), ("mat", name)
        count += 3
    print(count, "files that SciPy wrote")


def check_symmetries(folder):
    lower = scipy.sparse.tril(scipy.sparse.random(40, 40, 0.1, "csr", random_state=5), -1)
    diagonal = scipy.sparse.diags(np.arange(1.0, 41.0))
    turned = lower * (1 + 2j)
    cases = {
        "symmetric": (lower + lower.T + diagonal).tocsr(),
        "skew-symmetric": (lower - lower.T).tocsr(),
        "hermitian": (turned + turned.conj().T + diagonal).tocsr(),
    }
    for symmetry, matrix in cases.items():
        scipy.sparse.save_npz(folder / "in.npz", matrix)
        copy(folder / "in.npz", folder / "out.mtx", "csr", "32", "stored", symmetry)
        assert scipy.io.mminfo(folder / "out.mtx")[5] == symmetry
        assert same_bits(scipy.io.mmread(folder / "out.mtx"), matrix), symmetry

        scipy.io.mmwrite(str(folder / "in.mtx"), matrix, symmetry=symmetry, precision=17)
        kind = "complex" if symmetry == "hermitian" else "real"
        copy(folder / "in.mtx", folder / "out.npz", "csr", "32", "stored", kind)
        assert same_bits(scipy.sparse.load_npz(folder / "out.npz"), matrix), symmetry
    # SciPy never writes zeros on the diagonal of a skew-symmetric matrix, but reads them.
    zeros = scipy.sparse.csr_matrix(([0.0, -3.0, 3.0], [0, 1, 0], [0, 2, 3]), shape=(2, 2))
    scipy.sparse.save_npz(folder / "in.npz", zeros)
    copy(folder / "in.npz", folder / "out.mtx", "csr", "32", "stored", "skew-symmetric")
    assert same_bits(scipy.io.mmread(folder / "out.mtx"), zeros)
    copy(folder / "out.mtx", folder / "back.npz", "csr", "32", "stored", "real")
    assert same_bits(scipy.sparse.load_npz(folder / "back.npz"), zeros)

    scipy.sparse.save_npz(folder / "in.npz", matrix)
    copy(folder / "in.npz", folder / "out.mtx", "csr", "32", "stored", "pattern")
    read = scipy.io.mmread(folder / "out.mtx").tocsr()
    assert np.array_equal(read.indices, matrix.indices) and (read.data == 1).all()
    print(len(cases) + 1, "symmetries and patterns")


def check_special_values(folder):
    values = np.array([np.inf, -np.inf, np.nan, -0.0])
    matrix = scipy.sparse.csr_matrix((values, np.arange(4), [0, 4]), shape=(1, 4))
    scipy.sparse.save_npz(folder / "in.npz", matrix)
    copy(folder / "in.npz", folder / "out.mtx")
    copy(folder / "in.npz", folder / "out.mat")
    for read in (scipy.io.mmread(folder / "out.mtx").tocsr(), scipy.io.loadmat(folder / "out.mat")["W"]):
        assert np.array_equal(read.data, values, equal_nan=True)
        assert np.signbit(read.data[3])


def check_logical(folder):
    """Sparse logical matrices: as SciPy writes them, and as MATLAB does, which SciPy reads as well."""
    places = scipy.sparse.random(30, 20, 0.2, "csc", random_state=7).astype(bool)
    for compressed in (False, True):
        scipy.io.savemat(folder / "in.mat", {"A": places}, do_compression=compressed)
        copy(folder / "in.mat", folder / "out.npz", "csr", "32", "stored", "real")
        assert same_bits(scipy.sparse.load_npz(folder / "out.npz"), places.astype("f8"))
    scipy.io.savemat(folder / "in.mat", {"A": places}, do_compression=False)
    content = bytearray((folder / "in.mat").read_bytes())
    tag = (2).to_bytes(4, "little") + places.nnz.to_bytes(4, "little")  # so many uint8
    assert content.count(tag) == 1
    content[content.index(tag)] = 9  # double, though they are bytes
    (folder / "matlab.mat").write_bytes(content)
    read = scipy.io.loadmat(folder / "matlab.mat")["A"]
    assert read.dtype == bool and same_bits(read.astype("f8"), places.astype("f8"))
    copy(folder / "matlab.mat", folder / "out.npz", "csr", "32", "stored", "real")
    assert same_bits(scipy.sparse.load_npz(folder / "out.npz"), places.astype("f8"))
    print("logical matrices")


def check_other_variables(folder):
    """What else a file holds does not matter; an older or newer format is named."""
    wide = example("f8")
    others = {"text": "hello", "cells": np.array([1, "a", [2]], dtype=object), "numbers": np.ones((2, 3)),
              "structure": {"x": 1, "inner": {"y": scipy.sparse.eye(3)}}, "bytes": np.arange(3, dtype="u1")}
    scipy.io.savemat(folder / "in.mat", {**others, "A": wide, "zz": np.ones(1, dtype=bool)})
    copy(folder / "in.mat", folder / "out.npz", "csr", "32", "stored", "real")
    assert same_bits(scipy.sparse.load_npz(folder / "out.npz"), wide)
    scipy.io.savemat(folder / "in.mat", {"A": wide}, format="4")
    try:
        copy(folder / "in.mat", folder / "out.npz")
    except AssertionError as refusal:
        assert "got MATLAB 4; save it with -v7" in str(refusal), refusal
    else:
        raise AssertionError("a file of MATLAB 4 was read")
    print("other variables and formats")


def check_large(folder):
    """More than 2^32 bytes of values, so that the sizes in the archive need 64 bits."""
    count = (1 << 28) + 5
    data, columns = np.arange(count).astype("c16"), np.arange(count, dtype="i4")
    pointers = np.array([0, 7, count], dtype="i4")
    assert data.nbytes > 1 << 32
    matrix = scipy.sparse.csr_matrix((data, columns, pointers), shape=(2, count))
    scipy.sparse.save_npz(folder / "in.npz", matrix, compressed=False)
    del matrix, data, columns
    copy(folder / "in.npz", folder / "out.npz", "csr", "32", "stored")
    assert (folder / "out.npz").stat().st_size > 5 << 30
    read = scipy.sparse.load_npz(folder / "out.npz")
    assert read.shape == (2, count) and np.array_equal(read.indptr, pointers)
    for first in range(0, count, 1 << 24):
        expected = np.arange(first, min(first + (1 << 24), count))
        part = slice(first, first + (1 << 24))
        assert np.array_equal(read.indices[part], expected)
        assert np.array_equal(read.data[part], expected)
    print("a file of", (folder / "out.npz").stat().st_size, "bytes")


with tempfile.TemporaryDirectory() as name:
    check_scipy_reads(pathlib.Path(name))
    check_we_read(pathlib.Path(name))
    check_symmetries(pathlib.Path(name))
    check_special_values(pathlib.Path(name))
    check_logical(pathlib.Path(name))
    check_other_variables(pathlib.Path(name))
    if "TOEPLIX_TEST_THOROUGH" in os.environ:
        check_large(pathlib.Path(name))
RUN.close()
