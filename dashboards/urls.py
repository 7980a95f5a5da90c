"""Addresses of the officials."""

from django.urls import path

from . import imports, posters, views
from .report import views as report
from .sheets import views as sheets
from .silence import approaches, inspection, progress, venue, worklist

app_name = "dashboards"
urlpatterns = [
    path("", views.home, name="home"),
    path("<slug:unit>/", views.area, name="area"),
    path("<slug:unit>/kinds/", views.kinds, name="kinds"),
    path("<slug:unit>/cards/", views.cards, name="cards"),
    path("<slug:unit>/posters/", posters.posters, name="posters"),
    path("<slug:unit>/report/", report.report, name="report"),
    path("<slug:unit>/report.pdf", report.report_file, name="report_file"),
    path("<slug:unit>/report.<slug:file_type>", report.report_table, name="report_table"),
    path("<slug:unit>/sheets/", sheets.sheets, name="sheets"),
    path("<slug:unit>.<slug:file_type>", sheets.sheet, {"table": ""}, name="area_sheet"),
    path("<slug:unit>/days.<slug:file_type>", sheets.span, {"table": "days"}, name="days_sheet"),
    path("<slug:unit>/hours.<slug:file_type>", sheets.span, {"table": "hours"}, name="hours_sheet"),
    path("<slug:unit>/<slug:table>.<slug:file_type>", sheets.sheet, name="sheet"),
    path("<slug:unit>/silent/", worklist.silent, name="silent"),
    path("<slug:unit>/silent/remind/", approaches.silent_remind, name="silent_remind"),
    path("<slug:unit>/silent/progress/", progress.silent_progress, name="silent_progress"),
    path("<slug:unit>/silent/sheet.pdf", inspection.silent_sheet, name="silent_sheet"),
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
    path("<slug:unit>/silent/<str:code>/code/", venue.silent_code, name="silent_code"),
    path("<slug:unit>/import/", imports.imports, name="imports"),
    path(
        "<slug:unit>/import/template.<slug:file_type>",
        imports.import_template,
        name="import_template",
    ),
    path("<slug:unit>/import/<uuid:listed>/", imports.import_list, name="import"),
    path("<slug:unit>/import/<uuid:listed>/decide/", imports.import_decide, name="import_decide"),
    path(
        "<slug:unit>/import/<uuid:listed>/correct/", imports.import_correct, name="import_correct"
    ),
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
