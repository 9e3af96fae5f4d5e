"""Systems with the matrix of a convolution, if the component solvers is built."""

import numpy as np

from . import _core
from ._affine_map import AffineMap
from ._arguments import as_array, as_resources
from ._errors import GeometryError
from ._geometry import resolve, takes_geometry
from ._images import as_images, like_images
from ._products import Products
from ._reports import Solution, SolveReport
from ._sparse import is_matrix, matrix_arguments
from ._subject import input_of, output_of, taken_apart


def check_solvers(name):
    """Raises ImportError in a build without them."""
    if not _core.has_solvers:
        raise ImportError(
            f"toeplix.{name} needs the component solvers, which this build of the package does not "
            "have; build it with SuiteSparse (libsuitesparse-dev) and TOEPLIX_BUILD_SOLVERS=ON"
        )


def _solved(name, weights, input, b, geometry, resources):
    """Calls the solver of that name for a geometry, or for a sparse matrix."""
    check_solvers(name)
    if isinstance(weights, AffineMap):
        raise TypeError(f"{name}() takes no AffineMap; use map.A, and b - map.b")
    if is_matrix(weights) or isinstance(weights, Products):
        if (input is None) == (b is None):
            raise TypeError(f"{name}() of a matrix or an Operator takes it and b, and no more")
        b, input = (input if b is None else b), None
    weights, input = taken_apart(weights, input, geometry, name)
    if is_matrix(weights):
        matrix = matrix_arguments(weights, name, geometry, "csc", np.float64)
        return _solved_matrix(name, matrix, as_array(b, "b", np.float64), resources)
    dense = "; a dense matrix is given as scipy.sparse.csr_matrix(A)"
    if b is None:
        raise TypeError(f"{name}() needs the right-hand side b{dense}")
    if input is None:
        raise TypeError(f"{name}() needs the input's pixels (input), or a text form{dense}")
    found, weights = resolve(weights, input, geometry, np.float64)
    right, form = as_images(b, "b", output_of(found), np.float64)
    if form[0]:
        raise GeometryError(f"b is a batch of {len(right)} right-hand sides; {name} takes one")
    x, report = getattr(_core, name)(found, weights, right.reshape(-1), **resources)
    if x is not None:
        x = like_images(x, form, input_of(found))
    return Solution(x, SolveReport(**report))


def _solved_matrix(name, matrix, b, resources):
    if b.ndim != 1:
        raise GeometryError(f"b has the shape {b.shape}; expected ({matrix[-2]},)")
    x, report = getattr(_core, name)(matrix, b, **resources)
    return Solution(x, SolveReport(**report))


@takes_geometry
def solve_square(weights, input=None, b=None, *, threads=None, memory_budget=None, geometry):
    """The x with A x = b, for a convolution whose matrix is square: by LU factorization.

    Parameters
    ----------
    {arguments}
    {geometry}
    b : array_like
        An image of the output's shape. ``solve_square(A, b)`` solves with any square sparse matrix
        of SciPy's, or an Operator.
    threads : int
        Default: as many as there are cores.
    memory_budget : int
        Bytes that the factors may take (default: what is free).

    Returns
    -------
    x : ndarray or None
        Laid out as b is; None if the system is singular, which ``report.reason`` explains.
    report : SolveReport
        True if the equations hold to rounding.

    Raises
    ------
    SolverError
        If the matrix is not square, or numbers are not finite.
    CapacityError
        If the factors will exceed the memory.
    ImportError
        If the package was built without solvers.

    Notes
    -----
    Cost: one factorization by UMFPACK, in float64. Ctrl-C takes effect when it has ended.

    Examples
    --------
    >>> import toeplix
    >>> x, report = toeplix.solve_square([1, 4, 1], input=4, b=[6, 12, 18, 19], padding=1)
    >>> x.round(12), report.status
    (array([1., 2., 3., 4.]), 'solved')
    """
    resources = as_resources(threads, memory_budget)
    return _solved("solve_square", weights, input, b, geometry, resources)


@takes_geometry
def least_squares(weights, input=None, b=None, *, threads=None, memory_budget=None, geometry):
    """The shortest x that minimizes |A x - b|, whatever the rank: by QR factorization.

    Parameters
    ----------
    {arguments}
    {geometry}
    b : array_like
        An image of the output's shape. ``least_squares(A, b)`` takes any sparse matrix of SciPy's,
        or an Operator.
    threads : int
        Default: as many as there are cores.
    memory_budget : int
        Bytes that the factors may take (default: what is free).

    Returns
    -------
    x : ndarray or None
        Laid out as b is; None if there is no telling which x is the shortest.
    report : SolveReport
        With the rank of A.

    Raises
    ------
    SolverError
        If numbers are not finite.
    CapacityError
        If the factors will exceed the memory.
    ImportError
        If the package was built without solvers.

    Notes
    -----
    Cost: one factorization by SPQR, in float64, and more if the rank is deficient. Ctrl-C takes
    effect when it has ended.

    Examples
    --------
    >>> import toeplix
    >>> x, report = toeplix.least_squares([1, 1], input=3, b=[3, 3])
    >>> x.round(12), report.rank, report.nullity
    (array([1., 2., 1.]), 2, 1)
    """
    resources = as_resources(threads, memory_budget)
    return _solved("least_squares", weights, input, b, geometry, resources)
