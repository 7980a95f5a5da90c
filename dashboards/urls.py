"""Addresses of the officials."""

from django.urls import path

from . import poster_list, silent_list, silent_venue, views
from .imports import views as imports

app_name = "dashboards"
urlpatterns = [
    path("", views.home, name="home"),
    path("<slug:unit>/", views.area, name="area"),
    path("<slug:unit>/kinds/", views.kinds, name="kinds"),
    path("<slug:unit>/posters/", poster_list.posters, name="posters"),
    path("<slug:unit>/silent/", silent_list.silent, name="silent"),
    path("<slug:unit>/silent/remind/", silent_list.silent_remind, name="silent_remind"),
    path("<slug:unit>/silent/progress/", silent_list.silent_progress, name="silent_progress"),
    path("<slug:unit>/silent/sheet.pdf", silent_list.silent_sheet, name="silent_sheet"),
    path("<slug:unit>/silent/<str:code>/", silent_venue.silent_venue, name="silent_venue"),
    path(
        "<slug:unit>/silent/<str:code>/remind/",
        silent_venue.silent_reminder,
        name="silent_reminder",
    ),
    path(
        "<slug:unit>/silent/<str:code>/approach/",
        silent_venue.silent_approach,
        name="silent_approach",
    ),
    path(
        "<slug:unit>/silent/<str:code>/compliance/",
        silent_venue.silent_compliance,
        name="silent_compliance",
    ),
    path("<slug:unit>/import/", imports.imports, name="imports"),
    path(
        "<slug:unit>/import/template.<slug:file_type>",
        imports.import_template,
        name="import_template",
    ),
    path("<slug:unit>/import/<uuid:listed>/", imports.import_list, name="import"),
    path("<slug:unit>/import/<uuid:listed>/decide/", imports.import_decide, name="import_decide"),
    path("<slug:unit>/import/<uuid:listed>/go-on/", imports.import_go_on, name="import_go_on"),
    path(
        "<slug:unit>/import/<uuid:listed>/give-up/", imports.import_give_up, name="import_give_up"
    ),
    path(
        "<slug:unit>/import/<uuid:listed>/faults.<slug:file_type>",
        imports.import_faults,
        name="import_faults",
    ),
]
