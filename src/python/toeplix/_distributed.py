"""Matrices that are shared among processes, as petsc4py's."""

from ._arguments import as_resources
from ._collective import given_of, made, petsc_module, together
from ._geometry import takes_geometry


@takes_geometry
def petsc_matrix(
    comm,
    weights,
    input,
    *,
    geometry,
    output_lines=None,
    input_lines=None,
    threads=1,
    memory_budget=None,
):
    """The matrix of a convolution, shared among processes, as a Mat of petsc4py's.

    Each process has the rows of some lines of the output, and compiles these alone. A line is
    everything at one coordinate of the slowest axis, with all channels: a row of pixels of an image,
    a plane of a volume. Vectors are shared likewise: see `petsc_order`.

    Collective: every process passes the same convolution and the same weights.

    Parameters
    ----------
    comm : petsc4py.PETSc.Comm, mpi4py.MPI.Comm or None
        The processes that share it; None is all of them (PETSc.COMM_WORLD).
    {arguments}
    {geometry}
    output_lines, input_lines : int
        Lines of this process, perhaps 0 (default: PETSc shares them as evenly as can be). All
        processes give a number, or none does.
    threads : int
        Of this process; there is one process for each core, as a rule.
    memory_budget : int
        Bytes that this process may take (default: what the machine has free).

    Returns
    -------
    petsc4py.PETSc.Mat
        Of type mpiaij, or seqaij on one process; in float64. Every pair of pixels that the kernel
        connects is a stored entry, whatever the weights. Its ``destroy()`` frees the memory; one
        that is merely forgotten PETSc may keep, as it does with all its objects.

    Raises
    ------
    GeometryError
        If there is no such convolution, the weights do not fit it or have a kernel for every pixel,
        processes disagree, or lines do not add up.
    CapacityError
        If the indices of PETSc or the memory do not suffice, before anything is allocated.
    ImportError
        Without petsc4py, if this build of the package does not have the module for it, or if
        petsc4py is for complex numbers or other indices.

    Notes
    -----
    What is wrong with the weights, the geometry or the memory of one process is raised on all: there
    as it is, on the others as a `toeplix.Error` that names the process.

    Cost: writing the rows of this process once. Meanwhile other threads of Python wait, because
    PETSc is not for several; Ctrl-C stops it.

    Examples
    --------
    >>> import numpy as np, toeplix
    >>> A = toeplix.petsc_matrix(None, [[0, 1], [2, 3]], input=(3, 3))
    >>> A.getSize(), A.getType()
    ((4, 9), 'seqaij')
    >>> x, y = A.createVecs()
    >>> x.array = np.arange(9)
    >>> A.mult(x, y)
    >>> y.array
    array([19., 25., 37., 43.])
    """
    lines = {"output_lines": output_lines, "input_lines": input_lines}
    return made("matrix", comm, weights, input, geometry, lines, threads, memory_budget)


@takes_geometry
def petsc_shell(
    comm,
    weights,
    input,
    *,
    geometry,
    output_lines=None,
    input_lines=None,
    threads=1,
    memory_budget=None,
):
    """The matrix of a convolution without its memory, shared among processes, as a Mat of petsc4py's.

    It multiplies as `operator` does. Before a product each process receives the lines that its rows
    read of others. Lines, order and errors are those of `petsc_matrix`.

    Collective, as `petsc_matrix` is, and so are products.

    Parameters
    ----------
    comm : petsc4py.PETSc.Comm, mpi4py.MPI.Comm or None
        The processes that share it; None is all of them (PETSc.COMM_WORLD).
    {arguments}
    {geometry}
    output_lines, input_lines : int
        Lines of this process, as for `petsc_matrix`.
    threads : int
        Of this process.
    memory_budget : int
        Bytes that one call may take on this process (default: what the machine has free).

    Returns
    -------
    petsc4py.PETSc.Mat
        Of type shell. It knows mult, multAdd, multTranspose, multTransposeAdd, getDiagonal (if it is
        square), createVecs, duplicate, scale, shift and diagonalScale.

    Raises
    ------
    GeometryError, CapacityError, ImportError
        As `petsc_matrix`. What fails in a product is raised as petsc4py.PETSc.Error.

    Examples
    --------
    >>> import numpy as np, toeplix
    >>> A = toeplix.petsc_shell(None, [[0, 1], [2, 3]], input=(3, 3))
    >>> x, y = A.createVecs()
    >>> x.array = np.arange(9)
    >>> A.mult(x, y)
    >>> y.array
    array([19., 25., 37., 43.])
    """
    lines = {"output_lines": output_lines, "input_lines": input_lines}
    return made("shell", comm, weights, input, geometry, lines, threads, memory_budget)


@takes_geometry
def petsc_normal_equations(
    comm, weights, input, *, geometry, input_lines=None, threads=1, memory_budget=None
):
    """The matrix A^T A of a convolution with the matrix A, as a Mat of petsc4py's.

    Both triangles. Nothing is multiplied: the entries are computed from the kernel. Rows and columns
    are shared and ordered as the columns of A are.

    Collective, as `petsc_matrix` is.

    Parameters
    ----------
    comm : petsc4py.PETSc.Comm, mpi4py.MPI.Comm or None
        The processes that share it; None is all of them (PETSc.COMM_WORLD).
    {arguments}
    {geometry}
    input_lines : int
        Lines of this process (default: PETSc shares them as evenly as can be).
    threads : int
        Of this process.
    memory_budget : int
        Bytes that this process may take (default: what the machine has free).

    Returns
    -------
    petsc4py.PETSc.Mat
        Symmetric, of type mpiaij, or seqaij on one process.

    Raises
    ------
    GeometryError, CapacityError, ImportError
        As `petsc_matrix`.

    Examples
    --------
    >>> import toeplix
    >>> N = toeplix.petsc_normal_equations(None, [1, 2], input=3)
    >>> N.convert("dense").getDenseArray().astype(int)
    array([[1, 2, 0],
           [2, 5, 2],
           [0, 2, 4]])
    """
    lines = {"input_lines": input_lines}
    return made("normal_equations", comm, weights, input, geometry, lines, threads, memory_budget)


@takes_geometry
def petsc_update(mat, weights, input, *, geometry, threads=1, memory_budget=None):
    """Writes other weights into a matrix that `petsc_matrix` made of the same geometry.

    Collective. It writes the values alone. (A matrix of `petsc_shell` is made anew instead.)

    Parameters
    ----------
    mat : petsc4py.PETSc.Mat
        What `petsc_matrix` gave, or a duplicate.
    {arguments}
    {geometry}
    threads : int
        Of this process.
    memory_budget : int
        Bytes that this process may take (default: what the machine has free).

    Returns
    -------
    None

    Raises
    ------
    GeometryError
        As `petsc_matrix`, and for a matrix of another size or structure.
    CapacityError, ImportError
        As `petsc_matrix`.

    Examples
    --------
    >>> import toeplix
    >>> A = toeplix.petsc_matrix(None, [1, 2], input=3)
    >>> toeplix.petsc_update(A, [3, 4], input=3)
    >>> A.getValue(0, 1)
    4.0
    """
    petsc = petsc_module("petsc_update")

    def prepare():
        return given_of(petsc, weights, input, geometry), as_resources(threads, memory_budget)

    together(petsc.update, mat, petsc, prepare)


@takes_geometry
def petsc_order(mat, weights, input, *, geometry):
    """Where the numbers that this process has of vectors lie in the flat images.

    PETSc numbers all lines of the first process, then all of the second; within these, channels
    first if the images are so. With one channel, with channels last and on one process this is the
    order of the images themselves.

    Parameters
    ----------
    mat : petsc4py.PETSc.Mat
        What `petsc_matrix` or `petsc_shell` gave. (The vectors of `petsc_normal_equations` are in the order of the
        columns of ``mat`` if both have the same input_lines.)
    {arguments}
    {geometry}

    Returns
    -------
    rows : ndarray of int64
        For each number of y in y = A x that this process has, its place in the output, flattened.
    columns : ndarray of int64
        For each number of x, its place in the input, flattened.

    Raises
    ------
    GeometryError
        If the matrix is shared otherwise than by whole lines of this geometry.
    ImportError
        As `petsc_matrix`.

    Examples
    --------
    >>> import numpy as np, toeplix
    >>> weights, image = np.ones((1, 2, 3, 3)), np.arange(2 * 6 * 5).reshape(2, 6, 5)
    >>> A = toeplix.petsc_matrix(None, weights, input=(6, 5))
    >>> rows, columns = toeplix.petsc_order(A, weights, input=(6, 5))
    >>> x, y = A.createVecs()
    >>> x.array = image.ravel()[columns]  # each process takes its part of the image
    >>> A.mult(x, y)
    >>> result = np.zeros((4, 3))
    >>> result.ravel()[rows] = y.array  # and has its part of the result
    >>> result[0].astype(int)
    array([378, 396, 414])
    """
    petsc = petsc_module("petsc_order")
    return petsc.order(mat, given_of(petsc, weights, input, geometry))
