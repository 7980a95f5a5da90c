"""Asking for an area's posters: counted before, once for the same wish, never another's area."""

import pytest

from accounts.models import Account
from accounts.rebuffs import Rebuff
from dashboards.posters import Which
from jobs import asking
from jobs.models import Job, JobState
from tests import make
from tests.accounts.test_rebuffs import counts_one_more
from tests.page import Reader
from venues.models import Venue

ADDRESS = "/dashboard/842/posters/"


def test_the_page_counts_posters_and_sheets_before_anything_is_asked(
    page: Reader, official_here: Account, venue: Venue
):
    make.venue("Quán", commune=make.tree().commune_here)
    screen = page.by(official_here).get(ADDRESS)
    assert "2 bảng mã QR · khoảng 2 tờ A4" in screen
    screen = page.by(official_here).post(
        ADDRESS, screen.form("posters").filled({"paper": "card"}), 200
    )
    assert "2 bảng mã QR · khoảng 2 tờ A4" in screen  # each commune begins a new one
    assert not Job.objects.exists()


def test_asking_leads_to_the_job_and_asking_twice_to_the_same(
    page: Reader, official_here: Account, venue: Venue
):
    reader = page.by(official_here)
    data = reader.get(ADDRESS).form("posters").filled({"paper": "a6"}) | {"make": "yes"}
    job = reader.post(ADDRESS, data)
    assert reader.post(ADDRESS, data).location == job.location
    assert "Bảng mã QR để in: Thành phố Trà Vinh" in reader.get(job.location).h1
    assert Job.objects.get().parameters["paper"] == "a6"
    assert "Đang chờ đến lượt" in reader.get(ADDRESS)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"paper": "a3"}, "id_paper_0"),
        ({"which": ""}, "id_which"),
        ({"since": "hôm qua"}, "id_since"),
    ],
)
def test_a_wrong_choice_is_told_and_nothing_typed_is_lost(
    page: Reader, official_here: Account, venue: Venue, changes: dict, field: str
):
    reader = page.by(official_here)
    data = reader.get(ADDRESS).form("posters").values | {"kind": ["market"]} | changes
    screen = reader.post(ADDRESS, data | {"make": "yes"}, 422)
    assert list(screen.errors) == [field]
    assert screen.form("posters").values["kind"] == ["market"]
    assert not Job.objects.exists()


def test_nobody_fills_the_queue_with_ever_other_posters(
    page: Reader, official_here: Account, venue: Venue, monkeypatch
):
    monkeypatch.setattr(asking, "MOST_WAITING", 2)
    reader = page.by(official_here)
    data = reader.get(ADDRESS).form("posters").values | {"make": "yes"}
    for paper in ("a4", "a5"):
        reader.post(ADDRESS, data | {"paper": [paper]})
    with counts_one_more(Rebuff.LIMIT):
        assert "Hãy chờ xong" in reader.post(ADDRESS, data | {"paper": ["a6"]}, 429)
    assert Job.objects.count() == 2
    # What was called off is no way around, either.
    for job in Job.objects.all():
        reader.post(f"/jobs/{job.pk}/cancel/", {})
    called_off = list(Job.objects.all())
    for paper in ("a6", "card"):
        reader.post(ADDRESS, data | {"paper": [paper]})
    for job in called_off:
        reader.post(f"/jobs/{job.pk}/again/", {}, 429)
    assert Job.objects.under_way().count() == 2


def test_a_choice_of_no_venue_is_refused(page: Reader, official_here: Account, venue: Venue):
    reader = page.by(official_here)
    data = reader.get(ADDRESS).form("posters").filled({"kind": "school"}) | {"make": "yes"}
    assert "Không có địa điểm đang mở nào như vậy" in reader.post(ADDRESS, data, 422)


@pytest.mark.parametrize(
    ("which", "number"), [(Which.ALL, 3), (Which.SILENT, 2), (Which.NEVER_USED, 1)]
)
def test_the_worklist_can_be_printed_for(
    page: Reader, official_here: Account, tree: make.Tree, which: Which, number: int
):
    make.venue("Chưa dùng")
    make.visit(make.venue("Lâu rồi"), make.moment(days_ago=10))
    make.visit(make.venue("Hôm nay"))
    reader = page.by(official_here)
    screen = reader.post(ADDRESS, reader.get(ADDRESS).form("posters").filled({"which": which}), 200)
    assert f"{number} bảng mã QR" in screen


def test_a_commune_has_one_file_and_no_choice_of_files(page: Reader, venue: Venue):
    screen = page.by(make.official(venue.commune)).get("/dashboard/29239/posters/")
    assert "by" not in screen.form("posters").names


def test_an_official_next_door_finds_neither_page_nor_job(
    page: Reader, official_here: Account, official_next_door: Account
):
    job = make.job(official_here, "x.pdf")
    stranger = page.by(official_next_door)
    for address in (ADDRESS, f"/jobs/{job.pk}/", f"/jobs/{job.pk}/files/x.pdf"):
        stranger.get(address, 404)
    stranger.post(f"/jobs/{job.pk}/cancel/", {}, 404)
    assert job not in Job.objects.filter(state=JobState.CANCELLED)


def test_an_official_who_moved_sees_no_job_of_the_old_area(
    page: Reader, official_here: Account, tree: make.Tree
):
    job = make.job(official_here, "x.pdf")
    Account.objects.filter(pk=official_here.pk).update(area=tree.next_door)
    reader = page.by(official_here)
    reader.get(f"/jobs/{job.pk}/files/x.pdf", 404)
    assert "Bạn chưa yêu cầu việc nào" in reader.get("/jobs/")
