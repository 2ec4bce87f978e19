"""Roads and the times to drive on them.

Files of many kinds become one `RoadNetwork`; `road_times` finds the pairs of demand and sites within a cutoff.
"""

from geodata.roads.cache import cached_road_times as cached_road_times
from geodata.roads.lines import network_of_lines as network_of_lines
from geodata.roads.network import RoadNetwork as RoadNetwork
from geodata.roads.osm import read_overpass as read_overpass
from geodata.roads.pair_table import read_road_times as read_road_times
from geodata.roads.pair_table import write_road_times as write_road_times
from geodata.roads.profile import CAR as CAR
from geodata.roads.profile import PROFILES as PROFILES
from geodata.roads.profile import TRUCK as TRUCK
from geodata.roads.profile import Profile as Profile
from geodata.roads.question import TravelReport as TravelReport
from geodata.roads.read import read_roads as read_roads
from geodata.roads.report import RoadReport as RoadReport
from geodata.roads.rules import TravelRules as TravelRules
from geodata.roads.speeds import CHINA as CHINA
from geodata.roads.speeds import HONG_KONG as HONG_KONG
from geodata.roads.speeds import SPEEDS as SPEEDS
from geodata.roads.tables import read_edge_list as read_edge_list
from geodata.roads.times import road_times as road_times
from geodata.roads.work import Work as Work
