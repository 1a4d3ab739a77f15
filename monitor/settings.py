"""The one settings file; whatever differs between installations is an environment variable (monitor/env/)."""

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from monitor.env import BadEnv, database_settings, environment, read_env, secret_key

BASE_DIR = Path(__file__).resolve().parent.parent

try:
    ENV = read_env(environment())
    SECRET_KEY = secret_key(ENV)
    DATABASES = {"default": database_settings(ENV) | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": False}}
except BadEnv as error:
    sys.exit(f"Whereabouts cannot start: {error}")

DEBUG = ENV.debug
ALLOWED_HOSTS = list(ENV.allowed_hosts)
PUBLIC_URL = ENV.public_url.rstrip("/")
LOCAL_URL = f"http://{'127.0.0.1' if ENV.host in ('0.0.0.0', '::') else ENV.host}:{ENV.port}"  # noqa: S104
BASE_URL = PUBLIC_URL or LOCAL_URL
IS_HTTPS = urlsplit(BASE_URL).scheme == "https"

INSTALLED_APPS = [
    "accounts",
    "monitor",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "django_htmx",
    "django_q",
]

MIDDLEWARE = [
    "monitor.security.SecurityHeaders",
    "monitor.security.PlainText",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.WorkspaceMiddleware",
]

# Called by machines, many times a second: no session is looked up here, whatever cookie is sent.
PATHS_WITHOUT_PEOPLE = ("/hooks/",)

ROOT_URLCONF = "monitor.urls"
WSGI_APPLICATION = "monitor.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["monitor.templatetags.ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "overview"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.entrance.LoginForm",
    "signup": "accounts.forms.entrance.SignupForm",
    "change_password": "accounts.forms.entrance.ChangePasswordForm",
    "reset_password": "accounts.forms.entrance.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.entrance.ResetPasswordKeyForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# Behind https there is a proxy, whose word on the client's address the rate limits need.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if IS_HTTPS else 0
SIGNUP_OPEN = ENV.signup == "open"

# Pages, static files, media
STATIC_URL = "/static/"
STATIC_ROOT = ENV.data_dir / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_BACKEND = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": ENV.media_dir},
    },
    "staticfiles": {"BACKEND": STATICFILES_BACKEND},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 26 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 26 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "monitor.forms.uploads.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
USE_THOUSAND_SEPARATOR = False

# Safety
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_SSL_REDIRECT = IS_HTTPS
# The last two are what the simulator on this machine asks for, as an engine outside does through the proxy.
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$", r"^i/", r"^hooks/"]
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []
X_FRAME_OPTIONS = "DENY"

# Providers and the simulator
DATAFORSEO = {"login": ENV.dataforseo_login, "password": ENV.dataforseo_password, "url": ENV.dataforseo_url}
YANDEX = {
    "api_key": ENV.yandex_api_key,
    "iam_token": ENV.yandex_iam_token,
    "folder_id": ENV.yandex_folder_id,
    "url": ENV.yandex_url,
}
HAS_DATAFORSEO, HAS_YANDEX = ENV.has_dataforseo, ENV.has_yandex
SIMULATOR_URL = ENV.simulator_url
DEMO_ALLOWED = ENV.is_loopback and ENV.wants_simulator
DEMO_PASSWORD = ENV.demo_password
METRICS_TOKEN = ENV.metrics_token
VERIFY_AT_ONCE, VERIFY_SHARE = ENV.verify_at_once, ENV.verify_share

# Mail: kept in the app when no server is set
EMAIL_CONFIG = ENV.email
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_CONFIG
    else "django.core.mail.backends.dummy.EmailBackend"
)
if EMAIL_CONFIG:
    EMAIL_HOST, EMAIL_PORT = EMAIL_CONFIG.host, EMAIL_CONFIG.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = EMAIL_CONFIG.user, EMAIL_CONFIG.password
    EMAIL_USE_TLS, EMAIL_USE_SSL = EMAIL_CONFIG.starttls, EMAIL_CONFIG.ssl
    EMAIL_TIMEOUT = 20
    DEFAULT_FROM_EMAIL = SERVER_EMAIL = EMAIL_CONFIG.sender
else:
    DEFAULT_FROM_EMAIL = "Whereabouts <whereabouts@localhost>"

# Work: how the queue is set is measured, see monitor/queue.py
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # With Django's 300, a few hundred strangers would push each other's rate limits out.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
Q_CLUSTER = {
    "name": "whereabouts",
    "orm": "default",
    "broker_class": "monitor.queue.Broker",
    "workers": ENV.workers,
    "queue_limit": ENV.workers,
    "bulk": 1,
    "timeout": 100,
    "retry": 300,
    "ack_failures": True,
    "max_attempts": 1,
    "save_limit": -1,
    "poll": 0.5,
    "guard_cycle": 0.5,
    "catch_up": False,
    "recycle": 500,
    "max_rss": 400_000,
    "ALT_CLUSTERS": {},
    "label": "Queue",
    "log_level": ENV.log_level,
}
if os.environ.get("WORKER_NAME"):
    DATABASES["default"]["CONN_MAX_AGE"] = None

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_hooks": {"()": "monitor.security.WithoutHooks"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "monitor": {"level": ENV.log_level},
        "accounts": {"level": ENV.log_level},
        "httpx": {"level": "WARNING"},
        "django.request": {"filters": ["without_hooks"]},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
