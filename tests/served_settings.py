"""The site's settings, on a test's database."""

import os
from pathlib import Path

from checkin_site.settings import *  # noqa: F403
from checkin_site.settings import DATABASES, STORAGES

DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE"]
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
TURNS_DIR = Path(os.environ["MESSAGE_FILE"]).with_name("turns")
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
