"""What the package raises. The messages are those of the C++ library."""


class Error(ValueError):
    """Everything that the library raises. The message names the field, the value and the rule.

    >>> import numpy as np, toeplix
    >>> toeplix.matrix(np.ones(5), input=4)
    Traceback (most recent call last):
        ...
    toeplix.GeometryError: axis 0: kernel span 5 exceeds padded input 4
    """


class GeometryError(Error):
    """A convolution that cannot exist, or arrays whose length does not fit it."""


class FormatError(Error):
    """A text that is not what it claims to be."""


class SolverError(Error):
    """Numbers or sizes that no solver can work with."""


class CapacityError(Error, MemoryError):
    """More entries than an index type can number, or more memory than there is.

    Attributes
    ----------
    cause : str
        ``"index_type"``, ``"memory_budget"`` or ``"limit"``.
    entries, bytes : int or None
        The size requested, if it is known.
    """

    cause = "limit"
    entries = None
    bytes = None


# Tracebacks name them as users do.
for _class in (Error, GeometryError, FormatError, SolverError, CapacityError):
    _class.__module__ = "toeplix"
