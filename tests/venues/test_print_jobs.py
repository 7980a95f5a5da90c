"""Printing in the background: files by commune or district, begun again, never more memory."""

import resource
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Account
from districts.models import Level, Unit
from jobs import asking, files
from jobs.asking import Wish
from jobs.models import Job, JobFile, JobState
from tests import make
from tests.venues.test_printing import codes_of, sheet
from venues import printing
from venues.models import Poster
from venues.posters.bundle import Bundle, Handed, Parcel
from venues.posters.words import PosterSize
from venues.printing import Choice

PAPER = PosterSize.CARD  # the quickest


def ask(by: Account, choice: Choice, area: Unit | None = None) -> Job:
    wish = Wish(printing.KIND, by, area or by.area, choice.parameters)
    return asking.ask(wish, timezone.now())


def names(job: Job) -> list[str]:
    return [file.name for file in job.results]


def content(file: JobFile) -> bytes:
    return b"".join(files.pieces(file))


@pytest.fixture
def everywhere(tree: make.Tree) -> make.Tree:
    """Two venues in each commune of both districts."""
    for commune in (
        tree.ward_here, tree.commune_here, tree.ward_next_door, tree.commune_next_door
    ):  # fmt: skip
        for number in range(2):
            make.venue(f"Quán {number}", commune=commune)
    return tree


@pytest.mark.django_db(transaction=True)
def test_each_commune_has_a_file_of_its_own_which_decodes(everywhere: make.Tree):
    job = ask(make.official(everywhere.here), Choice(PAPER))
    make.work_off()
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == (JobState.DONE, 4, 4)
    assert names(job) == [
        "bang-ma-qr-card-29239-phuong-1.pdf",
        "bang-ma-qr-card-29266-xa-long-duc.pdf",
    ]
    read = [code for file in job.results for page in codes_of(content(file))[1:] for code in page]
    here = Poster.objects.filter(venue__commune__parent=everywhere.here)
    assert sorted(read) == sorted(poster.address for poster in here)


@pytest.mark.django_db(transaction=True)
def test_a_province_has_a_file_for_each_district_if_wanted(everywhere: make.Tree):
    job = ask(make.official(everywhere.province), Choice(PAPER, by=Level.DISTRICT))
    make.work_off()
    assert len(names(job)) == 2
    covers = [page for page in codes_of(content(job.results.first())) if "/dashboard/" in page[0]]
    assert [cover[0].rsplit("/", 2)[1] for cover in covers] == ["29239", "29266"]


@pytest.mark.django_db(transaction=True)
def test_a_large_commune_comes_in_numbered_parts(everywhere: make.Tree, monkeypatch):
    monkeypatch.setattr(printing, "MOST_IN_FILE", 1)
    job = ask(make.official(everywhere.ward_here), Choice(PAPER))
    make.work_off()
    assert [name[-7:] for name in names(job)] == ["1-1.pdf", "1-2.pdf"]


@pytest.mark.django_db(transaction=True)
def test_a_file_that_was_whole_before_a_crash_is_not_made_again(everywhere: make.Tree):
    job = ask(make.official(everywhere.here), Choice(PAPER, unprinted=True))
    wanted = Choice(PAPER, unprinted=True).files(everywhere.here, job.asked_at)
    with files.written(job, wanted[0].name, "application/pdf") as first:
        first.write(b"whole")
    wanted[0].note_printed(timezone.now())
    _killed_while_writing(job, wanted[1].name)
    make.work_off()
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert names(job) == [file.name for file in wanted]
    assert content(job.results.get(name=wanted[0].name)) == b"whole"
    assert content(job.results.get(name=wanted[1].name)).startswith(b"%PDF")


def _killed_while_writing(job: Job, name: str) -> None:
    """Leave of a file what a dying worker does."""
    with suppress(KeyboardInterrupt), files.written(job, name, "application/pdf") as file:
        file.write(b"half")
        raise KeyboardInterrupt


@pytest.mark.django_db(transaction=True)
def test_what_was_printed_is_not_printed_again_if_so_wanted(everywhere: make.Tree):
    official = make.official(everywhere.ward_here)
    ask(official, Choice(PAPER))
    make.work_off()
    assert not Poster.objects.filter(venue__commune=official.area, printed_at=None).exists()
    job = ask(official, Choice(PAPER, unprinted=True))
    make.work_off()
    job.refresh_from_db()
    assert (job.state, job.results.count()) == (JobState.FAILED, 0)
    make.venue("Quán mới", commune=official.area)
    job = ask(official, Choice(PAPER, unprinted=True))
    make.work_off()
    job.refresh_from_db()
    assert job.outcome == {"posters": 1}


@pytest.mark.django_db(transaction=True)
def test_a_revoked_poster_is_not_printed_not_even_when_it_was_chosen(everywhere: make.Tree):
    job = ask(make.official(everywhere.ward_here), Choice(PAPER))
    old = Poster.objects.filter(venue__commune=everywhere.ward_here).first()
    old.venue.issue_poster(timezone.now())
    make.work_off()
    read = [code for page in codes_of(content(job.results.get())) for code in page]
    assert old.address not in read
    assert len(read) == 2  # the cover, and the other venue


def test_a_venue_without_a_poster_gets_one_and_a_closed_one_does_not(tree: make.Tree, tmp_path):
    bare = make.venue("Quán chưa có mã", with_poster=False)
    closed = make.venue("Quán đóng", with_poster=False, closed_at=timezone.now())
    make.poster(replaced := make.venue("Quán thay", with_poster=False), revoked_at=timezone.now())
    for _twice in range(2):
        call_command("print_posters", "--unit", "842", "--size", "card", "--out", tmp_path)
        for path in tmp_path.glob("*.pdf"):
            path.unlink()
    assert [venue.posters.count() for venue in (bare, closed, replaced)] == [1, 0, 2]
    assert replaced.poster.number == 2


def test_venues_are_chosen_by_kind_and_by_the_day_they_registered(tree: make.Tree):
    make.venue("Chợ", kind="market")
    make.venue("Quán", kind="restaurant", registered_at=timezone.now() - timedelta(days=2))
    make.venue("Đã đóng", closed_at=timezone.now())
    now = timezone.now()
    since = (now - timedelta(days=5)).date()
    assert Choice(PosterSize.A5).counted(tree.here, now) == (2, 1)
    assert Choice(PosterSize.A4, kind="market").counted(tree.here, now) == (1, 1)
    assert Choice(PosterSize.A4, since=since).counted(tree.here, now) == (1, 1)
    assert Choice(PosterSize.A4, since=date(2000, 1, 1)).counted(tree.here, now) == (2, 2)
    assert Choice(PosterSize.A4).counted(tree.next_door, now) == (0, 0)


def test_a_choice_comes_back_from_a_jobs_parameters():
    choice = Choice(PosterSize.A6, Level.DISTRICT, "market", date(2021, 11, 5), True, [1, 2])
    assert Choice.of(choice.parameters) == choice
    assert Choice.of(Choice(PosterSize.A4).parameters) == Choice(PosterSize.A4)


def test_an_interrupted_command_goes_on_where_it_was(everywhere: make.Tree, tmp_path, capsys):
    (tmp_path / "bang-ma-qr-card-29239-phuong-1.pdf").write_bytes(b"there")
    call_command("print_posters", "--unit", "842", "--size", "card", "--out", tmp_path)
    assert (tmp_path / "bang-ma-qr-card-29239-phuong-1.pdf").read_bytes() == b"there"
    assert len(list(tmp_path.iterdir())) == 2
    assert "stays as it is" in capsys.readouterr().out
    assert Poster.objects.exclude(printed_at=None).count() == 2


def test_a_code_that_no_unit_has_is_said(tree: make.Tree, tmp_path):
    with pytest.raises(CommandError, match="no unit with the code 999"):
        call_command("print_posters", "--unit", "999", "--out", tmp_path)


def test_800_posters_take_no_more_memory_than_200():
    """In files of the same size: what a file needed is given back before the next one."""
    handed = [Handed(sheet(number), "12 Bạch Đằng") for number in range(50)]
    parcel = Parcel("Phường 1", "", "", date(2021, 11, 5), "https://example.vn/", handed)
    _made(parcel, times=1)
    before = _megabytes()
    _made(parcel, times=4)
    after_200 = _megabytes()
    _made(parcel, times=12)
    assert _megabytes() - after_200 < 12, (before, after_200, _megabytes())


def _made(parcel: Parcel, times: int) -> None:
    for _time in range(times):
        bundle = Bundle(PAPER, "Phường 1", date(2021, 11, 5))
        assert sum(1 for _poster in bundle.add(parcel)) == 50
        bundle.finished()


def _megabytes() -> float:
    """What this process holds in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1024**2
