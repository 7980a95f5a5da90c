"""Addresses of clusters."""

from django.urls import path

from . import views

urlpatterns = [path("clusters/", views.clusters, name="clusters")]
