"""Addresses of the officials."""

from django.urls import path

from . import views
from .silence import venue
from .silence import views as silence

app_name = "dashboards"
urlpatterns = [
    path("", views.home, name="home"),
    path("<slug:unit>/", views.area, name="area"),
    path("<slug:unit>/kinds/", views.kinds, name="kinds"),
    path("<slug:unit>/silent/", silence.silent, name="silent"),
    path("<slug:unit>/silent/remind/", silence.silent_remind, name="silent_remind"),
    path("<slug:unit>/silent/progress/", silence.silent_progress, name="silent_progress"),
    path("<slug:unit>/silent/sheet.pdf", silence.silent_sheet, name="silent_sheet"),
    path("<slug:unit>/silent/<str:code>/", venue.silent_venue, name="silent_venue"),
    path(
        "<slug:unit>/silent/<str:code>/remind/",
        venue.silent_reminder,
        name="silent_reminder",
    ),
    path(
        "<slug:unit>/silent/<str:code>/approach/",
        venue.silent_approach,
        name="silent_approach",
    ),
    path(
        "<slug:unit>/silent/<str:code>/compliance/",
        venue.silent_compliance,
        name="silent_compliance",
    ),
]
