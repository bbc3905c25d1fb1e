"""Every setting of the product, read from the environment (see .env.example).

A wrong value refuses to start. Without DEBUG nothing has a default that would be unsafe to serve.
"""

import logging
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from itsm import environment, schedule
from itsm.api.naming import ENUMS
from itsm.limits import rates
from itsm.logs import lines
from itsm.privacy.logs import mask_line

BASE_DIR = Path(__file__).resolve().parent.parent
STATE_DIR = Path(environment.text("STATE_DIR", str(BASE_DIR / "var")))

DEBUG = environment.boolean("DEBUG")
DEMO = environment.boolean("DEMO")
SECRET_KEY = environment.secret("SECRET_KEY", lax=DEBUG)
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS")
if not DEBUG and not DEMO and "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS may be * only in the demo; name the hospital's own hosts.")
if DEBUG and set(ALLOWED_HOSTS) - {"localhost", "127.0.0.1", "[::1]", "testserver"}:
    raise ImproperlyConfigured("DEBUG shows the inside of the product; ALLOWED_HOSTS may then only be this machine.")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "django_filters",
    "django_htmx",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_structlog",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "itsm.privacy",
    "itsm.pages",
    "itsm.numbering",
    "itsm.submissions",
    "itsm.limits",
    "itsm.accounts",
    "itsm.audit",
    "itsm.notifications",
    "itsm.catalog",
    "itsm.imports",
    "slas",
    "documents",
    "itsm.exports",
    "tickets",
    "itsm.reports",
    "itsm.api",
    "itsm.operation",
    "itsm",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "itsm.logs.middleware.RequestLines",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "itsm.audit.middleware.RequestOrigin",
    "allauth.account.middleware.AccountMiddleware",
    "itsm.accounts.middleware.SessionLimits",
    "itsm.accounts.middleware.Obligations",
    "simple_history.middleware.HistoryRequestMiddleware",
    "itsm.middleware.RefusalPages",
]

ROOT_URLCONF = "itsm.urls"
WSGI_APPLICATION = "itsm.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "itsm.shell.shell",
            ],
        },
    },
]

# Database. Commits are durable; a request or job that runs wild is cut off by the server.
DATABASES = {"default": environment.database("DATABASE_URL", "postgresql://itsm@localhost/itsm")}
DATABASES["default"].update(
    CONN_MAX_AGE=environment.integer("CONN_MAX_AGE_SECONDS", 600),
    CONN_HEALTH_CHECKS=True,
    ATOMIC_REQUESTS=False,
    DISABLE_SERVER_SIDE_CURSORS=False,
)
STATEMENT_TIMEOUT_SECONDS = environment.integer("STATEMENT_TIMEOUT_SECONDS", 10, least=1)
DATABASES["default"]["OPTIONS"].setdefault("connect_timeout", "5")
DATABASES["default"]["OPTIONS"].setdefault(
    "options",
    f"-c statement_timeout={STATEMENT_TIMEOUT_SECONDS}s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s"
    # Lists join small tables by their keys: to try every order takes longer than to run the written one.
    " -c join_collapse_limit=3"
    # A page reads some thousand rows: to start helpers for them takes longer. A month's figures still have theirs.
    " -c parallel_setup_cost=10000",
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SIMPLE_HISTORY_DATE_INDEX = False  # a history is read by its record; see itsm/versions.py

# People
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "itsm.accounts.backends.PeopleBackend"]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("work_number", "name", "initials", "phone", "email")},
    },
    {
        "NAME": f"{_VALIDATION}.MinimumLengthValidator",
        "OPTIONS": {"min_length": environment.integer("PASSWORD_LENGTH", 10, least=8)},
    },
    {
        "NAME": "itsm.accounts.validators.CharacterClasses",
        "OPTIONS": {"least": environment.integer("PASSWORD_CLASSES", 3, least=1)},
    },
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": "itsm.accounts.validators.NotUsedBefore"},
]
PASSWORD_HISTORY = environment.integer("PASSWORD_HISTORY", 5)
PASSWORD_DAYS = environment.integer("PASSWORD_DAYS", 0 if DEMO else 90)
IDLE_ACCOUNT_DAYS = environment.integer("IDLE_ACCOUNT_DAYS", 0 if DEMO else 90)
REQUIRE_SECOND_FACTOR = environment.boolean("REQUIRE_SECOND_FACTOR", default=not DEMO)
SINGLE_SESSION = environment.boolean("SINGLE_SESSION")

# Sign-in: failures are counted in PostgreSQL for the account, whoever tries; an address has a much wider
# limit, because a whole hospital may stand behind one.
SIGN_IN_FAILURES = AXES_FAILURE_LIMIT = environment.integer("SIGN_IN_FAILURES", 5, least=1)
SIGN_IN_LOCK_MINUTES = environment.integer("SIGN_IN_LOCK_MINUTES", 15, least=1)
SIGN_IN_ADDRESS_FAILURES = environment.integer("SIGN_IN_ADDRESS_FAILURES", 200, least=1)
AXES_COOLOFF_TIME = timedelta(minutes=SIGN_IN_LOCK_MINUTES)
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_USERNAME_FORM_FIELD = "username"
AXES_CLIENT_IP_CALLABLE = "itsm.logs.requests.client_address"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
# The sign-in page itself says that an account is locked, and one account is locked for every address.
SILENCED_SYSTEM_CHECKS = ["axes.W002", "axes.W006"]
MFA_ADAPTER = "itsm.accounts.adapters.SecondFactorAdapter"
MFA_TOTP_TOLERANCE = 1
ACCOUNT_USER_MODEL_USERNAME_FIELD = "work_number"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False

# The hospital's own directory, if it has one: OpenID Connect with a button, LDAP behind the same form.
OIDC_URL = environment.text("OIDC_URL").rstrip("/")
OIDC_NAME = environment.text("OIDC_NAME", "SSO")
OIDC_CLAIM = environment.text("OIDC_CLAIM", "preferred_username")
SOCIALACCOUNT_PROVIDERS = environment.openid_connect(
    OIDC_URL, OIDC_NAME, OIDC_CLAIM, environment.text("OIDC_CLIENT_ID"), environment.text("OIDC_CLIENT_SECRET")
)
LDAP_URL = environment.text("LDAP_URL")
if LDAP_URL:
    AUTHENTICATION_BACKENDS.append("itsm.accounts.directory.DirectoryBackend")
    AUTH_LDAP_START_TLS = environment.boolean("LDAP_START_TLS")
    AUTH_LDAP_SERVER_URI = environment.directory_address(LDAP_URL, AUTH_LDAP_START_TLS)
    AUTH_LDAP_CONNECTION_OPTIONS = environment.directory_options(environment.text("LDAP_CA_FILE"))
    AUTH_LDAP_BIND_DN = environment.text("LDAP_BIND_DN")
    AUTH_LDAP_BIND_PASSWORD = environment.text("LDAP_BIND_PASSWORD")
    AUTH_LDAP_USER_SEARCH = environment.ldap_search("LDAP_PEOPLE", environment.text("LDAP_FILTER", "(uid=%(user)s)"))
    AUTH_LDAP_NO_NEW_USERS = True
    AUTH_LDAP_ALWAYS_UPDATE_USER = False

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_HOURS = environment.integer("SESSION_HOURS", 12, least=1)
SESSION_IDLE_MINUTES = environment.integer("SESSION_IDLE_MINUTES", 30, least=1)
ADMIN_IDLE_MINUTES = environment.integer("ADMIN_IDLE_MINUTES", 15, least=1)
SESSION_COOKIE_AGE = SESSION_HOURS * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
BEHIND_TLS = environment.boolean("BEHIND_TLS", default=not (DEBUG or DEMO))
BEHIND_PROXY = environment.boolean("BEHIND_PROXY", default=BEHIND_TLS)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
if BEHIND_TLS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = environment.integer("HSTS_SECONDS", 0)
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

# Language and time
LANGUAGE_CODE = environment.text("LANGUAGE_CODE", "zh-hans")
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FILTERS_EMPTY_CHOICE_LABEL = _("Any")
USE_I18N = USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
FORMAT_MODULE_PATH = ["itsm.formats"]

# Static files: ours, and the third-party files that the front-end set-up copies.
STATIC_URL = "/static/"
STATIC_ROOT = environment.text("STATIC_ROOT", str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static", STATE_DIR / "frontend"]
COLLECTED = Path(STATIC_ROOT).is_dir()
WHITENOISE_USE_FINDERS = not COLLECTED
if COLLECTED:
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 3600

# Celery carries wake-ups only, so no result is kept and a dead broker fails fast.
CELERY_BROKER_URL = environment.text("REDIS_URL", "redis://localhost:6379/0")
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 1800,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TIMEZONE = TIME_ZONE
SWEEP_SECONDS = environment.integer("SWEEP_SECONDS", 15, least=1)
CELERY_BEAT_SCHEDULE = schedule.table(SWEEP_SECONDS)

# Mail. Without a server no mail is written; the in-app inbox always works.
EMAIL_HOST = environment.text("EMAIL_HOST")
EMAIL_PORT = environment.integer("EMAIL_PORT", 25, least=1)
EMAIL_HOST_USER = environment.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = environment.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = environment.boolean("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = environment.text("DEFAULT_FROM_EMAIL", "servicedesk@localhost")
PUBLIC_URL = environment.text("PUBLIC_URL").rstrip("/")
# Robots stand in the internet, webhooks in the own network: the proxy is for robots alone (docs/channels.md).
OUTBOUND_PROXY = environment.text("OUTBOUND_PROXY")
OUTBOUND_HOSTS = environment.words("OUTBOUND_HOSTS", "qyapi.weixin.qq.com,oapi.dingtalk.com,open.feishu.cn")
QUIET_HOURS = environment.hours("QUIET_HOURS", "22:00-07:00")
OUTBOUND_CA_FILE = environment.text("OUTBOUND_CA_FILE")
# Mail that comes in (docs/mail.md); without a mailbox none is read.
MAIL_INTAKE_HOST = environment.text("MAIL_INTAKE_HOST")
MAIL_INTAKE_USER = environment.text("MAIL_INTAKE_USER")
MAIL_INTAKE_PASSWORD = environment.text("MAIL_INTAKE_PASSWORD")
MAIL_INTAKE_ADDRESS = environment.text("MAIL_INTAKE_ADDRESS")
environment.check_together("MAIL_INTAKE_HOST", "MAIL_INTAKE_USER", "MAIL_INTAKE_PASSWORD", "MAIL_INTAKE_ADDRESS")
MAIL_INTAKE_TLS = environment.choice("MAIL_INTAKE_TLS", "ssl", ("ssl", "starttls", "off"))
MAIL_INTAKE_PORT = environment.integer("MAIL_INTAKE_PORT", 993 if MAIL_INTAKE_TLS == "ssl" else 143, least=1)
MAIL_INTAKE_FOLDER = environment.text("MAIL_INTAKE_FOLDER", "INBOX")
MAIL_INTAKE_DONE_FOLDER = environment.other("MAIL_INTAKE_DONE_FOLDER", "Taken", than=MAIL_INTAKE_FOLDER)
MAIL_INTAKE_MEGABYTES = environment.integer("MAIL_INTAKE_MEGABYTES", 25, least=1)
MAIL_INTAKE_DOMAINS = environment.words("MAIL_INTAKE_DOMAINS")
MAIL_INTAKE_DEPARTMENT = environment.text("MAIL_INTAKE_DEPARTMENT")
MAIL_INTAKE_DAYS = environment.integer("MAIL_INTAKE_DAYS", 30, least=1)

# The desk
DESK_PHONE = environment.text("DESK_PHONE", "8120")
URGE_MINUTES = environment.integer("URGE_MINUTES", 30, least=1)
REPORT_WORKING_DAYS = environment.integer("REPORT_WORKING_DAYS", 5, least=1)

# The API
API_TOKEN_DAYS = environment.integer("API_TOKEN_DAYS", 365, least=1)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "itsm.api.signing_in.BearerToken",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [f"rest_framework.parsers.{name}Parser" for name in ("JSON", "Form", "MultiPart")],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "itsm.api.refusals.answer",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Open Hospital Service Desk",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": ENUMS,
}
# How much one place may send without an account: so many an hour, so many at once.
LIMITS = rates.table(
    LIMIT_ADDRESS=environment.text("LIMIT_ADDRESS", "120/40"),
    LIMIT_BARE=environment.text("LIMIT_BARE", "12/6"),
    LIMIT_DEVICE=environment.text("LIMIT_DEVICE", "12/5"),
    LIMIT_DEPARTMENT=environment.text("LIMIT_DEPARTMENT", "60/20"),
    LIMIT_USER=environment.text("LIMIT_USER", "240/60"),
    LIMIT_GUESSES=environment.text("LIMIT_GUESSES", "60/20"),
    LIMIT_SENDER=environment.text("LIMIT_SENDER", "30/10"),
    LIMIT_ANSWERS=environment.text("LIMIT_ANSWERS", "6/4"),
)

# Operation
HEALTH_TOKEN = environment.optional_secret("HEALTH_TOKEN", least=16)
BACKUP_KEY = environment.optional_secret("BACKUP_KEY", least=32)
BACKUP_UNENCRYPTED = environment.boolean("BACKUP_UNENCRYPTED", default=DEBUG or DEMO)
DATABASE_FOLDER = environment.text("DATABASE_FOLDER")
MEDIA_ROOT = STATE_DIR / "media"
SEALS_FOLDER = STATE_DIR / "seals"
# Patient data in free text: words that stand before a number, and further forms of such numbers.
PATIENT_NUMBER_LABELS = environment.words(
    "PATIENT_NUMBER_LABELS",
    "住院号,门诊号,病案号,病历号,就诊号,就诊卡号,登记号,患者号,患者编号,病人号,患者ID,病人ID,住院ID,"
    "诊疗卡号,健康卡号,医保卡号,医保号,社保卡号,MRN,Patient ID",
)
PATIENT_NUMBER_PATTERNS = environment.text("PATIENT_NUMBER_PATTERNS").split()
DEFAULT_EXCEPTION_REPORTER = "itsm.privacy.reports.MaskedReporter"

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

# One line per event: JSON to be collected, words in the demo and while developing.
LOGGING = lines.configuration(readable=DEBUG or DEMO, level=environment.text("LOG_LEVEL", "INFO").upper())
LOGGING["loggers"]["axes"] = {"level": "ERROR"}  # failures stand in the audit log
lines.PROCESSORS.append(mask_line)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO
DJANGO_STRUCTLOG_CELERY_TASK_FAILURE_LOG_LEVEL = logging.ERROR
# Files. nginx lets 20 MB in at once: what may be sent together, and room for the words of the form.
FILE_UPLOAD_HANDLERS = ["documents.receiving.Receiver"]
FILE_MAX_MEGABYTES = environment.integer("FILE_MAX_MEGABYTES", 10, least=1)
UPLOAD_MAX_MEGABYTES = 18
if FILE_MAX_MEGABYTES > UPLOAD_MAX_MEGABYTES:
    raise ImproperlyConfigured(f"FILE_MAX_MEGABYTES may be at most {UPLOAD_MAX_MEGABYTES}, as nginx allows 20 MB.")
FILE_MAX_COUNT = 9
DATA_UPLOAD_MAX_NUMBER_FILES = 30
TICKET_MAX_FILES = environment.integer("TICKET_MAX_FILES", 60, least=1)
TICKET_MAX_MEGABYTES = environment.integer("TICKET_MAX_MEGABYTES", 200, least=1)
FILE_MAX_LEVEL = environment.integer("FILE_MAX_LEVEL", 3, least=1)
FILE_PATIENT_DAYS = environment.integer("FILE_PATIENT_DAYS", 30, least=1)
FILE_HOLD_UNTIL_SCANNED = environment.boolean("FILE_HOLD_UNTIL_SCANNED")
# Files made in the background: how many of one person and of all at once, how long they are kept.
EXPORTS_PER_PERSON = environment.integer("EXPORTS_PER_PERSON", 3, least=1)
EXPORTS_AT_ONCE = environment.integer("EXPORTS_AT_ONCE", 1, least=1)
EXPORT_HOURS = environment.integer("EXPORT_HOURS", 72, least=1)
EXPORT_MOST_ROWS = environment.integer("EXPORT_MOST_ROWS", 1_000_000, least=1)
FILES_BY_NGINX = environment.boolean("FILES_BY_NGINX")
CLAMAV_ADDRESS = environment.text("CLAMAV_ADDRESS")
if CLAMAV_ADDRESS and not CLAMAV_ADDRESS.startswith(("tcp://", "unix:///")):
    raise ImproperlyConfigured("CLAMAV_ADDRESS must look like tcp://host:3310 or unix:///run/clamav/clamd.ctl.")
if FILE_HOLD_UNTIL_SCANNED and not CLAMAV_ADDRESS:
    raise ImproperlyConfigured("FILE_HOLD_UNTIL_SCANNED needs CLAMAV_ADDRESS, or no file would ever be handed out.")
