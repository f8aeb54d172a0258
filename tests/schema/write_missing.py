"""Writes the golden files that are not there yet: `python tests/schema/write_missing.py`. It never touches one that is."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from schema.shapes import HERE, all_shapes

if __name__ == "__main__":
    for name, shape in all_shapes().items():
        file = HERE / name
        if not file.exists():
            file.parent.mkdir(exist_ok=True)
            file.write_text(json.dumps(shape, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
            print(f"wrote {name}")
