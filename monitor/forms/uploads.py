"""Files that people send: how large they may be, and a field that takes several."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from monitor.imaging import MAX_PICTURE_BYTES

MAX_FILES = 20
TYPES = "image/jpeg,image/png,image/webp,image/gif,image/avif"
# Room for fields and boundaries beside the files.
_MAX_BODY = MAX_FILES * MAX_PICTURE_BYTES + 1024 * 1024
_REFUSED = "refused_uploads"


class LimitedUpload(FileUploadHandler):
    """Lets go of a file as soon as it is larger than a picture may be, before it fills memory or disk.

    A whole request may hold as many of them as a form takes; one of nobody we know, no more than a form's text.
    """

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Nothing is read yet; raises RequestDataTooBig, which is answered as a bad request."""
        user = getattr(self.request, "user", None)
        is_known = user is not None and user.is_authenticated
        if content_length > (_MAX_BODY if is_known else settings.DATA_UPLOAD_MAX_MEMORY_SIZE):
            raise RequestDataTooBig("The request is too large.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) > MAX_PICTURE_BYTES:
            vars(self.request).setdefault(_REFUSED, []).append(self.file_name or "The file")
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Nothing: the handlers that come after keep the file."""


def refused(request: HttpRequest) -> list[str]:
    """The names of the files that were too large to be taken in."""
    return list(vars(request).get(_REFUSED, []))


class FileInput(forms.FileInput):
    """A file input for several files; its name makes it look like any other."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, or none; whether each is a picture is judged later, one by one."""

    widget = FileInput(attrs={"accept": TYPES})

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[bytes]]":
        files: Sequence[UploadedFile[bytes]] = data or []
        if len(files) > MAX_FILES:
            raise forms.ValidationError(f"Choose at most {MAX_FILES} files at once.")
        return list(files)
