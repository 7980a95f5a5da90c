"""Invitations: a link that works once, for seven days, for what the inviter may give."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from accounts import invitations
from accounts.models import Account, EventKind, Invitation, Role
from accounts.people import carry_over
from districts.days import today
from districts.models import Unit
from tests import make
from tests.page import Reader, Screen

INVITE, PEOPLE = "/accounts/people/invite/", "/accounts/people/"
EMAIL, NEW = "ngoc@travinh.gov.vn", "đồng lúa xanh rì"
ACCEPTED = {"name": "Lê Thị Ngọc", "password1": NEW, "password2": NEW}


@pytest.fixture
def administrator(tree: make.Tree) -> Account:
    return make.official(tree.province, "admin@example.vn", role=Role.ADMINISTRATOR)


def invited(reader: Reader, area: Unit, email: str = EMAIL, **changes) -> Screen:
    typed = {"name": "Lê Thị Ngọc", "area": area.pk, "email": email} | changes
    return reader.submit(reader.get(INVITE), **typed)


def link_on(screen: Screen) -> str:
    return re.search(r"http\S+(/accounts/invitation/\S+)", screen.text)[1]


def offered(reader: Reader, name: str) -> set[str]:
    return reader.get(INVITE).form().offers(name) - {""}


def test_an_invited_official_chooses_a_password_and_sets_up_the_second_step(
    page, tree, administrator
):
    screen = invited(page.by(administrator), tree.ward_here, role="tracer")
    [message] = mail.outbox
    assert message.to == [EMAIL]
    assert link_on(screen) in message.body
    newcomer = page.by(None)
    form = newcomer.get(link_on(screen))
    assert EMAIL in form
    assert "Phường 1, Thành phố Trà Vinh" in form
    assert newcomer.submit(form, **ACCEPTED).url == "/accounts/second-step/"
    account = Account.objects.get(email=EMAIL)
    assert (account.role, account.area) == ("tracer", tree.ward_here)
    assert account.check_password(NEW)
    assert account.events.get(kind=EventKind.JOINED).by == administrator
    assert newcomer.get("/dashboard/29239/", status=302).location.startswith(
        "/accounts/second-step/"
    )


def test_a_link_works_once(page, tree, administrator):
    link = link_on(invited(page.by(administrator), tree.here))
    page.submit(page.get(link), **ACCEPTED)
    page.by(None).get(link, status=410)
    page.by(None).post(link, ACCEPTED, status=410)
    assert Account.objects.filter(email=EMAIL).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_link_opened_eight_times_at_once_makes_one_account():
    administrator = make.official(role=Role.ADMINISTRATOR)
    details = {"name": "Ngọc", "email": EMAIL, "role": "official", "area": make.tree().here}
    _invitation, link = invitations.make_invitation(administrator, details, timezone.now())
    token = link.rstrip("/").rpartition("/")[2]

    def accepted(_number: int) -> bool:
        try:
            invitations.join(token, "Ngọc", NEW, timezone.now())
        except invitations.LinkSpent:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(accepted, range(8))) == 1
    assert Account.objects.filter(email=EMAIL).count() == 1


def test_the_database_keeps_no_link(page, tree, administrator):
    link = link_on(invited(page.by(administrator), tree.here))
    token = link.rstrip("/").rpartition("/")[2]
    assert token.encode() not in bytes(Invitation.objects.get().link_hash)
    assert page.by(administrator).get("/accounts/people/invited/", status=302)


@pytest.mark.parametrize(("days", "status"), [(6.9, 200), (7.1, 410)])
def test_a_link_works_for_seven_days(page, tree, administrator, days: float, status: int):
    link = link_on(invited(page.by(administrator), tree.here))
    age = timedelta(days=days)
    kept = Invitation.objects.get()
    Invitation.objects.update(sent_at=kept.sent_at - age, expires_at=kept.expires_at - age)
    page.get(link, status=status)


def test_sending_again_ends_the_old_link_and_withdrawing_ends_both(page, tree, administrator):
    reader = page.by(administrator)
    old = link_on(invited(reader, tree.here))
    new = link_on(reader.submit(reader.get(PEOPLE), form="again"))
    page.get(old, status=410)
    page.get(new)
    reader.submit(reader.get(PEOPLE), form="withdraw")
    page.get(new, status=410)
    assert EMAIL not in reader.get(PEOPLE)


@pytest.mark.parametrize("token", ["x", "🍜", "a" * 5000, ".."])
def test_a_made_up_link_says_the_same_as_a_spent_one(page, token: str):
    page.get(f"/accounts/invitation/{token}/", status=410)


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"role": Role.OFFICIAL}, {"role": Role.TRACER}, {"area": None}]
)
def test_who_may_not_invite_any_more_lets_nobody_in(page, tree, administrator, change: dict):
    link = link_on(invited(page.by(administrator), tree.here, role="administrator"))
    if "area" in change:
        change = {"area": tree.next_door}
    Account.objects.filter(pk=administrator.pk).update(**change)
    page.get(link, status=410)
    page.post(link, ACCEPTED, status=410)


def test_administrators_give_every_role_and_all_their_area(page, tree, administrator):
    reader = page.by(administrator)
    assert offered(reader, "role") == {"official", "tracer", "administrator"}
    assert str(tree.province.pk) in offered(reader, "area")
    assert len(offered(reader, "area")) == 7


def test_a_district_invites_officials_of_its_communes_and_nobody_else(page, tree, official_here):
    reader = page.by(official_here)
    assert offered(reader, "area") == {str(tree.ward_here.pk), str(tree.commune_here.pk)}
    typed = {"name": "N", "email": EMAIL, "area": tree.ward_here.pk, "role": "tracer"}
    assert reader.post(INVITE, typed, status=422).errors
    for area in (tree.here, tree.next_door, tree.ward_next_door, tree.province):
        typed = {"name": "N", "email": EMAIL, "area": area.pk, "role": "official"}
        assert "id_area" in reader.post(INVITE, typed, status=422).errors
    assert mail.outbox == []


@pytest.mark.parametrize("role", ["tracer", "official"])
def test_tracers_and_communes_invite_nobody(page, tree, role: str):
    area = tree.province if role == "tracer" else tree.ward_here
    page.by(make.official(area, role=role)).get(INVITE, status=404)
    page.by(make.official(area, "x@example.vn", role=role)).get(PEOPLE, status=404)


def test_two_wards_of_one_name_are_told_apart(page, tree, administrator):
    options = page.by(administrator).get(INVITE).root.iter("option")
    named = [option.text for option in options if "Phường 1" in (option.text or "")]
    assert named == ["Phường 1, Thành phố Trà Vinh", "Phường 1, Thị xã Duyên Hải"]


def test_a_colleagues_address_is_named_only_within_ones_area(page, tree, official_here):
    make.official(tree.ward_here, "near@example.vn", name="Trần Văn Gần")
    make.official(tree.ward_next_door, "far@example.vn", name="Trần Văn Xa")
    reader = page.by(official_here)
    typed = {"name": "N", "area": tree.ward_here.pk, "role": "official"}
    near = reader.post(INVITE, typed | {"email": "near@example.vn"}, status=422)
    assert "Trần Văn Gần" in near
    far = reader.post(INVITE, typed | {"email": "FAR@example.vn"}, status=422)
    assert "id_email" in far.errors
    assert not any(word in far.text for word in ("Trần Văn Xa", "Duyên Hải"))
    assert mail.outbox == []


def test_an_invitation_elsewhere_is_told_like_an_account_elsewhere(
    page, tree, official_here, official_next_door
):
    invited(page.by(official_next_door), tree.ward_next_door)
    make.official(tree.ward_next_door, "far@example.vn")
    typed = {"name": "N", "area": tree.ward_here.pk, "role": "official"}
    said = [
        page.by(official_here).post(INVITE, typed | {"email": email}, status=422).errors
        for email in (EMAIL, "far@example.vn")
    ]
    assert said[0] == said[1]


def test_an_old_invitation_gives_way_to_a_new_one(page, tree, official_here):
    reader = page.by(official_here)
    invited(reader, tree.ward_here)
    assert "id_email" in invited_again(reader, tree.ward_here).errors
    before = timezone.now() - timedelta(days=8)
    Invitation.objects.update(sent_at=before, expires_at=before + timedelta(days=7))
    invited(reader, tree.ward_here)
    assert Invitation.objects.waiting().count() == 1


def invited_again(reader: Reader, area: Unit) -> Screen:
    return reader.submit(reader.get(INVITE), status=422, name="N", area=area.pk, email=EMAIL)


def test_next_door_nobody_sees_or_touches_an_invitation(
    page, tree, official_here, official_next_door
):
    invited(page.by(official_here), tree.ward_here)
    reader, number = page.by(official_next_door), Invitation.objects.get().pk
    assert EMAIL not in reader.get(PEOPLE)
    for act in ("again", "withdraw"):
        reader.post(f"{PEOPLE}invited/{number}/{act}/", {}, status=404)


def test_when_mail_fails_the_link_is_handed_over(page, tree, administrator, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    screen = invited(page.by(administrator), tree.here)
    page.get(link_on(screen))
    assert EMAIL not in caplog.text


@pytest.mark.parametrize("name", ["", "\x00", "\u202eNgọc", "---", "N" * 101])
def test_a_name_that_is_none_is_refused_at_both_ends(page, tree, administrator, name: str):
    reader = page.by(administrator)
    typed = {"name": name, "email": EMAIL, "role": "official", "area": tree.here.pk}
    assert "id_name" in reader.post(INVITE, typed, status=422).errors
    link = link_on(invited(reader, tree.here))
    assert "id_name" in page.post(link, ACCEPTED | {"name": name}, status=422).errors


def test_an_account_made_meanwhile_is_said_to_who_has_the_link(page, tree, administrator):
    link = link_on(invited(page.by(administrator), tree.here))
    make.official(tree.here, EMAIL)
    assert page.post(link, ACCEPTED, status=422).errors
    assert Account.objects.filter(email=EMAIL).count() == 1


def test_a_markup_name_is_text_in_mail_and_page(page, tree, administrator):
    name = "<b>Ngọc</b> & Con"
    screen = invited(page.by(administrator), tree.here, name=name)
    assert name in mail.outbox[0].body
    assert name in page.get(link_on(screen)).form().values["name"]


def test_an_invitation_follows_its_area_through_a_reform(tree, administrator):
    kept = make.invitation(tree.ward_here, invited_by=administrator)
    merged = make.unit("29999", "Phường Trà Vinh", tree.here)
    Unit.objects.filter(pk=tree.ward_here.pk).update(valid_to=today(), successor=merged)
    carry_over(today())
    kept.refresh_from_db()
    assert kept.area == merged
