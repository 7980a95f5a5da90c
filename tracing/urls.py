"""Tracers' addresses: used twice, for what is real and for drills."""

from django.urls import include, path

from . import clusters, log
from .cases import closing, correcting, finding, opening, page, rule, stays
from .chain import drawing
from .following import contact, work
from .lists import views as lists
from .publishing import notices
from .triage import bursts, calls, contacts, same

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
    path("cases/<str:number>/notices/", notices.notices, name="notices"),
    path("cases/<str:number>/notices/publish/", notices.publish, name="publish"),
    path("cases/<str:number>/notices/withdraw/", notices.withdraw, name="withdraw"),
    path("cases/<str:number>/notices/owners/", notices.tell_owners, name="tell_owners"),
    path("clusters/", clusters.clusters, name="clusters"),
    path("cases/<str:number>/chain/", drawing.chain, name="chain"),
    path("cases/<str:number>/chain.svg", drawing.chain_file, name="chain_file"),
    path("", include("authority.urls")),
    path("log/", log.log, name="log"),
    path("cases/<str:number>/contacts/", contacts.contacts, name="contacts"),
    path("cases/<str:number>/bursts/<int:number_of_burst>/", bursts.burst, name="burst"),
    path("cases/<str:number>/same/", same.same, name="same"),
    path("cases/<str:number>/same/answer/", same.answer, name="same_answer"),
    path("cases/<str:number>/further/", contacts.further, name="further"),
    path("cases/<str:number>/calls/", calls.calls, name="calls"),
    path("follow-up/", work.follow_up, name="follow_up"),
    path("contacts/<int:contact>/", contact.contact, name="contact"),
    path("contacts/<int:contact>/name/", contact.contact_name, name="contact_name"),
    path("contacts/<int:contact>/call/", contact.act, {"name": "call"}, name="call"),
    path("contacts/<int:contact>/day/", contact.act, {"name": "day"}, name="day"),
    path("contacts/<int:contact>/measure/", contact.act, {"name": "measure"}, name="measure"),
    path("contacts/<int:contact>/hand-over/", contact.act, {"name": "hand_over"}, name="hand_over"),
    path("contacts/<int:contact>/end/", contact.act, {"name": "end"}, name="end"),
    path("contacts/<int:contact>/case/", contact.became, name="became"),
    path("cases/<str:number>/contacts.<slug:file_type>", lists.call_list, name="call_list"),
    path("communes/", lists.stations, name="stations"),
    path(
        "communes/<slug:commune>/contacts.<slug:file_type>", lists.commune_list, name="commune_list"
    ),
]
