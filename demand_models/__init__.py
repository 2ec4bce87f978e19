"""Demand models: how much of a service is asked for per day, and where.

A model is a frozen dataclass of plain numbers in a file of its own, entered in `MODELS` under its name.
"""

from demand_models.battery_take_back import BatteryTakeBack as BatteryTakeBack
from demand_models.block import FleetBlock as FleetBlock
from demand_models.calibrate import calibrate as calibrate
from demand_models.city_logistics import CityLogistics as CityLogistics
from demand_models.context import DemandContext as DemandContext
from demand_models.control_totals import ControlTotals as ControlTotals
from demand_models.correcting import Correction as Correction
from demand_models.correcting import correction as correction
from demand_models.depot_fleet import DepotFleet as DepotFleet
from demand_models.errors import DemandError as DemandError
from demand_models.freight import Freight as Freight
from demand_models.ground_fleet import GroundFleet as GroundFleet
from demand_models.growth import stock_in as stock_in
from demand_models.heavy_trucks import HeavyTrucks as HeavyTrucks
from demand_models.learned.demand import Learned as Learned
from demand_models.measured import Measured as Measured
from demand_models.model import DemandModel as DemandModel
from demand_models.parts_logistics import PartsLogistics as PartsLogistics
from demand_models.private_ev import PrivateEV as PrivateEV
from demand_models.report import DemandReport as DemandReport
from demand_models.report import demand_report as demand_report
from demand_models.shared_cars import SharedCars as SharedCars
from demand_models.spread import spread_population as spread_population
from demand_models.taxi import Taxi as Taxi

__distribution__ = "siting"

MODELS: dict[str, type[DemandModel]] = {
    "private_ev": PrivateEV,
    "taxi": Taxi,
    "freight": Freight,
    "heavy_trucks": HeavyTrucks,
    "city_logistics": CityLogistics,
    "depot_fleet": DepotFleet,
    "ground_fleet": GroundFleet,
    "shared_cars": SharedCars,
    "parts_logistics": PartsLogistics,
    "battery_take_back": BatteryTakeBack,
    "measured": Measured,
    "learned": Learned,
}
