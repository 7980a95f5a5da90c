"""Addresses of visitors. Posters print /V/ because QR codes in upper case are smaller."""

from django.urls import path

from . import own_phone, views

app_name = "declarations"
urlpatterns = [
    path("find/", views.find, name="find"),
    path("v/<str:code>/", views.check_in, name="check_in"),
    path("V/<str:code>/", views.check_in),
    path("v/<str:code>", views.check_in),
    path("V/<str:code>", views.check_in),
    path("r/<str:token>/", views.receipt, name="receipt"),
    path("r/<str:token>/leave/", views.leave, name="leave"),
    path("notices/", views.notices, name="notices"),
    path("notices/dismiss/", views.dismiss, name="dismiss"),
    path("me/", views.me, name="me"),
    path("me/confirm/", own_phone.confirm, name="confirm"),
    path("me/forget/", views.forget, name="forget"),
]
