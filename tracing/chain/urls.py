"""Addresses of chains."""

from django.urls import path

from . import views

urlpatterns = [
    path("cases/<str:number>/chain/", views.chain, name="chain"),
    path("cases/<str:number>/chain.svg", views.chain_file, name="chain_file"),
]
