"""Addresses of printed cards."""

from django.urls import path

from . import views

urlpatterns = [
    path("me/card.<slug:file_type>", views.card, name="card"),
    path("me/family.pdf", views.family, name="family"),
    path("venues/<str:code>/cards/", views.at_venue, name="venue_cards"),
]
