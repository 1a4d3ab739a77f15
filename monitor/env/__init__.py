"""What differs between installations: environment variables, read once, each bad value one clear sentence."""

from monitor.env.files import database_settings, secret_key, socket_dir
from monitor.env.links import EmailServer
from monitor.env.reading import NAMES, Env, environment, read_env
from monitor.env.values import BadEnv

__all__ = [
    "NAMES",
    "BadEnv",
    "EmailServer",
    "Env",
    "database_settings",
    "environment",
    "read_env",
    "secret_key",
    "socket_dir",
]
