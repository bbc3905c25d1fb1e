"""Addresses of signing in and out, of the own account and of the register of people."""

from django.urls import path

from itsm.accounts import oidc
from itsm.accounts.views import own, people, sign_in
from itsm.pages.exports import as_files

app_name = "accounts"
urlpatterns = [
    path("sign-in/", sign_in.SignIn.as_view(), name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("account/", own.own, name="own"),
    path("account/password/", own.password, name="password"),
    path("account/second-factor/", own.set_up, name="second_factor"),
    path("account/second-factor/codes/", own.recovery_codes, name="recovery_codes"),
    path("account/sessions/end/", own.end_sessions, name="end_sessions"),
    path("people/", people.register, name="people"),
    *as_files("people/", people.file, "people"),
    path("people/new/", people.new, name="new"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/edit/", people.edit, name="edit"),
    path("people/<int:pk>/roles/", people.grant, name="grant"),
    path("people/<int:pk>/close/", people.deactivate, name="deactivate"),
    path("people/<int:pk>/open/", people.restore, name="restore"),
    path("people/<int:pk>/password/", people.reset_password, name="reset_password"),
    path("people/<int:pk>/second-factor/", people.reset_second_factor, name="reset_second_factor"),
]

if oidc.is_on():
    urlpatterns += [
        path("sign-in/oidc/", sign_in.begin_oidc, name="oidc"),
        path("sign-in/oidc/callback/", sign_in.finish_oidc, name="oidc_callback"),
    ]
