"""Bounds and settings that the parameters of every demand model share."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Final

from annotated_types import Ge, Gt, Le, MinLen, Predicate

from demand_models.errors import DemandError
from geodata.services import Service as Service


def _is_written(text: str) -> bool:
    return bool(text.strip())


Text = Annotated[str, MinLen(1), Predicate(_is_written)]
Share = Annotated[float, Ge(0), Le(1)]
Positive = Annotated[float, Gt(0)]
NonNegative = Annotated[float, Ge(0)]

# Bounds that no road vehicle passes, but figures in another unit do.
KmPerDay = Annotated[float, Ge(0), Le(2000)]
"""A day at full speed; 35,000 is a distance per year."""
KwhPerKm = Annotated[float, Ge(0), Le(10)]
"""Above the heaviest truck uphill; 16 is a consumption per 100 km."""
H2KgPerKm = Annotated[float, Ge(0), Le(1)]
"""As above; 8 is a consumption per 100 km."""

#: Read by pydantic when a study is validated: no unknown keys, no infinities, attribute docstrings as descriptions.
PYDANTIC_CONFIG: Final[dict[str, Any]] = {
    "extra": "forbid",
    "use_attribute_docstrings": True,
    "allow_inf_nan": False,
}


def require(model: object, names: Iterable[str], *, because: str) -> None:
    """Refuse a model whose settings ask for parameters that were not given.

    Parameters
    ----------
    model
        A demand model.
    names
        Fields that must not be None.
    because
        The setting that makes them necessary, for the message.

    Raises
    ------
    DemandError
        When one of the fields is None, naming all of them.
    """
    missing = [name for name in names if getattr(model, name) is None]
    if missing:
        raise DemandError(f"{because}, but {' and '.join(missing)} not given; give a value with its source")


def require_one(model: object, names: Sequence[str]) -> None:
    """Refuse a model that does not have exactly one of several parameters.

    Parameters
    ----------
    model
        A demand model.
    names
        Fields of which exactly one must be given; None and an empty table stand for not given.

    Raises
    ------
    DemandError
        When none or several are given, naming those.
    """
    given = [name for name in names if getattr(model, name) not in (None, {})]
    if len(given) != 1:
        raise DemandError(f"{' and '.join(given) or 'none'} of {', '.join(names)} given; give exactly one")
