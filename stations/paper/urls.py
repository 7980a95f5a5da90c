"""Addresses of register sheets."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
