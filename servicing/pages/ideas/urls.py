"""Addresses of ideas."""

from django.urls import URLPattern, path

from servicing.pages.ideas import acts, ideas

urlpatterns: list[URLPattern] = [
    path("ideas/", ideas.idea_list, name="idea-list"),
    path("ideas/new/", ideas.create_idea, name="create-idea"),
    path("ideas/<int:pk>/", ideas.idea_detail, name="idea-detail"),
    path("ideas/<int:pk>/move/", acts.move, name="move-idea"),
    path("ideas/<int:pk>/answer/", acts.answer, name="answer-idea"),
    path("ideas/<int:pk>/take-back/", acts.take_back, name="take-back-answer"),
    path("ideas/<int:pk>/link/", acts.link, name="link-idea"),
    path("ideas/<int:pk>/unlink/", acts.unlink, name="unlink-idea"),
    path("ideas/<int:pk>/owner/", acts.reassign, name="reassign-idea"),
]
