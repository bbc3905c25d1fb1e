"""Django with nothing but what a signed-in list needs, on the product's database and tables."""

from pathlib import Path

from itsm import environment

DEBUG = False
SECRET_KEY = environment.secret("SECRET_KEY", lax=False)
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
ROOT_URLCONF = "benchmarks.floor.urls"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.postgres",
    "itsm.accounts",
    "itsm.audit",
    "itsm.notifications",
    "itsm.catalog",
    "itsm.numbering",
    "slas",
    "documents",
    "tickets",
]
SIMPLE_HISTORY_ENABLED = False
PATIENT_NUMBER_LABELS = PATIENT_NUMBER_PATTERNS = ()  # the ticket's own field asks for them
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
            ],
        },
    },
]
DATABASES = {"default": environment.database("DATABASE_URL", "postgresql://itsm@localhost/itsm")}
DATABASES["default"].update(CONN_MAX_AGE=600, CONN_HEALTH_CHECKS=False)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["itsm.accounts.backends.PeopleBackend"]
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = USE_I18N = True
