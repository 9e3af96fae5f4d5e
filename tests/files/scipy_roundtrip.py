#!/usr/bin/env python3
"""Compares our files with those of NumPy and SciPy, in both directions.

    scipy_roundtrip.py PROGRAM

PROGRAM (roundtrip.cpp) reads a file and writes it again. What NumPy or SciPy wrote must come back
as NumPy and SciPy read it. Exit code 77: NumPy or SciPy is missing.
"""

import itertools
import pathlib
import sys
import tempfile
import zipfile

try:
    import numpy as np
    import scipy.sparse
except ImportError as missing:
    print("skipped:", missing)
    sys.exit(77)

sys.dont_write_bytecode = True  # not into the sources
from copier import Copier

run = Copier(sys.argv[1])


def bits_equal(a, b):
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def check_npy(folder):
    types = ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16"]
    read_as = {"?": "u1", "f2": "f4"}
    shapes = [(), (0,), (5,), (2, 3), (3, 1, 4), (2, 3, 4, 5), (3, 0, 2)]
    random = np.random.default_rng(1)
    count = 0
    for name, shape, order, byte_order, version in itertools.product(
            types, shapes, "CF", "<>", [(1, 0), (2, 0), (3, 0)]):
        if version != (1, 0) and (order, byte_order) != ("C", "<"):
            continue
        native = np.dtype(name)
        if native.kind == "b":
            values = random.integers(0, 2, shape).astype(native)
        elif native.kind in "iu":
            info = np.iinfo(native)
            values = random.integers(info.min, info.max, shape, dtype=native, endpoint=True)
        else:
            values = np.asarray(random.normal(size=shape)).astype(native)
            if native.kind == "c":
                values = np.asarray(values + 1j * random.normal(size=shape)).astype(native)
        values = np.asarray(values)
        stored = np.asarray(values.astype(native.newbyteorder(byte_order)), order=order)
        with open(folder / "in.npy", "wb") as file:
            np.lib.format.write_array(file, stored, version=version)
        run(folder / "in.npy", folder / "out.npy")
        expected = np.ascontiguousarray(values.astype(read_as.get(name, name))).reshape(shape)
        assert bits_equal(np.load(folder / "out.npy"), expected), (name, shape, order, byte_order)
        np.save(folder / "same.npy", expected)
        same = (folder / "same.npy").read_bytes() == (folder / "out.npy").read_bytes()
        assert same, ("numpy.save writes other bytes", name, shape)
        count += 1
    print(count, "arrays")


def example(kind, name, index):
    random = np.random.default_rng(2)
    dense = random.integers(-3, 4, (7, 5)) * (random.random((7, 5)) < 0.4)
    matrix = getattr(scipy.sparse, kind + "_matrix")(dense.astype(name))
    if name.startswith("c"):
        matrix.data = matrix.data + 1j * random.integers(1, 3, matrix.data.shape).astype(name)
        matrix.data = matrix.data.astype(name)
    for attribute in ("indices", "indptr", "row", "col"):
        if hasattr(matrix, attribute):
            setattr(matrix, attribute, getattr(matrix, attribute).astype(index))
    return matrix


def check_matrix(folder, matrix, order, width, compression):
    run(folder / "in.npz", folder / "out.npz", order, width, compression)
    with zipfile.ZipFile(folder / "out.npz") as archive:
        assert archive.testzip() is None
    with np.load(folder / "out.npz") as arrays:
        assert arrays["indices"].dtype == f"i{width // 8}"
    result = scipy.sparse.load_npz(folder / "out.npz")
    expected = matrix.asformat(order)
    expected.sum_duplicates()
    assert result.format == order and result.shape == matrix.shape
    assert result.has_canonical_format
    assert np.array_equal(result.indptr, expected.indptr)
    assert np.array_equal(result.indices, expected.indices)
    assert np.array_equal(result.data, expected.data)


def check_npz(folder):
    count = 0
    for kind, name, index, compressed in itertools.product(
            ["csr", "csc", "coo"], ["f4", "f8", "c8", "c16", "i4", "?"], ["i4", "i8"],
            [False, True]):
        matrix = example(kind, name, index)
        scipy.sparse.save_npz(folder / "in.npz", matrix, compressed=compressed)
        if name in ("i4", "?"):
            matrix = matrix.astype("f8")
        for order, width, compression in itertools.product(
                ["csr", "csc"], [32, 64], ["stored", "deflated"]):
            check_matrix(folder, matrix, order, width, compression)
            count += 1
    print(count, "matrices")


def check_unusual_npz(folder):
    data, rows, cols = np.array([1.0, 2, 4, 8]), np.array([1, 0, 1, 1]), np.array([2, 1, 0, 2])
    coordinates = scipy.sparse.coo_matrix((data, (rows, cols)), shape=(3, 3))
    unsorted = scipy.sparse.csr_matrix((data, np.array([2, 0, 2, 1]), np.array([0, 3, 3, 4])))
    large = scipy.sparse.random(3000, 2000, 0.02, "csr", random_state=3)
    for matrix in (coordinates, unsorted, large, scipy.sparse.csr_matrix((0, 4))):
        scipy.sparse.save_npz(folder / "in.npz", matrix)
        for order in ("csr", "csc"):
            check_matrix(folder, matrix, order, 32, "deflated")


def check_png(folder):
    try:
        from PIL import Image
    except ImportError:
        print("pictures skipped: no Pillow")
        return
    random = np.random.default_rng(4)
    pictures = [random.integers(0, 256, shape).astype("u1") for shape in ((5, 7), (5, 7, 3))]
    pictures.append(random.integers(0, 65536, (5, 7)).astype("u2"))
    for picture in pictures:
        Image.fromarray(picture).save(folder / "in.png")
        run(folder / "in.png", folder / "out.png")
        assert np.array_equal(np.asarray(Image.open(folder / "out.png")), picture)
    print(len(pictures), "pictures")


with tempfile.TemporaryDirectory() as name:
    check_npy(pathlib.Path(name))
    check_npz(pathlib.Path(name))
    check_unusual_npz(pathlib.Path(name))
    check_png(pathlib.Path(name))
run.close()
