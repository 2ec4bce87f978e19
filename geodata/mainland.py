"""Where the positions of Chinese web maps are shifted: mainland China, by a coarse outline."""

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

# Rings of longitude and latitude in degrees (WGS84), written as in WKT. On land the outline lies 10 to 60 km outside of
# the border, at sea some 20 km off the coast, so that no place of the mainland is missed; only towards Kinmen and Matsu
# is it drawn closely. It says where positions are shifted, roughly, and nothing about any border. From the mouth of the
# Yalu it runs along the sea to the Gulf of Tonkin, and over land back to the Yalu.
_OUTLINE: Final = """
    124.4 39.6, 123.5 38.6, 123.1 36.8, 121.6 35, 122.8 32, 123.4 31.2, 123.3 29.8, 122.6 28.6, 121.6 27.3, 120.9
    26.8, 120.45 26.72, 120.05 26.45, 119.955 26.33, 119.86 26.24, 119.78 26.1, 119.83 25.93, 120.05 25.75, 120.05
    25.4, 119.6 24.95, 118.9 24.45, 118.56 24.49, 118.45 24.535, 118.36 24.535, 118.27 24.5, 118.225 24.45, 118.205
    24.39, 118.4 24.2, 118.2 23.8, 117.6 23.1, 116.8 22.5, 115.5 22.2, 114.6 21.7, 112 20.9, 111.4 20.4, 111.6 19.8,
    110.9 18.5, 109.5 17.7, 108.2 18.3, 108.2 19.6, 108.4 20.6, 108.15 21.3, 107.3 21.4, 106.9 21.5, 106.3 22.1,
    106.3 22.5, 105.3 22.8, 104 22.3, 102 22.1, 101.9 20.8, 99 21.8, 99.1 22.7, 98.6 22.9, 98.4 23.7, 97.5 23.6,
    97.3 23.9, 97.4 25.2, 98.3 26.1, 98.2 27.3, 97.3 27.8, 95.5 26.8, 92 26.7, 91.6 27.4, 90 27.9, 88.8 27, 88.3
    27.6, 85.7 27.7, 82.2 29.6, 81 29.7, 79.5 30.4, 78.3 31.3, 78 32.7, 78.6 33, 78.2 34.2, 77.7 35.2, 75.8 35.7,
    74.6 37, 73.3 38.2, 73.3 40.2, 74.6 40.8, 76.3 40.9, 76.7 41.5, 78 41.6, 79.9 42.4, 79.9 43.1, 80.3 43.4, 79.6
    45.2, 82 45.9, 82.6 47.7, 85.1 47.5, 85.4 48.8, 87.7 49.6, 89.1 48.5, 90.6 48, 91.5 47, 91.3 45.7, 93.6 45.4,
    95.5 44.7, 96.6 43.2, 100.9 43, 105 42.1, 110.3 43.3, 111.2 43.9, 110.9 44.6, 111.8 45.5, 113.4 45.2, 117.3
    47.1, 119 47.1, 118.1 47.8, 115.7 47.4, 115 48.2, 116.4 50.2, 117.9 50, 118.7 50.4, 120.2 52.2, 119.8 53.1, 121
    53.7, 123.6 53.9, 126.2 53.2, 128 50.2, 129.6 49.8, 130.9 49.1, 131.3 48.2, 135 48.9, 135.5 48.6, 133.4 44.9,
    131.6 44.8, 131.6 42.8, 130.9 42, 130.1 42.4, 128.6 41.7, 128.4 41, 126.9 41.3, 124.4 39.6
"""
# Stations stand on both sides of the Shenzhen River and of the canals of Macao, so here the outline follows the
# boundary, on its far side as seen from the mainland, and within about 200 m of it.
_HONG_KONG: Final = """
    113.855 22.275, 113.86 22.3, 113.865 22.43, 113.895 22.432, 113.925 22.448, 113.965 22.486, 113.99 22.503,
    114.02 22.509, 114.025 22.506, 114.052 22.501, 114.057 22.503, 114.061 22.512, 114.065 22.515, 114.072 22.517,
    114.077 22.514, 114.083 22.517, 114.086 22.522, 114.087 22.524, 114.08 22.529, 114.086 22.531, 114.09 22.535,
    114.092 22.536, 114.097 22.533, 114.104 22.534, 114.112 22.528, 114.123 22.537, 114.131 22.54, 114.135 22.54,
    114.138 22.542, 114.144 22.54, 114.149 22.541, 114.153 22.546, 114.153 22.548, 114.151 22.549, 114.153 22.553,
    114.158 22.554, 114.161 22.56, 114.164 22.558, 114.168 22.56, 114.17 22.558, 114.176 22.559, 114.177 22.555,
    114.181 22.553, 114.183 22.554, 114.191 22.553, 114.2 22.556, 114.21 22.555, 114.214 22.553, 114.218 22.554,
    114.225 22.548, 114.225 22.543, 114.228 22.542, 114.243 22.552, 114.258 22.557, 114.29 22.562, 114.32 22.57,
    114.4 22.573, 114.431 22.56, 114.452 22.54, 114.45 22.5, 114.455 22.45, 114.5 22.42, 114.502 22.148, 113.834
    22.148, 113.834 22.265, 113.855 22.275
"""
_MACAO: Final = """
    113.555 22.215, 113.57 22.208, 113.57 22.203, 113.583 22.203, 113.6 22.19, 113.605 22.13, 113.575 22.1, 113.551
    22.107, 113.551 22.146, 113.541 22.158, 113.53 22.182, 113.537 22.202, 113.535 22.212, 113.542 22.212, 113.545
    22.216, 113.555 22.215
"""


def in_mainland_china(lon: npt.ArrayLike, lat: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Whether positions lie where the datums of Chinese web maps differ from WGS84.

    Hong Kong, Macao and Taiwan (with Kinmen and Matsu) are not part of it, nor are the islands of the South China Sea
    beyond Hainan, nor any other country but for a strip of 10 to 60 km along the land borders. The rectangle that many
    programs use instead (72.004 to 137.8347 E, 0.8293 to 55.8271 N) would also shift all of these, and Korea,
    Mongolia and half of India.

    Providers differ: the shift ends at Shenzhen River in the common open implementations and on Google's maps, while
    Baidu, and Huawei by its documentation, shift Hong Kong and Macao too. Data of theirs from there needs its own care.

    Parameters
    ----------
    lon, lat
        Degrees, WGS84, of one shape.

    Returns
    -------
    inside
        True in mainland China; False elsewhere and for coordinates that are not finite.
    """
    inside: npt.NDArray[np.bool_] = shapely.contains_xy(_region(), np.asarray(lon, float), np.asarray(lat, float))
    return inside


@cache
def _region() -> BaseGeometry:
    region = shapely.from_wkt(f"POLYGON (({_OUTLINE}), ({_HONG_KONG}), ({_MACAO}))")
    shapely.prepare(region)
    return region
