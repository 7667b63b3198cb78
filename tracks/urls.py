"""Addresses of the archive, grouped by noun."""

from django.urls import include, path, register_converter

from tracks.converters import FlightIdConverter
from tracks.views import aircraft, api, corridor, error_reports, excluded, flights, language, paths, site

register_converter(FlightIdConverter, "flight_id")

api_urls = [
    path("", api.index, name="api-index"),
    path("flights/", api.flights, name="api-flights"),
    path("flights/<flight_id:flight_id>/", api.flight, name="api-flight"),
    path("paths/", paths.paths, name="api-paths"),
    # A registration may hold a slash.
    path("aircraft/<path:key>/", api.aircraft, name="api-aircraft"),
]

urlpatterns = [
    path("", corridor.corridor, name="corridor"),
    path("flights/", flights.flights, name="flights"),
    path("flights/<flight_id:flight_id>/", flights.flight, name="flight"),
    path("flights/<flight_id:flight_id>/excluded/", excluded.excluded, name="flight-excluded"),
    path("flights/<flight_id:flight_id>/report/", error_reports.report, name="flight-report"),
    path("flights/<flight_id:flight_id>/<str:slug>/", flights.flight, name="flight-with-slug"),
    path("aircraft/<path:key>/", aircraft.aircraft, name="aircraft"),
    path("language/", language.choose, name="language"),
    path("method/", site.method, name="method"),
    path("api/v1/", include(api_urls)),
    path("healthz", site.healthz, name="healthz"),
    path("robots.txt", site.robots, name="robots"),
    path("favicon.ico", site.favicon, name="favicon"),
]
