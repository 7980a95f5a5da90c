"""Addresses of a case's notices."""

from django.urls import path

from . import notices

urlpatterns = [
    path("cases/<str:number>/notices/", notices.notices, name="notices"),
    path("cases/<str:number>/notices/publish/", notices.publish, name="publish"),
    path("cases/<str:number>/notices/withdraw/", notices.withdraw, name="withdraw"),
    path("cases/<str:number>/notices/owners/", notices.tell_owners, name="tell_owners"),
]
