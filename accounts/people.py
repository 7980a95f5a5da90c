"""Looking after officials' accounts: who may do what to whom, and the acts themselves."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.internal.flows.password_reset import request_password_reset
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from districts.models import Unit, UnitQuerySet
from districts.names import folded

from . import second_factors, sessions
from .access import units_visible_to
from .mail import send
from .models import Account, EventKind, Invitation, Role
from .sign_in_events import note


class NotYours(Exception):  # noqa: N818 - the sentence is the name
    """The account is not, or no longer, one that this official may look after."""


def roles_given_by(account: Account) -> list[Role]:
    """Return the roles an account may give: tracers and administrators are made by the latter."""
    if account.role == Role.ADMINISTRATOR:
        return [Role.OFFICIAL, Role.TRACER, Role.ADMINISTRATOR]
    return [Role.OFFICIAL] if account.manages_people else []


def areas_given_by(account: Account) -> UnitQuerySet:
    """Return the units, of every day, that an account may give: below its own; to all its own."""
    units = units_visible_to(account)
    return units if account.role == Role.ADMINISTRATOR else units.exclude(pk=account.area_id or 0)


def may_give(account: Account, role: str, area: Unit | None) -> bool:
    """Whether somebody may make, or change, an account of this role and area."""
    if not account.is_active or area is None or role not in roles_given_by(account):
        return False
    return areas_given_by(account).filter(pk=area.pk).exists()


def may_manage(account: Account, person: Account) -> bool:
    """Whether somebody may change another's account; nobody changes the own one."""
    return person != account and may_give(account, person.role, person.area)


def manageable(account: Account, found: Iterable[Account | Invitation]) -> set[int]:
    """Return the keys of those whom somebody may manage, as `may_manage` would say of each."""
    roles, areas = (
        roles_given_by(account),
        set(areas_given_by(account).values_list("pk", flat=True)),
    )
    theirs = (one for one in found if one.role in roles and one.area_id in areas)
    return {one.pk for one in theirs if one != account}


def matching(people: list[Account], typed: str) -> list[Account]:
    """Return those whose name, address or area contains every word, diacritics or not."""
    words = folded(typed).split()
    return [one for one in people if all(word in _searched(one) for word in words)]


def change(account: Account, person: Account, name: str, role: str, area: Unit) -> None:
    """Give somebody another name, role or area; raises NotYours."""
    with _managed(account, person) as (actor, now):
        if not may_give(actor, role, area):
            raise NotYours
        details = {"name_before": now.name, "name_after": name}
        details |= {"role_before": now.role, "role_after": role}
        details |= {"area_before": now.area.place if now.area else "", "area_after": area.place}
        now.name, now.role, now.area = name, role, area
        now.save(update_fields=["name", "role", "area"])
        if any(details[f"{part}_before"] != details[f"{part}_after"] for part in _CHANGED):
            note(now, EventKind.CHANGED, by=account, **details)


def close(account: Account, person: Account) -> None:
    """Close somebody's account, their sessions, and the invitations they sent; raises NotYours."""
    with _managed(account, person) as (_actor, now):
        if not now.is_active:
            return
        now.is_active = False
        now.save(update_fields=["is_active"])
        sessions.end_sessions(now)
        now.invitations.waiting().update(withdrawn_at=timezone.now())
        note(now, EventKind.CLOSED, by=account)


def reopen(account: Account, person: Account) -> None:
    """Open a closed account again; its old sessions stay ended. Raises NotYours."""
    with _managed(account, person) as (_actor, now):
        if now.is_active:
            return
        now.is_active = True
        now.save(update_fields=["is_active"])
        note(now, EventKind.REOPENED, by=account)


def reset_factors(account: Account, person: Account) -> None:
    """Take somebody's lost second factors away, and tell them; raises NotYours."""
    with _managed(account, person) as (actor, now):
        if actor.role != Role.ADMINISTRATOR:
            raise NotYours
        second_factors.remove_all(now)
        sessions.end_sessions(now)
        note(now, EventKind.FACTORS_RESET, by=account)
    send("accounts/mail/factors_reset", person.email or "", {"person": person, "by": account})


def send_reset(request: HttpRequest, person: Account) -> None:
    """Send somebody the link for a new password that they could have asked for themselves."""
    request_password_reset(request, person.email or "", [person], default_token_generator)


_CHANGED = ("name", "role", "area")


@contextmanager
def _managed(account: Account, person: Account) -> Iterator[tuple[Account, Account]]:
    """Yield both accounts as they are now, while nobody else changes either; raises NotYours.

    Whoever acts is still an active manager when the act is done, and never the one it is done
    to: so however many act at once, the last administrator stays.
    """
    with transaction.atomic():
        rows = Account.objects.select_for_update().filter(pk__in=[account.pk, person.pk])
        kept: dict[Any, Account] = {row.pk: row for row in rows.order_by("pk")}
        actor, now = kept[account.pk], kept[person.pk]
        if not may_manage(actor, now):
            raise NotYours
        yield actor, now


def _searched(one: Account) -> str:
    return folded(f"{one.name} {one.email} {one.area.place if one.area else ''}")
