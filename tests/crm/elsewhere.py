"""Addresses whose own tests say who may what, object by object."""

ELSEWHERE = {
    "tests/servicing/test_pages_pledges.py": {"breach-detail", "reopen-breach", "take-back-breach"},
    "tests/servicing/test_pages_ideas.py": {
        *("idea-detail", "move-idea", "answer-idea", "take-back-answer", "link-idea", "unlink-idea", "reassign-idea"),
    },
    "tests/servicing/test_pages_concessions.py": {
        *("concession-detail", "withdraw-concession", "decide-concession", "end-concession"),
    },
    "tests/servicing/test_pages_competence.py": {
        *("person-papers", "enter-paper", "correct-paper", "withdraw-paper", "restore-paper"),
    },
    "tests/servicing/test_pages_events.py": {
        *("event-detail", "print-event", "edit-event", "open-event", "cancel-event", "hold-event", "close-event"),
        *(
            "reopen-event",
            "note-event-cost",
            "register-guest",
            "decline-guest",
            "ask-guest-again",
            "tick-guest",
            "answer-guest",
        ),
        "undo-invitations",
    },
    "tests/servicing/test_pages_loyalty.py": {
        *("referral-detail", "edit-referral", "contact-referral", "open-referral", "lose-referral", "reopen-referral"),
        "reveal-referral-phone",
    },
    "tests/servicing/test_pages_points.py": {"book-points", "counter-points"},
    "tests/crm/test_api.py": {
        *("api-client-list", "api-client-detail", "api-account-list", "api-trade-list", "api-standing-list"),
        *("api-run-list", "api-run-detail", "api-import-list", "api-import-detail", "api-missing"),
    },
    "tests/crm/test_pages_agenda.py": {"read-calendar-feed"},
    "tests/crm/test_pages_report.py": {"make-report", "download-report"},
    "tests/clients/test_profile_access.py": {"edit-card", "withdraw-card", "undo-card", "reveal-contact-field"},
    "tests/crm/test_pages_flows.py": {"flow-client-list", "score-client-list"},
    "tests/crm/test_pages_advisors.py": {"branch-contact-list", "uncontacted-client-list"},
    "tests/crm/test_pages_team.py": {"activity-rows", "answer-rows", "lost-client-list"},
    "tests/crm/test_pages_numbers.py": {"number-detail", "confirm-number", "withdraw-number"},
    "tests/crm/test_pages_product_risks.py": {"confirm-product-risk"},
    "tests/crm/test_pages_calendar.py": {"remove-rate", "remove-holiday"},
    "tests/servicing/test_pages_access.py": {
        *("contact-detail", "undo-edit-contact", "withdraw-contact", "restore-contact"),
        *("keep-promise", "withdraw-promise"),
        *("reopen-promise", "postpone-task", "undo-postpone-task", "settle-task", "withdraw-task", "reopen-task"),
    },
    "tests/servicing/test_pages_texts.py": {
        *("text-detail", "save-text", "end-text", "restore-text", "ask-text", "take-back-text", "decide-text"),
        *("lift-ban", "confirm-ban"),
    },
    "tests/servicing/test_pages_materials.py": {
        *("material-detail", "save-material", "end-material", "restore-material", "require-material", "read-material"),
        *("material-reading-list", "ask-material", "take-back-material", "decide-material", "material-file"),
    },
    "tests/servicing/test_material_links.py": {"withdraw-material-share"},
    "tests/servicing/test_openings_access.py": {
        *("opening-detail", "edit-opening", "take-opening-step", "take-back-opening-step", "drop-opening"),
        *("reopen-opening", "link-opening", "unlink-opening", "reveal-opening-phone"),
    },
    "tests/servicing/test_openings_pages.py": {"hand-over-openings"},
    "tests/servicing/test_stages.py": {"undo-stage"},
    "tests/servicing/test_callback_pages.py": {
        *("record-callback", "withdraw-callback", "settle-finding", "check-sample", "reveal-callback-phone"),
    },
    "tests/servicing/test_selfreviews_pages.py": {
        *("begin-self-review", "self-review-detail", "print-self-review", "add-self-review-action"),
        *("settle-self-review-action", "reopen-self-review-action", "withdraw-self-review-action"),
    },
    "tests/servicing/test_festivals.py": {"end-festival", "resume-festival"},
    "tests/servicing/test_pages_items.py": {"item-client-list"},
    "tests/servicing/test_pages_plans_access.py": {
        *("print-plan", "plan-revision", "make-plan", "edit-plan", "review-plan", "settle-action", "withdraw-plan"),
        "restore-plan",
    },
    "tests/servicing/test_pages_alerts.py": {"alert-detail", "reopen-alert"},
    "tests/servicing/test_complaint_access.py": {
        *("complaint-detail", "leave-complaint-stage", "correct-complaint", "reassign-complaint", "call-complainer"),
        *(
            "reopen-complaint",
            "settle-complaint-action",
            "check-complaint-action",
            "hand-over-complaints",
            "reveal-caller",
        ),
    },
    "tests/servicing/test_packs.py": {"pack-detail", "tell-read-client"},
    "tests/servicing/test_pages_arrivals.py": {"announce-arrival", "take-arrival", "pass-arrival", "end-arrival"},
    "tests/servicing/test_pages_messages_access.py": {
        *("sending-detail", "start-sending", "test-sending", "decide-sending", "stop-sending", "settle-message"),
        *("print-letters", "take-letters", "settle-letters"),
    },
    "tests/servicing/test_api.py": {"api-contact-list", "api-promise-list", "api-task-list"},
    "tests/crm/test_list_views.py": {"edit-view", "update-view", "delete-view", "restore-view"},
    "tests/crm/test_list_bulk.py": {"undo-tags", "undo-hand-over", "rename-tag", "withdraw-tag", "restore-tag"},
    "tests/crm/test_list_tasks.py": {"undo-tasks"},
    "tests/crm/test_list_exports.py": {"decide-export", "fetch-export"},
}
