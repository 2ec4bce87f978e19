"""The network that stands: coverage, overlap, use, unserved places, what one station changes."""

from siting.diagnosis.diagnose import Diagnosis as Diagnosis
from siting.diagnosis.diagnose import diagnose as diagnose
