"""Addresses of the interface and its description."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
