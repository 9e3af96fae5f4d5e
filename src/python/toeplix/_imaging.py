"""Images from what an instrument has made of them, by iterations that need products alone."""

import numpy as np

from . import _core
from ._arguments import as_flag, as_number
from ._blur import takes_blur


@takes_blur
def nonnegative_least_squares(
    instrument, *, lambda_=0.0, upper=None, tolerance=1e-6, max_iterations=2000
):
    """The image x >= 0 that minimizes |A x - image|^2 + lambda |x|^2, A being a blur.

    Light is not negative.

    Parameters
    ----------
    {blur}
    lambda_ : float
        How much to regularize (default: not at all).
    upper : float
        Bound of every pixel of x (default: none).
    tolerance : float
        Greatest length of the projected gradient, as a share of |A^T image|.
    max_iterations : int
        Steps at most.
    {settings}

    Returns
    -------
    x : ndarray
        float64, of the shape and the scale of the image.
    report : IterationReport
        True if it converged: ``report.error`` is the projected gradient's share, 0 at a minimum.

    Raises
    ------
    {raises}

    Notes
    -----
    Accelerated projected gradients (Beck and Teboulle 2009) with restarts (O'Donoghue and Candes
    2015). A step takes two products; Ctrl-C stops it.

    Examples
    --------
    >>> import numpy as np, toeplix
    >>> stars = np.zeros((8, 8))
    >>> stars[2, 3], stars[5, 6] = 9, 4
    >>> psf = np.array([[0, 1, 0], [1, 4, 1], [0, 1, 0]]) / 8
    >>> blurred = toeplix.operator(psf, stars.shape, padding=1, boundary="reflect")(stars)
    >>> x, report = toeplix.nonnegative_least_squares(blurred - 0.01, psf)
    >>> bool(x.min() >= 0), x[2, 3].round(1), report.status
    (True, 9.0, 'converged')
    """
    return instrument.solved(
        _core.nonnegative_least_squares,
        tolerance,
        max_iterations,
        lambda_=as_number(lambda_, "lambda_"),
        upper=np.inf if upper is None else as_number(upper, "upper"),
    )


@takes_blur
def richardson_lucy(
    instrument, *, background=None, flat=None, tolerance=1e-4, max_iterations=100
):
    """The image for which counted photons are likely, by the algorithm of Richardson and Lucy.

    The model is image ~ Poisson(flat * (A x) + background), A being the blur. Neither image nor
    kernel may be negative.

    Parameters
    ----------
    {blur}
    background : float or array_like
        What the detector counts without the image: one number, or one for each pixel (default: 0).
    flat : float or array_like
        How sensitive the detector is: one number, or one for each pixel, 0 for those that are dead
        (default: 1).
    tolerance : float
        Least relative change of x that is worth another step; 0 takes all steps.
    max_iterations : int
        Steps at most. Noise grows with them, so that to stop early is what regularizes.
    {settings}

    Returns
    -------
    x : ndarray
        float64, of the shape of the image, nowhere negative.
    report : IterationReport
        ``report.history`` is the deviance, which never increases: the sum of
        image * log(image / model) - image + model.

    Raises
    ------
    {raises}

    Notes
    -----
    W. Richardson, JOSA 62 (1972); L. Lucy, Astron. J. 79 (1974). The column sums of A are those
    with its borders, so that the picture gets neither darker nor brighter there. A step takes two
    products; Ctrl-C stops it.

    Examples
    --------
    >>> import numpy as np, toeplix
    >>> stars = np.full((8, 8), 1.0)
    >>> stars[2, 3], stars[5, 6] = 900, 400
    >>> psf = np.array([[0, 1, 0], [1, 4, 1], [0, 1, 0]]) / 8
    >>> counts = toeplix.operator(psf, stars.shape, padding=1, boundary="reflect")(stars) + 10
    >>> steps = {"tolerance": 1e-5, "max_iterations": 999}
    >>> x, report = toeplix.richardson_lucy(counts, psf, background=10, **steps)
    >>> x[2, 3].round(-1), x[5, 6].round(-1)
    (900.0, 400.0)
    """
    return instrument.solved(
        _core.richardson_lucy,
        tolerance,
        max_iterations,
        background=instrument.per_pixel(background, "background"),
        flat=instrument.per_pixel(flat, "flat"),
    )


@takes_blur
def total_variation(instrument, mu, *, nonnegative=False, tolerance=1e-3, max_iterations=3000):
    """The image x that minimizes |A x - image|^2 / 2 + mu TV(x): smooth areas with sharp edges.

    TV is the isotropic total variation, A the blur; the kernel ``[[1]]`` denoises.

    Parameters
    ----------
    {blur}
    mu : float
        How much to regularize, in the units of the image: a plateau moves by mu times its border's
        length / its area.
    nonnegative : bool
        Whether x may not be negative.
    tolerance : float
        By which share of it the objective may exceed the least value, by a bound from duality.
    max_iterations : int
        Steps at most.
    {settings}

    Returns
    -------
    x : ndarray
        float64, of the shape and the scale of the image.
    report : IterationReport
        True if it converged; ``report.history`` is the objective.

    Raises
    ------
    {raises}

    Notes
    -----
    The primal-dual method of Chambolle and Pock, J. Math. Imaging Vis. 40 (2011). A step takes two
    products; Ctrl-C stops it.

    Examples
    --------
    >>> import toeplix
    >>> x, report = toeplix.total_variation([0, 0, 0, 10, 10, 10], [1], 3, tolerance=1e-8)
    >>> x.round(3).tolist()
    [1.0, 1.0, 1.0, 9.0, 9.0, 9.0]
    """
    wanted = as_flag(nonnegative, "nonnegative")
    return instrument.solved(
        _core.total_variation,
        tolerance,
        max_iterations,
        mu=as_number(mu, "mu"),
        range=_core.PixelRange.nonnegative if wanted else _core.PixelRange.real,
    )
