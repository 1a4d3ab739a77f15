"""The cast of people that the tests of accounts know, and a browser for each."""

from tests.accounts.conftest import ClientFor, editor, owner, sign_in, stranger, viewer, workspace

__all__ = ["ClientFor", "editor", "owner", "sign_in", "stranger", "viewer", "workspace"]
