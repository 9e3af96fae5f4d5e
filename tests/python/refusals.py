"""What must be refused. Helps the tests beside it."""

import pytest

import toeplix


def refused(message, call, error=toeplix.GeometryError):
    """The error that a call raises: exactly of this class, with a message that matches."""
    with pytest.raises(error, match=message) as caught:
        call()
    assert type(caught.value) is error
    return caught.value
