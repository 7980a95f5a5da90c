"""Addresses of the door: of stations, of those who appoint them, of paper and of printed cards."""

from django.urls import path

from . import appointing, door, interface, photos, printed_cards, rekeying, sheets

app_name = "stations"
urlpatterns = [
    path("venues/<str:code>/stations/", appointing.listed, name="listed"),
    path("venues/<str:code>/stations/<uuid:station>/pairing/", appointing.pairing, name="pairing"),
    path("venues/<str:code>/stations/<uuid:station>/end/", appointing.end, name="end"),
    path("venues/<str:code>/stations/<uuid:station>/key/", rekeying.ask, name="ask_for_key"),
    # Codes in upper case are smaller, so `S/PAIR/` and `P/` stand in what is scanned.
    path("s/pair/<str:code>/", appointing.pair_phone, name="pair"),
    path("s/pair/<str:code>", appointing.pair_phone),
    path("S/PAIR/<str:code>/", appointing.pair_phone),
    path("S/PAIR/<str:code>", appointing.pair_phone),
    path("s/<str:key>/duty/", appointing.duty, name="duty"),
    path("s/<str:key>/key/", rekeying.change, name="change_key"),
    path("venues/<str:code>/sheets/", sheets.sheets, name="sheets"),
    path("venues/<str:code>/sheets/<int:first>-<int:last>.pdf", sheets.file, name="sheets_file"),
    path("venues/<str:code>/sheets/<str:sheet>/", sheets.sheet, name="sheet"),
    path("venues/<str:code>/sheets/<str:sheet>/act/", sheets.act, name="sheet_act"),
    path("p/<str:sheet>/", sheets.by_code, name="sheet_by_code"),
    path("p/<str:sheet>", sheets.by_code),
    path("P/<str:sheet>/", sheets.by_code),
    path("P/<str:sheet>", sheets.by_code),
    path("me/card.<slug:file_type>", printed_cards.card, name="card"),
    path("me/family.pdf", printed_cards.family, name="family"),
    path("venues/<str:code>/cards/", printed_cards.at_venue, name="venue_cards"),
    path("s/<str:key>/decode/", photos.read, name="decode"),
    path("api/", interface.explained, name="interface"),
    path("api/openapi.json", interface.description, name="description"),
    # s/<key>/scans/, as interface.py has it. The library's own root would stand in the site's place.
    *(act for act in interface.api.urls[0] if getattr(act, "name", "") != "api-root"),
    path("s/worker.js", door.worker, name="worker"),
    path("s/<str:key>/", door.door, name="door"),
]
