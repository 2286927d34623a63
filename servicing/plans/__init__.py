"""Service plans (S4): one per client, made from the standard, adjusted, reviewed; every save is a revision."""

from servicing.plans.fulfilment import fulfilment_of, settle_action
from servicing.plans.making import circumstances_of, make_plan
from servicing.plans.reviewing import close_phase
from servicing.plans.saving import PlanChanged, restore_plan, save_plan, withdraw_plan

__all__ = [
    "PlanChanged",
    "circumstances_of",
    "close_phase",
    "fulfilment_of",
    "make_plan",
    "restore_plan",
    "save_plan",
    "settle_action",
    "withdraw_plan",
]
