"""Addresses of branch."""

from django.urls import URLPattern, path

from crm.pages.branch import (
    activity,
    advisors,
    answer_rows,
    answers,
    appraisal,
    clients,
    compare,
    contacts,
    flows,
    page,
    scenarios,
    trends,
)

urlpatterns: list[URLPattern] = [
    path("branch/", page.branch_detail, name="branch-detail"),
    path("branch/flows/", flows.branch_flows, name="branch-flows"),
    path("branch/flows/clients/", clients.flow_clients, name="flow-client-list"),
    path("branch/scores/clients/", clients.score_clients, name="score-client-list"),
    path("branch/advisors/", advisors.branch_advisors, name="branch-advisors"),
    path("branch/advisors/contacts/", contacts.branch_contacts, name="branch-contact-list"),
    path("branch/advisors/uncontacted/", contacts.uncontacted_clients, name="uncontacted-client-list"),
    path("branch/activity/", activity.branch_activity, name="branch-activity"),
    path("branch/activity/rows/", activity.activity_rows, name="activity-rows"),
    path("branch/activity/answers/", answers.branch_answers, name="branch-answers"),
    path("branch/activity/answers/rows/", answer_rows.answer_rows, name="answer-rows"),
    path("branch/appraisal/", appraisal.branch_appraisal, name="branch-appraisal"),
    path("branch/appraisal/lost/", appraisal.lost_clients, name="lost-client-list"),
    path("branch/trends/", trends.branch_trends, name="branch-trends"),
    path("branch/scenarios/", scenarios.branch_scenarios, name="branch-scenarios"),
    path("branch/compare/", compare.compare_branches, name="branch-compare"),
]
