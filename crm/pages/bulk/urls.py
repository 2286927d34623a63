"""Addresses of bulk."""

from django.urls import URLPattern, path

from crm.pages.bulk import bulk, events, messages, tasks

urlpatterns: list[URLPattern] = [
    path("clients/tag/", bulk.tag_clients, name="tag-clients"),
    path("clients/tag/<uuid:uid>/undo/", bulk.undo_tags, name="undo-tags"),
    path("clients/tasks/", tasks.add_tasks, name="add-tasks"),
    path("clients/tasks/<uuid:uid>/undo/", tasks.undo_tasks, name="undo-tasks"),
    path("clients/messages/", messages.write_messages, name="write-messages"),
    path("clients/event/", events.invite_to_event, name="invite-to-event"),
    path("clients/event/<uuid:uid>/undo/", events.undo_invitations, name="undo-invitations"),
    path("clients/hand-over/", bulk.hand_over_clients, name="hand-over-clients"),
    path("clients/hand-over/<uuid:uid>/undo/", bulk.undo_hand_over_of_clients, name="undo-hand-over"),
]
