"""Addresses of cases: finding somebody, opening a case, and what is done with it."""

from django.urls import path

from . import case, new_case, rule, stays, views

urlpatterns = [
    path("", views.home, name="home"),
    path("find/", views.find, name="find"),
    path("open/", new_case.new_case, name="open"),
    path("cases/<str:number>/", case.case, name="case"),
    path("cases/<str:number>/name/", case.name, name="name"),
    path("cases/<str:number>/records/<uuid:visitor>/", case.record, name="record"),
    path("cases/<str:number>/correct/", case.correct, name="correct"),
    path("cases/<str:number>/trace/", case.retrace, name="retrace"),
    path("cases/<str:number>/close/", case.close, name="close"),
    path("cases/<str:number>/reopen/", case.reopen, name="reopen"),
    path("cases/<str:number>/rule/", rule.rule, name="rule"),
    path("cases/<str:number>/stays/", stays.stays, name="stays"),
    path("cases/<str:number>/stays/<int:stay>/", stays.stay, name="stay"),
    path("cases/<str:number>/stays/<int:stay>/remove/", stays.remove, name="remove_stay"),
]
