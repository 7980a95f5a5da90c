"""Every setting of the site. The environment is read here and nowhere else."""

import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from environs import Env, validate

from .environment import database_from_url, kept_secret, mail_from_url, networks_of

env = Env()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = env.path("VAR_DIR", BASE_DIR / "var").resolve()
TURNS_DIR = VAR_DIR / "turns"  # see accounts.turns
DEBUG = env.bool("DEBUG", False)
TESTING = "pytest" in sys.modules

# Secrets: given by the environment, or made once and kept outside the database.
SECRET_KEY = env.str("SECRET_KEY", "") or kept_secret(VAR_DIR / "secrets", "secret_key")
HASH_KEY = env.str("HASH_KEY", "") or kept_secret(VAR_DIR / "secrets", "hash_key")

# Where the site is reached, as printed in QR codes: scheme and host, no path.
PORT = env.int("PORT", 8000, validate=validate.Range(min=1, max=65535))
WEB_CONCURRENCY = env.int("WEB_CONCURRENCY", 2, validate=validate.Range(min=1, max=256))
SITE_ADDRESS = env.str("SITE_ADDRESS", f"http://127.0.0.1:{PORT}").rstrip("/")
ALLOWED_HOSTS = [*env.list("ALLOWED_HOSTS", []), "127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0, validate=validate.Range(min=0, max=5))
PROXY_ADDRESSES = networks_of(env.list("PROXY_ADDRESSES", []))
METRICS_TOKEN = env.str("METRICS_TOKEN", "")
SITE_NAME = env.str("SITE_NAME", "")
HOTLINE = env.str("HOTLINE", "19009095")
# Whom to tell of a hole: mailto:… or https://…; without it the hotline.
SECURITY_CONTACT = env.str("SECURITY_CONTACT", "") or f"tel:{HOTLINE}"

# The rules of the province.
RETENTION_DAYS = env.int("RETENTION_DAYS", 21, validate=validate.Range(min=1, max=60))
TRACING_RETENTION_DAYS = env.int(
    "TRACING_RETENTION_DAYS", 90, validate=validate.Range(min=1, max=3650)
)
CHECK_INS_PER_MINUTE_AND_POSTER = env.int("CHECK_INS_PER_MINUTE_AND_POSTER", 3000)
CHECK_INS_PER_MINUTE_AND_SOURCE = env.int("CHECK_INS_PER_MINUTE_AND_SOURCE", 6000)
# A market day behind one address brings some hundred new people a minute, a script fifty thousand.
NEW_PEOPLE_PER_MINUTE = env.int("NEW_PEOPLE_PER_MINUTE", 1200)

# How one-time codes reach a phone: see accounts.gateways.
MESSAGE_GATEWAY = env.str(
    "MESSAGE_GATEWAY", "console", validate=validate.OneOf(["console", "file", "http"])
)
MESSAGE_FILE = env.path("MESSAGE_FILE", VAR_DIR / "messages.txt")
MESSAGE_URL = env.str("MESSAGE_URL", "")
MESSAGE_TOKEN = env.str("MESSAGE_TOKEN", "")
MESSAGES_PER_DAY = env.int("MESSAGES_PER_DAY", 5000, validate=validate.Range(min=10))

# How invitations and links for a new password reach officials: printed, unless a server is named.
EMAIL_URL = env.str("EMAIL_URL", "")
(
    EMAIL_BACKEND,
    EMAIL_HOST,
    EMAIL_PORT,
    EMAIL_HOST_USER,
    EMAIL_HOST_PASSWORD,
    EMAIL_USE_SSL,
    EMAIL_USE_TLS,
) = mail_from_url(EMAIL_URL)
EMAIL_TIMEOUT = 8  # seconds; somebody waits in front of the page
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", "checkin@localhost")

INSTALLED_APPS = [
    "checkin_site",
    "dashboards",
    "tracing",
    "stations",
    "demonstration",
    "declarations",
    "authority",
    "venues",
    "jobs",
    "accounts",
    "districts",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "django_htmx",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "checkin_site.forwarded.Forwarded",
    # Outside of whatever answers, so that files and refusals carry their headers as well.
    "checkin_site.middleware.Policies",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "checkin_site.middleware.DatabaseAway",
    "django.middleware.security.SecurityMiddleware",
    "checkin_site.traces.OverPlainHttp",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "checkin_site.traces.Traces",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    # Before anything that reads or writes what is known of the person.
    "checkin_site.other_sites.OtherSites",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.open_sessions.SignedIn",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "forms.unsent.KeepUnsent",
    # Innermost: a drill's transaction holds the view and nothing of sessions.
    "tracing.drill.running.Apart",
]

ROOT_URLCONF = "checkin_site.urls"
WSGI_APPLICATION = "checkin_site.wsgi.application"
FORM_RENDERER = "forms.fields.ReadableForms"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "checkin_site.middleware.site",
            ],
        },
    },
]

# One PostgreSQL: the one DATABASE_URL names, else the embedded one.
DATABASE_URL = env.str("DATABASE_URL", "")
_EMBEDDED: dict[str, Any] = {
    "ENGINE": "checkin_site.database",
    "NAME": "checkin",
    "EMBEDDED_ROOT": VAR_DIR / "postgres",
    "OPTIONS": {},
}
_DATABASE = database_from_url(DATABASE_URL) if DATABASE_URL else _EMBEDDED
_DATABASE |= {"CONN_MAX_AGE": None, "DISABLE_SERVER_SIDE_CURSORS": True}
# Only statements with their parameters apart are prepared, at once: the check-in's.
_DATABASE["OPTIONS"]["prepare_threshold"] = 0
DATABASES = {"default": _DATABASE}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"

# The queue of jobs is in the same database; its tasks are found when a worker starts.
PROCRASTINATE_IMPORT_PATHS = ["jobs.doing", "accounts.resets"]

# Limits of sign-in attempts must be shared by all workers.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_entry",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
        "KEY_FUNCTION": "accounts.limits.hashed_key",
    }
}

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["accounts.passwords.ScryptInTurn"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "accounts.passwords.LongEnough",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "accounts.passwords.NotCommon"},
]
ACCOUNT_ADAPTER = "accounts.adapter.OfficialsOnly"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = (
    False  # ours are in accounts.limits: exact, and without addresses in the cache
)
CSRF_FAILURE_VIEW = "checkin_site.views.form_refused"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboards:home"
MFA_ADAPTER = "accounts.adapter.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
PASSWORD_RESET_TIMEOUT = 60 * 60

SESSION_ENGINE = "accounts.open_sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SECURE = SITE_ADDRESS.startswith("https://")
# A browser lets no other host, and nothing that came without encryption, set a cookie of this name.
COOKIE_PREFIX = "__Host-" if SECURE else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}django_language"
# What is said on the next page names people: the session keeps it, and no cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SECURE_SSL_REDIRECT = SECURE and env.bool("HTTPS_REDIRECT", True)
SECURE_SSL_HOST = urlsplit(SITE_ADDRESS).netloc  # not the one that was asked for
# A secret: keys of stations (their worker is of all), receipts, invitations, links for a new password.
SECRET_ADDRESSES = r"(?i)^(?:s/(?!worker\.js$)|r/|accounts/invitation/|accounts/new-password/)"  # noqa: S105
# The page that says so has styles: led on, they would come from another origin, and be refused.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^static/", SECRET_ADDRESSES]
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
FILE_UPLOAD_HANDLERS = [
    "checkin_site.middleware.NoMoreThanThat",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
POLICIES = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        "object-src 'none'"
    ),
    "Permissions-Policy": (
        "browsing-topics=(), camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    ),
    # No other site loads anything of ours into its pages: it could measure what it gets.
    "Cross-Origin-Resource-Policy": "same-origin",
}

# Vietnamese first on screen; the local day is computed in districts.days.
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("km", "ភាសាខ្មែរ"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = USE_TZ = True
NUMBER_GROUPING = 3  # Django knows the Vietnamese and Khmer separator, not the grouping
TIME_ZONE = "Asia/Ho_Chi_Minh"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env.path("STATIC_ROOT", BASE_DIR / "staticfiles")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_ALLOW_ALL_ORIGINS = False  # nothing of ours is read by another site's pages
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG or TESTING

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "discreet": {
            "()": "checkin_site.logs.Discreet",
            "fmt": "%(asctime)s [%(process)d] [%(levelname)s] %(message)s",
        }
    },
    "filters": {"sparing": {"()": "checkin_site.logs.Sparing"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "discreet",
            "filters": ["sparing"],
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # Without Django's own handler, which sends mistakes by mail with all that was sent.
        "django": {"handlers": []},
        "django.request": {"level": "ERROR"},
        # Django leaves it to the server to drop the body of an answer to HEAD, which says so each time.
        "gunicorn.http.wsgi": {"level": "ERROR"},
    },
}

env.seal()
