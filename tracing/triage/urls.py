"""Addresses of triage."""

from django.urls import path

from . import bursts, same, views

urlpatterns = [
    path("cases/<str:number>/contacts/", views.contacts, name="contacts"),
    path("cases/<str:number>/bursts/<int:number_of_burst>/", bursts.burst, name="burst"),
    path("cases/<str:number>/same/", same.same, name="same"),
    path("cases/<str:number>/same/answer/", same.answer, name="same_answer"),
    path("cases/<str:number>/further/", views.further, name="further"),
    path("cases/<str:number>/calls/", views.calls, name="calls"),
]
