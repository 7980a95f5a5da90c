"""Addresses of cases: finding somebody, opening a case, and what is done with it."""

from django.urls import path

from . import case, views

urlpatterns = [
    path("", views.home, name="home"),
    path("find/", views.find, name="find"),
    path("open/", views.open_case, name="open"),
    path("cases/<str:number>/", case.case, name="case"),
]
