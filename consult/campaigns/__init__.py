"""Campaigns: texts that were copied, whole or in part, grouped so that each counts once beside all who sent it."""

from consult.campaigns.copies import copy_points
from consult.campaigns.find import Campaigns, find_campaigns

__all__ = ["Campaigns", "copy_points", "find_campaigns"]
