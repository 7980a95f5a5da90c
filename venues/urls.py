"""Addresses of the owner; the page of one venue, with its figures, is added from above."""

from django.urls import path

from . import registering, views

app_name = "venues"
urlpatterns = [
    path("", views.listed, name="listed"),
    path("register/", registering.register, name="register"),
    path("confirm/", registering.confirm, name="confirm"),
    path("confirm/resend/", registering.resend, name="resend"),
    path("<str:code>/poster.<str:suffix>", views.poster, name="poster"),
    path("<str:code>/edit/", views.edit, name="edit"),
    path("<str:code>/replace/", views.replace, name="replace"),
    path("<str:code>/close/", views.close, name="close"),
]
