"""Covering models over classes of points that the same sites cover: arrays in, certified answers out."""

from solvers.coverage.answer import CoverageAnswer as CoverageAnswer
from solvers.coverage.backup import backup_cover as backup_cover
from solvers.coverage.coverage import Coverage as Coverage
from solvers.coverage.least import partial_cover as partial_cover
from solvers.coverage.least import set_cover as set_cover
from solvers.coverage.market import Market as Market
from solvers.coverage.maximal import gradual_cover as gradual_cover
from solvers.coverage.maximal import max_cover as max_cover
from solvers.coverage.share import market_share as market_share
from solvers.coverage.share import target_share as target_share
