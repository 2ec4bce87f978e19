"""What the block of every fleet says beside its own figures."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import Field

from demand_models.parameters import PYDANTIC_CONFIG, NonNegative, Text


@dataclass(frozen=True, kw_only=True)
class FleetBlock:
    """Keys that the blocks of all fleets have."""

    # Described in place: docstrings below attributes are read for the class at hand only, not for those above it.
    __pydantic_config__: ClassVar[dict[str, Any]] = PYDANTIC_CONFIG

    model: Annotated[str, Field(description="Name of the demand model.")]

    source: Annotated[
        Text,
        Field(
            description="Where the figures come from: a document with its section, "
            '"derived: ..." with the rule, or "assumption".'
        ),
    ]

    scale: Annotated[NonNegative, Field(description="Factor on the result, for what-if runs (no unit).")] = 1.0
