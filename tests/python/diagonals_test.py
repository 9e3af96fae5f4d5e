"""toeplix.diagonals against the dense matrix."""

import pickle

import numpy as np
import pytest
import scipy.sparse
from inspect_test import random_problems

import toeplix


def padded(dense, size):
    """The matrix in blocks of that size, the last of which are padded with zeros."""
    extents = [-(-extent // size) * size for extent in dense.shape]
    result = np.zeros(extents, dense.dtype)
    result[: dense.shape[0], : dense.shape[1]] = dense
    return result


def rebuilt(found, dense):
    """The matrix that the diagonals make up."""
    size = found.size
    result = np.zeros_like(padded(dense, size))
    assert result.shape == (found.block_rows * size, found.block_columns * size)
    for diagonal in found:
        offset, array = diagonal
        assert array.shape == (size,) and 0 <= offset < size
        assert np.array_equal(array[diagonal.rows], diagonal.values)
        rows = np.arange(size)
        result[diagonal.block_row * size + rows,
               diagonal.block_column * size + (rows + offset) % size] += array
    return result


def test_they_make_up_the_matrix():
    rng = np.random.default_rng(6)
    for weights, pixels, keywords in random_problems(100, seed=6):
        A = toeplix.matrix(weights, pixels, **keywords)
        dense = A.toarray()
        for size in (None, int(rng.integers(1, 40))):
            found = toeplix.diagonals(weights, pixels, size=size, **keywords)
            assert found.size == size or found.size == max(dense.shape)
            assert np.array_equal(rebuilt(found, dense), padded(dense, found.size))
            assert len(found) == len(list(found))
            assert sum(len(diagonal.rows) for diagonal in found) == A.nnz
            of_matrix = toeplix.diagonals(A, size=size)
            assert np.array_equal(rebuilt(of_matrix, dense), padded(dense, found.size))
            assert len(of_matrix) == len(found)


def test_a_product_of_rotations():
    rng = np.random.default_rng(7)
    w = rng.integers(-9, 10, (3, 3))
    x = rng.integers(-9, 10, 36)
    found = toeplix.diagonals(w, (6, 6), padding=1)
    y = sum(diagonal * np.roll(x, -offset) for offset, diagonal in found)
    assert np.array_equal(y, toeplix.matrix(w, (6, 6), padding=1) @ x)


def test_every_scalar_keeps_its_type():
    for dtype in (np.float32, np.float64, np.complex64, np.complex128):
        w = np.array([1, 2, 3], dtype)
        for found in (toeplix.diagonals(w, 5), toeplix.diagonals(toeplix.matrix(w, 5))):
            offsets = [diagonal.offset for diagonal in found]
            assert offsets == [0, 1, 2]
            assert all(array.dtype == dtype for _, array in found)


def test_full_diagonals_are_not_copied():
    found = toeplix.diagonals([1, 2], 6, boundary="circular", padding="same_upper")
    diagonal = found[1]
    assert diagonal.dense() is diagonal.values
    assert not diagonal.values.flags.owndata
    assert diagonal.rows.dtype == np.int64


def test_zeros_are_left_out_if_asked():
    assert len(list(toeplix.diagonals([1, 0, 2], 5))) == 3
    for found in (
        toeplix.diagonals([1, 0, 2], 5, prune=True),
        toeplix.diagonals(toeplix.matrix([1, 0, 2], 5), prune=True),
    ):
        assert [diagonal.offset for diagonal in found] == [0, 2]


def test_a_kernel_for_every_pixel():
    w = np.arange(1, 9).reshape(4, 1, 1, 2)
    with pytest.raises(toeplix.GeometryError, match="toeplix.matrix makes its matrix"):
        toeplix.diagonals(w, 5)
    A = toeplix.matrix(w, 5)
    found = toeplix.diagonals(A)
    assert np.array_equal(rebuilt(found, A.toarray()), padded(A.toarray(), 5))


def test_single_diagonals():
    A = toeplix.matrix([1, 2, 3], 5)
    for found in (toeplix.diagonals([1, 2, 3], 5), toeplix.diagonals(A)):
        assert np.array_equal(found[1].values, [2, 2, 2])
        assert len(found[3].rows) == 0 and not found[3].dense().any()
        assert repr(found[1]) == "Diagonal(offset=1, block=(0, 0), 3 entries of 5)"
        assert repr(found) == "<toeplix.Diagonals of 1 x 1 blocks of 5 x 5>"
        for offset in (-1, 5):
            with pytest.raises(IndexError, match="expected 0 to 4"):
                found[offset]
        with pytest.raises(IndexError, match="block_row is 1"):
            found.at(0, 1)
    for blocks in (toeplix.diagonals([1, 2, 3], 5, size=2), toeplix.diagonals(A, size=2)):
        assert blocks.at(1, 0, 0).dense().tolist() == [2, 0]
        assert blocks.at(0, 0, 1).dense().tolist() == [3, 3]
        with pytest.raises(IndexError, match="blocks of 2 x 2"):
            blocks[0]


def test_iterators_are_independent_and_keep_what_they_need():
    found = toeplix.diagonals([1, 2, 3], 5)
    pairs = [(a.offset, b.offset) for a in found for b in found]
    assert pairs == [(a, b) for a in range(3) for b in range(3)]
    walk = iter(toeplix.diagonals([1, 2, 3], 5))
    del found
    assert [diagonal.offset for diagonal in walk] == [0, 1, 2]


def test_a_matrix_that_is_too_large_to_compile():
    found = toeplix.diagonals(np.ones((3, 3)), (2000, 2000), padding=1)
    first = next(iter(found))
    assert first.offset == 0 and len(first.rows) == 4_000_000
    assert len(found) == 9


def packed(A, packing):
    """The matrix with its rows and columns in the slots of a packing."""
    result = np.zeros((packing.output.size, packing.input.size))
    result[np.ix_(packing.output.places, packing.input.places)] = A.toarray()
    return result


def test_packed_ones_make_up_the_permuted_matrix():
    rng = np.random.default_rng(8)
    for weights, pixels, keywords in random_problems(60, seed=8):
        packing = toeplix.pixel_shuffle(weights, pixels, **keywords)
        grid = tuple(extent + int(rng.integers(0, 3)) for extent in packing.input.grid)
        packing = toeplix.pixel_shuffle(weights, pixels, grid=grid, **keywords)
        A = toeplix.matrix(weights, pixels, **keywords)
        dense = packed(A, packing)
        for size in (None, int(rng.integers(1, 80))):
            for found in (
                toeplix.diagonals(weights, pixels, size=size, packing=packing, **keywords),
                toeplix.diagonals(A, size=size, packing=packing),
                toeplix.diagonals(
                    A, size=size, row_order=packing.output, column_order=packing.input
                ),
            ):
                assert np.array_equal(rebuilt(found, dense), padded(dense, found.size))
                rotations = {(d.block_column, d.offset) for d in found if d.offset != 0}
                assert found.rotations == len(rotations)


@pytest.mark.parametrize("order", ["channels_first", "channels_last", "column_major"])
def test_layers_in_a_row_by_rotations(order):
    rng = np.random.default_rng(9)
    first, second = rng.integers(-9, 10, (6, 2, 3, 3)), rng.integers(-9, 10, (4, 6, 3, 2))
    one = dict(input=(9, 8), stride=2, padding=1, order=order)
    two = dict(input=(5, 4), stride=(1, 2), padding=1, order=order)
    x = rng.integers(-9, 10, 9 * 8 * 2)
    packings = [toeplix.pixel_shuffle(first, grid=(10, 12), grid_channels=2, **one)]
    packings.append(toeplix.pixel_shuffle(second, after=packings[0].output, **two))
    assert packings[1].input == packings[0].output
    y = x
    for size in (64, 300):
        y, slots = x, packings[0].input.pack(x, -(-packings[0].input.size // size) * size)
        for weights, layer, packing in zip((first, second), (one, two), packings):
            y = toeplix.matrix(weights, **layer) @ y
            found = toeplix.diagonals(weights, size=size, packing=packing, **layer)
            parts, sums = slots.reshape(-1, size), np.zeros((found.block_rows, size))
            for diagonal in found:
                sums[diagonal.block_row] += diagonal.dense() * np.roll(
                    parts[diagonal.block_column], -diagonal.offset
                )
            slots = sums.ravel()
        assert np.array_equal(packings[1].output.unpack(slots), y)


def test_places_are_those_of_torch():
    """Depth to space by the gap, channel by channel of the grid."""
    x = np.arange(8 * 3 * 5).reshape(8, 3, 5)
    packed = toeplix.PackedTensor(8, (3, 5), gap=2)
    expected = x.reshape(2, 2, 2, 3, 5).transpose(0, 3, 1, 4, 2).ravel()
    assert np.array_equal(packed.pack(x), expected)
    assert np.array_equal(packed.unpack(expected), x.ravel())
    last = toeplix.PackedTensor(8, (3, 5), gap=2, order="channels_last")
    x = np.moveaxis(x, 0, -1)
    expected = x.reshape(3, 5, 2, 2, 2).transpose(0, 2, 1, 3, 4).ravel()
    assert np.array_equal(last.pack(x), expected)


def test_packed_tensors_are_values():
    packed = toeplix.PackedTensor(5, (3, 4), order="channels_last", gap=(2, 1), grid=(7, 4))
    again = pickle.loads(pickle.dumps(packed))
    assert again == packed and hash(again) == hash(packed) and eval(
        repr(packed), {"PackedTensor": toeplix.PackedTensor}
    ) == packed
    assert packed != toeplix.PackedTensor(5, (3, 4), order="channels_last", gap=(2, 1))
    assert (packed.grid_channels, packed.elements, packed.size) == (3, 60, 84)
    assert not packed.places.flags.writeable and len(set(packed.places)) == 60
    with pytest.raises(toeplix.GeometryError, match="x has 3 elements; expected 60"):
        packed.pack([1, 2, 3])
    with pytest.raises(toeplix.GeometryError, match="slots has 3 numbers; expected at least 84"):
        packed.unpack([1, 2, 3])


def test_packings_that_are_refused():
    A = scipy.sparse.eye(4, format="csr")
    with pytest.raises(toeplix.GeometryError, match="place 1 is that of rows 1 and 2"):
        toeplix.diagonals(A, row_order=[0, 1, 1, 3])
    with pytest.raises(toeplix.GeometryError, match="place -1 of column 0; expected 0 to 3"):
        toeplix.diagonals(A, column_order=[-1, 1, 2, 3])
    with pytest.raises(toeplix.GeometryError, match="column order of 2 places"):
        toeplix.diagonals(A, column_order=[0, 1])
    for wrong in ([], [[0, 1]], [0.5], "rows", 3):
        with pytest.raises(TypeError, match="row_order is .*expected a PackedTensor"):
            toeplix.diagonals(A, row_order=wrong)
    with pytest.raises(toeplix.GeometryError, match=r"expected one below 2\^62"):
        toeplix.diagonals(A, row_order=np.array([0, 1, 2, 2**62]))
    with pytest.raises(TypeError, match="here, give packing"):
        toeplix.diagonals([1, 2], 4, row_order=[0, 1, 2])
    packing = toeplix.pixel_shuffle("input=4 kernel=2 stride=2")
    with pytest.raises(toeplix.GeometryError, match="expected the convolution's output"):
        toeplix.diagonals([1, 2], 4, packing=packing)
    with pytest.raises(toeplix.GeometryError, match="packing of 2 rows and 4 columns"):
        toeplix.diagonals(A, packing=packing)
    with pytest.raises(toeplix.GeometryError, match="expected one of them"):
        toeplix.diagonals(
            toeplix.matrix([1, 2], 4, stride=2), packing=packing, row_order=packing.output
        )
    for wrong in (3, (1, 2), packing.output, [packing.output]):
        with pytest.raises(TypeError, match="expected a PixelShuffle"):
            toeplix.diagonals([1, 2], 4, stride=2, packing=wrong)
    with pytest.raises(TypeError, match="takes the geometry of a convolution"):
        toeplix.pixel_shuffle(A)
    with pytest.raises(TypeError, match="gap is given twice"):
        toeplix.pixel_shuffle("input=2 kernel=2", after=packing.output, gap=2)
    with pytest.raises(TypeError, match="after is tuple|after is PixelShuffle"):
        toeplix.pixel_shuffle("input=2 kernel=2", after=packing)
    with pytest.raises(toeplix.GeometryError, match="axis 0: gap 1 of the input"):
        toeplix.pixel_shuffle("transposed input=2 kernel=2 stride=2", gap=1)


def test_what_is_refused():
    with pytest.raises(TypeError, match="did you mean 'stride'"):
        toeplix.diagonals([1, 2], 5, strides=2)
    with pytest.raises(TypeError, match="needs the input's pixels"):
        toeplix.diagonals([1, 2])
    with pytest.raises(TypeError, match="needs the weights"):
        toeplix.diagonals("input=5 kernel=2")
    with pytest.raises(ValueError, match="size is 0"):
        toeplix.diagonals([1, 2], 5, size=0)
    with pytest.raises(TypeError, match="no use for padding"):
        toeplix.diagonals(scipy.sparse.eye(3, format="csr"), padding=1)
    with pytest.raises(toeplix.CapacityError, match="memory budget"):
        list(toeplix.diagonals([1, 2], 500, memory_budget=10))
    with pytest.raises(toeplix.CapacityError, match="memory budget"):
        toeplix.diagonals(scipy.sparse.eye(30, format="csr"), memory_budget=10)
