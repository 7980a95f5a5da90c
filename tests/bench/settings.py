"""The site's settings, with addresses for comparing."""

from checkin_site.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
