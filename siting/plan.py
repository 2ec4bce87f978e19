"""The policy plan: counts, quotas, budgets, price ceilings, places that must be served, gaps along roads."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from annotated_types import Ge, Gt, Le, MinLen
from pydantic import model_validator

from siting.document import Document, read_toml, validated
from siting.facility import Service, Text, Vehicle

Basis = Literal["document", "derived", "assumption"]


class SourceDocument(Document):
    """A document that lines of the plan rest on."""

    title_zh: Text
    """Chinese title."""
    title_en: Text
    """English title."""
    publisher: Text
    """Who issued or reported it."""
    kind: Literal["primary", "secondary"] = "primary"
    """Whether the document itself was read, or a report of it."""
    note: str = ""
    """What a reader should know."""


class Line(Document):
    """What every line of a plan carries."""

    label_zh: Text
    """Chinese name."""
    label_en: Text
    """English name."""
    enforce: bool = True
    """Whether it binds the answer; otherwise it is only shown in the scorecard."""
    variant: str | None = None
    """Applies only when the study picks this variant; without one it always applies."""
    year: int | None = None
    """Year it speaks of; without one, the study's last. A line of a year not studied is shown as not evaluated."""
    basis: Basis
    """Whether the number stands in a document, is derived by a rule, or is an assumption."""
    document: str | None = None
    """Id of the document."""
    section: str | None = None
    """Section of the document."""
    rule: str = ""
    """How the number was derived, read or assumed."""

    @model_validator(mode="after")
    def _sourced(self) -> "Line":
        if self.basis == "document" and not (self.document and self.section):
            raise ValueError('basis "document" needs document and section')
        if self.basis != "document" and not self.rule:
            raise ValueError(f'basis "{self.basis}" needs a rule that says how')
        return self

    @property
    def name(self) -> str:
        """Both names, for messages."""
        return f"{self.label_en} ({self.label_zh})"

    def source_text(self) -> str:
        """Return document, section and rule in one sentence; the basis stands beside it."""
        place = f"{self.document} {self.section}" if self.document and self.section else self.document or ""
        return "; ".join(part for part in (place, self.rule) if part)


LineT = TypeVar("LineT", bound=Line)


class Target(Line):
    """A number of stations or modules over a set of facility types: all that stand in the line's year."""

    counts: Literal["stations", "modules"]
    """What is counted; a mixed station counts once for each service it offers."""
    types: Annotated[tuple[Text, ...], MinLen(1)]
    """Facility types counted."""
    exactly: Annotated[int, Ge(0)] | None = None
    """Exact number."""
    at_least: Annotated[int, Ge(0)] | None = None
    """Least number."""
    at_most: Annotated[int, Ge(0)] | None = None
    """Most number."""
    at_least_by_district: dict[Text, Annotated[int, Ge(0)]] = {}
    """Least number by district."""
    at_most_by_district: dict[Text, Annotated[int, Ge(0)]] = {}
    """Most number by district."""

    @model_validator(mode="after")
    def _one_number(self) -> "Target":
        whole = [number for number in (self.exactly, self.at_least, self.at_most) if number is not None]
        if len(whole) > 1 or not (whole or self.at_least_by_district or self.at_most_by_district):
            raise ValueError("give one of exactly, at_least, at_most, or numbers by district")
        return self

    def bounds(self) -> Iterator[tuple[str, str, int]]:
        """Yield district ("" for the whole area), sense ("=", ">=", "<=") and number of each row of the line."""
        for sense, number in (("=", self.exactly), (">=", self.at_least), ("<=", self.at_most)):
            if number is not None:
                yield "", sense, number
        for sense, table in ((">=", self.at_least_by_district), ("<=", self.at_most_by_district)):
            for district, number in sorted(table.items()):
                yield district, sense, number


class BudgetLine(Line):
    """Money for a set of facility types: for what opens in the line's year; without one, in all years together."""

    cny: Annotated[float, Ge(0)]
    """Investment at most, CNY."""
    types: tuple[Text, ...] = ()
    """Facility types it pays for; empty: all."""


class PriceCeiling(Line):
    """Retail price that the plan allows."""

    service: Service
    """Service."""
    cny_per_unit: Annotated[float, Gt(0)]
    """Price at most, CNY per unit."""


class ServedShareLine(Line):
    """Share of a service's demand that must be served."""

    service: Service
    """Service."""
    flows: Text | None = None
    """Fleet that refuels along its road, to speak of its flows alone; without one, of all demand of the service."""
    at_least: Annotated[float, Ge(0), Le(1)]
    """Share of the demand."""


class MustServeLine(Line):
    """Places that must have a station of a service within a standard."""

    layer: Text
    """Layer of the study that holds the places."""
    ids: Annotated[tuple[Text, ...], MinLen(1)]
    """Ids of the places."""
    service: Service
    """Service."""
    vehicle: Vehicle = "car"
    """Vehicle class that must be served."""
    standard_min: Annotated[float, Gt(0)]
    """Largest acceptable travel time in minutes, boundary included."""


class GapLine(Line):
    """Longest drive along a road without passing a station of a service."""

    roads: Text | None = None
    """Layer of the study that holds the roads, lines drawn along them; or else flows."""
    flows: Text | None = None
    """Fleet that refuels along its road, drawn or from trips: each of its paths is a road; or else a layer."""
    ids: tuple[Text, ...] = ()
    """Ids of the roads, or of the fleet's flows without its name, such as "dongguan-guangzhou"; empty: all."""
    max_km: Annotated[float, Gt(0)]
    """Longest way between stations, and between a station and an end of the road, km."""
    service: Service
    """Service."""
    vehicle: Vehicle = "truck"
    """Vehicle class that must be served."""
    max_detour_km: Annotated[float, Ge(0)]
    """Longest extra way of a stop: off the road and back to it, km (travel.detour_factor × straight line)."""
    length_factor: Annotated[float, Ge(1)] = 1.0
    """Kilometres of road per kilometre of the drawn line; flows have their own."""

    @model_validator(mode="after")
    def _one_road(self) -> "GapLine":
        if (self.roads is None) == (self.flows is None):
            raise ValueError("give one of roads and flows")
        if self.flows is not None and "length_factor" in self.model_fields_set:
            raise ValueError("length_factor: flows have their own kilometres; leave it out")
        return self


class Plan(Document):
    """The policy document's targets."""

    title_zh: Text
    """Chinese title."""
    title_en: Text
    """English title."""
    year: int
    """Target year."""
    documents: dict[str, SourceDocument] = {}
    """Documents by id."""
    targets: dict[str, Target] = {}
    """Counts of stations or modules by id."""
    budgets: dict[str, BudgetLine] = {}
    """Budgets by id."""
    price_ceilings: dict[str, PriceCeiling] = {}
    """Price ceilings by id (carried, not evaluated)."""
    shares: dict[str, ServedShareLine] = {}
    """Served shares by id."""
    must_serve: dict[str, MustServeLine] = {}
    """Places that must be served by id."""
    gaps: dict[str, GapLine] = {}
    """Longest drives without a station by id."""

    @model_validator(mode="after")
    def _documents_known(self) -> "Plan":
        unknown = sorted(
            f'{key}: document "{line.document}" is not among [documents]'
            for key, line in self.lines().items()
            if line.document and line.document not in self.documents
        )
        if unknown:
            raise ValueError("; ".join(unknown))
        return self

    def lines(self) -> dict[str, Line]:
        """Return all lines by kind and id, in the order of the file."""
        kinds = ("targets", "budgets", "price_ceilings", "shares", "must_serve", "gaps")
        return {f"{kind}.{key}": line for kind in kinds for key, line in getattr(self, kind).items()}

    def variants(self) -> set[str]:
        """Return the variants that lines name."""
        return {line.variant for line in self.lines().values() if line.variant}

    def chosen(self, variant: str | None) -> "Plan":
        """Return the plan with the lines of one variant and those that always apply."""

        def keep(lines: dict[str, LineT]) -> dict[str, LineT]:
            return {key: line for key, line in lines.items() if line.variant in (None, variant)}

        return self.model_copy(
            update={
                "targets": keep(self.targets),
                "budgets": keep(self.budgets),
                "price_ceilings": keep(self.price_ceilings),
                "shares": keep(self.shares),
                "must_serve": keep(self.must_serve),
                "gaps": keep(self.gaps),
            }
        )


def read_plan(path: Path) -> Plan:
    """Read a plan file.

    Raises
    ------
    StudyError
        When the file is missing or holds faults.
    """
    return validated(Plan, read_toml(path), str(path))
