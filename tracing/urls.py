"""Tracers' addresses: used twice, for what is real and for drills."""

from django.urls import include, path

from . import clusters
from .cases import closing, correcting, finding, opening, page, rule, stays
from .log import log

app_name = "tracing"

urlpatterns = [
    path("", finding.home, name="home"),
    path("find/", finding.find, name="find"),
    path("open/", opening.new_case, name="open"),
    path("cases/<str:number>/", page.show, name="case"),
    path("cases/<str:number>/name/", page.show_name, name="name"),
    path("cases/<str:number>/records/<uuid:visitor>/", page.record, name="record"),
    path("cases/<str:number>/correct/", correcting.correct, name="correct"),
    path("cases/<str:number>/trace/", correcting.retrace, name="retrace"),
    path("cases/<str:number>/close/", closing.close, name="close"),
    path("cases/<str:number>/reopen/", closing.reopen, name="reopen"),
    path("cases/<str:number>/rule/", rule.compare, name="rule"),
    path("cases/<str:number>/stays/", stays.stays, name="stays"),
    path("cases/<str:number>/stays/<int:stay>/", stays.change, name="stay"),
    path("cases/<str:number>/stays/<int:stay>/remove/", stays.remove, name="remove_stay"),
    path("", include("tracing.publishing.urls")),
    path("clusters/", clusters.clusters, name="clusters"),
    path("", include("tracing.chain.urls")),
    path("", include("authority.urls")),
    path("log/", log, name="log"),
    path("", include("tracing.triage.urls")),
    path("", include("tracing.following.urls")),
    path("", include("tracing.lists.urls")),
]
