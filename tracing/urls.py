"""Tracers' addresses: used twice, for what is real and for drills."""

from django.urls import path

from . import views

app_name = "tracing"

urlpatterns = [
    path("", views.home, name="home"),
]
