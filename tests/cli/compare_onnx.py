#!/usr/bin/env python3
"""Compares what `toeplix onnx` writes with what NumPy computes of the same model.

    compare_onnx.py TOEPLIX

Exit code 77: NumPy, SciPy or ONNX is missing, or the program was built without the component.
"""

import json
import os
import subprocess
import sys
import tempfile
import time

try:
    import numpy as np
    import scipy.io
    import scipy.sparse
    from onnx import TensorProto, helper, numpy_helper
except ImportError as missing:
    print("skipped:", missing)
    sys.exit(77)

TOEPLIX = os.path.abspath(sys.argv[1])
if "onnx" not in subprocess.run([TOEPLIX, "--help"], capture_output=True, text=True).stdout:
    print("skipped: the program was built without the component onnx")
    sys.exit(77)

RANDOM = np.random.default_rng(3)
W1 = RANDOM.integers(-3, 4, (4, 2, 3, 3)).astype(np.float32)
B1 = RANDOM.integers(-3, 4, 4).astype(np.float32)
W2 = RANDOM.integers(-3, 4, (3, 144)).astype(np.float32)


def toeplix(*words, fails=None, code=2):
    result = subprocess.run([TOEPLIX, "onnx", *words], capture_output=True, text=True)
    if fails is None:
        assert result.returncode == 0 and result.stderr == "", (words, result.stderr)
    else:
        assert result.returncode == code and fails in result.stderr, (words, result)
    return result.stdout


def save_model(path, height=6):
    """conv (strided, a bias), relu, its double, and two linear layers of both, one behind Reshape."""
    nodes = [
        helper.make_node("Conv", ["x", "w1", "b1"], ["a"], name="conv", pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["a"], ["r"], name="relu"),
        helper.make_node("Add", ["r", "r"], ["d"], name="twice"),
        helper.make_node("Tanh", ["d"], ["t"], name="tanh"),
        helper.make_node("Sub", ["t", "r"], ["s"], name="minus"),
        helper.make_node("Flatten", ["s"], ["f"], name="flatten"),
        helper.make_node("Gemm", ["f", "w2"], ["y"], name="fc/gemm", transB=1),
    ]
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 2, height, 6])]
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 3])]
    constants = [numpy_helper.from_array(value, name)
                 for name, value in (("w1", W1), ("b1", B1), ("w2", W2))]
    graph = helper.make_graph(nodes, "net", inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    with open(path, "wb") as file:
        file.write(model.SerializeToString())


def convolution_matrix():
    """The matrix of conv, by columns: what becomes of every unit vector."""
    columns = []
    for unit in np.eye(72).reshape(72, 2, 6, 6):
        padded = np.pad(unit, ((0, 0), (1, 1), (1, 1)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
        columns.append(np.einsum("ihwyx,oiyx->ohw", windows, W1).ravel())
    return np.array(columns).T


def check_listing():
    text = toeplix("net.onnx")
    assert "5 linear nodes in 3 segments, 2 others" in text, text
    lines = text.splitlines()
    assert [line.split()[0] for line in lines[2:]] == ["0", "relu", "1", "tanh", "2"], text
    assert "1x2x6x6 -> 1x4x6x6" in lines[2] and "144 x 72" in lines[2], text
    found = json.loads(toeplix("net.onnx", "--json"))
    assert [segment["name"] for segment in found["segments"]] == ["conv", "twice", "fc/gemm"]
    first, _, last = found["segments"]
    # 3 x 3 taps at 6 x 6 pixels, without those on the padding.
    assert first["rows"] == 144 and first["cols"] == 72 and first["entries"] == 4 * 2 * 16 * 16
    assert first["bytes"] == first["entries"] * 8 + 145 * 4
    # Every node is there once, and segments have their names.
    assert first["nodes"] == ["conv"] and last["nodes"] == ["minus", "flatten", "fc/gemm"]
    nodes = {node["name"]: node for node in found["nodes"]}
    assert list(nodes) == ["conv", "twice", "minus", "flatten", "fc/gemm"] == [
        node["name"] for node in found["nodes"]]
    assert nodes["fc/gemm"]["op_type"] == "Gemm" and nodes["fc/gemm"]["position"] == 6
    assert sum(nodes[name]["entries"] for name in last["nodes"]) == last["entries"]
    assert json.loads(toeplix("net.onnx", "--segment", "2", "--json")) == last
    assert json.loads(toeplix("net.onnx", "--node", "fc/gemm", "--json")) == nodes["fc/gemm"]
    assert {tensor["name"] for tensor in last["inputs"]} == {"t", "r"}
    assert [node["op_type"] for node in found["nonlinear"]] == ["Relu", "Tanh"]
    assert found["opset"] == 13 and found["inputs"] == [{"name": "x", "shape": [1, 2, 6, 6]}]


def check_segment():
    toeplix("net.onnx", "--segment", "0", "--output", "A.npz", "--offset", "b.npy")
    A, b = scipy.sparse.load_npz("A.npz"), np.load("b.npy")
    assert A.dtype == b.dtype == np.float32 and A.has_canonical_format
    assert np.array_equal(A.toarray(), convolution_matrix())
    assert np.array_equal(b, np.repeat(B1, 36))
    missed = "without the offset b, which is not zero: --offset FILE writes it"
    assert missed in toeplix("net.onnx", "--segment", "0", "--output", "A.npz")
    assert missed not in toeplix("net.onnx", "--segment", "twice", "--output", "A.mtx", "--double")
    assert np.array_equal(scipy.sparse.csr_matrix(2 * np.eye(144)).toarray(),
                          scipy.io.mmread("A.mtx").toarray())


def check_several_inputs():
    text = toeplix("net.onnx", "--segment", "2", "--output", "A.npz", "--offset", "b.npy")
    assert "columns 0 to 143: " in text and "columns 144 to 287: " in text, text
    found = json.loads(toeplix("net.onnx", "--segment", "2", "--output", "A.npz", "--json"))
    places = {each["input"]: (each["first"], each["last"]) for each in found["columns"]}
    A = scipy.sparse.load_npz("A.npz").toarray()
    assert np.array_equal(A[:, slice(*places["t"])], W2)
    assert np.array_equal(A[:, slice(*places["r"])], -W2)
    assert not np.load("b.npy").any()


def check_all():
    text = toeplix("net.onnx", "--all", "every")
    assert text.startswith("every: 5 matrices with offsets"), text
    manifest = json.load(open("every/manifest.json"))
    listed = manifest["node_matrices"]
    assert "nodes" not in manifest and manifest["segments"][2]["nodes"] == [
        each["name"] for each in listed[2:]]
    assert [each["name"] for each in listed] == ["conv", "twice", "minus", "flatten", "fc/gemm"]
    matrices = {each["name"]: scipy.sparse.load_npz("every/" + each["matrix"]) for each in listed}
    offsets = {each["name"]: np.load("every/" + each["offset"]) for each in listed}
    assert np.array_equal(matrices["conv"].toarray(), convolution_matrix())
    assert np.array_equal(offsets["conv"], np.repeat(B1, 36))
    assert np.array_equal(matrices["fc/gemm"].toarray(), W2)
    assert all(each["entries"] == matrices[each["name"]].nnz for each in listed)
    toeplix("net.onnx", "--all", "composed", "--compose")
    manifest = json.load(open("composed/manifest.json"))
    composed = manifest["segment_matrices"]
    assert "segments" not in manifest and len(manifest["nodes"]) == 5
    assert [each["name"] for each in composed] == ["conv", "twice", "fc/gemm"]
    last = scipy.sparse.load_npz("composed/" + composed[2]["matrix"])
    assert last.shape == (3, 288)
    # What memory does not hold is left out, by name, and the rest is written.
    toeplix("net.onnx", "--all", "some", "--memory", "12000", code=4, fails="left out: conv: ")
    left = json.load(open("some/manifest.json"))["node_matrices"]
    assert "left_out" in left[0] and "matrix" in left[1]


def save_external_model(path, file):
    """x times weights that lie in another file."""
    weights = RANDOM.integers(-3, 4, (2, 2)).astype(np.float32)
    tensor = numpy_helper.from_array(weights, "w")
    with open(file, "wb") as data:
        data.write(weights.tobytes())
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", file
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"], name="mul")], "net",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 2])], [tensor])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    with open(path, "wb") as data:
        data.write(model.SerializeToString())


def check_numbers_before_names():
    """A segment's number counts before a name of digits; names do not steer the terminal."""
    nodes = [helper.make_node("Neg", ["x"], ["a"], name="1"),
             helper.make_node("Relu", ["a"], ["b"], name="re\x1blu"),
             helper.make_node("Add", ["b", "b"], ["y"], name="0")]
    graph = helper.make_graph(
        nodes, "net", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [3])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [3])])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    with open("digits.onnx", "wb") as file:
        file.write(model.SerializeToString())
    toeplix("digits.onnx", "--segment", "0", "--output", "A.npz")
    assert np.array_equal(scipy.sparse.load_npz("A.npz").toarray(), -np.eye(3))
    assert "\x1b" not in toeplix("digits.onnx")


def check_long_chains():
    """A chain of many nodes takes a moment."""
    nodes = [helper.make_node("Neg", [f"x{i}"], [f"x{i + 1}"]) for i in range(2000)]
    graph = helper.make_graph(
        nodes, "net", [helper.make_tensor_value_info("x0", TensorProto.FLOAT, [2])],
        [helper.make_tensor_value_info("x2000", TensorProto.FLOAT, [2])])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    with open("long.onnx", "wb") as file:
        file.write(model.SerializeToString())
    begin = time.monotonic()
    toeplix("long.onnx", "--segment", "0", "--output", "A.npz")
    assert np.array_equal(scipy.sparse.load_npz("A.npz").toarray(), np.eye(2))
    assert time.monotonic() - begin < 60  # also with sanitizers


def check_shared_nodes():
    """Many segments that share nodes do not repeat them."""
    names = [f"x{i}" for i in range(101)]
    nodes = [helper.make_node("Neg", [a], [b], name="to_" + b) for a, b in zip(names, names[1:])]
    tensors = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [2]) for name in names]
    graph = helper.make_graph(nodes, "net", tensors[:1], tensors[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    with open("shared.onnx", "wb") as file:
        file.write(model.SerializeToString())
    found = json.loads(toeplix("shared.onnx", "--json"))
    assert [node["name"] for node in found["nodes"]] == ["to_" + name for name in names[1:]]
    assert len(found["segments"]) == 100 and len(found["segments"][-1]["nodes"]) == 100


def check_verification():
    assert toeplix("net.onnx", "--verify") == "nodes: 5 of 5 agree; segments: 3 of 3 agree\n"
    found = json.loads(toeplix("net.onnx", "--verify", "--json"))
    assert found["passed"] and found["complete"] and len(found["nodes"]) == 5
    toeplix("net.onnx", "--verify", "--memory", "12000", code=4, fails="not everything was verified")


def check_pictures():
    toeplix("net.onnx", "--segment", "1", "--plot", "p.png", "--page", "p.html")
    assert open("p.png", "rb").read(4) == b"\x89PNG" and "<html" in open("p.html").read()
    text = toeplix("net.onnx", "--segment", "1", "--diagonals", "--size", "64")
    assert text.startswith("144 x 144 matrix, in 3 x 3 blocks of 64 x 64: 3 diagonals"), text


def check_refusals():
    toeplix("free.onnx", fails="has the free shape (1, 2, h, 6); give it, such as --shape x=1,2,1,6")
    assert "1x4x6x6" in toeplix("free.onnx", "--shape", "x=1,2,6,6", "--segment", "0")
    toeplix("free.onnx", "--shape", "x=1,2,9,6", code=3, fails="216 columns meet 144 rows")
    for shape in ("x", "x=", "=1", "x=1,a", "x=0,1"):
        toeplix("free.onnx", "--shape", shape, fails="expected NAME=EXTENTS")
    toeplix("free.onnx", "--shape", "x=1", "--shape", "x=2", fails="x has a shape already")
    toeplix("net.onnx", "--shape", "b1=4", fails="'b1' is an initializer of the shape (4,), and "
            "no input of the model; its inputs are 'x'")
    toeplix("net.onnx", "--shape", "X=1", fails="no tensor 'X' in the model; its inputs are 'x'")
    toeplix("net.onnx", "--segment", "3", fails="no segment 3; they are 0 to 2")
    toeplix("net.onnx", "--segment", "conf", fails="did you mean conv?")
    toeplix("net.onnx", "--node", "relu", fails="no linear node relu")
    toeplix("net.onnx", "--output", "A.npz", fails="choose it by --segment K")
    toeplix("net.onnx", "--segment", "0", "--node", "conv", fails="choose one")
    toeplix("net.onnx", "--segment", "0", "--all", "d", fails="leave out --segment")
    toeplix("net.onnx", "--compose", fails="--compose is for --all DIR")
    toeplix("net.onnx", "--verify", "--segment", "0", fails="--verify is of the whole model")
    toeplix("net.onnx", "--segment", "0", "--size", "4", fails="--size is for --diagonals")
    toeplix("net.onnx", "--segment", "0", "--offset", "b.npy", "--output", "net.onnx", fails="net.onnx")
    # A model is never written over, nor what it keeps in other files.
    os.makedirs("over", exist_ok=True)
    for name in ("manifest.json", "000_conv.npz", "000_conv_offset.npy"):
        save_model("over/" + name)
        before = open("over/" + name, "rb").read()
        toeplix("over/" + name, "--all", "over", fails=name)
        assert open("over/" + name, "rb").read() == before
        os.remove("over/" + name)
    save_external_model("outside.onnx", "b.npy")
    before = open("b.npy", "rb").read()
    toeplix("outside.onnx", "--segment", "0", "--output", "A.npz", "--offset", "b.npy", fails="b.npy")
    assert open("b.npy", "rb").read() == before
    toeplix("net.onnx", "--all", "net.onnx", fails="net.onnx: is not a folder")
    toeplix("none.onnx", code=3, fails="none.onnx: ")
    with open("cut.onnx", "wb") as file:
        file.write(open("net.onnx", "rb").read()[:-9])
    toeplix("cut.onnx", code=3, fails="cut.onnx: is not an ONNX model, or is cut short")


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    save_model("net.onnx")
    save_model("free.onnx", height="h")
    check_listing()
    check_segment()
    check_several_inputs()
    check_all()
    check_numbers_before_names()
    check_long_chains()
    check_shared_nodes()
    check_verification()
    check_pictures()
    check_refusals()
    os.chdir("/")
