"""Whether the solvers have Spectra. Helps the tests beside it."""

import toeplix


def has_spectra():
    """Asks for a singular value of a matrix that is not small."""
    if not toeplix._core.has_solvers:
        return False
    try:
        toeplix.largest_singular_values([1, 2], 1000, 1, tolerance=0.1)
    except toeplix.SolverError:
        return False
    return True
