"""Addresses of the officials."""

from django.urls import path

from . import views

app_name = "dashboards"
urlpatterns = [
    path("", views.home, name="home"),
    path("<slug:code>/", views.area, name="area"),
]
