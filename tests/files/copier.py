"""Runs roundtrip.cpp once for many files: to start a program takes longer than to copy a file."""

import subprocess


class Copier:
    """copier(source, target, ...) copies one file; what fails is an AssertionError."""

    def __init__(self, program):
        self.process = subprocess.Popen([program, "-"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def __call__(self, *words):
        self.process.stdin.write("\t".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().rstrip("\n")
        assert answer == "ok", (words, answer or f"ended: {self.process.wait()}")

    def close(self):
        """Sees the program end as it should."""
        self.process.stdin.close()
        assert self.process.wait() == 0, self.process.returncode
