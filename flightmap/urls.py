"""Addresses of the site."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("tracks.urls")),
]

handler400 = "tracks.views.errors.bad_request"
handler403 = "tracks.views.errors.forbidden"
handler404 = "tracks.views.errors.not_found"
handler500 = "tracks.views.errors.server_error"
