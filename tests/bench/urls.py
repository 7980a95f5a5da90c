"""The site's addresses beside the bare views that its rates are compared with."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from checkin_site.urls import handler404, handler500
from checkin_site.urls import urlpatterns as site

__all__ = ["handler404", "handler500", "urlpatterns"]

_INSERT = "INSERT INTO bench_bare (full_name, phone, birth_year) VALUES (%s, %s, %s)"


def constant(request: HttpRequest, length: int) -> HttpResponse:
    """Answer a constant of a size."""
    return HttpResponse("0123456789abcdef" * (length // 16))


@csrf_exempt
def insert(request: HttpRequest) -> HttpResponse:
    """Store three fields of a form durably with one INSERT."""
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [request.POST[f] for f in ("full_name", "phone", "birth_year")])
    return HttpResponse(status=303, headers={"Location": "/"})


urlpatterns = [
    *site,
    path("bench/constant/<int:length>/", constant),
    path("bench/insert/", insert),
]
