"""Addresses of a case's notices."""

from django.urls import path

from . import views

urlpatterns = [
    path("cases/<str:number>/notices/", views.notices, name="notices"),
    path("cases/<str:number>/notices/publish/", views.publish, name="publish"),
    path("cases/<str:number>/notices/withdraw/", views.withdraw, name="withdraw"),
    path("cases/<str:number>/notices/owners/", views.owners, name="tell_owners"),
]
