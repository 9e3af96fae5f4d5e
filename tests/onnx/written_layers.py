"""What `toeplix onnx --all` writes, read and multiplied."""

import json
import pathlib
import subprocess

import numpy as np
import scipy.sparse as sparse


def write_layers(toeplix, model, folder, shapes=(), options=()):
    """Has the program write every matrix of a model into `folder`; gives the manifest."""
    command = [toeplix, "onnx", model, "--all", folder, *options]
    for shape in shapes:
        command += ["--shape", shape]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads((pathlib.Path(folder) / "manifest.json").read_text())


class Layer:
    """y = A x + b; x are the inputs one after another."""

    def __init__(self, folder, described):
        folder = pathlib.Path(folder)
        self.name = described["name"]
        self.op_type = described.get("op_type", "segment")
        self.inputs = described["inputs"]
        self.output = described["output"]
        self.matrix, self.offset = folder / described["matrix"], folder / described["offset"]
        self.shape = (described["rows"], described["cols"])

    def value(self, tensors):
        """A x + b and |A| |x| + |b|, in double, of arrays by their names."""
        parts = []
        for tensor in self.inputs:
            given = tensors[tensor["name"]]
            assert list(given.shape) == tensor["shape"], (tensor, given.shape)
            parts.append(given.astype(float).ravel())
        x = np.concatenate(parts)
        A, b = sparse.load_npz(self.matrix).astype(float), np.load(self.offset).astype(float)
        assert A.shape == self.shape and len(b) == A.shape[0], self.name
        return A @ x + b, abs(A) @ abs(x) + abs(b)

    def error(self, tensors):
        """The largest difference from what `tensors` has, in units of |A| |x| + |b| of its row."""
        expected = tensors[self.output["name"]]
        assert list(expected.shape) == self.output["shape"], (self.output, expected.shape)
        y, size = self.value(tensors)
        difference = abs(y - expected.astype(float).ravel())
        assert np.isfinite(difference).all(), self.name
        if (difference[size == 0] > 0).any():
            return np.inf
        # Below this number single precision has fewer digits.
        difference = np.maximum(difference - np.finfo(np.float32).tiny, 0)
        return np.max(difference[size > 0] / size[size > 0], initial=0)
