"""Small ONNX models for tests, and one as large as ResNet-50. Weights are random but for a seed.

Usage: make_models.py FOLDER             the small ones
       make_models.py --resnet50 FILE    batch 1, 224 x 224, 100 MB
"""

import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


class Builder:
    """A graph in the making: each step takes and gives names of tensors."""

    def __init__(self, seed=1, unit=1):
        self.rng = np.random.default_rng(seed)
        self.unit = unit  # weights are multiples of it; 0: any numbers
        self.nodes, self.weights = [], []

    def numbers(self, *shape):
        if self.unit:
            return self.rng.integers(-3, 4, shape).astype(np.float32) * np.float32(self.unit)
        fan_in = np.prod(shape[1:], initial=1)
        return (self.rng.standard_normal(shape) / np.sqrt(fan_in)).astype(np.float32)

    def weight(self, array, what="weight"):
        name = f"{what}{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def node(self, op, inputs, outputs=None, **attributes):
        """By the number of its operator: conv1, relu1, conv2, ..."""
        number = 1 + sum(node.op_type == op for node in self.nodes)
        name = f"{op.lower()}{number}"
        outputs = outputs or [f"{name}_y"]
        self.nodes.append(helper.make_node(op, inputs, outputs, name=name, **attributes))
        return outputs[0]

    def conv(self, x, into, out, kernel, stride=1, padding=0, groups=1, bias=True):
        w = self.weight(self.numbers(out, into // groups, kernel, kernel))
        b = [self.weight(self.numbers(out), "bias")] if bias else []
        return self.node(
            "Conv", [x, w, *b], group=groups, pads=[padding] * 4, strides=[stride] * 2
        )

    def norm(self, x, channels):
        scale = self.weight(np.ones(channels, np.float32) + self.numbers(channels) / 8)
        shift, mean = self.weight(self.numbers(channels)), self.weight(self.numbers(channels))
        variance = self.weight(np.full(channels, 0.75, np.float32))
        return self.node("BatchNormalization", [x, scale, shift, mean, variance], epsilon=0.25)

    def gemm(self, x, into, out):
        w, b = self.weight(self.numbers(out, into)), self.weight(self.numbers(out), "bias")
        return self.node("Gemm", [x, w, b], transB=1)

    def model(self, inputs, outputs, opset=13, domains=()):
        """`inputs` and `outputs`: shapes by name; a word is a free dimension."""

        def infos(shapes):
            return [
                helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
                for name, shape in shapes.items()
            ]

        graph = helper.make_graph(
            self.nodes, "model", infos(inputs), infos(outputs), initializer=self.weights
        )
        opsets = [helper.make_opsetid("", opset), *(helper.make_opsetid(d, 1) for d in domains)]
        return helper.make_model(
            graph, opset_imports=opsets, producer_name="make_models", ir_version=8
        )


def rename_last(builder, name):
    builder.nodes[-1].output[0] = name


def chain(free=False):
    """Conv, Relu, Conv with BatchNormalization and AveragePool, Relu, Flatten and Gemm."""
    make = Builder()
    x = make.node("Relu", [make.conv("image", 1, 2, 3, stride=2, padding=1)])
    x = make.norm(make.conv(x, 2, 4, 3, padding=1), 4)
    x = make.node("Relu", [make.node("AveragePool", [x], kernel_shape=[2, 2], strides=[2, 2])])
    make.gemm(make.node("Flatten", [x]), 16, 3)
    rename_last(make, "scores")
    shape = ["batch", 1, "height", "width"] if free else [1, 1, 8, 8]
    return make.model({"image": shape}, {"scores": [shape[0], 3]})


def residual():
    """Relu(x + Conv(Relu(Conv(x)))), and behind it x + Conv(x), which is linear."""
    make = Builder()
    inner = make.node("Relu", [make.conv("x", 2, 2, 3, padding=1)])
    outer = make.node("Relu", [make.node("Add", ["x", make.conv(inner, 2, 2, 3, padding=1)])])
    make.node("Add", [outer, make.conv(outer, 2, 2, 1)], ["y"])
    return make.model({"x": [1, 2, 4, 4]}, {"y": [1, 2, 4, 4]})


def two_inputs():
    """A joined sum of two inputs: each has its columns."""
    make = Builder()
    joined = make.node("Concat", ["left", "right"], axis=1)
    make.conv(joined, 3, 2, 1)
    rename_last(make, "y")
    shapes = {"left": [1, 1, 3, 3], "right": [1, 2, 3, 3]}
    return make.model(shapes, {"y": [1, 2, 3, 3]})


def branches():
    """An If by an input: 2 x or 3 x, minus one."""
    make = Builder()

    def branch(factor):
        inner = Builder()
        inner.weights = [numpy_helper.from_array(np.array([factor], np.float32), "factor")]
        inner.node("Mul", ["x", "factor"], ["product"])
        info = helper.make_tensor_value_info("product", TensorProto.FLOAT, [1, 4])
        return helper.make_graph(inner.nodes, "branch", [], [info], initializer=inner.weights)

    chosen = make.node("If", ["flag"], then_branch=branch(2), else_branch=branch(3))
    make.node("Sub", [chosen, make.weight(np.ones(1, np.float32))], ["y"])
    model = make.model({"x": [1, 4]}, {"y": [1, 4]})
    model.graph.input.append(helper.make_tensor_value_info("flag", TensorProto.BOOL, []))
    return model


def unknown():
    """A node of somebody's own between two that are known."""
    make = Builder()
    x = make.node("Neg", ["x"])
    make.nodes.append(helper.make_node("Mystery", [x], ["m"], name="mystery", domain="example.org"))
    make.node("Neg", ["m"], ["y"])
    model = make.model({"x": [1, 4]}, {"y": [1, 4]}, domains=["example.org"])
    model.graph.value_info.append(helper.make_tensor_value_info("m", TensorProto.FLOAT, [1, 4]))
    return model


def resnet50():
    make = Builder(seed=50, unit=0)

    def block(x, into, width, stride):
        y = make.node("Relu", [make.norm(make.conv(x, into, width, 1, bias=False), width)])
        y = make.norm(make.conv(y, width, width, 3, stride, 1, bias=False), width)
        y = make.node("Relu", [y])
        y = make.norm(make.conv(y, width, 4 * width, 1, bias=False), 4 * width)
        if stride != 1 or into != 4 * width:
            x = make.norm(make.conv(x, into, 4 * width, 1, stride, bias=False), 4 * width)
        return make.node("Relu", [make.node("Add", [x, y])])

    x = make.node("Relu", [make.norm(make.conv("image", 3, 64, 7, 2, 3, bias=False), 64)])
    x = make.node("MaxPool", [x], kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)
    into = 64
    for stage, blocks in enumerate([3, 4, 6, 3]):
        for number in range(blocks):
            x = block(x, into, 64 << stage, 2 if stage > 0 and number == 0 else 1)
            into = 256 << stage
    x = make.node("Flatten", [make.node("GlobalAveragePool", [x])])
    make.gemm(x, 2048, 1000)
    rename_last(make, "scores")
    return make.model({"image": [1, 3, 224, 224]}, {"scores": [1, 1000]})


def save(model, path, **options):
    onnx.checker.check_model(model)
    onnx.save(model, str(path), **options)


def main():
    if sys.argv[1] == "--resnet50":
        return save(resnet50(), sys.argv[2])
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for make in (chain, residual, two_inputs, branches, unknown):
        save(make(), folder / f"{make.__name__}.onnx")
    save(chain(free=True), folder / "free.onnx")
    # The weights in a file of their own.
    options = {"save_as_external_data": True, "location": "external.bin", "size_threshold": 0}
    (folder / "external.bin").unlink(missing_ok=True)
    save(chain(), folder / "external.onnx", **options)


if __name__ == "__main__":
    main()
