"""Every address, and how each is answered to everybody: a new address needs a line here."""

import re

# What each of these is answered: "signed out", the venue's owner, another owner, and officials
# of the venue's district, of the district next door, and of the province.
EVERYBODY = "200 200 200 200 200 200"
ONWARD = "302 302 302 302 302 302"
OWNERS = "302 200 404 404 404 404"
OWNERS_ACT = "302 302 404 404 404 404"
OFFICIALS = "302 403 403 200 200 200"
OFFICIALS_ACT = "302 403 403 302 302 302"
ADMINISTRATORS = "302 404 404 404 404 404"
# For officials of every area who are no tracers; tracers have a line of their own below.
TRACERS = "302 403 403 404 404 404"
WHOSE_AREA = "302 200 404 200 404 200"
WHOSE_AREA_ASKED = "302 422 404 422 404 422"
WHOSE_AREA_ACT = "302 302 404 302 404 302"
ADDRESSES = {
    "": EVERYBODY,
    "POST language/": ONWARD,
    "healthz": EVERYBODY,
    "readyz": EVERYBODY,
    "find/": "422 422 422 422 422 422",
    "v/<str:code>/": EVERYBODY,
    "V/<str:code>/": EVERYBODY,
    "v/<str:code>": EVERYBODY,
    "V/<str:code>": EVERYBODY,
    "POST v/<str:code>/": "422 422 422 422 422 422",
    "r/<str:token>/": EVERYBODY,
    "POST r/<str:token>/leave/": "303 303 303 303 303 303",
    "notices/": EVERYBODY,
    "POST notices/dismiss/": "303 303 303 303 303 303",
    "me/": EVERYBODY,
    "POST me/card.<slug:file_type>": ONWARD,
    "POST me/family.pdf": ONWARD,
    "POST me/forget/": "303 303 303 303 303 303",
    "venues/": "302 200 200 302 302 302",
    "venues/register/": EVERYBODY,
    "venues/confirm/": ONWARD,
    "POST venues/confirm/resend/": ONWARD,
    "venues/<str:code>/": WHOSE_AREA,
    "venues/<str:code>/poster.<str:suffix>": WHOSE_AREA,
    "venues/<str:code>/edit/": OWNERS,
    "venues/<str:code>/replace/": OWNERS,
    "POST venues/<str:code>/replace/": OWNERS_ACT,
    "venues/<str:code>/close/": OWNERS,
    "POST venues/<str:code>/close/": OWNERS_ACT,
    "venues/<str:code>/stations/": WHOSE_AREA,
    "POST venues/<str:code>/stations/": WHOSE_AREA_ASKED,
    "venues/<str:code>/stations/<uuid:station>/pairing/": WHOSE_AREA,
    "venues/<str:code>/stations/<uuid:station>/end/": WHOSE_AREA,
    "POST venues/<str:code>/stations/<uuid:station>/end/": WHOSE_AREA_ACT,
    "venues/<str:code>/sheets/": WHOSE_AREA,
    "POST venues/<str:code>/sheets/": WHOSE_AREA_ASKED,
    "venues/<str:code>/sheets/<int:first>-<int:last>.pdf": WHOSE_AREA,
    "venues/<str:code>/sheets/<str:sheet>/": WHOSE_AREA,
    "POST venues/<str:code>/sheets/<str:sheet>/": WHOSE_AREA_ASKED,
    "POST venues/<str:code>/sheets/<str:sheet>/act/": WHOSE_AREA_ACT,
    "venues/<str:code>/cards/": WHOSE_AREA,
    "POST venues/<str:code>/cards/": WHOSE_AREA_ASKED,
    "p/<str:sheet>/": WHOSE_AREA_ACT,
    "p/<str:sheet>": WHOSE_AREA_ACT,
    "P/<str:sheet>/": WHOSE_AREA_ACT,
    "P/<str:sheet>": WHOSE_AREA_ACT,
    "s/worker.js": EVERYBODY,
    "s/pair/<str:code>/": "410 410 410 410 410 410",
    "s/pair/<str:code>": "410 410 410 410 410 410",
    "S/PAIR/<str:code>/": "410 410 410 410 410 410",
    "S/PAIR/<str:code>": "410 410 410 410 410 410",
    "POST s/pair/<str:code>/": "410 410 410 410 410 410",
    "s/<str:key>/": EVERYBODY,
    "POST s/<str:key>/": "422 422 422 422 422 422",
    "POST s/<str:key>/duty/": "303 303 303 303 303 303",
    "POST s/<str:key>/decode/": "422 422 422 422 422 422",
    "POST s/<key>/scans/": "400 400 400 400 400 400",
    "api/": EVERYBODY,
    "api/openapi.json": EVERYBODY,
    "accounts/sign-in/": "200 302 302 302 302 302",
    "accounts/sign-in/code/": ONWARD,
    "accounts/sign-in/landline/": "200 302 302 302 302 302",
    "POST accounts/sign-in/resend/": ONWARD,
    "POST accounts/sign-out/": ONWARD,
    "accounts/login/": "200 302 302 302 302 302",
    "accounts/login/second/": ONWARD,
    "accounts/logout/": "302 200 200 200 200 200",
    "accounts/password/": "302 403 403 200 200 200",
    "accounts/forgotten/": EVERYBODY,
    "accounts/forgotten/sent/": EVERYBODY,
    "accounts/new-password/<slug:uidb36>/<str:key>/": EVERYBODY,
    "accounts/new-password/done/": EVERYBODY,
    "accounts/invitation/<str:token>/": "410 410 410 410 410 410",
    "accounts/confirm/": "302 403 403 200 302 302",
    "accounts/second-step/": OFFICIALS,
    "accounts/second-step/app/": OFFICIALS,
    "accounts/second-step/passkey/": OFFICIALS,
    "accounts/second-step/codes/": OFFICIALS,
    "POST accounts/second-step/codes/new/": OFFICIALS_ACT,
    "accounts/second-step/codes/recovery-codes.txt": "302 403 403 404 404 404",
    "accounts/second-step/<int:factor>/rename/": "302 403 403 404 404 404",
    "accounts/second-step/<int:factor>/remove/": "302 403 403 200 404 404",
    "accounts/security/": OFFICIALS,
    "POST accounts/security/elsewhere/": OFFICIALS_ACT,
    "accounts/people/": OFFICIALS,
    "accounts/people/invite/": OFFICIALS,
    "accounts/people/invited/": OFFICIALS_ACT,
    "POST accounts/people/invited/<int:invitation>/again/": "302 403 403 302 404 302",
    "POST accounts/people/invited/<int:invitation>/withdraw/": "302 403 403 302 404 302",
    "accounts/people/<int:person>/": "302 403 403 200 404 200",
    "accounts/people/<int:person>/change/": "302 403 403 200 404 200",
    "POST accounts/people/<int:person>/change/": "302 403 403 422 404 422",
    "accounts/people/<int:person>/close/": "302 403 403 200 404 200",
    "POST accounts/people/<int:person>/close/": "302 403 403 302 404 302",
    "POST accounts/people/<int:person>/reopen/": "302 403 403 302 404 302",
    "POST accounts/people/<int:person>/password/": "302 403 403 302 404 302",
    "accounts/people/<int:person>/second-step/": "302 403 403 404 404 404",
    "admin/": ADMINISTRATORS,
    "admin/logout/": ADMINISTRATORS,
    "admin/password/": ADMINISTRATORS,
    "admin/jsi18n/": ADMINISTRATORS,
    "admin/<slug:app_label>/": ADMINISTRATORS,
    "admin/accounts/account/": ADMINISTRATORS,
    "admin/accounts/account/<path:object_id>/": ADMINISTRATORS,
    "admin/districts/unit/": ADMINISTRATORS,
    "admin/districts/unit/<path:object_id>/": ADMINISTRATORS,
    "admin/venues/venue/": ADMINISTRATORS,
    "admin/venues/venue/<path:object_id>/": ADMINISTRATORS,
    "admin/venues/poster/": ADMINISTRATORS,
    "admin/venues/poster/<path:object_id>/": ADMINISTRATORS,
    "dashboard/": "302 403 403 302 302 302",
    "dashboard/<slug:unit>/": "302 403 403 200 404 200",
    "dashboard/<slug:unit>/kinds/": "302 403 403 200 404 200",
    "dashboard/<slug:unit>/report/": "302 403 403 200 404 200",
    "dashboard/<slug:unit>/report.pdf": "302 403 403 200 404 200",
    "dashboard/<slug:unit>/report.<slug:file_type>": "302 403 403 200 404 200",
    "dashboard/<slug:unit>/sheets/": "302 403 403 200 404 200",
    "dashboard/<slug:unit>.<slug:file_type>": "302 403 403 200 404 200",
    "dashboard/<slug:unit>/days.<slug:file_type>": "302 403 403 200 404 200",
    "dashboard/<slug:unit>/hours.<slug:file_type>": "302 403 403 200 404 200",
    "dashboard/<slug:unit>/<slug:table>.<slug:file_type>": "302 403 403 200 404 200",
    "dashboard/<slug:unit>/cards/": "302 403 403 200 404 200",
    "POST dashboard/<slug:unit>/cards/": "302 403 403 422 404 422",
    "dashboard/<slug:unit>/posters/": "302 403 403 200 404 200",
    "POST dashboard/<slug:unit>/posters/": "302 403 403 422 404 422",
    "dashboard/<slug:unit>/silent/": "302 403 403 200 404 200",
    "dashboard/<slug:unit>/silent/progress/": "302 403 403 200 404 200",
    "dashboard/<slug:unit>/silent/sheet.pdf": "302 403 403 200 404 200",
    "dashboard/<slug:unit>/silent/remind/": "302 403 403 302 404 302",
    "POST dashboard/<slug:unit>/silent/remind/": "302 403 403 302 404 302",
    "dashboard/<slug:unit>/silent/<str:code>/": "302 403 403 200 404 200",
    "POST dashboard/<slug:unit>/silent/<str:code>/remind/": "302 403 403 422 404 422",
    "POST dashboard/<slug:unit>/silent/<str:code>/approach/": "302 403 403 422 404 422",
    "POST dashboard/<slug:unit>/silent/<str:code>/code/": "302 403 403 302 404 302",
    "POST dashboard/<slug:unit>/silent/<str:code>/compliance/": "302 403 403 422 404 422",
    "dashboard/<slug:unit>/import/": "302 403 403 200 404 200",
    "POST dashboard/<slug:unit>/import/": "302 403 403 422 404 422",
    "dashboard/<slug:unit>/import/template.<slug:file_type>": "302 403 403 200 404 200",
    "dashboard/<slug:unit>/import/<uuid:listed>/": "302 403 403 200 404 200",
    "dashboard/<slug:unit>/import/<uuid:listed>/decide/": "302 403 403 200 404 200",
    "POST dashboard/<slug:unit>/import/<uuid:listed>/correct/": "302 403 403 422 404 422",
    "POST dashboard/<slug:unit>/import/<uuid:listed>/decide/": "302 403 403 302 404 302",
    "POST dashboard/<slug:unit>/import/<uuid:listed>/go-on/": "302 403 403 302 404 302",
    "POST dashboard/<slug:unit>/import/<uuid:listed>/give-up/": "302 403 403 302 404 302",
    "dashboard/<slug:unit>/import/<uuid:listed>/faults.<slug:file_type>": "302 403 403 200 404 200",
    "tracing/": TRACERS,
    "tracing/find/": TRACERS,
    "tracing/open/": TRACERS,
    "tracing/clusters/": TRACERS,
    "tracing/cases/<str:number>/": TRACERS,
    "tracing/cases/<str:number>/contacts/": TRACERS,
    "POST tracing/cases/<str:number>/contacts/": TRACERS,
    "POST tracing/cases/<str:number>/further/": TRACERS,
    "tracing/cases/<str:number>/calls/": TRACERS,
    "POST tracing/cases/<str:number>/calls/": TRACERS,
    "tracing/cases/<str:number>/contacts.<slug:file_type>": TRACERS,
    "tracing/communes/": TRACERS,
    "tracing/communes/<slug:commune>/contacts.<slug:file_type>": TRACERS,
    "tracing/cases/<str:number>/notices/": TRACERS,
    "POST tracing/cases/<str:number>/notices/publish/": TRACERS,
    "POST tracing/cases/<str:number>/notices/withdraw/": TRACERS,
    "POST tracing/cases/<str:number>/notices/owners/": TRACERS,
    "tracing/follow-up/": TRACERS,
    "tracing/contacts/<int:contact>/": TRACERS,
    "POST tracing/contacts/<int:contact>/name/": TRACERS,
    "POST tracing/contacts/<int:contact>/call/": TRACERS,
    "POST tracing/contacts/<int:contact>/day/": TRACERS,
    "POST tracing/contacts/<int:contact>/measure/": TRACERS,
    "POST tracing/contacts/<int:contact>/hand-over/": TRACERS,
    "POST tracing/contacts/<int:contact>/end/": TRACERS,
    "tracing/contacts/<int:contact>/case/": TRACERS,
    "POST tracing/contacts/<int:contact>/case/": TRACERS,
    "tracing/cases/<str:number>/chain/": TRACERS,
    "tracing/cases/<str:number>/chain.svg": TRACERS,
    "tracing/key/": TRACERS,
    "tracing/key/unlock/": TRACERS,
    "POST tracing/key/lock/": TRACERS,
    "tracing/key/passphrase/": TRACERS,
    "tracing/key/recovery/": TRACERS,
    "tracing/key/holders/": TRACERS,
    "tracing/key/holders/<int:holder>/admit/": TRACERS,
    "tracing/key/holders/<int:holder>/remove/": TRACERS,
    "tracing/key/new/": TRACERS,
    "tracing/looks/": TRACERS,
    "POST tracing/looks/<int:look>/confirm/": TRACERS,
    "POST tracing/looks/<int:look>/refuse/": TRACERS,
    "tracing/log/": TRACERS,
    "POST tracing/cases/<str:number>/name/": TRACERS,
    "tracing/cases/<str:number>/correct/": TRACERS,
    "POST tracing/cases/<str:number>/trace/": TRACERS,
    "POST tracing/cases/<str:number>/close/": TRACERS,
    "POST tracing/cases/<str:number>/reopen/": TRACERS,
    "tracing/cases/<str:number>/rule/": TRACERS,
    "tracing/cases/<str:number>/stays/": TRACERS,
    "tracing/cases/<str:number>/stays/<int:stay>/": TRACERS,
    "POST tracing/cases/<str:number>/stays/<int:stay>/remove/": TRACERS,
    "tracing/drills/": TRACERS,
    "POST tracing/drills/": TRACERS,
    "tracing/drills/<int:drill>/": TRACERS,
    "POST tracing/drills/<int:drill>/end/": TRACERS,
    "tracing/drills/<int:drill>/report.pdf": TRACERS,
    "jobs/": "302 403 403 200 200 200",
    "jobs/<uuid:pk>/": "302 403 403 200 404 404",
    "POST jobs/<uuid:pk>/cancel/": "302 403 403 302 404 404",
    "POST jobs/<uuid:pk>/again/": "302 403 403 302 404 404",
    "jobs/<uuid:pk>/files/<str:name>": "302 403 403 200 404 404",
}

# Without a drill its pages lead to where one is started.
_DRILLS = "tracing/drills/"
ADDRESSES |= {
    line.replace("tracing/", "drill/", 1): ONWARD
    for line in ADDRESSES
    if "tracing/" in line and _DRILLS not in line
}

# A tracer looks after nobody; an administrator resets second steps, and reads in Django's admin.
OTHERWISE = {("tracer", a.removeprefix("POST ")): "404" for a in ADDRESSES if "people" in a}
# What tracers of the venue's district are answered at their addresses, where it is not a page.
TRACING: dict[str, str] = {
    "POST tracing/drills/": "422",
    "POST tracing/drills/<int:drill>/end/": "404",
    "POST tracing/cases/<str:number>/contacts/": "422",
    "POST tracing/cases/<str:number>/further/": "303",
    "POST tracing/cases/<str:number>/calls/": "302",
    "POST tracing/contacts/<int:contact>/name/": "302",
    "POST tracing/contacts/<int:contact>/call/": "422",
    "POST tracing/contacts/<int:contact>/day/": "303",
    "POST tracing/contacts/<int:contact>/measure/": "422",
    "POST tracing/contacts/<int:contact>/hand-over/": "422",
    "POST tracing/contacts/<int:contact>/end/": "422",
    "POST tracing/contacts/<int:contact>/case/": "422",
    "tracing/key/unlock/": "303",
    "tracing/key/holders/<int:holder>/admit/": "302",
    "POST tracing/key/lock/": "303",
    "POST tracing/looks/<int:look>/confirm/": "303",
    "POST tracing/looks/<int:look>/refuse/": "303",
    "POST tracing/cases/<str:number>/name/": "302",
    "POST tracing/cases/<str:number>/trace/": "303",
    "tracing/cases/<str:number>/contacts.<slug:file_type>": "302",
    "tracing/communes/<slug:commune>/contacts.<slug:file_type>": "302",
    "POST tracing/cases/<str:number>/notices/publish/": "422",
    "POST tracing/cases/<str:number>/notices/withdraw/": "303",
    "POST tracing/cases/<str:number>/notices/owners/": "422",
    "POST tracing/cases/<str:number>/close/": "303",
    "POST tracing/cases/<str:number>/reopen/": "303",
    "POST tracing/cases/<str:number>/stays/<int:stay>/remove/": "303",
}
OTHERWISE |= {
    ("tracer", a): TRACING.get(a, "200")
    for a in ADDRESSES
    if a.removeprefix("POST ").startswith("tracing/")
}
# Jobs are those of whoever asked.
OTHERWISE |= {
    (role, address.removeprefix("POST ")): "404"
    for role in ("tracer", "administrator")
    for address in ADDRESSES
    if "jobs/<" in address
}
OTHERWISE |= {("administrator", address): "200" for address in ADDRESSES if "admin/" in address}
OTHERWISE |= {
    ("administrator", "admin/logout/"): "302",
    ("administrator", "admin/password/"): "302",
    ("administrator", "accounts/people/<int:person>/second-step/"): "200",
}
# There is no object 0: tests/checkin_site/test_office.py opens those that are there.
OTHERWISE |= {("administrator", address): "302" for address in ADDRESSES if "object_id" in address}
# Where one gets with a password, and must.
BEFORE_THE_SECOND_STEP = {
    "accounts/logout/",
    "accounts/second-step/",
    "accounts/second-step/app/",
    "accounts/second-step/passkey/",
}


def filled(line: str, places: dict) -> tuple[str, str]:
    """Return the method and address of a line, with the places put in."""
    method, address = line.split() if line.startswith("POST ") else ("GET", line)
    return method, "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda part: str(places[part[1]]), address)
