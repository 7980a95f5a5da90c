"""Addresses of following up."""

from django.urls import path

from . import rounds, views

urlpatterns = [
    path("follow-up/", rounds.follow_up, name="follow_up"),
    path("contacts/<int:contact>/", views.contact, name="contact"),
    path("contacts/<int:contact>/name/", views.contact_name, name="contact_name"),
    path("contacts/<int:contact>/call/", views.call, name="call"),
    path("contacts/<int:contact>/day/", views.day, name="day"),
    path("contacts/<int:contact>/measure/", views.measure, name="measure"),
    path("contacts/<int:contact>/hand-over/", views.hand_over, name="hand_over"),
    path("contacts/<int:contact>/end/", views.end, name="end"),
    path("contacts/<int:contact>/case/", rounds.became, name="became"),
]
