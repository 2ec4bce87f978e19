"""The network that stands: coverage, overlap, use, underserved places, and what one station more or less would change."""

from siting.diagnosis.diagnose import Diagnosis as Diagnosis
from siting.diagnosis.diagnose import diagnose as diagnose
