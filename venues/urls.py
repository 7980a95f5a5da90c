"""Addresses of the owner; the page of one venue, with its figures, is added from above."""

from django.urls import path

from . import views

app_name = "venues"
urlpatterns = [
    path("", views.listed, name="listed"),
    path("register/", views.register, name="register"),
    path("confirm/", views.confirm, name="confirm"),
    path("confirm/resend/", views.resend, name="resend"),
    path("<str:code>/poster.<str:suffix>", views.poster, name="poster"),
    path("<str:code>/edit/", views.edit, name="edit"),
    path("<str:code>/replace/", views.replace, name="replace"),
    path("<str:code>/close/", views.close, name="close"),
]
