"""toeplix.inspect against dense NumPy, what explain and symbolic say, and what they refuse."""

import dataclasses
import json

import numpy as np
import pytest
import scipy.sparse

import toeplix

BOUNDARIES = ("zero", "circular", "reflect", "symmetric", "replicate")


def random_problems(count, seed=1):
    """Weights, pixels and keywords."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        axes = int(rng.integers(1, 3))
        pixels = tuple(int(each) for each in rng.integers(4, 8, axes))
        kernel = tuple(int(each) for each in rng.integers(1, 4, axes))
        groups = int(rng.integers(1, 3))
        shape = (groups * int(rng.integers(1, 3)), int(rng.integers(1, 3)), *kernel)
        keywords = {
            "groups": groups,
            "stride": int(rng.integers(1, 3)),
            "padding": int(rng.integers(0, 3)),
            "boundary": str(rng.choice(BOUNDARIES)),
            "order": str(rng.choice(["channels_first", "channels_last", "column_major"])),
            "operation": str(rng.choice(["correlation", "convolution"])),
        }
        yield rng.integers(-9, 10, shape), pixels, keywords


def pattern_of(weights, pixels, keywords):
    """True where an entry is stored."""
    A = toeplix.matrix(np.ones(weights.shape), pixels, **keywords)
    return A.toarray() != 0


def test_counts_are_those_of_the_dense_matrix():
    for weights, pixels, keywords in random_problems(100):
        found = toeplix.inspect(weights, pixels, **keywords)
        stored = pattern_of(weights, pixels, keywords)
        rows, cols = np.nonzero(stored)
        assert found.shape == (found.rows, found.cols) == stored.shape
        assert found.nnz == stored.sum()
        assert found.density == stored.sum() / stored.size
        assert found.lower_bandwidth == max(0, *(rows - cols))
        assert found.upper_bandwidth == max(0, *(cols - rows))
        for lengths, axis in ((found.row_lengths, 1), (found.column_lengths, 0)):
            expected = np.unique(stored.sum(axis), return_counts=True)
            assert lengths == tuple(zip(*(part.tolist() for part in expected)))
        assert found.unused_inputs.count == (~stored.any(axis=0)).sum()
        size = max(stored.shape)
        assert found.cyclic_diagonals == len(np.unique((cols - rows) % size))
        assert found.rotations == len(np.setdiff1d((cols - rows) % size, [0]))
        packing = toeplix.pixel_shuffle(weights, pixels, **keywords)
        plain = all(
            tensor.size == len(tensor.places) and (np.diff(tensor.places) == 1).all()
            for tensor in packing
        )
        assert plain == (found.packed_rotations is None)
        if not plain:
            packed = toeplix.diagonals(weights, pixels, packing=packing, **keywords)
            assert found.packed_rotations == packed.rotations
        A = toeplix.matrix(weights, pixels, **keywords)
        assert found.bytes.double_32 == A.data.nbytes + A.indices.nbytes + A.indptr.nbytes


def test_structure_is_that_of_the_dense_matrix():
    for weights, pixels, keywords in random_problems(100, seed=2):
        found = toeplix.inspect(weights, pixels, **keywords)
        A = toeplix.matrix(weights, pixels, **keywords)
        dense = A.toarray()
        is_square = dense.shape[0] == dense.shape[1]
        toeplitz = np.array_equal(dense[1:, 1:], dense[:-1, :-1])
        assert found.structure.toeplitz == toeplitz
        assert found.structure.symmetric == (is_square and np.array_equal(dense, dense.T))
        normal = is_square and np.array_equal(dense @ dense.T, dense.T @ dense)
        assert found.structure.normal == normal
        of_matrix = toeplix.inspect(A)
        assert of_matrix.convolution is None
        assert of_matrix.nnz == found.nnz
        assert of_matrix.structure.toeplitz == toeplitz
        assert of_matrix.structure.normal == normal
        assert toeplix.inspect(A.tocsc()) == of_matrix


def test_a_geometry_alone():
    text = toeplix.inspect("input=4,5 kernel=3,3 padding=1 boundary=circular")
    keywords = {"input": (4, 5), "padding": 1, "boundary": "circular"}
    assert text == toeplix.inspect(weights_shape=(3, 3), **keywords)
    assert text == toeplix.inspect(weights_shape=(1, 1, 3, 3), **keywords)
    assert text == toeplix.inspect(input="input=4,5 kernel=3,3 padding=1 boundary=circular")
    assert text.structure.block_circulant is True
    assert text.structure.symmetric is False
    assert text.separability is None
    assert text.convolution.input == (4, 5)
    assert [level.name for level in text.structure.levels] == ["channels", "axis 0", "axis 1"]
    large = toeplix.inspect("input=100000,100000 kernel=9,9 padding=4")
    assert large.nnz == 809_964_000_400 and large.bytes.float_32 is None


def test_separability_is_exact():
    found = toeplix.inspect(np.outer([1, 2, 4], [4, 0, 4]), (6, 6))
    column, row = (np.array(factor) for factor in found.separability.factors)
    assert np.array_equal(np.outer(column, row) * found.separability.channel_factor[0],
                          np.outer([1, 2, 4], [4, 0, 4]))
    A = scipy.sparse.kron([[1, 2], [3, 4]], [[1, 0, 2], [0, 3, 0]]).tocsr()
    assert toeplix.inspect(A, levels=[(2, 2), (2, 3)]).separability.kronecker_rank == 1
    single = toeplix.inspect(np.float32([[0.1, 0.2], [0.1, 0.2]]), (4, 4))
    assert single.separability.separable is True


def test_it_reads_like_the_library():
    found = toeplix.inspect([1, 2, 1], input=4, padding=1)
    assert dataclasses.is_dataclass(found)
    assert repr(found).splitlines()[0].split() == ["spec", "input=4", "kernel=3", "padding=1"]
    assert "matrix    4 x 4, 10 entries (62.5 %)" in repr(found)
    assert found.to_dict() == json.loads(found.to_json())
    assert found.to_dict()["structure"]["levels"][1]["kind"] == "axis"
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.rows = 5
    hash(found)


def test_places_are_listed():
    found = toeplix.inspect("input=7 kernel=1 stride=3", most_places=2)
    assert found.unused_inputs.count == 4
    assert [place.index for place in found.unused_inputs.first] == [1, 2]
    assert found.unused_inputs.first[0].coordinate == (1,)


def test_matrices_of_scipy_in_any_state():
    A = scipy.sparse.csr_matrix(([1, 2, 4], [1, 0, 1], [0, 2, 3]), shape=(2, 2))
    expected = toeplix.inspect(scipy.sparse.csr_matrix([[2.0, 1], [0, 4]]))
    for given in (A, A.tocsc(), A.tocoo(), A.astype(">f8"), A.astype(np.int16)):
        assert toeplix.inspect(given) == expected
    twice = scipy.sparse.csr_matrix(([1, 1, 2, 4.0], [1, 0, 0, 1], [0, 3, 4]), shape=(2, 2))
    before = twice.copy()
    assert toeplix.inspect(twice).nnz == 3
    assert twice.nnz == before.nnz == 4
    assert toeplix.inspect(A.astype(complex)).structure.symmetric is False
    A.indices[:] = 7
    A.has_canonical_format = True
    with pytest.raises(toeplix.GeometryError, match="check_format"):
        toeplix.inspect(A)


@pytest.mark.parametrize(
    "function", [toeplix.inspect, toeplix.symbolic, toeplix.plot, toeplix.page]
)
def test_what_is_refused(function):
    with pytest.raises(TypeError, match="did you mean 'stride'"):
        function([1, 2], 5, strides=2)
    with pytest.raises(TypeError, match="needs the input's pixels"):
        function([1, 2])
    with pytest.raises(TypeError, match="needs weights, or weights_shape"):
        function(input=5)
    with pytest.raises(TypeError, match="given twice: by a text, and by stride"):
        function("input=5 kernel=2", stride=2)
    with pytest.raises(TypeError, match="given twice: by a text, and by input"):
        function("input=5 kernel=2", 5)
    with pytest.raises(TypeError, match="given twice: by weights, and by weights_shape"):
        function([1, 2], 5, weights_shape=2)
    with pytest.raises(toeplix.GeometryError, match="kernel span 5 exceeds padded input 4"):
        function(np.ones(5), 4)
    with pytest.raises(toeplix.GeometryError, match="one kernel for all pixels"):
        function(np.ones((3, 1, 1, 2)), 4)


def test_what_inspect_refuses():
    A = scipy.sparse.eye(4, format="csr")
    with pytest.raises(TypeError, match="no use for stride"):
        toeplix.inspect(A, stride=2)
    with pytest.raises(TypeError, match="no use for input"):
        toeplix.inspect(A, 4)
    with pytest.raises(toeplix.GeometryError):
        toeplix.inspect(A, levels=[(3, 3)])
    with pytest.raises(TypeError, match="expected pairs"):
        toeplix.inspect(A, levels=[3])
    with pytest.raises(TypeError, match="levels are those of a sparse matrix"):
        toeplix.inspect([1, 2], 5, levels=[(2, 2)])
    with pytest.raises(TypeError, match="complex128; inspect takes real ones"):
        toeplix.inspect([1j, 2], 5)
    with pytest.raises(ValueError, match="most_places is -1"):
        toeplix.inspect([1, 2], 5, most_places=-1)
    with pytest.raises(TypeError, match="given twice: by a text, and by weights_shape"):
        toeplix.inspect(weights_shape=(2,), input="input=5 kernel=2")
    with pytest.raises(toeplix.GeometryError, match="weights_shape|weights have"):
        toeplix.inspect(weights_shape=(2, 2, 2), input=(5, 5))


def test_the_help_names_what_an_inspection_has():
    for each in dataclasses.fields(toeplix.Inspection):
        assert each.name.startswith("_") or f"``{each.name}``" in toeplix.inspect.__doc__, each.name
