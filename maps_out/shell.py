"""The page's shell by Folium: the Leaflet map, one empty group per layer, the layer control.

No text of a result passes through here: Folium renders through templates, and a template must never see what others
wrote. Layers carry their ids; the page's script gives them their names.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import folium
import folium.map

from maps_out.layers import Layer


class _OfflineMap(folium.Map):
    """A map without tiles that asks for Leaflet only."""

    default_js = [("leaflet", "vendored/leaflet/leaflet.js")]  # noqa: RUF012 - overrides a list of the base class
    default_css = [("leaflet_css", "vendored/leaflet/leaflet.css")]  # noqa: RUF012

    def __init__(self, digest: str, centre: tuple[float, float]) -> None:
        # Folium's own `max_zoom` belongs to its tile layer; without tiles only `maxZoom` reaches Leaflet.
        super().__init__(
            location=centre, tiles=None, zoom_start=9, maxZoom=17, minZoom=6, zoomSnap=0.25, attributionControl=False
        )
        self._id = digest


class _Group(folium.FeatureGroup):
    def __init__(self, digest: str, layer: Layer) -> None:
        super().__init__(name=layer.id, show=layer.shown)
        self._id = f"{layer.id.replace('-', '_')}_{digest}"


class _Control(folium.LayerControl):
    def __init__(self, digest: str) -> None:
        super().__init__(position="topright", collapsed=False, autoZIndex=False)
        self._id = digest


@dataclass(frozen=True)
class Shell:
    """Rendered page and the names of its script variables."""

    html: str
    map_name: str
    control_name: str
    group_names: dict[str, str]


def render_shell(layers: Sequence[Layer], *, centre: tuple[float, float], digest: str) -> Shell:
    """Render the shell.

    Parameters
    ----------
    layers
        Only ids and whether they are shown are read.
    centre
        Latitude and longitude in degrees.
    digest
        Hexadecimal digest of the page's data; all element ids end in it, so that the same data gives the same page.
    """
    page = _OfflineMap(digest, centre)
    groups = {layer.id: _Group(digest, layer) for layer in layers}
    for group in groups.values():
        group.add_to(page)
    # Last, or Leaflet meets groups that are not there yet.
    control = _Control(digest)
    control.add_to(page)
    return Shell(
        html=page.get_root().render(),
        map_name=page.get_name(),
        control_name=control.get_name(),
        group_names={name: group.get_name() for name, group in groups.items()},
    )
