"""A form that lay open too long, or comes from another site, is refused with our own page."""

from tests.page import Reader


def test_a_form_without_its_token_is_refused_with_a_page_of_ours(page: Reader):
    page.client.handler.enforce_csrf_checks = True
    refused = page.post("/accounts/sign-in/", {"phone": "0912345678"}, status=403)
    assert refused.h1
    assert "Django" not in refused.response.content.decode()


def test_a_form_that_lay_open_leads_back_to_itself(page: Reader):
    page.client.handler.enforce_csrf_checks = True
    address = "/accounts/sign-in/"
    referer = f"http://testserver{address}"
    refused = page.post(address, {"phone": "0912345678"}, 403, Referer=referer)
    assert refused.h1 == "Hãy gửi lại biểu mẫu này"
    assert refused.links["Trở lại biểu mẫu"] == address
