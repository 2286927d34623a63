"""Uploads go to disk as they come, and stop there where they are larger than allowed."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler


class LimitedUpload(TemporaryFileUploadHandler):
    """Writes each file to the disk; one that grows beyond UPLOAD_LIMIT_BYTES is dropped and its name kept on the request
    (`too_large`), so that the page can say which file it was."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) > settings.UPLOAD_LIMIT_BYTES:
            request: Any = self.request
            request.too_large = [*getattr(request, "too_large", []), self.file_name]
            self.file.close()
            raise SkipFile
        super().receive_data_chunk(raw_data, start)


def too_large(request: object) -> list[str]:
    """The names of the files of this request that were dropped because of their size."""
    return list(getattr(request, "too_large", []))
