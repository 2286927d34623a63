"""Addresses of materials."""

from django.urls import URLPattern, path

from servicing.pages.materials import acts, link, log, materials, reading, sharing, writing

urlpatterns: list[URLPattern] = [
    path("materials/", materials.material_list, name="material-list"),
    path("materials/new/", writing.create_material, name="create-material"),
    path("materials/<int:pk>/", materials.material_detail, name="material-detail"),
    path("materials/<int:pk>/edit/", writing.save_version, name="save-material"),
    path("materials/<int:pk>/end/", acts.ACTS.end, name="end-material"),
    path("materials/<int:pk>/restore/", acts.ACTS.restore, name="restore-material"),
    path("materials/<int:pk>/require/", acts.require, name="require-material"),
    path("materials/<int:pk>/read/", reading.read_material, name="read-material"),
    path("materials/<int:pk>/readings/", log.material_readings, name="material-reading-list"),
    path("materials/<int:pk>/<int:number>/ask/", acts.ACTS.ask, name="ask-material"),
    path("materials/<int:pk>/<int:number>/take-back/", acts.ACTS.take_back, name="take-back-material"),
    path("materials/<int:pk>/<int:number>/decide/", acts.ACTS.decide, name="decide-material"),
    path("materials/<int:pk>/<int:number>/file/", reading.material_file, name="material-file"),
    path("materials/links/<uuid:uid>/withdraw/", sharing.withdraw, name="withdraw-material-share"),
    path("clients/<int:pk>/material/", sharing.share, name="share-material"),
    path("m/<str:token>/", link.open_material, name="open-material"),
]
