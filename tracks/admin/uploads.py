"""The upload page: several files at once, each with its own result.

One address serves both ways: a plain form sends all files together and gets the page back; js/admin-upload.js sends
them one by one, asks for JSON, and shows how far each is.
"""

from __future__ import annotations

import functools
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied, TooManyFilesSent, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from tracks.admin.base import change_url
from tracks.formats.contract import ParseError
from tracks.formats.reading import recognise
from tracks.formats.registry import PARSERS
from tracks.models import TrackFile
from tracks.receiving import ReceivingRefused, clean_name, receive

# What the form's own fields may need beside the files.
FORM_BYTES = 1 << 20


class FilesInput(forms.ClearableFileInput):
    """A file input for several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """The files of a `FilesInput`; each is checked on its own, so that one bad file refuses no other."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = list(data) if isinstance(data, list | tuple) else [data] if data else []
        if self.required and not files:
            raise ValidationError(self.error_messages["required"], code="required")
        return files


class UploadForm(forms.Form):
    """The files, and what is said of all of them."""

    files = FilesField(label=gettext_lazy("Track files"), required=False)  # type: ignore[assignment]
    licence = forms.CharField(
        label=gettext_lazy("Licence"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Under which the tracks may be shown, for example CC BY 4.0."),
    )
    credit = forms.CharField(
        label=gettext_lazy("Credit"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Whom the published flight names for these data."),
    )
    obtained_from = forms.CharField(
        label=gettext_lazy("Obtained from"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Address, person or device the files came from."),
    )
    time_zone = forms.CharField(
        label=gettext_lazy("Zone of times without one"),
        max_length=64,
        required=False,
        help_text=gettext_lazy(
            "Only if the files write times without a zone and you know which is meant. Left empty, such files are "
            "refused: a guessed zone would shift the flight by hours."
        ),
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def clean_time_zone(self) -> str:
        zone = self.cleaned_data["time_zone"].strip()
        if zone and zone not in zoneinfo.available_timezones():
            raise ValidationError(
                _("“%(zone)s” is no time zone. Write it like Asia/Vladivostok or UTC."), params={"zone": zone}
            )
        return zone


@dataclass(frozen=True, slots=True)
class UploadResult:
    """What became of one file: `outcome` is "new", "known" or "refused"."""

    name: str
    outcome: str
    message: str | Promise
    track_file: TrackFile | None = None

    def as_json(self) -> dict[str, Any]:
        """For js/admin-upload.js."""
        file = self.track_file
        return {
            "name": self.name,
            "outcome": self.outcome,
            "message": str(self.message),
            "id": file.pk if file else None,
            "url": change_url(file) if file else None,
        }


class SizeLimitHandler(FileUploadHandler):
    """Stops taking in a file that is too large while it still comes in; the others go on."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.refused: list[str] = []
        self.received = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > settings.UPLOAD_MAX_BYTES:
            self.refused.append(clean_name(self.file_name or ""))
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def upload_view(model_admin: ModelAdmin) -> Callable[[HttpRequest], HttpResponse]:
    """The page's view. Django's own check of the CSRF token would read the whole body before the limit of size is
    set; so the view does without it and checks the token itself."""
    return csrf_exempt(functools.partial(_upload, model_admin))


def _upload(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Who may not add track files is refused before a byte of the body is read."""
    if not model_admin.has_add_permission(request):
        raise PermissionDenied
    limit = SizeLimitHandler(request)
    if request.method == "POST":
        too_much = settings.UPLOAD_MAX_FILES * settings.UPLOAD_MAX_BYTES + FORM_BYTES
        if int(request.META.get("CONTENT_LENGTH") or 0) > too_much:
            return _answer(model_admin, request, UploadForm(), [_refused("", too_large())], 413)
        request.upload_handlers.insert(0, limit)

    @csrf_protect
    def checked(request: HttpRequest) -> HttpResponse:
        return _received(model_admin, request, limit) if request.method == "POST" else _page(model_admin, request)

    try:
        return checked(request)
    except TooManyFilesSent:
        # Not even the token was read, so nothing was done; the request now counts as empty.
        return _answer(model_admin, request, UploadForm(), [_refused("", too_many())], 400)


def too_large() -> str:
    """The sentence about the limit of size."""
    return _("It is larger than the %(limit)s that one file may have. Split it, or compress it with gzip.") % {
        "limit": filesizeformat(settings.UPLOAD_MAX_BYTES)
    }


def too_many() -> str:
    """The sentence about the number of files."""
    return _("More than %(limit)d files at once: nothing was taken. Bring them in several goes.") % {
        "limit": settings.UPLOAD_MAX_FILES
    }


def _page(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    return _answer(model_admin, request, UploadForm(), [], 200)


def _received(model_admin: ModelAdmin, request: HttpRequest, limit: SizeLimitHandler) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _answer(model_admin, request, form, [], 400)
    results = [_refused(name, too_large()) for name in limit.refused]
    results += [_receive_one(request, form.cleaned_data, upload) for upload in form.cleaned_data["files"]]
    for result in results:
        if result.track_file is not None:
            model_admin.log_addition(request, result.track_file, [{"added": {}}])
    if not results:
        form.add_error("files", _("Choose at least one file."))
        return _answer(model_admin, request, form, [], 400)
    kept = {name: value for name, value in form.cleaned_data.items() if name != "files"}
    return _answer(model_admin, request, UploadForm(initial=kept), results, 200)


def _receive_one(request: HttpRequest, said: dict[str, Any], upload: UploadedFile) -> UploadResult:
    name = clean_name(upload.name or "") or _("(no name)")
    try:
        check_content(upload)
        received = receive(
            upload,
            name=name,
            acquired_by=request.user,  # type: ignore[arg-type]
            licence=said["licence"],
            credit=said["credit"],
            obtained_from=said["obtained_from"],
            note=said["note"],
            settings={"time_zone": said["time_zone"]},
        )
    except ReceivingRefused as refusal:
        return _refused(name, str(refusal))
    if not received.already_known:
        return UploadResult(name, "new", _("Taken. A worker imports it."), received.track_file)
    first = received.track_file.acquisitions.order_by("acquired_at", "id").first()
    assert first is not None, "this acquisition at least"
    return UploadResult(
        name,
        "known",
        _(
            "The archive has these bytes since %(date)s, as “%(name)s”. They are not stored twice; "
            "that you brought them too is noted."
        )
        % {"date": f"{first.acquired_at:%Y-%m-%d %H:%M}Z", "name": first.original_name},
        received.track_file,
    )


def check_content(upload: UploadedFile) -> None:
    """Refuse at the door what no parser recognises: a holiday picture need not be kept for ever as a failed import.

    Raises:
        ReceivingRefused: with the parser registry's sentence on what the content looks like.
    """
    if upload.size is not None and upload.size > settings.UPLOAD_MAX_BYTES:
        raise ReceivingRefused(too_large())
    try:
        upload.seek(0)
        recognise(upload)  # type: ignore[arg-type]
    except ParseError as error:
        raise ReceivingRefused(_(error.message) % error.values) from error
    finally:
        upload.seek(0)


def _refused(name: str, reason: str) -> UploadResult:
    return UploadResult(name, "refused", reason)


def _answer(
    model_admin: ModelAdmin, request: HttpRequest, form: UploadForm, results: list[UploadResult], status: int
) -> HttpResponse:
    if request.headers.get("Accept") == "application/json":
        errors = {name: [str(e) for e in found] for name, found in form.errors.items()}
        return JsonResponse({"results": [r.as_json() for r in results], "errors": errors}, status=status)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Bring track files"),
        "opts": model_admin.opts,
        "form": form,
        "results": results,
        "formats": [_(parser.label) for parser in PARSERS],
        "zones": sorted(zoneinfo.available_timezones()),
        "max_bytes": settings.UPLOAD_MAX_BYTES,
        "max_files": settings.UPLOAD_MAX_FILES,
        "watched": ",".join(str(r.track_file.pk) for r in results if r.track_file),
    }
    return TemplateResponse(request, "admin/tracks/trackfile/upload.html", context, status=status)
