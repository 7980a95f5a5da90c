"""Addresses of the interface and its description."""

from django.urls import path

from . import views

# The library's own root would stand in the place of the site's.
_acts = [each for each in views.interface.urls[0] if getattr(each, "name", "") != "api-root"]

urlpatterns = [
    path("api/", views.explained, name="interface"),
    path("api/openapi.json", views.description, name="description"),
    *_acts,
]
