"""Places and where the server draws them, for the islands' own tests; ``python -m tests.serve.places`` writes them."""

from __future__ import annotations

import json
from pathlib import Path

from comity.formats import worldmap

FILE = Path(__file__).resolve().parents[2] / "web" / "test" / "places.json"
LATITUDES = (-85, -60, -23.5, 0, 12.34, 45, 71.2, 89)
LONGITUDES = (-180, -77.04, 0, 24.75, 179.99)
PLACES = [
    *((latitude, longitude) for latitude in LATITUDES for longitude in LONGITUDES),
    *((59.44, 24.75), (35.68, 139.69), (-90, 0), (90, 0)),
]


def written() -> str:
    """The rows as JSON."""
    rows = [
        {"latitude": latitude, "longitude": longitude, "x": round(x, 9), "y": round(y, 9)}
        for latitude, longitude in PLACES
        for x, y in [worldmap.project((latitude, longitude))]
    ]
    return "[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
