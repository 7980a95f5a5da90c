"""What a password must be, said in our own words in every language of the site."""

from django.contrib.auth import password_validation
from django.utils.translation import gettext as _


class LongEnough(password_validation.MinimumLengthValidator):
    """A password of so many characters."""

    def get_error_message(self) -> str:
        sentence = _("This password is too short. Use at least %(characters)d characters.")
        return sentence % {"characters": self.min_length}

    def get_help_text(self) -> str:
        return _("Use at least %(characters)d characters.") % {"characters": self.min_length}


class NotCommon(password_validation.CommonPasswordValidator):
    """A password that is not the first one that people try."""

    def get_error_message(self) -> str:
        return _("This password is too common. Choose another one.")

    def get_help_text(self) -> str:
        return _("Do not use a password that many people use.")
