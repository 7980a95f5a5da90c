"""Handing out a file."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header


def file_response(
    content: bytes | str, content_type: str, name: str, *, is_shown: bool = False
) -> HttpResponse:
    """Return a file to be kept under its name; one that `is_shown` opens in the browser first."""
    response = HttpResponse(content, content_type=content_type)
    name_file(response, name, is_shown=is_shown)
    return response


def name_file(response: HttpResponseBase, name: str, *, is_shown: bool = False) -> None:
    """Let an answer be kept as a file of this name."""
    header = content_disposition_header(not is_shown, name)
    response.headers["Content-Disposition"] = header or "attachment"
