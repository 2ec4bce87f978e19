"""Messages speak of options to who typed options."""

import pytest

from geodata import CrsError, LayerError
from siting.commands.option_words import TRAVEL, in_options, naming_options


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("no CRS; set crs to the one the coordinates are in", "no CRS; set --crs to the one the coordinates are in"),
        ("as a layer needs crs or datum", "as a layer needs --crs or --datum"),
        ('has no layers; remove layer = "a"', 'has no layers; remove --layer "a"'),
        ("the sheet has 3 rows; header_row must be one", "the sheet has 3 rows; --header-row must be one"),
        ("exchange the two columns, or set swap_xy", "exchange the two columns, or set --swap-xy"),
        ("make them unique or set duplicate_ids to first", "make them unique or set --duplicate-ids to first"),
        ("name them lon and lat in columns (there are: a)", "name them lon and lat in --map (there are: a)"),
        ('no column "set"; a layer of crs', 'no column "set"; a layer of crs'),
        ("import it once for each with wanted", "import it once for each with an --as for it"),
        ("set layers as they are", "set layers as they are"),
    ],
)
def test_settings_become_options(said, meant):
    """Only where a setting is meant; other words stay, and so does what has been put right."""
    assert in_options(said) == meant
    assert in_options(meant) == meant


def test_errors_are_put_into_the_words_of_the_command():
    """Of both kinds, in the words of the command that was called."""
    with pytest.raises(LayerError, match='set --source-crs "EPSG:4326"'), naming_options(TRAVEL):
        raise LayerError("a.csv", ['no CRS; set crs = "EPSG:4326"'])
    with pytest.raises(CrsError, match="set --crs to a projected one"), naming_options(TRAVEL):
        raise CrsError("set crs to a projected one")
