"""Settings of every process: read from the environment, with an embedded default that needs nothing."""

from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import SELF
from django.utils.translation import gettext_lazy as _

from crm.lib.env import production_secrets, secrets_for

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

CRM_ENV: str = env.str("CRM_ENV", default="demo")
PRODUCTION = CRM_ENV == "production"
VAR_DIR = Path(env.str("CRM_VAR_DIR", default=str(BASE_DIR / "var"))).resolve()
VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)

SECRETS = production_secrets(env) if PRODUCTION else secrets_for(VAR_DIR, env)
SECRET_KEY = SECRETS.secret_key
DATA_KEYS = SECRETS.data_keys
INDEX_KEY = SECRETS.index_key

DEBUG = False
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]", "testserver"]
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "crm",
    "clients",
    "segmentation",
    "servicing",
    "reactivation",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "axes",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "drf_spectacular",
    "rest_framework",
    "rest_framework.authtoken",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pages; what WhiteNoise serves is compressed beforehand
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "crm.urls"
WSGI_APPLICATION = "crm.wsgi.application"
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
                "crm.context.shell",
            ],
        },
    }
]

# Databases: SQLite needs nothing and cannot fail on a fresh machine; DATABASE_URL switches to PostgreSQL.
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'crm.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: a writer queues at BEGIN instead of failing in the middle; WAL: readers never wait for it.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 60,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# People
AUTH_USER_MODEL = "crm.Staff"
LOGIN_URL = "log-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "log-in"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AXES_FAILURE_LIMIT = env.int("LOGIN_FAILURE_LIMIT", default=5)
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "crm/locked_out.html"
AXES_VERBOSE = False

# Words and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# Files
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static" / "build"]
_HASHED_FILES = (BASE_DIR / "static" / "build").is_dir() and PRODUCTION
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR_DIR / "uploads"}},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _HASHED_FILES
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_NUMBER_FILES = 2000  # a whole folder may be dropped
FILE_UPLOAD_HANDLERS = ["crm.lib.uploads.LimitedUpload"]
FILE_UPLOAD_PERMISSIONS = 0o600
UPLOAD_LIMIT_BYTES = env.int("UPLOAD_LIMIT_BYTES", default=2 * 2**30)

# The browser is told to load nothing from elsewhere (images as data: are Tabler's).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": ["'none'"],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": ["'none'"],
    }
}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",  # first: it makes "who are you" a 401
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "crm.rest.Described",
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.UserRateThrottle",
        "rest_framework.throttling.AnonRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {"user": env.str("API_RATE", default="600/min"), "anon": "30/min"},
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Branch CRM",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "StateOfClient": "clients.models.people.State",
        "StateOfImport": "clients.models.ImportBatch.State",
        "StateOfRun": "crm.models.JobRun.State",
        "Tier": "segmentation.models.Tier",
        "ChannelOfContact": "servicing.models.Contact.Channel",
        "StateOfPromise": "servicing.models.Promise.State",
        "StateOfTask": "servicing.models.Task.State",
    },
}

# Messages to clients: nothing leaves the house unless a gateway is named here; by default they are files in CRM_VAR_DIR.
# Where clients reach their pages, and, where nobody said so, the address at which this installation serves (crm.stack).
PUBLIC_URL: str = env.str("PUBLIC_URL", default="").rstrip("/")
SERVED_AT: str = env.str("CRM_SERVED_AT", default="http://127.0.0.1:8000")
EMAIL_HOST = env.str("EMAIL_HOST", default="")
EMAIL_PORT = env.int("EMAIL_PORT", default=587)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="crm@localhost")
# Returned mail: the envelope's sender, in which {key} stands for the message, and the mailbox in which it is found.
BOUNCE_ADDRESS = env.str("BOUNCE_ADDRESS", default="") or DEFAULT_FROM_EMAIL
BOUNCE_URL = env.str("BOUNCE_URL", default="")
MESSAGE_GATEWAYS = {
    **({"email": {"kind": "smtp"}} if EMAIL_HOST else {}),
    **{
        channel: {"kind": "http", "url": url, "secret": env.str(f"{channel.upper()}_GATEWAY_SECRET")}
        for channel in ("sms", "wecom", "email")
        if (url := env.str(f"{channel.upper()}_GATEWAY_URL", default=""))
    },
}

# Celery: the truth is a row in the database (JobRun); the broker is only the bell.
REDIS_URL: str = env.str("REDIS_URL", default="")
CELERY_BROKER_URL = REDIS_URL or env.str("CRM_EMBEDDED_BROKER", default="redis+socket:///dev/null")
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 6 * 3600}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
JOB_LEASE_SECONDS: float = env.float("JOB_LEASE_SECONDS", default=0)  # 0: by the database, see crm.jobs.lease
CELERY_BEAT_SCHEDULE = {
    "night": {"task": "crm.tasks.start_night", "schedule": crontab(hour=1, minute=40), "options": {"expires": 3600}},
    "checkup": {
        "task": "crm.tasks.start_checkup",
        "schedule": crontab(hour=6, minute=10),
        "options": {"expires": 3600},
    },
    "complaints": {
        "task": "crm.tasks.escalate_complaints",
        "schedule": crontab(minute=25),
        "options": {"expires": 3000},
    },
    "reconcile": {"task": "crm.tasks.reconcile_jobs", "schedule": 20.0, "options": {"expires": 20}},
    "messages": {"task": "servicing.tasks.look_after_messages", "schedule": 20.0, "options": {"expires": 20}},
    "bounces": {"task": "servicing.tasks.read_returned_mail", "schedule": 300.0, "options": {"expires": 240}},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    "loggers": {"weasyprint": {"level": "ERROR"}},  # it remarks on every rule that is for screens only
}
