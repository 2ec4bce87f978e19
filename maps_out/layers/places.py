"""Names of districts and places for orientation."""

import numpy as np

from maps_out.columns import coordinates, numbers, texts
from maps_out.layers.layer import Layer
from maps_out.strings import pair
from maps_out.tables import MapTables


def layers(tables: MapTables) -> list[Layer]:
    """One layer; district names come first (rank 0), then places by rank and name."""
    order = np.lexsort((tables.places["name_en"].astype(str), tables.places["rank"].to_numpy(dtype=float)))
    places = tables.places.iloc[order]
    centres = coordinates(tables.districts.geometry.representative_point())
    named = coordinates(places.geometry)
    data = {
        "zh": texts([*tables.districts["district"], *places["name_zh"]]),
        "en": texts([*tables.districts["name_en"], *places["name_en"]]),
        "rank": [0] * len(tables.districts) + numbers(places["rank"]),
        "x": centres["x"] + named["x"],
        "y": centres["y"] + named["y"],
    }
    return [Layer(id="places", kind="labels", group="orientation", title=pair("layer_places"), shown=True, data=data)]
