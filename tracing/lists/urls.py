"""Addresses of lists of contacts."""

from django.urls import path

from . import views

urlpatterns = [
    path("cases/<str:number>/contacts.<slug:file_type>", views.call_list, name="call_list"),
    path("communes/", views.stations, name="stations"),
    path(
        "communes/<slug:commune>/contacts.<slug:file_type>", views.commune_list, name="commune_list"
    ),
]
