"""Places and travel between them.

The nouns of a study that have a position (demand points, candidate sites, districts, grid cells, named places), each a
validated table in a metric CRS and sorted by id, the readers that turn files into layers, and the travel times between
demand and sites. Nothing here knows what is built or why.
"""

from geodata import demand, sites
from geodata.columns import number_column as number_column
from geodata.columns import text_column as text_column
from geodata.columns import unique_ids as unique_ids
from geodata.crs import require_metric as require_metric
from geodata.crs import to_metric as to_metric
from geodata.demand import DemandPoints as DemandPoints
from geodata.districts import Districts as Districts
from geodata.errors import CrsError as CrsError
from geodata.errors import GeodataError as GeodataError
from geodata.errors import LayerError as LayerError
from geodata.places import nearest_places as nearest_places
from geodata.points import as_points as as_points
from geodata.read import read_layer as read_layer
from geodata.read import read_table as read_table
from geodata.services import ENERGY as ENERGY
from geodata.services import KINDS as KINDS
from geodata.services import SERVICES as SERVICES
from geodata.services import STATUSES as STATUSES
from geodata.services import UNITS as UNITS
from geodata.services import VEHICLES as VEHICLES
from geodata.services import Service as Service
from geodata.services import amount_name as amount_name
from geodata.sites import CandidateSites as CandidateSites
from geodata.travel import TravelTimes as TravelTimes
from geodata.travel import speeds_kmh as speeds_kmh
from geodata.travel import straight_line_times as straight_line_times

concat_demand = demand.concat
concat_sites = sites.concat

__distribution__ = "siting"
