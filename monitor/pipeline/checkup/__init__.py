"""The check-up of an installation: what is off, what it means, what to do. For `/setup/` and `manage.py doctor`."""
