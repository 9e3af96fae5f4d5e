"""Arguments that are nearly what is asked for: flags, numbers, sequences, texts and paths."""

import os

import numpy as np
import pytest
from refusals import refused

import toeplix

W = [[0, 1], [2, 3]]
MAP = toeplix.affine(W, (5, 5))


def shape(**keywords):
    return toeplix.matrix(W, (5, 5), **keywords).shape


FLAGS = {
    "transposed": lambda value: shape(transposed=value),
    "prune": lambda value: shape(prune=value),
    "prune of to_sparse": lambda value: toeplix.operator(W, (5, 5)).to_sparse(prune=value),
    "prune of diagonals": lambda value: toeplix.diagonals(W, (5, 5), prune=value),
    "numbers": lambda value: toeplix.symbolic(W, (3, 3), numbers=value),
    "ceil_mode": lambda value: toeplix.average_pool(5, 2, ceil_mode=value),
    "count_include_pad": lambda value: toeplix.average_pool(5, 2, count_include_pad=value),
    "align_corners": lambda value: toeplix.resize(5, 9, mode="linear", align_corners=value),
}


@pytest.mark.parametrize("name", FLAGS)
def test_flags_are_true_or_false(name):
    for value in ("no", "False", "", 2, -1, 0.5, None, [], np.ones(2), object()):
        refused(f"^{name.split()[0]} is .*True or False", lambda: FLAGS[name](value), TypeError)
    for value in (True, np.bool_(False), 0, 1):
        FLAGS[name](value)


NUMBERS = {
    "padding_value": lambda value: toeplix.affine(W, (5, 5), padding=1, padding_value=value),
    "scale_factor": lambda value: toeplix.resize(5, scale_factor=value),
}
if toeplix._core.has_solvers:
    b = np.ones(16)
    NUMBERS["lambda_"] = lambda value: toeplix.tikhonov(W, (5, 5), b, lambda_=value)
    NUMBERS["noise"] = lambda value: toeplix.tikhonov(W, (5, 5), b, noise=value)


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_are_no_texts_and_fit_a_float(name):
    for value in ("2", b"2", 10**400, 1j, object()):
        refused(f"^{name} is .*expected a number", lambda: NUMBERS[name](value), TypeError)


def test_one_number_or_several():
    assert shape(stride=np.array(2)) == shape(stride=2) == shape(stride=[2, 2])
    assert shape(padding=np.array(2)) == shape(padding=2)
    ones = np.ones(3, int)
    for key in ("stride", "dilation", "input_dilation"):
        refused(f"^{key} has 3 values", lambda: shape(**{key: ones}))
        refused(f"^{key} is .*2, 3.*expected an integer", lambda: shape(**{key: {2, 3}}), TypeError)
        refused(f"^{key} is .*expected an integer", lambda: shape(**{key: [[1, 2], 3]}), TypeError)
    for value in (b"2", {1: 2}, {1}):
        refused("^padding is .*expected an integer", lambda: shape(padding=value), TypeError)
    refused("^boundary is .*expected a word", lambda: shape(boundary=np.array(2)), TypeError)
    assert toeplix.explain(W, (5, 5), weight=np.array(1)).weight == 1


def test_words_that_are_no_texts():
    for value in ([], ["csr"], {}, np.array(2), np.array(["csr"])):
        refused("^format is .*expected one of 'csr', 'csc'", lambda: shape(format=value),
                toeplix.FormatError)
        refused("^padding_mode is ", lambda: shape(padding_mode=value), toeplix.FormatError)
    for value in ("2 3", "\ud800"):
        refused("^dtype .* is not one of float32", lambda: shape(dtype=value), TypeError)
        refused("^index_dtype is .*expected int32", lambda: shape(index_dtype=value), TypeError)


TEXTS = {
    "the text form": lambda text: toeplix.matrix(W, text),
    "the text form of symbolic": lambda text: toeplix.symbolic(text),
    "title": lambda text: toeplix.plot(W, (5, 5), title=text),
    "name": lambda text: toeplix.affine(W, (5, 5), name=text),
    "name of with_name": MAP.with_name,
}


@pytest.mark.parametrize("name", TEXTS)
def test_texts_are_unicode(name):
    message = f"^{name.split(' of ')[0]} is '.ud800'; expected Unicode"
    refused(message, lambda: TEXTS[name]("\ud800"), toeplix.Error)


def test_paths(tmp_path):
    plot, page = toeplix.plot(W, (5, 5), size=32), toeplix.page(W, (3, 3))
    for name in (b"p\xff.png", "\N{SNOWMAN} p.png", "p.svg"):
        path = os.path.join(os.fsencode(tmp_path), os.fsencode(name))
        plot.save(path)
        plot.save(os.fsdecode(path))
        page.save(path + b".html")
        assert os.path.getsize(path) > 99
    assert len(os.listdir(tmp_path)) == 6
    for thing in (plot, page):
        for name in ("p\0q.png", b"p\0q.png", "\ud800.png"):
            refused("^path is .*no file can have", lambda: thing.save(name), toeplix.Error)
        with pytest.raises(TypeError, match="PathLike"):
            thing.save(3)
    assert len(os.listdir(tmp_path)) == 6


def test_masked_numbers_are_not_taken_for_numbers():
    masked = np.ma.array(W, dtype=float, mask=[[0, 1], [0, 0]])
    refused("^weights has masked numbers", lambda: toeplix.matrix(masked, (5, 5)), TypeError)
    filled = toeplix.matrix(masked.filled(7), (5, 5))
    assert filled.data[:4].tolist() == [0, 7, 2, 3]
    unmasked = toeplix.matrix(np.ma.array(W), (5, 5))
    assert np.array_equal(unmasked.toarray(), toeplix.matrix(W, (5, 5)).toarray())


def test_tensors_of_odd_kinds():
    torch = pytest.importorskip("torch")
    rows = torch.arange(4.0).reshape(2, 2)
    for given in ([rows[0], rows[1].requires_grad_()], (rows[0], [2.0, 3.0])):
        assert toeplix.matrix(given, (5, 5)).data[:4].tolist() == [0, 1, 2, 3]
    assert shape(stride=torch.tensor([2, 2])) == shape(stride=2)
    if hasattr(torch, "nested"):
        nested = torch.nested.nested_tensor([rows[0], rows[1]])
        refused("^weights is no array", lambda: toeplix.matrix(nested, (5, 5)), TypeError)
