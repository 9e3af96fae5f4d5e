#!/usr/bin/env python3
"""Every public function and class has an example in its comment.

Reads the XML that Doxygen makes of the public headers. An example is an indented block. Overloads of
a function share one, and so do a class and its members. Structs of plain data, enumerations,
constants and types need no example.

Usage: docstring_examples.py XML_FOLDER
"""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def has_example(element):
    return any(element.find(f".//{tag}") is not None for tag in ("verbatim", "programlisting"))


def examples(folder):
    """Every function and class, with whether one of its comments has an example."""
    found = {}
    for entry in ElementTree.parse(folder / "index.xml").getroot().findall("compound"):
        kind, name = entry.get("kind"), entry.findtext("name")
        if kind not in ("class", "struct", "namespace"):
            continue
        compound = ElementTree.parse(folder / f"{entry.get('refid')}.xml").getroot()[0]
        if kind == "class" and "::" not in name.removeprefix("toeplix::"):
            found[name] = found.get(name, False) or has_example(compound)
        if kind == "namespace":
            for member in compound.iter("memberdef"):
                function = f"{name}::{member.findtext('name')}"
                if member.get("kind") == "function" and "operator" not in function:
                    found[function] = found.get(function, False) or has_example(member)
    return found


def main():
    found = examples(Path(sys.argv[1]))
    missing = sorted(name for name, example in found.items() if not example)
    for name in missing:
        print(f"no example: {name}")
    print(f"{len(found) - len(missing)} passed, {len(missing)} failed")
    if missing or not found:
        sys.exit(1)


if __name__ == "__main__":
    main()
