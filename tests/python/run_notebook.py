"""Runs a notebook: its cells of code, in order, in one namespace.

Usage: python3 tests/python/run_notebook.py NOTEBOOK    writes what comes out into it
"""

import ast
import contextlib
import io
import sys

import nbformat


def run_cell(source, names):
    """What a cell prints, and the text of the value that it ends with, or None."""
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    printed, value = io.StringIO(), None
    with contextlib.redirect_stdout(printed):
        exec(compile(ast.Module(body, []), "<cell>", "exec"), names)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)
    return printed.getvalue(), None if value is None else repr(value)


def run(notebook):
    """For every cell of code, the outputs that Jupyter would have: what is printed, and the value."""
    names = {"__name__": "__main__"}
    found = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            printed, value = run_cell(cell.source, names)
            outputs = []
            if printed:
                outputs.append(("stream", printed))
            if value is not None:
                outputs.append(("execute_result", value))
            found.append(outputs)
    return found


def committed(notebook):
    """The outputs that the notebook has, in the same form."""
    return [
        [
            (output.output_type, output.get("text") or output.data["text/plain"])
            for output in cell.outputs
        ]
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def update(path):
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, (cell, outputs) in enumerate(zip(code, run(notebook)), 1):
        cell.execution_count = number
        cell.outputs = [
            nbformat.v4.new_output("stream", name="stdout", text=text)
            if kind == "stream"
            else nbformat.v4.new_output(
                "execute_result", data={"text/plain": text}, execution_count=number
            )
            for kind, text in outputs
        ]
    nbformat.validate(notebook)
    nbformat.write(notebook, path)


if __name__ == "__main__":
    update(sys.argv[1])
