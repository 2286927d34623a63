from crm.models.audit import AuditEvent
from crm.models.calendar import Holiday
from crm.models.feeds import CalendarFeed
from crm.models.lists import ListChoice, ListExport, SavedView
from crm.models.people import Branch, Staff
from crm.models.reports import MonthlyReport
from crm.models.runs import Heartbeat, JobRun, Publication
from crm.models.staffing import Invitation, Leave

__all__ = [
    "AuditEvent",
    "Branch",
    "CalendarFeed",
    "Heartbeat",
    "Holiday",
    "Invitation",
    "JobRun",
    "Leave",
    "ListChoice",
    "ListExport",
    "MonthlyReport",
    "Publication",
    "SavedView",
    "Staff",
]
