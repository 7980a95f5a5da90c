"""The page helper itself: it must notice each fault it promises to notice."""

import pytest
from django.http import HttpResponse

from tests.page import Screen
from tests.page_rules import HEADERS

GOOD = """<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><title>Khai báo · Trà Vinh</title></head>
<body><main><h1>Khai báo</h1>
<form method="post"><label for="a">Tên</label><input id="a" name="a" value="x">
<fieldset><legend>Ho?</legend><label><input type="radio" name="b" value="yes" checked>Có</label>
<label><input type="radio" name="b" value="no">Không</label></fieldset>
<select name="c" aria-label="Xã"><option value="1">Một<option value="2">Hai</select>
<textarea name="d" aria-label="Ghi chú">
xin chào</textarea><button name="e" value="send">Gửi</button></form></main></body></html>"""

SAID = {name: "; ".join(parts) for name, parts in HEADERS.items()}
SAID |= {"Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()"}
SAID |= {"Referrer-Policy": "same-origin"}
POLICY = SAID["Content-Security-Policy"]


def screen(html: str, **headers: str) -> Screen:
    response = HttpResponse(html, headers=SAID | headers)
    return Screen.of("http://testserver/v/X/", response)


def test_a_good_page_passes_and_its_form_holds_what_a_browser_would_send():
    form = screen(GOOD).form()
    assert form.values == {"a": ["x"], "b": ["yes"], "c": ["1"], "d": ["xin chào"]}
    assert form.filled({"b": "no", "a": None}) == {"b": ["no"], "c": ["1"], "d": ["xin chào"]}
    assert form.action == "http://testserver/v/X/"


@pytest.mark.parametrize(
    ("good", "bad", "sentence"),
    [
        ("</form>", "</form></p>", "invalid HTML"),
        ("<h1>", "<h1>Một</h1><h1>", "2 h1"),
        ("<title>", "<title>Trang ", "does not begin with the h1"),
        ('name="a"', 'name="a" id="main" id="a"', "invalid HTML"),
        ('<select name="c"', '<select id="a" name="c"', "stands 2 times"),
        ('for="a"', 'for="z"', "names nothing"),
        ('<label for="a">Tên</label>', "", "no label"),
        ("<legend>Ho?</legend>", "", "no fieldset"),
        ("<h1>", '<a href="#b">x</a><h1>', "nowhere"),
        ("<h1>", "<h1 style='color: red'>", "inline style"),
        ("<h1>", "<script>1</script><h1>", "inline script"),
        ("<h1>", "<h1 onclick='x()'>", "script in the attribute"),
        ("<h1>", "<a href='javascript:x()'>x</a><h1>", "script in the attribute"),
        ("<h1>", "<img src='https://example.com/x.png' alt=''><h1>", "leaves the site"),
        ("<h1>", "<img src='//example.com/x.png' alt=''><h1>", "leaves the site"),
        ("<h1>", "<img src='/x.png'><h1>", "no alt"),
        ("Gửi", "", "says nothing"),
        ('lang="vi"', 'lang="fr"', "language"),
    ],
)
def test_a_fault_is_noticed(good: str, bad: str, sentence: str):
    with pytest.raises(AssertionError, match=sentence):
        screen(GOOD.replace(good, bad, 1))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Content-Security-Policy", ""),
        ("Content-Security-Policy", f"{POLICY}; script-src 'self' 'unsafe-inline'"),
        ("Content-Security-Policy", "default-src *"),
        ("Content-Security-Policy", POLICY.replace("frame-ancestors 'none'", "")),
        ("Permissions-Policy", "camera=()"),
        ("X-Content-Type-Options", ""),
        ("Cross-Origin-Opener-Policy", "unsafe-none"),
        ("Referrer-Policy", "unsafe-url"),
        ("Content-Type", "text/html"),
    ],
)
def test_a_weak_header_is_noticed(name: str, said: str):
    with pytest.raises(AssertionError, match=f"the {name} is"):
        screen(GOOD, **{name: said})


def test_an_answer_that_other_sites_may_read_is_noticed():
    with pytest.raises(AssertionError, match="other sites"):
        screen(GOOD, **{"Access-Control-Allow-Origin": "*"})


def test_a_value_the_form_does_not_offer_cannot_be_chosen():
    form = screen(GOOD).form()
    with pytest.raises(AssertionError, match="offers"):
        form.filled({"c": "3"})
    with pytest.raises(AssertionError, match="no field"):
        form.filled({"z": "3"})
