"""Analyses as jobs: kept in the database before anybody is told, run by workers, and finished whatever is killed.

The queue is the jobs table. A worker takes the oldest queued job by compare-and-set and keeps saying that it lives; a
job whose worker is gone is queued again, and goes on from its last finished stage.
"""

from api.jobs.queue import cancel, retry, submit
from api.jobs.worker import Worker

__all__ = ["Worker", "cancel", "retry", "submit"]
