"""The two sides of an audit, what was asked and what was written, and the written rows that the question knows."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from siting.audit.files import Written
from siting.audit.question import Question
from siting.audit.roads import beside
from siting.audit.sentences import Floats


@dataclass(frozen=True, eq=False)
class Case:
    """A study derived again, and what its run wrote.

    Rows that the study does not know are reported by the checks of ids; all other checks look at the known ones.
    """

    question: Question
    written: Written

    @cached_property
    def facilities(self) -> pd.DataFrame:
        """Facilities that are options of the study, once each, with the option's columns and the site's x, y, speed."""
        question, sites = self.question, self.written.sites.drop_duplicates("facility_id")
        fits = sites["site_id"] + "|" + sites["type"] == sites["facility_id"]
        sites = sites[fits & sites["facility_id"].isin(question.options.index)].reset_index(drop=True)
        option = question.options.loc[sites["facility_id"], ["standing", "least", "most"]].reset_index(drop=True)
        place = question.sites.loc[sites["site_id"], ["x", "y", "speed"]].reset_index(drop=True)
        return pd.DataFrame(sites).join(option).join(place)

    @cached_property
    def kinds(self) -> list[Any]:
        """Facility type of each known facility."""
        return [self.question.kind(name) for name in self.facilities["type"]]

    @cached_property
    def costs(self) -> Floats:
        """Investment in known facilities, CNY.

        A new one pays for site, station and modules, one that stands already for the modules added.
        """
        known = self.facilities
        sites = self.question.sites.loc[known["site_id"]]
        station = self.numbers("fixed_cost_cny") * sites["cost_factor"].to_numpy(dtype=float)
        begun = (station + sites["site_cost_cny"].to_numpy(dtype=float)) * (known["standing"].to_numpy() == 0)
        added = known["modules"].to_numpy(dtype=float) - known["standing"].to_numpy(dtype=float)
        total: Floats = begun + self.numbers("module_cost_cny") * added
        return total

    @cached_property
    def phases(self) -> pd.DataFrame:
        """Written years of known facilities, by facility and year, with what their options and sites say."""
        known = self.facilities.set_index("facility_id")
        rows = self.written.phases[self.written.phases["facility_id"].isin(known.index)]
        rows = rows.sort_values(["facility_id", "year"], ignore_index=True).drop(columns="type")
        there = known.loc[rows["facility_id"], ["site_id", "type", "standing"]].reset_index(drop=True)
        return rows.join(there)

    @cached_property
    def counted(self) -> pd.DataFrame:
        """All written years of facilities, known or not, with type and district as layer sites has them."""
        rows, sites = self.written.phases, self.written.sites.drop_duplicates("facility_id").set_index("facility_id")
        return rows.assign(**{name: rows["facility_id"].map(sites[name]) for name in ("type", "district")})

    @cached_property
    def phase_costs(self) -> pd.DataFrame:
        """Years of known facilities with the `cost` that follows from what was added, CNY.

        A new facility pays for site and station in its first year.
        """
        rows = self.phases
        first = ~rows["facility_id"].duplicated() & (rows["standing"] == 0)
        kinds = [self.question.kind(name) for name in rows["type"]]
        sites = self.question.sites.loc[rows["site_id"]]
        station = np.array([kind.fixed_cost_cny for kind in kinds]) * sites["cost_factor"].to_numpy(dtype=float)
        begun = (station + sites["site_cost_cny"].to_numpy(dtype=float)) * first.to_numpy()
        each = np.array([kind.module_cost_cny for kind in kinds], dtype=float)
        return rows.assign(cost=begun + each * rows["new_modules"].to_numpy(dtype=float))

    @cached_property
    def closed(self) -> pd.DataFrame:
        """Stations written as closed that the study may close, once each."""
        options, rows = self.question.options, self.written.closed.drop_duplicates("facility_id")
        chosen = options.index[options["closable"].astype(bool)]
        return rows[rows["facility_id"].isin(chosen)].reset_index(drop=True)

    @cached_property
    def closing_cny(self) -> float:
        """What the study asks for closing the closed stations, CNY."""
        return float(self.question.options.loc[self.closed["facility_id"], "closing_cost_cny"].sum())

    def standing_in(self, year: int) -> pd.DataFrame:
        """Known facilities that stand in a year, with their modules of that year."""
        then = self.phases[self.phases["year"] == year].drop_duplicates("facility_id").set_index("facility_id")
        known = self.facilities[self.facilities["facility_id"].isin(then.index)].reset_index(drop=True)
        return known.assign(modules=then["modules"].reindex(known["facility_id"]).to_numpy(dtype=float))

    def numbers(self, field: str) -> Floats:
        """A number of each known facility's type."""
        return np.array([getattr(kind, field) for kind in self.kinds], dtype=float)

    @cached_property
    def demand(self) -> pd.DataFrame:
        """Written demand rows that the study has, once each, by id."""
        rows = self.written.demand.drop_duplicates("row_id")
        return pd.DataFrame(rows[rows["row_id"].isin(self.question.rows.index)]).set_index("row_id")

    @cached_property
    def asked(self) -> pd.DataFrame:
        """Demand rows of the study with what was written as served, 0 where the row is missing; value per unit."""
        rows = self.question.rows
        return rows.assign(
            served=self.demand["served"].reindex(rows.index).fillna(0.0),
            value=rows["service"].map(self.question.study.value_of).astype(float),
        )

    @cached_property
    def worth(self) -> "pd.Series[float]":
        """Value of a served unit of each demand row, by the weight of its year."""
        return self.asked["value"] * self.asked["year"].map(self.question.study.weight_of).astype(float)

    @cached_property
    def asked_last(self) -> pd.DataFrame:
        """Demand rows of the last year, as `asked`."""
        return self.asked[self.asked["year"] == self.question.study.year]

    @cached_property
    def assignment(self) -> pd.DataFrame:
        """Assigned amounts between known rows and known facilities, with minutes, km, value and the facility's type.

        Those of flows are of the detour, there and back, from where they leave their road.
        """
        question = self.question
        known = self.facilities.set_index("facility_id")
        lines = pd.DataFrame(self.written.assignment)
        chosen = lines["row_id"].isin(question.rows.index) & lines["facility_id"].isin(known.index)
        lines = lines[chosen].reset_index(drop=True)
        rows, there = question.rows.loc[lines["row_id"]], known.loc[lines["facility_id"]]
        minutes, km = self._ways(rows, there)
        value = rows["service"].map(question.study.value_of).to_numpy(dtype=float)
        names = {"place": rows["place"], "vehicle": rows["vehicle"], "row_service": rows["service"]}
        names |= {"year": rows["year"]}
        ends = {"x": rows["x"], "y": rows["y"], "to_x": there["x"], "to_y": there["y"]}
        told = lines.assign(
            **{name: texts.to_numpy() for name, texts in names.items()},
            **{name: values.to_numpy(dtype=float) for name, values in ends.items()},
            type=there["type"].to_numpy(),
            minutes=minutes,
            km=km,
            value=value * lines["served"],
            flow=lines["row_id"].isin(question.roads.index),
        )
        for row, own in told[told["flow"]].groupby("row_id"):
            road = {str(key): entry for key, entry in question.roads.loc[str(row)].items()}
            _, detour, off = beside(question.study, road, own.assign(x=own["to_x"], y=own["to_y"]))
            speed = there["speed"].to_numpy(dtype=float)[own.index]
            told.loc[own.index, ["km", "minutes", "x", "y"]] = np.column_stack([detour, detour / speed * 60.0, off])
        return told

    def _ways(self, rows: pd.DataFrame, facilities: pd.DataFrame) -> tuple[Floats, Floats]:
        """Minutes and km from rows to facilities, one by one; none for flows."""
        minutes, km = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
        point = ~rows.index.isin(self.question.roads.index)
        for vehicle in rows["vehicle"][point].unique():
            chosen = np.flatnonzero(point & (rows["vehicle"] == vehicle).to_numpy())
            minutes[chosen], km[chosen] = self.question.ways.each(rows.iloc[chosen], facilities.iloc[chosen], vehicle)
        return minutes, km

    @cached_property
    def given(self) -> pd.DataFrame:
        """Units of each service that known facilities give in the last year by the assignment, by facility id."""
        return self.given_in(self.question.study.year)

    def given_in(self, year: int) -> pd.DataFrame:
        """Units of each service that known facilities give in a year by the assignment, by facility id."""
        lines = self.assignment[self.assignment["year"] == year]
        given = lines.pivot_table(index="facility_id", columns="service", values="served", aggfunc="sum")
        return given.reindex(index=self.facilities["facility_id"], columns=list(self.question.study.services)).fillna(
            0.0
        )

    @cached_property
    def capacity(self) -> pd.DataFrame:
        """Units of each service that known facilities can give in the last year, by facility id; 0 for others."""
        return self.capacity_of(self.facilities["modules"].to_numpy(dtype=float))

    def capacity_in(self, year: int) -> pd.DataFrame:
        """Units of each service that known facilities can give in a year, by facility id; 0 before they open."""
        then = self.standing_in(year).set_index("facility_id")["modules"]
        return self.capacity_of(then.reindex(self.facilities["facility_id"]).fillna(0.0).to_numpy(dtype=float))

    def capacity_of(self, modules: Floats) -> pd.DataFrame:
        """Units of each service that known facilities can give with some modules, by facility id."""
        offers = {
            service: [
                kind.services[service].capacity_per_module if service in kind.services else 0.0 for kind in self.kinds
            ]
            for service in self.question.study.services
        }
        return pd.DataFrame(offers, index=pd.Index(self.facilities["facility_id"]), dtype=float).mul(modules, axis=0)
