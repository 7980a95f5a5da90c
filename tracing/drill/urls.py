"""Addresses of drills, on the real side; what is practised on is under /drill/."""

from django.urls import path

from . import views

app_name = "drills"

urlpatterns = [
    path("", views.home, name="home"),
    path("<int:drill>/", views.drill, name="drill"),
    path("<int:drill>/end/", views.end, name="end"),
    path("<int:drill>/report.pdf", views.report, name="report"),
]
