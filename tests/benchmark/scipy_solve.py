#!/usr/bin/env python3
"""Deblurring and spectra by Toeplix beside SciPy and scikit-image: seconds, and PSNR or the error.

    PYTHONPATH=build/python tests/benchmark/scipy_solve.py [--size N] [--threads N] [--small]

A photograph of scikit-image (`camera`; without it a picture that is made here) is blurred together
with its real surroundings, gets noise of 2 grey levels, and its middle, N x N, is deblurred. Every
contender has one lambda, number of steps or balance, the best of a few for the picture: what is
compared is how near each can come. Times are of the best, from arrays to arrays, once. Exit code 77:
no SciPy. Without scikit-image its rows are left out, and the script says so.
"""

import argparse
import sys
import time

try:
    import numpy as np
    import scipy.ndimage
    import scipy.sparse
    import scipy.sparse.linalg
except ImportError as missing:
    print("skipped:", missing)
    sys.exit(77)
try:
    import skimage.data
    import skimage.restoration
except ImportError:
    skimage = None

import toeplix

NOISE = 2.0


def gaussian():
    along = np.exp(-((np.arange(9) - 4) ** 2) / (2 * 1.5**2))
    kernel = np.outer(along, along)
    return kernel / kernel.sum()


def triangle():
    """A kernel that is not its own mirror image."""
    kernel = np.tri(15)
    return kernel / kernel.sum()


def photograph():
    """512 x 512 grey levels."""
    if skimage:
        return skimage.data.camera().astype(float)
    y, x = np.mgrid[:512, :512]
    tiles = (y // 53 + x // 37) % 2
    return 100 + 60 * np.sin(x / 20) * np.cos(y / 33) + 50 * tiles


def psnr(image, truth):
    return 10 * np.log10(255**2 / np.mean((image - truth) ** 2))


def stacked(matrix, size, weight):
    """The matrix over the slopes along both axes, times a weight."""
    slopes = scipy.sparse.diags([-1.0, 1.0], [0, 1], shape=(size - 1, size))
    same = scipy.sparse.identity(size)
    return scipy.sparse.vstack(
        [matrix, weight * scipy.sparse.kron(slopes, same), weight * scipy.sparse.kron(same, slopes)]
    ).tocsr()


class Deblurring:
    """One blurred photograph, and what undoes the blur."""

    def __init__(self, kernel, size, threads):
        whole = photograph()
        first = (whole.shape[0] - size) // 2
        middle = np.s_[first:first + size, first:first + size]
        blurred = scipy.ndimage.convolve(whole, kernel, mode="reflect")
        noise = np.random.default_rng(1).normal(scale=NOISE, size=whole.shape)
        self.kernel = kernel
        self.truth = whole[middle]
        self.image = (blurred + noise)[middle]
        self.threads = threads

    def ours(self, boundary, method, lambda_):
        return toeplix.deblur(self.image, self.kernel, lambda_=lambda_, boundary=boundary,
                              method=method, threads=self.threads).x

    def lsqr(self, lambda_):
        size = len(self.image)
        matrix = toeplix.matrix(self.kernel, (size, size), padding=len(self.kernel) // 2,
                                boundary="symmetric", operation="convolution", threads=self.threads)
        system = stacked(matrix, size, np.sqrt(lambda_))
        right = np.zeros(system.shape[0])
        right[:self.image.size] = self.image.ravel()
        found = scipy.sparse.linalg.lsqr(system, right, atol=1e-6, btol=1e-6, iter_lim=1000)
        return found[0].reshape(self.image.shape)

    def wiener(self, balance):
        return 255 * skimage.restoration.wiener(self.image / 255, self.kernel, balance, clip=False)

    def richardson_lucy(self, steps):
        return toeplix.richardson_lucy(np.clip(self.image, 0, None), self.kernel, tolerance=0,
                                       max_iterations=steps, boundary="symmetric",
                                       threads=self.threads).x

    def their_richardson_lucy(self, steps):
        image = np.clip(self.image / 255, 0, None)
        return 255 * skimage.restoration.richardson_lucy(image, self.kernel, steps, clip=False)

    def contenders(self):
        """Name, function of one setting, and settings."""
        lambdas = [1e-3, 2e-3, 4e-3, 8e-3, 1.6e-2, 3.2e-2, 6.4e-2]
        steps = [5, 10, 20, 40]
        yield ("`toeplix.deblur`, `symmetric`", lambda s: self.ours("symmetric", "automatic", s),
               lambdas)
        yield ("`toeplix.deblur`, `replicate`, iterations",
               lambda s: self.ours("replicate", "iterative", s), lambdas)
        yield "`scipy.sparse.linalg.lsqr`, `symmetric`", self.lsqr, lambdas
        if skimage:
            yield "`skimage.restoration.wiener`", self.wiener, [3e-3, 1e-2, 3e-2, 0.1, 0.3, 1]
        yield "`toeplix.richardson_lucy`, `symmetric`", self.richardson_lucy, steps
        if skimage:
            yield "`skimage.restoration.richardson_lucy`", self.their_richardson_lucy, steps

    def rows(self):
        yield "blurred", "", "", psnr(self.image, self.truth)
        for name, solve, settings in self.contenders():
            best = None
            for setting in settings:
                start = time.perf_counter()
                image = solve(setting)
                seconds = time.perf_counter() - start
                reached = psnr(image, self.truth)
                if best is None or reached > best[3]:
                    best = (name, setting, seconds, reached)
            yield best


def spectra(size, threads):
    """Name, seconds, and what was found, of the largest singular value of a layer."""
    weights = np.random.default_rng(2).normal(size=(16, 16, 3, 3))
    geometry = dict(padding=1, threads=threads)

    def timed(name, find):
        start = time.perf_counter()
        found = find()
        return name, time.perf_counter() - start, found

    def bounds():
        norm = toeplix.spectral_norm(weights, (size, size), tolerance=1e-3, **geometry)
        return f"{norm.lower:.4f} to {norm.upper:.4f}, proved"

    def ours():
        largest = toeplix.largest_singular_values(weights, (size, size), 5, tolerance=1e-4, **geometry)
        return f"{largest.s[0]:.4f}, {largest.s[-1]:.4f}"

    def theirs(matrix):
        values = scipy.sparse.linalg.svds(matrix, k=5, tol=1e-4, return_singular_vectors=False)
        return f"{max(values):.4f}, {min(values):.4f}"

    yield timed("`toeplix.spectral_norm`, to 1e-3", bounds)
    yield timed("`toeplix.largest_singular_values`, 5", ours)
    yield timed("`svds` of `toeplix.operator`, 5",
                lambda: theirs(toeplix.operator(weights, (size, size), **geometry)))
    yield timed("`svds` of `toeplix.matrix`, 5",
                lambda: theirs(toeplix.matrix(weights, (size, size), **geometry)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=256, help="pixels along each axis, at most 480")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--small", action="store_true", help="little pictures, to see that it runs")
    options = parser.parse_args()
    size = 32 if options.small else options.size
    if not skimage:
        print("left out: scikit-image (python3-skimage)")
    for name, kernel in (("Gaussian, 9 x 9", gaussian()), ("triangle, 15 x 15", triangle())):
        print(f"\n{name}, {size} x {size} pixels\n")
        print("| by | setting | seconds | PSNR |\n| --- | --- | --- | --- |")
        for by, setting, seconds, reached in Deblurring(kernel, size, options.threads).rows():
            seconds = f"{seconds:.3f}" if seconds else ""
            print(f"| {by} | {setting} | {seconds} | {reached:.2f} |", flush=True)
    layer = 8 if options.small else 32
    print(f"\n16 to 16 channels, 3 x 3, {layer} x {layer} pixels\n")
    print("| by | seconds | largest, and 5th |\n| --- | --- | --- |")
    for by, seconds, found in spectra(layer, options.threads):
        print(f"| {by} | {seconds:.3f} | {found} |", flush=True)


if __name__ == "__main__":
    main()
