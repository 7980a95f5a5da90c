"""Drills as a tracer sees them, on a phone and at a desk."""

import pytest

from tests import make, make_tracing
from tests.browser import assert_accessible, assert_fits, press, screenshot, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("screen", ["phone", "desk"])
def test_a_drill_runs_on_every_page_and_ends(screen: str, request, client):
    page = request.getfixturevalue(screen)
    _ground()
    sign_in(client, page, make_tracing.tracer(make.tree().here))
    page.goto("/tracing/drills/")
    screenshot(page, f"drills-{screen}")
    press(page, "Bắt đầu diễn tập")
    page.wait_for_selector("#end", state="attached")
    screenshot(page, f"drill-{screen}")
    assert_accessible(page)
    press(page, "Bắt đầu truy vết")
    page.wait_for_selector(".drill-banner")
    assert "0:00:" in page.locator(".drill-banner [data-stopwatch]").inner_text()
    assert page.title().startswith("DIỄN TẬP")
    screenshot(page, f"drill-home-{screen}")
    assert_accessible(page)
    assert_fits(page)
    page.locator(".drill-banner a").click()
    page.locator("summary", has_text="Kết thúc diễn tập").click()
    press(page, "Kết thúc diễn tập")
    page.get_by_role("link", name="Báo cáo (PDF)").wait_for()
    screenshot(page, f"drill-ended-{screen}")
    assert_accessible(page)
    assert_fits(page)


def _ground() -> None:
    make.sealing_key()
    make_tracing.rule()
    for number in range(6):
        make.venue(f"Quán {number}")
