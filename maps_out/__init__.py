"""Pictures of a result: the offline map and the printable summary page."""

from maps_out.demand_picture import draw_demand_picture as draw_demand_picture
from maps_out.demand_sheet import draw_demand as draw_demand
from maps_out.errors import MapError as MapError
from maps_out.page import draw_map as draw_map
from maps_out.summary import draw_summary as draw_summary
from maps_out.tables import MapTables as MapTables

__distribution__ = "siting"
