from dataclasses import dataclass
from typing import Any

@dataclass(frozen=True, kw_only=True, repr=False)
class Described:
    def to_json(self) -> str: ...
    def to_dict(self) -> dict[str, Any]: ...
