"""Addresses of chains."""

from django.urls import path

from . import drawing

urlpatterns = [
    path("cases/<str:number>/chain/", drawing.chain, name="chain"),
    path("cases/<str:number>/chain.svg", drawing.chain_file, name="chain_file"),
]
