"""Who may sign in, who is invited to, and what happened at the door."""

from .accounts import Account, Role
from .invitations import Invitation
from .one_time_codes import OneTimeCode
from .sign_in_events import EventKind, SignInEvent

__all__ = ["Account", "EventKind", "Invitation", "OneTimeCode", "Role", "SignInEvent"]
