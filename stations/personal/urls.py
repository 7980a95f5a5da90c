"""Addresses of printed cards."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
