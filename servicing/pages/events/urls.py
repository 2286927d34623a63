"""Addresses of events."""

from django.urls import URLPattern, path

from servicing.pages.events import acts, events, guests

urlpatterns: list[URLPattern] = [
    path("events/", events.event_list, name="event-list"),
    path("events/new/", acts.create_event, name="create-event"),
    path("events/<int:pk>/", events.event_detail, name="event-detail"),
    path("events/<int:pk>/print/", events.print_event, name="print-event"),
    path("events/<int:pk>/edit/", acts.edit_event, name="edit-event"),
    path("events/<int:pk>/open/", acts.open_event, name="open-event"),
    path("events/<int:pk>/cancel/", acts.cancel_event, name="cancel-event"),
    path("events/<int:pk>/cost/", acts.note_cost, name="note-event-cost"),
    path("events/<int:pk>/hold/", acts.hold_event, name="hold-event"),
    path("events/<int:pk>/close/", acts.close_event, name="close-event"),
    path("events/<int:pk>/reopen/", acts.reopen_event, name="reopen-event"),
    path("guests/<int:pk>/register/", guests.register, name="register-guest"),
    path("guests/<int:pk>/decline/", guests.decline, name="decline-guest"),
    path("guests/<int:pk>/again/", guests.ask_again, name="ask-guest-again"),
    path("guests/<int:pk>/tick/", guests.tick, name="tick-guest"),
    path("guests/<int:pk>/answers/", guests.answer, name="answer-guest"),
]
