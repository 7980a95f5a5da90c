"""Addresses of those who appoint, and of the phone that is paired."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
