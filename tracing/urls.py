"""Tracers' addresses: used twice, for what is real and for drills."""

from django.urls import include, path

from tracing.log import log

app_name = "tracing"

urlpatterns = [
    path("", include("tracing.cases.urls")),
    path("", include("tracing.publishing.urls")),
    path("", include("tracing.clusters.urls")),
    path("", include("tracing.chain.urls")),
    path("", include("authority.urls")),
    path("log/", log, name="log"),
    path("", include("tracing.triage.urls")),
    path("", include("tracing.following.urls")),
    path("", include("tracing.lists.urls")),
]
