"""The two sides of an audit, what was asked and what was written, and the written rows that the question knows."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from geodata import SERVICES
from siting.audit.files import Written
from siting.audit.question import Question
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
        """Demand rows of the study with what was written as served, 0 where the row is missing."""
        rows = self.question.rows
        return rows.assign(
            served=self.demand["served"].reindex(rows.index).fillna(0.0),
            value=rows["service"].map(self.question.study.value_of).astype(float),
        )

    @cached_property
    def assignment(self) -> pd.DataFrame:
        """Assigned amounts between known rows and known facilities, with minutes, km, value and the facility's type."""
        question = self.question
        known = self.facilities.set_index("facility_id")
        lines = pd.DataFrame(self.written.assignment)
        chosen = lines["row_id"].isin(question.rows.index) & lines["facility_id"].isin(known.index)
        lines = lines[chosen].reset_index(drop=True)
        rows, there = question.rows.loc[lines["row_id"]], known.loc[lines["facility_id"]]
        minutes, km = question.ways(rows, there)
        value = rows["service"].map(question.study.value_of).to_numpy(dtype=float)
        names = {"place": rows["place"], "vehicle": rows["vehicle"], "row_service": rows["service"]}
        ends = {"x": rows["x"], "y": rows["y"], "to_x": there["x"], "to_y": there["y"]}
        return lines.assign(
            **{name: texts.to_numpy() for name, texts in names.items()},
            **{name: values.to_numpy(dtype=float) for name, values in ends.items()},
            type=there["type"].to_numpy(),
            minutes=minutes,
            km=km,
            value=value * lines["served"],
        )

    @cached_property
    def given(self) -> pd.DataFrame:
        """Units of each service that known facilities give by the assignment, by facility id."""
        given = self.assignment.pivot_table(index="facility_id", columns="service", values="served", aggfunc="sum")
        return given.reindex(index=self.facilities["facility_id"], columns=list(SERVICES)).fillna(0.0)

    @cached_property
    def capacity(self) -> pd.DataFrame:
        """Units of each service that known facilities can give, by facility id; 0 where not offered."""
        modules = self.facilities["modules"].to_numpy(dtype=float)
        offers = {
            service: [
                kind.services[service].capacity_per_module if service in kind.services else 0.0 for kind in self.kinds
            ]
            for service in SERVICES
        }
        return pd.DataFrame(offers, index=pd.Index(self.facilities["facility_id"]), dtype=float).mul(modules, axis=0)
