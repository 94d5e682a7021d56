"""Several finished runs as one model: their predictions averaged, weighed, or counted as votes."""

from dltrain.study.ensemble.ensembling import Ensembled as Ensembled
from dltrain.study.ensemble.ensembling import ensemble as ensemble
