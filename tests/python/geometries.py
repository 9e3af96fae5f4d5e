"""Random geometries, and the convolution of an image by plain loops. Helps the tests beside it."""

import itertools

import numpy as np

#: Our boundaries, and what numpy.pad calls them.
PAD_MODES = {
    "zero": "constant",
    "circular": "wrap",
    "reflect": "reflect",
    "symmetric": "symmetric",
    "replicate": "edge",
}


def integers(rng, shape, dtype=np.float64):
    """Whole numbers, of which sums of products are exact; not 0, so that no entry hides."""
    numbers = rng.integers(1, 6, shape) * rng.choice([-1, 1], shape)
    if np.dtype(dtype).kind == "c":
        numbers = numbers + 1j * rng.integers(-5, 6, shape)
    return numbers.astype(dtype)


def pick(rng, axes, first, last):
    return tuple(int(number) for number in rng.integers(first, last + 1, axes))


def random_geometry(rng, boundaries=tuple(PAD_MODES), axes=None):
    """Extents, shape of the weights, and keywords of a convolution that exists."""
    axes = axes or int(rng.integers(1, 4))
    groups = int(rng.choice([1, 1, 2, 3]))
    kernel, dilation = pick(rng, axes, 1, 3), pick(rng, axes, 1, 2)
    spans = [(k - 1) * d + 1 for k, d in zip(kernel, dilation)]
    extents = tuple(span + int(rng.integers(0, 4)) for span in spans)
    # numpy.pad by reflection would need two pixels.
    extents = tuple(max(2, extent) for extent in extents)
    padding = tuple(zip(pick(rng, axes, 0, 2), pick(rng, axes, 0, 2)))
    shape = (groups * int(rng.integers(1, 3)), int(rng.integers(1, 3)), *kernel)
    keywords = {
        "stride": pick(rng, axes, 1, 3),
        "dilation": dilation,
        "padding": padding,
        "groups": groups,
        "boundary": tuple(str(word) for word in rng.choice(boundaries, axes)),
    }
    return extents, shape, keywords


def pad(image, keywords):
    """An image of channels and pixels with what lies beyond its border."""
    for axis, (sides, boundary) in enumerate(zip(keywords["padding"], keywords["boundary"])):
        widths = [(0, 0)] * image.ndim
        widths[axis + 1] = sides
        image = np.pad(image, widths, mode=PAD_MODES[boundary])
    return image


def convolve(image, weights, keywords):
    """The convolution of an image of channels and pixels, pixel by pixel."""
    image = pad(image, keywords)
    kernel, stride, dilation = weights.shape[2:], keywords["stride"], keywords["dilation"]
    output = [
        (n - (k - 1) * d - 1) // s + 1
        for n, k, s, d in zip(image.shape[1:], kernel, stride, dilation)
    ]
    per_group, channels = weights.shape[0] // keywords["groups"], weights.shape[1]
    result = np.zeros((weights.shape[0], *output), np.result_type(image, weights))
    for out in range(weights.shape[0]):
        group = out // per_group * channels
        for at in itertools.product(*map(range, output)):
            window = tuple(
                slice(a * s, a * s + (k - 1) * d + 1, d)
                for a, s, k, d in zip(at, stride, kernel, dilation)
            )
            read = image[(slice(group, group + channels), *window)]
            result[(out, *at)] = np.sum(read * weights[out])
    return result
