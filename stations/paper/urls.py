"""Addresses of register sheets; `/P/<code>` stands on paper, where capitals make codes smaller."""

from django.urls import path

from . import views

urlpatterns = [
    path("venues/<str:code>/sheets/", views.sheets, name="sheets"),
    path("venues/<str:code>/sheets/<int:first>-<int:last>.pdf", views.file, name="sheets_file"),
    path("venues/<str:code>/sheets/<str:sheet>/", views.sheet, name="sheet"),
    path("venues/<str:code>/sheets/<str:sheet>/act/", views.act, name="sheet_act"),
    path("p/<str:sheet>/", views.by_code, name="sheet_by_code"),
    path("p/<str:sheet>", views.by_code),
    path("P/<str:sheet>/", views.by_code),
    path("P/<str:sheet>", views.by_code),
]
