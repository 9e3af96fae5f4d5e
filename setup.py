"""Builds the Python package by CMake: its module, and of the rest what that needs.

Everything else about the package stands in pyproject.toml. The environment variable CMAKE_ARGS has
further arguments for CMake, as for other packages; CMAKE_CXX_COMPILER_LAUNCHER=ccache saves time.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

SOURCE = Path(__file__).resolve().parent

# The command deblur's libraries are built if they can be; the package works without. A wheel has no
# module for petsc4py, which is for one PETSc alone.
ARGUMENTS = """
--preset release
-D TOEPLIX_BUILD_PYTHON=ON -D TOEPLIX_BUILD_FILES=ON -D TOEPLIX_BUILD_SOLVERS=AUTO
-D TOEPLIX_BUILD_PETSC=OFF
-D TOEPLIX_BUILD_CLI=OFF -D TOEPLIX_BUILD_TESTS=OFF -D TOEPLIX_BUILD_BENCHMARKS=OFF
-D TOEPLIX_BUILD_DOCS=OFF -D TOEPLIX_INSTALL=OFF -D BUILD_SHARED_LIBS=OFF
"""


def version():
    """The version, from where it is written."""
    header = (SOURCE / "include/toeplix/version.hpp").read_text()
    return re.search(r'version_string = "(.*)"', header)[1]


class BuildByCMake(build_ext):
    """Makes CMake build the module for the interpreter that runs this."""

    def build_extension(self, extension):
        build = Path(self.build_temp).resolve()
        arguments = [*ARGUMENTS.split(), f"-DTOEPLIX_PYTHON={sys.executable}"]
        arguments += shlex.split(os.environ.get("CMAKE_ARGS", ""))
        if "CMAKE_GENERATOR" not in os.environ and shutil.which("ninja"):
            arguments += ["-G", "Ninja"]
        _run("cmake", *arguments, "-B", str(build))
        _run(
            "cmake", "--build", str(build), "--target", "toeplix_python",
            "--parallel", str(os.cpu_count() or 1),
        )
        built = build / "python/toeplix" / Path(self.get_ext_filename(extension.name)).name
        target = Path(self.get_ext_fullpath(extension.name))
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(built, target)


def _run(*command):
    try:
        subprocess.run(command, cwd=SOURCE, check=True)
    except FileNotFoundError:
        sys.exit("toeplix is built by CMake, which is not installed; on Debian: apt-get install cmake")


setup(
    version=version(),
    ext_modules=[Extension("toeplix._core", sources=[])],
    cmdclass={"build_ext": BuildByCMake},
    # CMake's folder is build/ already.
    options={"build": {"build_base": "build-pip"}},
)
