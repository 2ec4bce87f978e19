"""The p-dispersion (Kuby 1987): bisection on the distances, an independent set for each."""

import numpy as np
from scipy import sparse

from solvers.choice import Choice
from solvers.dispersion.check import check_dispersion
from solvers.dispersion.conflicts import clique_rows
from solvers.highs import Highs
from solvers.linear import Effort, LinearModel, Status, StopCallback
from solvers.located import Located
from solvers.problem import Booleans, Floats, Integers
from solvers.watch import Watch

MODEL = "p-dispersion"


class DispersionSearch:
    """One p-dispersion.

    Parameters
    ----------
    apart
        Distances between sites, symmetric, shape (J, J).
    choice
        What may be opened.
    effort, should_stop
        When to stop.
    """

    def __init__(self, apart: Floats, choice: Choice, *, effort: Effort, should_stop: StopCallback | None) -> None:
        self.apart = apart[np.ix_(choice.sites, choice.sites)]
        self.whole, self.choice = apart, choice
        self.watch = Watch(effort, should_stop)
        self.best: Integers | None = None
        self.value, self.bound = -np.inf, np.inf
        self.words = "exchanges"

    def run(self) -> Located:
        """Search, and check what was found."""
        if self.choice.impossible:
            return Located(
                MODEL, Status.INFEASIBLE, None, None, None, None, self.choice.impossible, self.watch.runtime_s
            )
        self._offer(self._exchanged(self._scattered()))
        self._bisect()
        assert self.best is not None
        status = Status.OPTIMAL if self.bound <= self.value else self.watch.stopped()
        sites = self.choice.sites[self.best]
        bound = max(self.bound, self.value)
        found = Located(MODEL, status, sites, None, self.value, bound, self.words, self.watch.runtime_s)
        check_dispersion(self.whole, self.choice, found)
        return found

    def _offer(self, opened: Integers) -> None:
        value = self._least(opened)
        if value > self.value:
            self.best, self.value = np.sort(opened), value

    def _least(self, opened: Integers) -> float:
        among = self.apart[np.ix_(opened, opened)]
        return float(among[np.triu_indices(len(opened), 1)].min())

    def _scattered(self) -> Integers:
        """Required sites, or the two farthest apart, then again and again the one farthest from all open ones."""
        opened = np.flatnonzero(self.choice.state)
        if not opened.size:
            opened = np.array(np.unravel_index(np.argmax(self.apart), self.apart.shape))[: self.choice.p]
            opened = np.unique(opened)
        while len(opened) < self.choice.p:
            near = self.apart[:, opened].min(axis=1)
            near[opened] = -np.inf
            opened = np.r_[opened, np.argmax(near)]
        return opened

    def _exchanged(self, opened: Integers) -> Integers:
        """Exchange one of the two nearest sites as long as that brings all farther apart."""
        while True:
            among = self.apart[np.ix_(opened, opened)] + np.diag(np.full(len(opened), np.inf))
            pair = np.unravel_index(np.argmin(among), among.shape)
            least, best, change = float(among[pair]), None, -np.inf
            for at in pair:
                if self.choice.state[opened[at]]:
                    continue
                rest = np.delete(opened, at)
                near = self.apart[:, rest].min(axis=1)
                near[rest] = -np.inf
                into = int(np.argmax(near))
                change = min(float(near[into]), self._least(rest) if len(rest) > 1 else np.inf)
                if change > least:
                    least, best = change, np.r_[rest, into]
            if best is None:
                return opened
            opened = best

    def _bisect(self) -> None:
        """Halve the distances that are in question."""
        n_sites = len(self.apart)
        distances = np.unique(self.apart[np.triu_indices(n_sites, 1)])
        self.bound = float(distances[-1])
        while True:
            distances = distances[(distances > self.value) & (distances <= self.bound)]
            if not distances.size:
                self.bound = self.value
                return
            if self.watch.stopped() is not Status.UNKNOWN:
                return
            wanted = float(distances[len(distances) // 2])
            found, status = self._independent(self.apart < wanted)
            self.watch.count(1)
            if found is not None:
                self._offer(found)
            elif status is Status.INFEASIBLE:
                below = distances[distances < wanted]
                self.bound = float(below[-1]) if below.size else self.value
            else:
                return

    def _independent(self, conflict: Booleans) -> tuple[Integers | None, Status]:
        """Find p sites, required ones among them, no two of which are in conflict."""
        np.fill_diagonal(conflict, val=False)
        must = np.flatnonzero(self.choice.state)
        if conflict[np.ix_(must, must)].any():
            return None, Status.INFEASIBLE
        lo = self.choice.state.astype(np.float64)
        hi = np.where(conflict[must].any(axis=0), 0.0, 1.0)
        rows = clique_rows(conflict)
        n_sites, p = len(conflict), self.choice.p
        model = LinearModel(
            maximise=True,
            cost=np.ones(n_sites),
            lo=lo,
            hi=hi,
            integer=np.ones(n_sites, dtype=bool),
            matrix=sparse.vstack([rows, sparse.csr_matrix(np.ones((1, n_sites)))], format="csr"),
            row_lo=np.r_[np.full(rows.shape[0], -np.inf), p],
            row_hi=np.r_[np.ones(rows.shape[0]), np.inf],
        )
        outcome = Highs().solve(model, self.watch.left(), target=float(p))
        self.words = f"exchanges, and bisection on distances with independent sets, the last: {outcome.words}"
        if outcome.values is None:
            return None, outcome.status
        chosen = np.flatnonzero(outcome.values > 0.5)
        spare = chosen[self.choice.state[chosen] == 0][::-1][: len(chosen) - p]
        return np.setdiff1d(chosen, spare), Status.OPTIMAL
