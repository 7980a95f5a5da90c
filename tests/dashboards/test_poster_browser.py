"""From asking to a printed page, in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from jobs.models import Job, JobState
from tests import make
from tests.browser import assert_accessible, assert_fits, screenshot, sign_in
from tests.venues.test_printing import codes_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ADDRESS = "/dashboard/842/posters/"


@pytest.fixture
def official(transactional_db):
    """Has a market and, in the other commune, a shop with a long name."""
    tree = make.tree()
    make.venue("Chợ Trà Vinh")
    make.venue(
        "Cửa hàng vật liệu xây dựng và trang trí nội thất Phú Hưng", commune=tree.commune_here
    )
    return make.official(tree.here)


def test_posters_are_asked_for_by_keyboard_watched_and_fetched(
    client, desk: Page, site: str, official, tmp_path: Path
):
    sign_in(client, desk, official)
    desk.goto(ADDRESS)
    desk.get_by_label("Thẻ, mỗi tờ tám thẻ").focus()
    desk.keyboard.press("Space")
    desk.locator("[name=which]").select_option("unprinted")
    expect(desk.locator("#count")).to_contain_text("2 bảng mã QR")
    screenshot(desk, "posters-desk")
    assert_accessible(desk)
    desk.locator("button[name=make]").focus()
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/jobs/*/")
    expect(desk.locator("progress")).to_be_visible()
    assert_accessible(desk)
    screenshot(desk, "job-waiting-desk")
    make.work_off()
    expect(desk.locator(".notice.go")).to_be_visible()  # by itself
    assert_accessible(desk)
    screenshot(desk, "job-done-desk")
    read = [_fetched(desk, link, tmp_path) for link in desk.locator(".files a").all()]
    assert [len(pages) for pages in read] == [2, 2]


def _fetched(desk: Page, link, folder: Path) -> list[list[str]]:
    """Fetch a file as people do; return the codes of its pages."""
    with desk.expect_download() as download:
        link.click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return [page for page in codes_of(path.read_bytes()) if page]


def test_a_phone_shows_every_page_without_scrolling_sideways(client, phone: Page, site, official):
    sign_in(client, phone, official)
    states = {"working": {"done": 1234, "total": 12650, "sentence": "Tệp 2 trên 106: Phường 1"}}
    job = make.job(official, kind="posters", paper="a4")
    Job.objects.filter(pk=job.pk).update(state=JobState.WORKING, **states["working"])
    for name, address in {"posters": ADDRESS, "job": f"/jobs/{job.pk}/", "jobs": "/jobs/"}.items():
        phone.goto(address)
        assert_accessible(phone)
        assert_fits(phone)
        screenshot(phone, f"{name}-phone")


def test_without_script_a_job_is_asked_for_and_shows_its_end(
    client, scriptless_phone: Page, site, official
):
    phone = scriptless_phone
    sign_in(client, phone, official)
    phone.goto(ADDRESS)
    phone.locator("button[name=make]").click()
    phone.wait_for_url("**/jobs/*/")
    make.work_off()
    # It looks again after five seconds.
    expect(phone.locator(".notice.go")).to_be_visible(timeout=20_000)
