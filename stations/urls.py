"""Addresses of the door: of stations, of those who appoint them, of paper and of printed cards."""

from .api.urls import urlpatterns as interface
from .appointing.urls import urlpatterns as appointing
from .paper.urls import urlpatterns as paper
from .personal.urls import urlpatterns as personal
from .photos.urls import urlpatterns as photos
from .scanner.urls import urlpatterns as scanner

app_name = "stations"
# What phones and posters say comes first; `s/<key>/` catches every other word after `s/`.
urlpatterns = [*appointing, *paper, *personal, *photos, *interface, *scanner]
