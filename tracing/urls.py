"""Tracers' addresses: used twice, for what is real and for drills."""

from django.urls import include, path

from . import clusters

app_name = "tracing"

urlpatterns = [
    path("", include("tracing.cases.urls")),
    path("", include("tracing.publishing.urls")),
    path("clusters/", clusters.clusters, name="clusters"),
    path("", include("tracing.chain.urls")),
    path("", include("tracing.keys.urls")),
    path("", include("tracing.triage.urls")),
    path("", include("tracing.following.urls")),
    path("", include("tracing.lists.urls")),
]
