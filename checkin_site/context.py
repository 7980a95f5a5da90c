"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the site's name, the hotline and for how long data are kept."""
    return {
        "site_name": settings.SITE_NAME or gettext("Health check-in"),
        "hotline": settings.HOTLINE,
        "retention_days": settings.RETENTION_DAYS,
    }
