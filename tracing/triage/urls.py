"""Addresses of triage."""

from django.urls import path

from . import bursts, calls, contacts, same

urlpatterns = [
    path("cases/<str:number>/contacts/", contacts.contacts, name="contacts"),
    path("cases/<str:number>/bursts/<int:number_of_burst>/", bursts.burst, name="burst"),
    path("cases/<str:number>/same/", same.same, name="same"),
    path("cases/<str:number>/same/answer/", same.answer, name="same_answer"),
    path("cases/<str:number>/further/", contacts.further, name="further"),
    path("cases/<str:number>/calls/", calls.calls, name="calls"),
]
