"""Address at which a station's photos are read."""

from django.urls import path

from . import views

urlpatterns = [path("s/<str:key>/decode/", views.read, name="decode")]
