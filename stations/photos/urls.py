"""Address at which a station's photos are read."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
