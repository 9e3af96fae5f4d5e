"""What is taken for an argument, and what is refused, by its message."""

import time

import numpy as np
import pytest
import scipy.sparse
from geometries import integers
from refusals import refused

import toeplix

both = pytest.mark.parametrize("function", [toeplix.matrix, toeplix.operator])


def dense(made):
    """The matrix of either function."""
    return (made if scipy.sparse.issparse(made) else made.to_sparse()).toarray()


@both
def test_arrays_of_any_layout_are_taken(function):
    rng = np.random.default_rng(1)
    plain = integers(rng, (3, 4))
    expected = dense(function(plain, (5, 6)))
    wide = np.zeros((6, 8))
    wide[::2, ::2] = plain
    frozen = plain.copy()
    frozen.flags.writeable = False
    shifted = np.frombuffer(b"." + plain.tobytes(), np.uint8)[1:].view(plain.dtype).reshape(3, 4)
    assert not shifted.flags.aligned
    for weights in (wide[::2, ::2], np.flip(plain).copy()[::-1, ::-1], frozen, shifted,
                    np.asfortranarray(plain), plain.astype(">f8"), plain.astype("<f4"),
                    plain.astype(int), plain.astype(">i2"), plain.tolist(), tuple(plain),
                    memoryview(plain)):
        made = function(weights, (5, 6))
        assert np.array_equal(dense(made), expected)
    big = function(plain.astype(">c8"), (5, 6))
    assert big.dtype == np.complex64 and big.dtype.isnative
    assert np.array_equal(frozen, plain)


@both
def test_types_become_those_of_the_library(function):
    for given, expected in (("float32", "float32"), ("float64", "float64"), ("float16", "float32"),
                            ("int8", "float64"), ("uint8", "float64"), ("int64", "float64"),
                            ("uint64", "float64"), ("complex64", "complex64"),
                            ("complex128", "complex128"), (">f4", "float32")):
        made = function(np.ones(3, given), 5)
        assert made.dtype == expected
        assert function(np.ones(3, given), 5, dtype="c16").dtype == np.complex128
    assert function(np.ones(3), 5, dtype=">f4").dtype == np.dtype("float32")


@both
def test_other_types_are_refused(function):
    for weights, name in ((np.array([1, None]), "object"), (np.ones(3, bool), "bool"),
                          ("abc", "<U3"), (np.array(["1", "2"]), "<U1"), (b"ab", "[|]S2"),
                          ({"a": 1}, "object"), (None, "object"),
                          (np.ones(3, np.longdouble), "float128"), ([True, False], "bool"),
                          (np.array(["2020-01-01"], "M8[D]"), "datetime64"),
                          (scipy.sparse.eye(3), "object"), (np.zeros(3, "f4,f4"), r"\[\('f0'")):
        refused(f"^weights has the type {name}.*; taken are float32, float64, "
                "complex64, complex128, integers", lambda: function(weights, 5), TypeError)
    refused("weights is no array: .*inhomogeneous",
            lambda: function([[1, 2], [3]], (5, 5)), TypeError)
    for dtype in ("int32", "float16", "bool", "nonsense", object):
        refused("dtype .* is not one of float32, float64, complex64, complex128",
                lambda: function([1, 2], 5, dtype=dtype), TypeError)
    refused("weights is complex .complex128., and dtype float32 is real",
            lambda: function([1j], 5, dtype="f4"), TypeError)
    for number in (2**53 + 1, -(2**53) - 1, 2**62):
        refused(f"weights has the integer {number}, which float64 may not hold exactly",
                lambda: function([1, number], 5), TypeError)
    assert function([1, 2**53 - 1], 5).dtype == np.float64


@both
def test_shapes_that_are_none_are_refused(function):
    for weights, input, message in (
        (np.ones(3), (5, 5), r"weights have 1 axes \(3,\), and input has 2; expected 2 \(one "
                             r"channel\), 4 \(channels and kernel\) or 6 \(a kernel for every "
                             r"pixel\)"),
        (np.float64(3), 5, r"weights have 0 axes \(\), and input has 1"),
        (np.ones((2, 3, 3)), (5, 5), r"weights have 3 axes \(2, 3, 3\), and input has 2"),
        (np.ones((4, 4, 1, 1, 2, 2)), (5, 6), r"shape \(4, 4, 1, 1, 2, 2\); for a kernel for every "
                                              r"pixel it begins with \(4, 5\)"),
        (np.ones((3, 3)), (), "input is empty; expected the pixels of every axis"),
        (np.ones((3, 3)), (2, 5), "axis 0: kernel span 3 exceeds padded input 2"),
        (np.ones((3, 3)), (0, 5), "input.* 0"),
        (np.ones((3, 3)), (-4, 5), "input.* -4"),
        (np.ones((0, 3)), (5, 5), "kernel.* 0"),
        (np.ones((0, 3, 3, 3)), (5, 5), "0"),
        (np.ones((3, 0, 3, 3)), (5, 5), "0"),
        ([], 5, "kernel.* 0"),
        (np.ones((3, 3)), "input=5,5 kernel=3,2", r"weights have the shape \(3, 3\); expected "
                                                  r"\(1, 1, 3, 2\) for 'input=5,5 kernel=3,2'"),
    ):
        refused(message, lambda: function(weights, input))


@both
def test_numbers_that_are_none_are_refused(function):
    for keywords, message in (
        ({"stride": 1.5}, "stride is 1.5; expected an integer"),
        ({"stride": "2"}, "stride is '2'; expected an integer"),
        ({"stride": (1, None)}, "stride is None; expected an integer"),
        ({"groups": 1.0}, "groups is 1.0; expected an integer"),
        ({"dilation": [[1, 1]]}, r"dilation is \[1, 1\]; expected an integer"),
        ({"padding": 0.5}, "padding is 0.5; expected an integer"),
        ({"boundary": 3}, "boundary is 3; expected a word"),
        ({"boundary": ("zero", 3)}, "boundary is 3; expected a word"),
        ({"order": None}, "order is None; expected a word"),
        ({"threads": 1.5}, "threads is 1.5; expected an integer"),
        ({"memory_budget": "1G"}, "memory_budget is '1G'; expected an integer"),
    ):
        refused(message, lambda: function(np.ones((3, 3)), (9, 9), **keywords), TypeError)
    for keywords, message in (
        ({"stride": 0}, "stride.* 0"),
        ({"stride": (1, 2, 3)}, "stride"),
        ({"stride": ()}, "stride"),
        ({"dilation": -1}, "dilation.* -1"),
        ({"groups": 2}, "groups.* 2"),
        ({"groups": 0}, "groups.* 0"),
        ({"padding": (1, 2, 3)}, "padding"),
        ({"padding": ((1, 2, 3), 1)}, r"padding has \(1, 2, 3\); expected one number"),
        ({"padding": "some"}, "padding.*some"),
        ({"padding": "same", "stride": 2}, "padding 'same' is PyTorch's, which does not take"),
        ({"padding": "1 stride=2"}, "padding is '1 stride=2'; expected numbers or one of "),
        ({"boundary": "mirror"}, "boundary.*mirror"),
        ({"operation": "product"}, "operation.*product"),
        ({"output_padding": 1}, "output_padding is 1, which only a transposed convolution has"),
        ({"output": (3, 3)}, r"output is \(3, 3\), which only a transposed convolution has"),
        ({"transposed": True, "output_padding": 1}, "output_padding.* 1"),
    ):
        with pytest.raises(toeplix.Error, match=message):
            function(np.ones((3, 3)), (9, 9), **keywords)
    for keywords, message in (
        ({"padding_mode": "mirror"}, "padding_mode is 'mirror'; expected one of 'zeros'"),
        ({"weights_order": "oixx"}, "weights_order is 'oixx'; expected one of 'oihw', 'hwio'"),
    ):
        refused(message, lambda: function(np.ones((1, 1, 3, 3)), (9, 9), **keywords), toeplix.FormatError)
    for keywords, message in (
        ({"threads": 2**40}, "threads is 1099511627776; expected an integer of 32 bits"),
        ({"memory_budget": 10**30}, "memory_budget is 10{30}; expected an integer of 64 bits"),
        ({"threads": -1}, "threads.* -1"),
        ({"memory_budget": -1}, "memory_budget.* -1"),
    ):
        refused(message, lambda: function(np.ones((3, 3)), (9, 9), **keywords), toeplix.Error)
    refused("stride is 10{20}; expected an integer of 64 bits",
            lambda: function(np.ones(3), 9, stride=10**20), toeplix.Error)


@both
def test_arrays_of_numbers_are_taken(function):
    expected = dense(function(np.ones((3, 3)), (9, 8), stride=(2, 1), padding=1))
    for stride in (np.array([2, 1]), [2, 1], (np.int8(2), np.uint16(1))):
        made = function(np.ones((3, 3)), np.array([9, 8]), stride=stride, padding=np.array([1, 1]),
                        dilation=np.array(1))
        assert np.array_equal(dense(made), expected)


@both
def test_wrong_keywords_are_told_the_right_one(function):
    for wrong, right in (("strides", "stride"), ("pad", "padding"), ("dilations", "dilation"),
                         ("group", "groups"), ("mode", "boundary"), ("data_format", "order"),
                         ("weight_order", "weights_order"), ("transpose", "transposed"),
                         ("boundry", "boundary"), ("n_jobs", "threads"), ("d_type", "dtype")):
        refused(f"^{function.__name__}\\(\\) has no keyword '{wrong}'; did you mean '{right}'\\?$",
                lambda: function([1, 2], 5, **{wrong: 1}), TypeError)
    refused(f"{function.__name__}\\(\\) has no keyword 'zzz'; it has weights, input, ",
            lambda: function([1, 2], 5, zzz=1), TypeError)
    refused("positional", lambda: function([1, 2], 5, 2), TypeError)


@both
def test_a_geometry_that_is_given_twice_is_refused(function):
    text = "input=5,5 kernel=3,3"
    for keywords in ({"stride": 2}, {"padding": (1, 1)}, {"order": "channels_last"},
                     {"transposed": True}, {"stride": np.array([2, 2])},
                     {"padding_mode": "reflect"}):
        name = next(iter(keywords))
        refused(f"the geometry is given twice: by a text, and by {name}",
                lambda: function(np.ones((3, 3)), text, **keywords), TypeError)
    assert function(np.ones((3, 3)), text, stride=1).shape == (9, 25)
    refused("the geometry is given twice: by boundary, and by padding_mode",
            lambda: function(np.ones((3, 3)), (5, 5), boundary="zero", padding_mode="zeros"),
            TypeError)


@both
def test_texts_that_are_none_are_refused(function):
    for text, message in (("", "input"), ("input=5,5", "kernel"),
                          ("input=5,5 kernel=3,3 strid=2", "strid"),
                          ("input=5,x kernel=3,3", "5,x"), ("input=5,5\0 kernel=3,3", "input"),
                          ("input=99999999999999999999 kernel=3", "99999999999999999999")):
        with pytest.raises(toeplix.Error, match=message):
            function(np.ones((3, 3)), text)


@both
def test_weights_that_are_no_numbers_are_kept(function):
    weights = np.array([[np.nan, 1.0], [np.inf, 0.0]])
    made = dense(function(weights, (3, 3)))
    assert np.isnan(made[0, 0]) and made[0, 3] == np.inf and made[0, 1] == 1 and made[0, 4] == 0
    pruned = toeplix.matrix(weights, (3, 3), prune=True)
    assert pruned.nnz == 12 and np.count_nonzero(np.isnan(pruned.data)) == 4


def test_products_of_weights_that_are_no_numbers_are_those_of_the_matrix():
    weights = np.array([[np.nan, 1.0], [np.inf, 2.0]])
    for padding in (0, 1):
        op = toeplix.operator(weights, (4, 4), padding=padding)
        A = op.to_sparse()
        for x in (np.arange(16.0), np.eye(16)[5]):
            assert np.array_equal(op @ x, A @ x, equal_nan=True)


def test_huge_extents_are_refused_at_once():
    begin = time.perf_counter()
    for keywords in ({}, {"format": "csc"}, {"index_dtype": np.int64}, {"rows": (0, 10**9)},
                     {"prune": True}):
        error = refused("", lambda: toeplix.matrix(np.ones((3, 3)), (10**6, 10**6), **keywords),
                        toeplix.CapacityError)
        assert isinstance(error, MemoryError) and isinstance(error, ValueError)
        assert error.cause in ("memory_budget", "index_type", "limit")
    refused("32", lambda: toeplix.matrix([1], 2**31, index_dtype=np.int32), toeplix.CapacityError)
    small = refused("budget", lambda: toeplix.matrix(np.ones((3, 3)), (99, 99), memory_budget=1000),
                    toeplix.CapacityError)
    assert small.cause == "memory_budget" and small.bytes > 1000
    with pytest.raises(MemoryError):
        toeplix.matrix(np.ones((3, 3)), (10**8, 10**8))
    with pytest.raises(toeplix.Error):
        toeplix.matrix(np.ones((1, 1)), (2**62, 2**62))
    op = toeplix.operator(np.ones((3, 3)), (10**6, 10**6))
    assert op.shape == ((10**6 - 2) ** 2, 10**12) and op.nnz == 9 * (10**6 - 2) ** 2
    for call in (op.to_sparse, op.row_sums, op.diagonal, op.column_squared_norms):
        refused("", call, toeplix.CapacityError)
    assert np.isclose(op.frobenius_norm(), 3 * (10**6 - 2))
    assert time.perf_counter() - begin < 5


def test_rows_that_are_none_are_refused():
    for rows, message, error in (
        (5, r"rows is 5; expected a pair \(first, last\)", TypeError),
        ((1, 2, 3), r"rows is \(1, 2, 3\); expected a pair", TypeError),
        ((0, 1.5), "rows is 1.5; expected an integer", TypeError),
        ("ab", "rows is 'a'; expected an integer", TypeError),
        ((3, 1), r"rows \[3, 1\)", toeplix.GeometryError),
        ((0, 10), r"rows \[0, 10\) are not within the matrix; it has 9 rows",
         toeplix.GeometryError),
        ((-1, 3), r"rows \[-1, 3\)", toeplix.GeometryError),
        ((0, 2**70), "rows is .*; expected an integer of 64 bits", toeplix.Error),
    ):
        refused(message, lambda: toeplix.matrix(np.ones((3, 3)), (5, 5), rows=rows), error)
    assert toeplix.matrix(np.ones((3, 3)), (5, 5), rows=(4, 4)).shape == (0, 25)


def test_formats_and_index_types_that_are_none_are_refused():
    for format in ("coo", "CSR", None, 3):
        refused("format is .*; expected one of 'csr', 'csc'",
                lambda: toeplix.matrix([1, 2], 5, format=format), toeplix.FormatError)
    for index in (np.int16, "uint32", float, "nonsense", ">i4"):
        refused("index_dtype is .*; expected int32 or int64",
                lambda: toeplix.matrix([1, 2], 5, index_dtype=index), TypeError)


def test_the_errors_are_pythons_too():
    assert issubclass(toeplix.Error, ValueError)
    for error in (toeplix.GeometryError, toeplix.FormatError, toeplix.SolverError,
                  toeplix.CapacityError):
        assert issubclass(error, toeplix.Error) and error.__module__ == "toeplix"
    assert issubclass(toeplix.CapacityError, MemoryError)
