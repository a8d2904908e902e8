"""How good a run is: against labels that people gave, beside baselines and beside a second person."""

from consult.evaluate.baselines import BASELINES, kmeans, tfidf_kmeans
from consult.evaluate.compare import evaluate_run
from consult.evaluate.gold import read_gold
from consult.evaluate.reliability import by_strength, judge_assignments
from consult.evaluate.scores import score_question, score_run

__all__ = [
    "BASELINES",
    "by_strength",
    "evaluate_run",
    "judge_assignments",
    "kmeans",
    "read_gold",
    "score_question",
    "score_run",
    "tfidf_kmeans",
]
