"""Files of jobs, kept in the database in pieces: several servers share it, none holds a whole file."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from django.db import transaction
from django.http import StreamingHttpResponse

from documents.responses import name_file

from .models import Job, JobChunk, JobFile

CHUNK = 1024 * 1024


class Writer(io.RawIOBase):
    """Writes a file piece by piece; every piece but the last has the same length."""

    def __init__(self, file: JobFile) -> None:
        self.file, self.size, self._kept = file, 0, bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._kept += data
        while len(self._kept) >= CHUNK:
            self._store(CHUNK)
        return len(data)

    def finish(self) -> None:
        """Store what is left; from now on the file is whole."""
        if self._kept:
            self._store(len(self._kept))
        JobFile.objects.filter(pk=self.file.pk).update(size=self.size)
        self.file.size = self.size

    def _store(self, length: int) -> None:
        piece = bytes(self._kept[:length])
        del self._kept[:length]
        JobChunk.objects.create(file=self.file, number=self.size // CHUNK, data=piece)
        self.size += length


class Reader(io.RawIOBase):
    """Reads a file from any place, one piece at a time."""

    def __init__(self, file: JobFile) -> None:
        self.file, self._place = file, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place, counted from the beginning, from here or from the end."""
        from_where = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self.file.size or 0}
        self._place = max(0, from_where[whence] + offset)
        return self._place

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Fill a buffer as far as the piece at this place goes."""
        number, begin = divmod(self._place, CHUNK)
        pieces = self.file.chunks.filter(number=number).values_list("data", flat=True)
        piece = next((bytes(data)[begin : begin + len(buffer)] for data in pieces), b"")
        buffer[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)


@contextmanager
def written(
    job: Job, name: str, content_type: str, *, is_result: bool = True
) -> Iterator[BinaryIO]:
    """Write a file of a job; what an earlier attempt left of it unfinished is thrown away."""
    with transaction.atomic():
        job.files.filter(name=name).delete()
        file = job.files.create(name=name, content_type=content_type, is_result=is_result)
    writer = Writer(file)
    yield cast("BinaryIO", writer)
    writer.finish()


def opened(file: JobFile) -> BinaryIO:
    """Open a file for reading at any place, as a spreadsheet's reader needs it."""
    return cast("BinaryIO", io.BufferedReader(Reader(file), CHUNK))


def pieces(file: JobFile) -> Iterator[bytes]:
    """Yield a file piece by piece."""
    for number in range(-(-(file.size or 0) // CHUNK)):
        yield bytes(file.chunks.get(number=number).data)


def download(file: JobFile) -> StreamingHttpResponse:
    """Answer with a file, to be saved under its name."""
    response = StreamingHttpResponse(pieces(file), content_type=file.content_type)
    response["Content-Length"] = str(file.size)
    name_file(response, file.name)
    return response
