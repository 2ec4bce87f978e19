"""A condition on the columns of a layer, as text: parsed and compared, never run.

condition  = part {("and" | "or") part}            "and" binds closer; parentheses group
part       = ["not"] comparison | "(" condition ")"
comparison = column ("=" | "!=" | "<" | "<=" | ">" | ">=") literal
           | column "in" "(" literal {"," literal} ")"
           | column "is" ["not"] "null"
column     = a word, or any text in double quotes
literal    = a number, or any text in single quotes
"""

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.errors import LayerError, did_you_mean, listed

Mask = npt.NDArray[np.bool_]
Literal = str | float

LONGEST = 2000
"""Characters of a condition."""

DEEPEST = 20
"""Levels of parentheses."""

COMPARISONS: dict[str, Callable[..., object]] = {
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^']|'')*')|(?P<name>"(?:[^"]|"")*")|(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"""
    r"""|(?P<sign><=|>=|<>|!=|==|[=<>(),])|(?P<word>\w+))"""
)


class Chosen(NamedTuple):
    """Rows by a condition.

    Parameters
    ----------
    kept
        Whether a row fulfils it.
    unclear
        Whether a number was asked for and the cell holds a text that is none.
    """

    kept: Mask
    unclear: Mask


def rows_where(table: pd.DataFrame, condition: str, *, source: str) -> Chosen:
    """Which rows of a table fulfil a condition.

    Parameters
    ----------
    table
        The rows.
    condition
        Such as ``status = 'open' and (piles >= 4 or "充电 类型" in ('快充', '超充'))``. A number is compared with the
        numbers in the cells, a text with their texts; a blank cell fulfils only ``is null``.
    source
        The layer, as the user knows it.

    Returns
    -------
    chosen
        One truth value per row.

    Raises
    ------
    LayerError
        When the condition cannot be understood or names a column that is not there.
    """
    if len(condition) > LONGEST:
        raise LayerError(source, [f"where: longer than {LONGEST} characters; shorten it"])
    parser = _Parser(table, _tokens(condition, source), source)
    mask = parser.condition(0)
    if parser.peek() is not None:
        raise parser.fault("and, or")
    return Chosen(mask, parser.unclear)


def _tokens(condition: str, source: str) -> list[tuple[str, str]]:
    found, at, text = [], 0, condition.strip()
    while at < len(text):
        token = TOKEN.match(text, at)
        if token is None or token.lastgroup is None:
            raise LayerError(source, [f"where: cannot be understood from {text[at : at + 20]!r}; {HELP}"])
        found.append((token.lastgroup, token.group(token.lastgroup)))
        at = token.end()
    return found


HELP = "write for example: status = 'open' and piles >= 4"


@dataclass
class _Parser:
    """Reads tokens from left to right and compares at once."""

    table: pd.DataFrame
    tokens: Sequence[tuple[str, str]]
    source: str
    at: int = field(default=0, init=False)
    unclear: Mask = field(init=False)

    def __post_init__(self) -> None:
        self.unclear = np.zeros(len(self.table), dtype=bool)

    def peek(self) -> str | None:
        """The next token in lower case; None at the end."""
        return self.tokens[self.at][1].lower() if self.at < len(self.tokens) else None

    def fault(self, wanted: str) -> LayerError:
        """What was found in place of what was wanted."""
        found = "the end" if self.peek() is None else repr(self.tokens[self.at][1])
        return LayerError(self.source, [f"where: {wanted} expected, found {found}; {HELP}"])

    def taken(self, word: str) -> bool:
        """Go on when the next token is this word."""
        if self.at < len(self.tokens) and self.tokens[self.at][0] in {"word", "sign"} and self.peek() == word:
            self.at += 1
            return True
        return False

    def require(self, word: str) -> None:
        """Go on over this word, or refuse."""
        if not self.taken(word):
            raise self.fault(f'"{word}"')

    def condition(self, depth: int) -> Mask:
        """Parts joined by or."""
        if depth > DEEPEST:
            raise LayerError(self.source, [f"where: more than {DEEPEST} levels of parentheses; simplify it"])
        mask = self._all(depth)
        while self.taken("or"):
            mask = mask | self._all(depth)
        return mask

    def _all(self, depth: int) -> Mask:
        mask = self._part(depth)
        while self.taken("and"):
            mask = mask & self._part(depth)
        return mask

    def _part(self, depth: int) -> Mask:
        if self.taken("not"):
            return ~self._part_without_not(depth)
        return self._part_without_not(depth)

    def _part_without_not(self, depth: int) -> Mask:
        if self.taken("("):
            mask = self.condition(depth + 1)
            self.require(")")
            return mask
        return self._comparison()

    def _comparison(self) -> Mask:
        column = self._column()
        if self.taken("is"):
            negated = self.taken("not")
            self.require("null")
            blank = _blank(column)
            return ~blank if negated else blank
        if self.taken("in"):
            return self._one_of(column)
        for sign, compare in COMPARISONS.items():
            if self.taken(sign):
                return self._compared(column, compare, self._literal())
        raise self.fault("a comparison")

    def _one_of(self, column: "pd.Series[str]") -> Mask:
        self.require("(")
        mask = self._compared(column, operator.eq, self._literal())
        while self.taken(","):
            mask = mask | self._compared(column, operator.eq, self._literal())
        self.require(")")
        return mask

    def _column(self) -> "pd.Series[str]":
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        if kind not in {"word", "name"}:
            raise self.fault("a column")
        self.at += 1
        name = text[1:-1].replace('""', '"') if kind == "name" else text
        known = [str(column) for column in self.table.columns]
        if name not in known:
            hint = did_you_mean(name, known) or f"; the columns are {listed(known)}"
            raise LayerError(self.source, [f'where: no column "{name}"{hint}'])
        return self.table.iloc[:, known.index(name)]

    def _literal(self) -> Literal:
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        if kind not in {"text", "number"}:
            raise self.fault("a number or a text in single quotes")
        self.at += 1
        return float(text) if kind == "number" else text[1:-1].replace("''", "'")

    def _compared(self, column: "pd.Series[str]", compare: Callable[..., object], literal: Literal) -> Mask:
        blank = _blank(column)
        if isinstance(literal, float):
            cells = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
            self.unclear |= np.isnan(cells) & ~blank
            blank = np.isnan(cells)
        else:
            cells = np.where(blank, "", column.astype(str).to_numpy(dtype=object))
        fulfilled: Mask = np.asarray(compare(cells, literal), dtype=bool)
        return np.logical_and(fulfilled, ~blank)


def _blank(column: "pd.Series[str]") -> Mask:
    blank: Mask = column.isna().to_numpy(dtype=bool) | (column.astype(str) == "").to_numpy(dtype=bool)
    return blank
