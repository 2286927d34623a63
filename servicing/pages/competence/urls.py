"""Addresses of competence."""

from django.urls import URLPattern, path

from servicing.pages.competence import competence, papers, requirements

urlpatterns: list[URLPattern] = [
    path("competence/", competence.competence_list, name="competence-list"),
    path("competence/requirements/", requirements.LIST.show, name="requirement-list"),
    path("competence/requirements/new/", requirements.DESK.write, name="create-requirement"),
    path("competence/requirements/preview/", requirements.DESK.look, name="requirement-preview"),
    path("competence/staff/<int:pk>/", papers.person_papers, name="person-papers"),
    path("competence/staff/<int:pk>/enter/", papers.enter, name="enter-paper"),
    path("competence/papers/<int:pk>/correct/", papers.correct, name="correct-paper"),
    path("competence/papers/<int:pk>/withdraw/", papers.withdraw, name="withdraw-paper"),
    path("competence/papers/<int:pk>/restore/", papers.restore, name="restore-paper"),
]
