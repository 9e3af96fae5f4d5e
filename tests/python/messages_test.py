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


def test_shapes_that_nearly_fit():
    layer, plain = np.ones((2, 4, 3, 3)), np.ones((3, 3))
    for call, message in (
        (lambda: toeplix.matrix(layer, (4, 15, 17)),
         r"input is without channels: did you mean \(15, 17\)\?$"),
        (lambda: toeplix.matrix(layer, (15, 17, 4), order="channels_last"),
         r"input is without channels: did you mean \(15, 17\)\?$"),
        (lambda: toeplix.matrix(plain, (1, 15, 17)), r"did you mean \(15, 17\)\?$"),
        (lambda: toeplix.matrix(plain, 15), r"weights have 2 axes .*, and input has 1; .*l\)$"),
        (lambda: toeplix.matrix(layer, 15), "for one kernel, which has 2 axes of pixels, input has "
                                            "as many, not 1$"),
        (lambda: toeplix.inspect(None, 15, weights_shape=layer.shape), "2 axes of pixels, .*1$"),
    ):
        refused(message, call)


def test_output_and_padding_exclude_one_another():
    keywords = {"transposed": True, "output": (12, 14)}
    refused("padding is 1, and output is .12, 14.: .*; with padding, say output_padding",
            lambda: toeplix.matrix(W, (6, 7), stride=2, padding=1, **keywords))
    for padding in (0, (0, 0), "same_upper", "same_lower"):
        made = toeplix.matrix(W, (6, 7), stride=2, padding=padding, **keywords)
        assert made.shape == (12 * 14, 42)
    assert "excludes ``padding`` in numbers" in toeplix.matrix.__doc__


def test_too_many_arguments_by_position():
    for call, message in (
        (lambda: matrix_of(2), r"^matrix\(\) takes 2 positional arguments \(weights, input\), "
                               "not 3; stride and what follows are keywords, as in stride=...$"),
        (lambda: toeplix.verify(W, (5, 5), None, 1), "^verify.. takes 3 positional .*, not 4;"),
        (lambda: toeplix.pad(4, 1, "zero"), "not 3; boundary and what follows are keywords"),
        (lambda: toeplix.unfold(*range(6)), r"^unfold\(\) takes 5 positional .*, not 6$"),
        (lambda: toeplix.operator(W, (5, 5)).to_sparse("csr", 1),
         r"^to_sparse\(\) takes 1 positional arguments \(format\), not 2; index_dtype and"),
    ):
        refused(message, call, TypeError)


def matrix_of(*arguments):
    return toeplix.matrix(W, (5, 5), *arguments)


def test_keywords_of_others():
    refused("did you mean 'boundary'", lambda: toeplix.pad(4, 1, padding_mode="zeros"), TypeError)


def test_types_of_torch_are_types():
    torch = pytest.importorskip("torch")
    assert matrix(dtype=torch.float32).dtype == np.float32
    assert matrix(dtype=torch.complex128).dtype == np.complex128
    assert toeplix.pad(4, 1, dtype=torch.float32).dtype == np.float32
    for dtype in (torch.int32, torch.bfloat16, torch.float16):
        refused("^dtype torch.* is not one of float32", lambda: matrix(dtype=dtype), TypeError)


def test_modules_of_ones_own():
    torch = pytest.importorskip("torch")

    class Net(torch.nn.Module):
        pass

    class Chain(torch.nn.Sequential):
        def forward(self, x):
            return x

    for module in (Net(), Chain()):
        refused(r"; pass its layers as a list: toeplix.affine\(\[module.conv, ...\], input\)$",
                lambda: toeplix.affine(module, (1, 5, 5)), toeplix.Error)
    normed = torch.nn.utils.spectral_norm(torch.nn.Conv2d(1, 1, 2)).eval()
    refused("remove_weight_norm or remove_spectral_norm of torch.nn.utils",
            lambda: toeplix.affine(normed, (5, 5)), toeplix.Error)


def test_the_first_number_is_the_channels_of_modules_that_do_not_know_them():
    """As the help says."""
    torch = pytest.importorskip("torch")
    double = torch.nn.Upsample(scale_factor=2)
    assert toeplix.affine(double, (8, 8)).output_shape == (8, 16)
    assert toeplix.affine(double, (1, 8, 8)).output_shape == (1, 16, 16)
    assert "``(8, 8)`` is 8 channels of 8 pixels" in toeplix.affine.__doc__
