"""What people type to sign in, to prove who they are, and to look after accounts."""

from .owners import CodeForm, LandlineForm, PhoneForm

__all__ = ["CodeForm", "LandlineForm", "PhoneForm"]
