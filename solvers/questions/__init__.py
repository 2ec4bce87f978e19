"""Classic questions over a `Problem` that are no sum of what is served, opened or paid: each asks in its own way."""

from solvers.questions.center import solve_center as solve_center
from solvers.questions.dispersion import solve_dispersion as solve_dispersion
