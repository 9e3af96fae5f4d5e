"""Random affine networks: PyTorch's export of them, through `toeplix onnx`.

In double precision the one matrix of each network gives what PyTorch gives, exactly where nothing
is divided but by powers of two. In single precision every node gives what ONNX Runtime gives, if npm
has it.

Usage: random_chains.py TOEPLIX FOLDER [COUNT [SEED]]     FOLDER keeps the packages
"""

import collections
import os
import pathlib
import sys
import tempfile
import warnings

try:
    import numpy as np
    import onnx
    import torch
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)

from onnx_runtime import Missing, fetch_packages, run_models
from random_networks import random_network
from written_layers import Layer, write_layers

OPSETS = [9, 11, 13, 14, 15, 16]
DOUBLE, SINGLE = 1e-13, 2e-6  # in units of |A| |x| + |b|

# What 200 networks must have had in them, so that none is forgotten.
OPERATORS = """Add AveragePool BatchNormalization Concat Conv ConvTranspose DepthToSpace Div Flatten Gemm
GlobalAveragePool MatMul Mul Neg Pad ReduceMean ReduceSum Reshape Resize Slice Split Sub
Transpose""".split()


def export(network, x, path, opset):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,
            x,
            path,
            input_names=["x"],
            output_names=["y"],
            opset_version=opset,
            training=torch.onnx.TrainingMode.PRESERVE,  # or BatchNorms are merged
        )


def check_whole(toeplix, network, x, folder):
    """The matrix from x to y, in double precision. Gives the operators of the nodes."""
    path = folder / "double.onnx"
    options = ["--compose", "--double"]
    manifest = write_layers(toeplix, path, folder / "whole", options=options)
    assert not manifest["nonlinear"], manifest["nonlinear"]
    found = [one for one in manifest["segment_matrices"] if one["output"]["name"] == "y"]
    assert len(found) == 1 and [one["name"] for one in found[0]["inputs"]] == ["x"], found
    layer = Layer(folder / "whole", found[0])
    tensors = {"x": x.numpy(), "y": network(x).detach().numpy()}
    y, size = layer.value(tensors)
    difference = abs(y - tensors["y"].ravel())
    allowed = 0 if network.is_dyadic else DOUBLE * (size + 1)
    assert (difference <= allowed).all(), (difference.max(), network.is_dyadic)
    return {node["op_type"] for node in manifest["nodes"]}


def with_all_outputs(path):
    model = onnx.load(path)
    names = [name for node in model.graph.node for name in node.output]
    del model.graph.output[:]
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    return model, names


def check_nodes(toeplix, packages, paths, inputs):
    """Every node against ONNX Runtime. Gives how many there were."""
    jobs = []
    for path in paths:
        model, names = with_all_outputs(path)
        jobs.append((model, inputs[path], names))
    count = 0
    for path, results in zip(paths, run_models(packages, jobs)):
        folder = path.with_suffix("")
        tensors = results | inputs[path]
        for node in write_layers(toeplix, path, folder)["node_matrices"]:
            error = Layer(folder, node).error(tensors)
            assert error <= SINGLE, f"{path}: {node['name']}: {error}"
            count += 1
    return count


def exported(seeds, place):
    """Networks of which PyTorch makes a file, their inputs, folders and operator sets."""
    for seed in seeds:
        opset = OPSETS[seed % len(OPSETS)]
        network, x = random_network(np.random.default_rng(seed), opset)
        folder = pathlib.Path(place, str(seed))
        folder.mkdir()
        try:
            export(network, x, folder / "double.onnx", opset)
        except torch.onnx.errors.OnnxExporterError:  # older operator sets lack something
            continue
        yield seed, network, x, folder, opset


def main():
    toeplix, folder = sys.argv[1:3]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 200
    first = int(sys.argv[4]) if len(sys.argv) > 4 else 0
    torch.set_num_threads(1)
    met, exact, paths, inputs = collections.Counter(), 0, [], {}
    with tempfile.TemporaryDirectory() as place:
        for seed, network, x, work, opset in exported(range(first, first + count), place):
            try:
                met.update(check_whole(toeplix, network, x, work))
            except BaseException:
                print(f"seed {seed}, operator set {opset}, x {list(x.shape)}: {network}")
                raise
            exact += network.is_dyadic
            paths.append(work / "single.onnx")
            export(network.float(), x.float(), paths[-1], opset)
            inputs[paths[-1]] = {"x": x.float().numpy()}
        print(f"{len(paths)} networks agree with PyTorch, {exact} of them exactly:", dict(met))
        missing = set(OPERATORS) - met.keys()
        assert count < 200 or not missing, f"not in any network: {missing}"
        try:
            packages = fetch_packages(folder)
        except Missing as reason:
            print(f"ONNX Runtime is left out: {reason}")
            return
        nodes = check_nodes(toeplix, packages, paths, inputs)
        print(f"{nodes} nodes of them agree with ONNX Runtime")


if __name__ == "__main__":
    main()
