"""Classic questions over a `Problem` that are no sum of what is served, opened or paid: each asks in its own way."""

from solvers.questions.backup import backup_problem as backup_problem
from solvers.questions.backup import solve_backup as solve_backup
from solvers.questions.center import solve_center as solve_center
from solvers.questions.dispersion import solve_dispersion as solve_dispersion
from solvers.questions.share import solve_market_share as solve_market_share
from solvers.questions.share import solve_target_share as solve_target_share
