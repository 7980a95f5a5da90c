"""Addresses of following up."""

from django.urls import path

from . import contact, work

urlpatterns = [
    path("follow-up/", work.follow_up, name="follow_up"),
    path("contacts/<int:contact>/", contact.contact, name="contact"),
    path("contacts/<int:contact>/name/", contact.contact_name, name="contact_name"),
    path("contacts/<int:contact>/call/", contact.act, {"name": "call"}, name="call"),
    path("contacts/<int:contact>/day/", contact.act, {"name": "day"}, name="day"),
    path("contacts/<int:contact>/measure/", contact.act, {"name": "measure"}, name="measure"),
    path("contacts/<int:contact>/hand-over/", contact.act, {"name": "hand_over"}, name="hand_over"),
    path("contacts/<int:contact>/end/", contact.act, {"name": "end"}, name="end"),
    path("contacts/<int:contact>/case/", contact.became, name="became"),
]
