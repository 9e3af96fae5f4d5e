"""What is said of what was meant: words, shapes and objects that are nearly right."""

import numpy as np
import pytest
from refusals import refused

import toeplix

W = [[0, 1], [2, 3]]


def matrix(**keywords):
    return toeplix.matrix(W, (5, 5), **keywords)


def test_wrong_words_are_told_the_right_one():
    for call, message in (
        (lambda: matrix(boundary="wrap"), "boundary is 'wrap'; .*; did you mean 'circular'"),
        (lambda: matrix(boundary="edge"), "boundary is 'edge'; .*; did you mean 'replicate'"),
        (lambda: matrix(boundary=("zero", "Zero")), "boundary is 'Zero'; .* mean 'zero'"),
        (lambda: toeplix.pad(4, 1, boundary="edge"), "boundary is 'edge'; .* mean 'replicate'"),
        (lambda: toeplix.im2col(4, 2, boundary="wrap"), "boundary is 'wrap'; .* mean 'circular'"),
        (lambda: matrix(padding="SAME"), "padding is 'SAME'; .*'same', .*; did you mean 'same'"),
        (lambda: matrix(order="C"), "order is 'C'; .*; did you mean 'channels_first'"),
        (lambda: matrix(order="NHWC"), "order is 'NHWC'; .*; did you mean 'channels_last'"),
        (lambda: matrix(operation="conv"), "operation is 'conv'; .* mean 'convolution'"),
        (lambda: matrix(weights_order="HWIO"), "weights_order is 'HWIO'; .* mean 'hwio'"),
        (lambda: matrix(padding_mode="symmetric"), "did you mean boundary='symmetric'"),
        (lambda: matrix(padding_mode="wrap"), "padding_mode is 'wrap'; .* mean 'circular'"),
        (lambda: toeplix.resize(4, 8, mode="bilinear"), "mode is 'bilinear'; .* mean 'linear'"),
        (lambda: toeplix.resize(4, 8, mode="nearest_exact"), "did you mean 'nearest-exact'"),
    ):
        error = refused(f"{message}\\?$", call, toeplix.FormatError)
        assert "spec text" not in str(error)
    for call in (lambda: matrix(format="coo"), lambda: matrix(padding="x"),
                 lambda: toeplix.resize(4, 8, mode="cubic"),
                 lambda: toeplix.plot(W, (5, 5)).terminal(colour="red")):
        assert "mean" not in str(refused("expected", call, toeplix.FormatError))


def test_zeros_is_taken_by_all():
    expected = matrix(padding=1).toarray()
    assert np.array_equal(matrix(padding=1, boundary="zeros").toarray(), expected)
    mixed = matrix(padding=1, boundary=("zeros", "reflect")).toarray()
    assert np.array_equal(mixed, matrix(padding=1, boundary=("zero", "reflect")).toarray())
    assert np.array_equal(mixed, matrix(padding=1, boundary="zeros,reflect").toarray())
    assert np.array_equal(toeplix.operator(W, (5, 5), padding=1, boundary="zeros") @ np.eye(25),
                          expected)
    if toeplix._core.has_solvers:
        photo = np.ones((9, 9))
        toeplix.deblur(photo, np.ones((3, 3)), lambda_=1, boundary="zeros")


@pytest.mark.parametrize("padding", ["1", "1,0", "1:0,0:1", "-1"])
def test_padding_in_numbers_as_a_text(padding):
    text = toeplix.matrix(W, f"input=5,5 kernel=2,2 padding={padding}")
    assert np.array_equal(matrix(padding=padding).toarray(), text.toarray())
