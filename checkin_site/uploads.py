"""How large a file the site takes at all: more is read away and never stored."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile

LARGEST = 25 * 1024 * 1024  # bytes, of all files of a request; forms may ask for less


class NoMoreThanThat(FileUploadHandler):
    """Stands before the handlers that store files; the form then meets an empty field."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002 - Django's name
        """Hand a piece on, unless it is one too many."""
        self.received += len(raw_data)
        if self.received > LARGEST:
            if self.request is not None:
                self.request.META["UPLOAD_IS_TOO_LARGE"] = "yes"
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the making of the file to the next handler."""
