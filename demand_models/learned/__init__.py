"""A model of station or zone energy, learned from what is known of places.

Features of places (`features`), folds that keep neighbours together (`blocks`), fitting and choosing (`fit`, `learn`),
the prediction with its interval (`model`, on the formulas of `predictors`), what is known of it (`card`), and a file
that holds numbers only (`format`). Only fitting trees needs scikit-learn; predicting does not.
"""

from demand_models.learned.blocks import Fold as Fold
from demand_models.learned.blocks import blocked_folds as blocked_folds
from demand_models.learned.blocks import tiles as tiles
from demand_models.learned.card import About as About
from demand_models.learned.card import Card as Card
from demand_models.learned.card import DataSource as DataSource
from demand_models.learned.features import Features as Features
from demand_models.learned.features import Kernel as Kernel
from demand_models.learned.features import LengthWithin as LengthWithin
from demand_models.learned.features import Nearest as Nearest
from demand_models.learned.features import OfArea as OfArea
from demand_models.learned.features import Own as Own
from demand_models.learned.features import Within as Within
from demand_models.learned.features import build_features as build_features
from demand_models.learned.fit import CANDIDATES as CANDIDATES
from demand_models.learned.fit import Boosted as Boosted
from demand_models.learned.fit import Ridge as Ridge
from demand_models.learned.format import load_model as load_model
from demand_models.learned.format import save_model as save_model
from demand_models.learned.learn import Blocking as Blocking
from demand_models.learned.learn import LeftOut as LeftOut
from demand_models.learned.learn import learn as learn
from demand_models.learned.learn import predict_left_out as predict_left_out
from demand_models.learned.model import LearnedModel as LearnedModel
