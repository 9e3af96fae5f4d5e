"""What the library says of something: fields, a text for people, and JSON."""

import json
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, repr=False)
class Described:
    """A record with the text and the JSON that the library has for it."""

    _text: str = field(default="", repr=False, compare=False)
    _json: str = field(default="{}", repr=False, compare=False)

    def __repr__(self):
        return self._text.rstrip("\n")

    def to_json(self):
        """One JSON object, as the program ``toeplix`` prints it."""
        return self._json

    def to_dict(self):
        """The same as a dictionary."""
        return json.loads(self._json)


def frozen(value):
    """A value of JSON with tuples in place of lists."""
    if isinstance(value, list):
        return tuple(frozen(each) for each in value)
    return value
