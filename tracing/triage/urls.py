"""Addresses of triage."""

from django.urls import path

from . import views

urlpatterns = [
    path("cases/<str:number>/contacts/", views.contacts, name="contacts"),
    path("cases/<str:number>/further/", views.further, name="further"),
    path("cases/<str:number>/calls/", views.calls, name="calls"),
]
