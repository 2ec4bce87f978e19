"""What options bring with them and what they rule out."""

from collections.abc import Sequence
from dataclasses import dataclass

from solvers.limits import Bundle, Exclusion, Limit, Phasing, Precedence
from solvers.problem import Booleans, Integers, Problem


@dataclass(frozen=True, eq=False)
class Ties:
    """Options that come together, after one another, and instead of each other.

    Parameters
    ----------
    together
        Groups that open together or not at all.
    after
        An option with those of which it needs one.
    instead
        Groups of which at most one opens.
    """

    together: Sequence[Integers]
    after: Sequence[tuple[int, Integers]]
    instead: Sequence[Integers]

    @classmethod
    def of(cls, problem: Problem, limits: Sequence[Limit]) -> "Ties":
        """Collect the ties of all limits."""
        together: list[Integers] = []
        after: list[tuple[int, Integers]] = []
        instead: list[Integers] = []
        for limit in limits:
            match limit:
                case Bundle():
                    together += limit.groups
                case Exclusion():
                    instead += limit.groups
                case Precedence():
                    after += zip(limit.options.tolist(), limit.after, strict=True)
                case Phasing():
                    instead += limit.openings
                    expanding = [option for _, option in limit.expansions]
                    after += zip(expanding, limit.earlier(problem), strict=True)
        return cls(together, after, instead)

    def brought(self, required: Booleans) -> Booleans:
        """Required options, what comes together with them, and the only option that one of them can follow."""
        must, before = required.copy(), -1
        while must.sum() > before:
            before = int(must.sum())
            for group in self.together:
                must[group] |= must[group].any()
            for option, needed in self.after:
                if must[option] and len(needed) == 1:
                    must[needed] = True
        return must

    def closed(self, required: Booleans, closed: Booleans) -> Booleans:
        """Options that cannot open, and those that they or required ones rule out; none that is required."""
        shut, before = closed.copy(), -1
        for group in self.instead:
            shut[group] |= required[group].any()
        shut &= ~required
        while shut.sum() > before:
            before = int(shut.sum())
            for group in self.together:
                shut[group] |= shut[group].any()
            for option, needed in self.after:
                shut[option] |= shut[needed].all()
            shut &= ~required
        return shut
