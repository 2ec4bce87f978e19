"""Control totals: a column that should add up to a published figure."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from geodata.columns import number_column

TOLERANCE = 5e-4
"""Share of the total by which rounded rows may miss it."""


def missed_totals(table: pd.DataFrame, totals: Mapping[str, float], *, source: str) -> tuple[str, ...]:
    """Columns that do not add up to their control totals.

    Parameters
    ----------
    table
        The rows.
    totals
        Column = its control total, in the unit of the column.
    source
        The table, as the user knows it.

    Returns
    -------
    missed
        One sentence per column with its sum, the total and the difference.

    Raises
    ------
    LayerError
        When there is no such column, or a cell of it is no number.
    """
    missed = []
    for column, total in totals.items():
        found = float(np.sum(number_column(table, column, source=source)))
        if abs(found - total) > TOLERANCE * abs(total):
            more = "more" if found > total else "less"
            share = f"{abs(found - total) / abs(total):.2%} " if total else ""
            missed.append(
                f'column "{column}" adds up to {found:g}, {share}{more} than the control total {total:g}; '
                "correct the rows or the total"
            )
    return tuple(missed)
