"""A page with a form: what was sent is bound, what is wrong is said on the same page."""

from http import HTTPStatus
from itertools import chain
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

TOO_MANY = "too_many"  # code of an error that says that it was too often
form_page_only = require_http_methods(["GET", "HEAD", "POST"])


def sent(request: HttpRequest) -> QueryDict | None:
    """Return what was sent, for a form to be bound to; nothing where the page is only looked at."""
    return request.POST if request.method == "POST" else None


def own_address(request: HttpRequest, address: str, otherwise: str) -> str:
    """Return an address that came with a request, unless it is of another site or none at all."""
    hosts = {request.get_host()}
    is_own = url_has_allowed_host_and_scheme(address, hosts, request.is_secure())
    return address if is_own and address.isprintable() else otherwise


def form_page(
    request: HttpRequest, template: str, form: Any, context: dict[str, Any] | None = None
) -> HttpResponse:
    """Show a form, as 422 where it was sent and has to be corrected."""
    return render(request, template, {"form": form} | (context or {}), status=status_of(form))


def status_of(form: Any) -> HTTPStatus:
    """Return what a page with this form is answered as."""
    errors = chain.from_iterable(form.errors.as_data().values())
    if any(error.code == TOO_MANY for error in errors):
        return HTTPStatus.TOO_MANY_REQUESTS
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


def too_many(request: HttpRequest, wait: int) -> HttpResponse:
    """Say that it was too often, and after how many seconds to try again."""
    status, context = HTTPStatus.TOO_MANY_REQUESTS, {"retry_after": wait}
    response = render(request, "429.html", context, status=status)
    response["Retry-After"] = str(wait)
    return response


def see_other(to: str, *arguments: Any) -> HttpResponseRedirect:
    """Lead on after a form was taken, by an address or its name: reloading sends nothing again."""
    return HttpResponseRedirect(resolve_url(to, *arguments), status=HTTPStatus.SEE_OTHER)
