"""Addresses of the scanning screen."""

from django.urls import path

from . import views

urlpatterns = [
    path("s/worker.js", views.worker, name="worker"),
    path("s/<str:key>/", views.door, name="door"),
]
