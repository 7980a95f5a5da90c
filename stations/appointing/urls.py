"""Addresses of those who appoint, and of the phone that is paired."""

from django.urls import path

from . import views

urlpatterns = [
    path("venues/<str:code>/stations/", views.listed, name="listed"),
    path("venues/<str:code>/stations/<uuid:station>/pairing/", views.pairing, name="pairing"),
    path("venues/<str:code>/stations/<uuid:station>/end/", views.end, name="end"),
    path("s/pair/<str:code>/", views.pair_phone, name="pair"),
    path("s/pair/<str:code>", views.pair_phone),
    path("S/PAIR/<str:code>/", views.pair_phone),
    path("S/PAIR/<str:code>", views.pair_phone),
    path("s/<str:key>/duty/", views.duty, name="duty"),
]
