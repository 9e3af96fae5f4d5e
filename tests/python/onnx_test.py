"""from_onnx: the matrices of a model's linear parts, against NumPy and toeplix.matrix."""

import numpy as np
import pytest
import scipy.sparse

import toeplix

onnx = pytest.importorskip("onnx")
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

if not toeplix._core.has_onnx:
    pytest.skip("built without the component onnx", allow_module_level=True)

RNG = np.random.default_rng(5)


def integers(*shape, dtype=np.float32):
    return RNG.integers(-4, 5, shape).astype(dtype)


def model_of(nodes, inputs, outputs, constants, dtype=TensorProto.FLOAT):
    graph = helper.make_graph(
        [helper.make_node(op, ins, outs, name=name, **more) for name, op, ins, outs, more in nodes],
        "net",
        [helper.make_tensor_value_info(name, dtype, shape) for name, shape in inputs.items()],
        [helper.make_tensor_value_info(name, dtype, None) for name in outputs],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    opset = [helper.make_opsetid("", 13)]
    return helper.make_model(graph, opset_imports=opset).SerializeToString()


W1, B1, W2 = integers(4, 2, 3, 3), integers(4), integers(4, 4, 1, 1)


def residual(height=6):
    """conv1, relu, conv2 + what relu gave, both of which are linear in it, relu, the sum of both."""
    nodes = [
        ("conv1", "Conv", ["x", "w1", "b1"], ["a"], {"pads": [1, 1, 1, 1]}),
        ("relu1", "Relu", ["a"], ["r"], {}),
        ("conv2", "Conv", ["r", "w2"], ["c"], {}),
        ("add", "Add", ["c", "r"], ["s"], {}),
        ("relu2", "Relu", ["s"], ["t"], {}),
        ("join", "Add", ["t", "r"], ["y"], {}),
    ]
    constants = {"w1": W1, "b1": B1, "w2": W2}
    return model_of(nodes, {"x": [1, 2, height, 5]}, ["y"], constants)


def test_segments_are_the_matrices_of_their_convolutions():
    model = toeplix.from_onnx(residual())
    assert [segment.name for segment in model] == ["conv1", "add", "join"]
    first = model[0]
    expected = toeplix.matrix(W1, (6, 5), padding=1)
    assert first.A.dtype == np.float32 and (first.A != expected).nnz == 0
    assert first.A.nnz == expected.nnz == first.nnz
    assert np.array_equal(first.b, np.repeat(B1, 30))
    assert first.inputs == (("x", (1, 2, 6, 5)),) and first.output == ("a", (1, 4, 6, 5))
    second = model["add"]
    assert [node.op_type for node in second.nodes] == ["Conv", "Add"]
    identity = scipy.sparse.identity(120, dtype=np.float32)
    assert (second.A != toeplix.matrix(W2, (6, 5)) + identity).nnz == 0
    assert not second.b.any() and not second.is_chain and first.is_chain


def test_several_inputs_stand_side_by_side():
    join = toeplix.from_onnx(residual())["join"]
    assert [tensor.name for tensor in join.inputs] == ["r", "t"] and join.shape == (120, 240)
    eye = np.eye(120, dtype=np.float32)
    assert np.array_equal(join.A.toarray(), np.hstack([eye, eye]))
    assert np.array_equal(join.map("r").A.toarray(), eye)
    assert isinstance(join.map(1), toeplix.AffineMap)


def test_the_whole_network_computes_what_numpy_does():
    x = integers(1, 2, 6, 5)
    model = toeplix.from_onnx(residual())
    r = np.maximum(model[0].A @ x.ravel() + model[0].b, 0)
    t = np.maximum(model[1].A @ r + model[1].b, 0)
    padded = np.pad(x[0], ((0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
    plain = np.einsum("ihwyx,oiyx->ohw", windows, W1) + B1[:, None, None]
    assert np.array_equal(np.maximum(plain, 0).ravel(), r)
    joined = model[2].A @ np.concatenate([r, t]) + model[2].b
    assert np.array_equal(joined, t + r)


def test_nodes_say_what_they_are():
    model = toeplix.from_onnx(residual())
    conv = model.nodes[0]
    assert conv.op_type == "Conv" and conv.position == 0 and conv.batch == 1
    assert np.array_equal(conv.weights, W1) and np.array_equal(conv.bias, B1)
    x = integers(2, 6, 5)
    product = toeplix.operator(conv.weights, conv.spec)(x)
    assert np.array_equal(product.ravel(), conv.A @ x.ravel())
    part = conv.rows(7, 40)
    assert (part.A != conv.A[7:40]).nnz == 0 and np.array_equal(part.b, conv.b[7:40])
    add = model.nodes[2]
    assert add.spec is None and add.weights is None and add.bias is None
    assert [node.op_type for node in model.nonlinear] == ["Relu", "Relu"]
    assert model.nonlinear[0].inputs == (("a", (1, 4, 6, 5)),)
    assert "linear" in model.nonlinear[0].reason and model.nonlinear[0].known


def test_free_dimensions_take_a_shape():
    free = residual(height="h")
    with pytest.raises(toeplix.GeometryError, match=r"free shape \(1, 2, h, 5\).*x=1,2,1,5"):
        toeplix.from_onnx(free)
    model = toeplix.from_onnx(free, shapes={"x": (1, 2, 9, 5)})
    assert model[0].output.shape == (1, 4, 9, 5)
    with pytest.raises(toeplix.Error, match="no tensor 'z'"):
        toeplix.from_onnx(free, shapes={"x": (1, 2, 9, 5), "z": 3})
    with pytest.raises(TypeError, match="expected a dictionary"):
        toeplix.from_onnx(free, shapes=[(1, 2, 9, 5)])


def test_doubles_stay_doubles():
    w = integers(3, 3, dtype=np.float64) + 2.0**-40
    nodes = [("mul", "MatMul", ["x", "w"], ["y"], {})]
    raw = model_of(nodes, {"x": [1, 3]}, ["y"], {"w": w}, TensorProto.DOUBLE)
    segment = toeplix.from_onnx(raw)[0]
    assert segment.dtype == np.float64 and np.array_equal(segment.A.toarray(), w.T)
    assert segment.matrix(dtype=np.float32).dtype == np.float32
    with pytest.raises(TypeError, match="complex64"):
        segment.map(dtype=np.complex64)


def test_files_and_what_is_no_model(tmp_path):
    path = tmp_path / "net.onnx"
    path.write_bytes(residual())
    assert len(toeplix.from_onnx(path)) == len(toeplix.from_onnx(str(path))) == 3
    path.write_bytes(residual()[:-20])
    with pytest.raises(toeplix.FormatError, match="net.onnx"):
        toeplix.from_onnx(path)
    with pytest.raises(toeplix.Error, match="none.onnx"):
        toeplix.from_onnx(tmp_path / "none.onnx")
    with pytest.raises(toeplix.CapacityError):
        toeplix.from_onnx(residual(), memory_budget=10)


def test_names_that_are_not_there():
    model = toeplix.from_onnx(residual())
    with pytest.raises(KeyError, match="did you mean 'conv1'"):
        model["conv"]
    with pytest.raises(IndexError):
        model[3]
    with pytest.raises(toeplix.GeometryError, match="input is 2; join has 2"):
        model["join"].map(2)
    with pytest.raises(toeplix.GeometryError, match="has no input 'q'"):
        model["join"].map("q")
    with pytest.raises(toeplix.CapacityError, match="memory budget"):
        model[0].matrix(memory_budget=100)
