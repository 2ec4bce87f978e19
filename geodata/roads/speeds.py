"""Speeds of classes of road, for ways whose speed is not tagged; each with its source or the word assumption."""

from collections.abc import Mapping
from typing import NamedTuple


class ClassSpeed(NamedTuple):
    """Speed in km/h, and where the number comes from."""

    kmh: float
    source: str


SpeedTable = Mapping[str, ClassSpeed]
"""Class of road -> its speed; a class that is not in the table is not for driving."""

_CJJ37 = "CJJ 37-2012 (2016), design speeds by class of urban road"
_RAMP = "CJJ 37-2012 (2016), ramps at 0.4 to 0.7 of the main road"
_JTGB01 = "JTG B01-2014, design speeds 80 to 120 km/h of motorways"
_CAP374 = "Hong Kong Road Traffic Ordinance (Cap. 374) s. 40: 50 km/h where no sign says otherwise"
_ASSUMPTION = "assumption"

CHINA: SpeedTable = {
    "motorway": ClassSpeed(100, _JTGB01),
    "motorway_link": ClassSpeed(50, _RAMP),
    "trunk": ClassSpeed(80, _CJJ37),
    "trunk_link": ClassSpeed(40, _RAMP),
    "primary": ClassSpeed(60, _CJJ37),
    "primary_link": ClassSpeed(30, _RAMP),
    "secondary": ClassSpeed(50, _CJJ37),
    "secondary_link": ClassSpeed(25, _RAMP),
    "tertiary": ClassSpeed(40, _CJJ37),
    "tertiary_link": ClassSpeed(20, _RAMP),
    "unclassified": ClassSpeed(30, _CJJ37),
    "residential": ClassSpeed(30, _CJJ37),
    "road": ClassSpeed(30, _ASSUMPTION),
    "living_street": ClassSpeed(10, _ASSUMPTION),
    "service": ClassSpeed(15, _ASSUMPTION),
    "ferry": ClassSpeed(20, _ASSUMPTION),
}
"""Mainland China: free of congestion, at the design speed."""

HONG_KONG: SpeedTable = {
    **CHINA,
    "motorway": ClassSpeed(80, _ASSUMPTION),
    "trunk": ClassSpeed(70, _ASSUMPTION),
    "primary": ClassSpeed(50, _CAP374),
    "secondary": ClassSpeed(50, _CAP374),
    "tertiary": ClassSpeed(50, _CAP374),
    "unclassified": ClassSpeed(50, _CAP374),
}
"""Hong Kong: the general limit; residential roads and ramps as in mainland China."""

SPEEDS: Mapping[str, SpeedTable] = {"CN": CHINA, "HK": HONG_KONG}
"""Country or region -> its table."""

ZONES: Mapping[str, ClassSpeed] = {
    "CN:urban": ClassSpeed(50, "Implementation Regulations of the Road Traffic Safety Law (2004) art. 45"),
    "CN:rural": ClassSpeed(70, "Implementation Regulations of the Road Traffic Safety Law (2004) art. 45"),
    "CN:motorway": ClassSpeed(120, "Implementation Regulations of the Road Traffic Safety Law (2004) art. 78"),
    "HK:urban": ClassSpeed(50, _CAP374),
}
"""Limits that a tag names instead of writing the number."""
