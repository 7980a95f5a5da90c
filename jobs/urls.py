"""Addresses of what was asked for in the background."""

from django.urls import path

from . import views

app_name = "jobs"
urlpatterns = [
    path("", views.listed, name="listed"),
    path("<uuid:pk>/", views.job, name="job"),
    path("<uuid:pk>/cancel/", views.cancel, name="cancel"),
    path("<uuid:pk>/again/", views.again, name="again"),
    path("<uuid:pk>/files/<str:name>", views.result, name="result"),
]
