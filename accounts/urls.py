"""Addresses of signing in, of workspaces and of teams; of allauth's, only those that we use."""

from allauth.account import views as allauth
from django.urls import path, re_path

from accounts.views import entrance, invitations, people, team, workspaces

urlpatterns = [
    path("accounts/login/", allauth.login, name="account_login"),
    path("accounts/logout/", allauth.logout, name="account_logout"),
    path("accounts/signup/", allauth.signup, name="account_signup"),
    path("accounts/inactive/", allauth.account_inactive, name="account_inactive"),
    path("accounts/password/change/", allauth.password_change, name="account_change_password"),
    path("accounts/password/reset/", entrance.password_reset, name="account_reset_password"),
    path("accounts/password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/reset/key/done/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("accounts/first-owner/<str:token>/", entrance.first_owner, name="first-owner"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("account/", people.account, name="account"),
    path("workspaces/switch/", workspaces.switch, name="workspace-switch"),
    path("workspaces/none/", workspaces.no_workspace, name="no-workspace"),
    path("settings/", workspaces.settings, name="workspace-settings"),
    path("team/", team.team, name="team"),
    path("team/invite/", team.invite_person, name="team-invite"),
    path("team/invitations/<int:invitation_id>/withdraw/", team.withdraw, name="invitation-withdraw"),
    path("team/<int:member_id>/role/", team.change_member, name="member-role"),
    path("team/<int:member_id>/remove/", team.remove_member, name="member-remove"),
]
