"""Addresses of visitors. Posters print /V/ because QR codes in upper case are smaller."""

from django.urls import path

from . import notices, own_phone, views

app_name = "declarations"
urlpatterns = [
    path("find/", views.find, name="find"),
    path("v/<str:code>/", views.check_in, name="check_in"),
    path("V/<str:code>/", views.check_in),
    path("v/<str:code>", views.check_in),
    path("V/<str:code>", views.check_in),
    path("r/<str:token>/", own_phone.receipt, name="receipt"),
    path("r/<str:token>/leave/", own_phone.leave, name="leave"),
    path("notices/", notices.notices, name="notices"),
    path("notices/dismiss/", notices.dismiss, name="dismiss"),
    path("me/", own_phone.me, name="me"),
    path("me/confirm/", own_phone.confirm, name="confirm"),
    path("me/forget/", own_phone.forget, name="forget"),
]
