"""Singular values of the matrix of a convolution, and proved bounds of the largest."""

import numpy as np

from . import _core
from ._arguments import as_count, as_flag, as_integer, as_number, as_resources, as_word
from ._geometry import resolve, takes_geometry
from ._reports import SingularTriplets, SingularTripletsReport, SpectralNorm
from ._solve import check_solvers
from ._subject import check_one_kernel

_CERTIFICATES = ("automatic", "transforms", "factorization")


def _problem(name, weights, input, geometry):
    """The geometry and the weights of one kernel for all pixels, as float64."""
    check_solvers(name)
    problem = resolve(weights, input, geometry, np.float64)
    check_one_kernel(problem.geometry, name)
    return problem


@takes_geometry
def spectral_norm(
    weights,
    input,
    *,
    tolerance=0.05,
    certify="automatic",
    threads=None,
    memory_budget=None,
    geometry,
):
    """Proved bounds of the largest singular value of the matrix of a convolution.

    It is the most that a layer can amplify: the Lipschitz constant of the layer in the 2-norm.

    Parameters
    ----------
    {arguments}
    {geometry}
    tolerance : float
        Of the interval's length, relative to its upper end; between 0 and 1.
    certify : str
        What may prove the upper end: ``"transforms"`` (frequencies, and embeddings in a circle),
        ``"factorization"`` (also a sparse Cholesky factor, of any size that fits the memory), or
        ``"automatic"`` (also a factor of at most 5 * 10^10 operations).
    threads : int
        Default: as many as there are cores.
    memory_budget : int
        Bytes that the work may take (default: what is free).

    Returns
    -------
    SpectralNorm
        With ``lower`` and ``upper``, which enclose the norm also if they did not converge.

    Raises
    ------
    GeometryError
        If there is no such convolution, or it has a kernel for every pixel.
    SolverError
        For weights that are not finite, a tolerance out of range, and norms beyond a double.
    CapacityError
        If a factorization that was asked for exceeds the memory.
    ImportError
        If the package was built without solvers.

    Notes
    -----
    Cost: some tens of products, and for about half of the frequencies a Cholesky factor of a block
    of output by input channels. Ctrl-C stops all but a factorization. How the bounds are proved
    says docs/spectrum.md.

    Examples
    --------
    >>> import toeplix
    >>> norm = toeplix.spectral_norm([1, 0, 1], input=9, padding=1, tolerance=1e-9)
    >>> round(norm.lower, 6), round(norm.upper, 6)  # 2 cos(pi / 10)
    (1.902113, 1.902113)
    >>> norm.converged, norm.upper_from
    (True, 'embedding')
    """
    problem = _problem("spectral_norm", weights, input, geometry)
    found = _core.spectral_norm(
        *problem,
        tolerance=as_number(tolerance, "tolerance"),
        certify=getattr(_core.Certify, as_word(certify, "certify", _CERTIFICATES)),
        **as_resources(threads, memory_budget),
    )
    return SpectralNorm(**found)


@takes_geometry
def singular_values(
    weights, input, *, dense_limit=2048, threads=None, memory_budget=None, geometry
):
    """All singular values of the matrix of a convolution.

    Parameters
    ----------
    {arguments}
    {geometry}
    dense_limit : int
        Rows or columns, whichever are fewer, of the largest dense matrix that is decomposed.
    threads : int
        Default: as many as there are cores.
    memory_budget : int
        Bytes that values, or the dense matrix, may take (default: what is free).

    Returns
    -------
    ndarray
        float64, min(rows, columns) of them, descending.

    Raises
    ------
    GeometryError
        If there is no such convolution, or it has a kernel for every pixel.
    SolverError
        For weights that are not finite, and values beyond a double.
    CapacityError
        For a dense matrix beyond the limit, or the memory.
    ImportError
        If the package was built without solvers.

    Notes
    -----
    Where waves take the matrix apart, each frequency has a block of its own, and an image may have
    any size: if every axis is circular with a stride that divides it, or symmetric with a symmetric
    kernel and stride 1. Any other matrix is decomposed as a dense one, in a time of rows * columns
    * min(rows, columns): some 10 s for 2048 x 2048, which Ctrl-C does not stop.

    Sedghi, Gupta and Long, The singular values of convolutional layers, ICLR 2019.

    Examples
    --------
    >>> import toeplix
    >>> s = toeplix.singular_values([1, -2, 1], input=8, padding=1, boundary="circular")
    >>> s[:5].round(6)
    array([4.      , 3.414214, 3.414214, 2.      , 2.      ])
    """
    problem = _problem("singular_values", weights, input, geometry)
    limit = as_count(dense_limit, "dense_limit")
    return _core.singular_values(
        *problem, dense_limit=limit, **as_resources(threads, memory_budget)
    )


@takes_geometry
def largest_singular_values(
    weights,
    input,
    k,
    *,
    tolerance=1e-10,
    vectors=True,
    dense_limit=2048,
    threads=None,
    memory_budget=None,
    geometry,
):
    """The k largest singular values of the matrix of a convolution, with their vectors.

    Parameters
    ----------
    {arguments}
    {geometry}
    k : int
        How many, from 1 to min(rows, columns). A value that repeats counts as often.
    tolerance : float
        Of the residuals |A v - s u| and |A^T u - s v|, relative to the largest value; between 0
        and 1.
    vectors : bool
        Whether to give vectors, too.
    dense_limit : int
        Rows or columns, whichever are fewer, of the largest dense matrix that is decomposed if
        more than half of all values are wanted.
    threads : int
        Default: as many as there are cores.
    memory_budget : int
        Bytes that vectors, or the dense matrix, may take (default: what is free).

    Returns
    -------
    u : ndarray or None
        rows x k, orthonormal columns: outputs. None for ``vectors=False``.
    s : ndarray
        The k values, in float64, descending (those of ``scipy.sparse.linalg.svds`` ascend).
    vt : ndarray or None
        k x columns, orthonormal rows: inputs, so that ``A @ vt.T`` is ``u * s``.
    report : SingularTripletsReport
        True if it converged.

    Raises
    ------
    GeometryError
        If there is no such convolution, or it has a kernel for every pixel.
    SolverError
        For weights that are not finite, k or a tolerance out of range, values beyond a double, and
        for a matrix that is not small in a build without Spectra.
    CapacityError
        If vectors, or a dense matrix, exceed the memory or the limit.
    ImportError
        If the package was built without solvers.

    Notes
    -----
    Spectra's restarted Lanczos method, for every geometry and without the matrix. Cost: some tens
    of products for a few values, more if they lie close to one another; memory for 2 k + 20 vectors
    and more. Ctrl-C stops it.

    Examples
    --------
    >>> import numpy as np, toeplix
    >>> u, s, vt, report = toeplix.largest_singular_values([1, -2, 1], 40, k=2, padding=1)
    >>> s.round(6), report.converged
    (array([3.994132, 3.976561]), True)
    >>> A = toeplix.matrix([1, -2, 1], 40, padding=1)
    >>> bool(abs(A @ vt.T - u * s).max() < 1e-9)
    True
    >>> vt.reshape(2, 1, 40).shape  # images of one channel
    (2, 1, 40)
    """
    problem = _problem("largest_singular_values", weights, input, geometry)
    wanted = as_flag(vectors, "vectors")
    ut, s, vt, report = _core.largest_singular_values(
        *problem,
        k=as_integer(k, "k"),
        tolerance=as_number(tolerance, "tolerance"),
        dense_limit=as_count(dense_limit, "dense_limit"),
        **as_resources(threads, memory_budget),
    )
    u, vt = (ut.T, vt) if wanted else (None, None)
    return SingularTriplets(u, s, vt, SingularTripletsReport(**report))
