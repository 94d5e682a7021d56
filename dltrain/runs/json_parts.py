"""One part of a JSON file without parsing the rest: what dltrain itself has written.

metrics.json has 10 to 30 kB, most of it curves and confusions that no list shows.
"""

from __future__ import annotations

import json
from typing import Any

# As `RunFolder.write_json` writes: the keys at the top alone are indented by two blanks.
BEGINNING = '{\n  "'
_DECODER = json.JSONDecoder()


def part_of(text: str, key: str) -> Any:
    r"""Read what stands at one key at the top of a JSON object; None where it is not there.

    Args:
        text: The file.
        key: The key.

    Raises:
        ValueError: The text is no JSON object; not noticed where the part is whole.

    Example:
        >>> part_of('{\n  "a": {\n    "b": 1\n  },\n  "b": [2]\n}\n', "b")
        [2]
    """
    name = json.dumps(key, ensure_ascii=False)
    start = text.find(f"\n  {name}: ") if text.startswith(BEGINNING) else -1
    if start >= 0:
        return _DECODER.raw_decode(text, start + len(name) + 5)[0]
    whole = json.loads(text)
    if not isinstance(whole, dict):
        raise ValueError(f"{type(whole).__name__} instead of an object")
    return whole.get(key)
