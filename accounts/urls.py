"""Addresses of both doors: owners come with a phone, officials with a password."""

from django.urls import include, path

from . import invitations, officials, open_sessions, owners, people, second_step, security

ours = [
    path("sign-in/", owners.sign_in, name="sign_in"),
    path("sign-in/code/", owners.sign_in_code, name="sign_in_code"),
    path("sign-in/landline/", owners.sign_in_landline, name="sign_in_landline"),
    path("sign-in/resend/", owners.resend, name="resend"),
    path("sign-out/", owners.sign_out, name="sign_out"),
    path("confirm/", second_step.confirm, name="confirm"),
    path("second-step/", second_step.set_up, name="set_up"),
    path("second-step/app/", second_step.set_up_app, name="set_up_app"),
    path("second-step/passkey/", second_step.set_up_passkey, name="set_up_passkey"),
    path("second-step/codes/", second_step.codes, name="codes"),
    path("second-step/codes/new/", second_step.new_codes, name="new_codes"),
    path("second-step/codes/recovery-codes.txt", second_step.codes_text, name="codes_text"),
    path("second-step/<int:factor>/rename/", security.rename, name="rename"),
    path("second-step/<int:factor>/remove/", security.remove, name="remove"),
    path("security/", security.security, name="security"),
    path("security/elsewhere/", security.end_other_sessions, name="end_other_sessions"),
    path("sessions/", open_sessions.listed, name="sessions"),
    path("sessions/elsewhere/", open_sessions.end_elsewhere, name="end_elsewhere"),
    path("sessions/<int:session>/end/", open_sessions.end, name="end_session"),
    path("people/", people.listed, name="people"),
    path("people/invite/", invitations.invite, name="invite"),
    path("people/invited/", invitations.invited, name="invited"),
    path("people/invited/<int:invitation>/again/", invitations.send_again, name="send_again"),
    path("people/invited/<int:invitation>/withdraw/", invitations.withdraw, name="withdraw"),
    path("people/<int:person>/", people.shown, name="person"),
    path("people/<int:person>/change/", people.change, name="person_change"),
    path("people/<int:person>/close/", people.close, name="person_close"),
    path("people/<int:person>/reopen/", people.reopen, name="person_reopen"),
    path("people/<int:person>/second-step/", people.reset_factors, name="person_reset"),
    path("people/<int:person>/password/", people.send_reset, name="person_password"),
    path("invitation/<str:token>/", invitations.accept, name="accept"),
]

# The sign-in library looks its addresses up under these names.
urlpatterns = [
    path("", include((ours, "accounts"))),
    path("login/", officials.login, name="account_login"),
    path("login/second/", officials.second_step, name="mfa_authenticate"),
    path("logout/", officials.logout, name="account_logout"),
    path("password/", officials.password_change, name="account_change_password"),
    path("forgotten/", officials.forgotten, name="account_reset_password"),
    path("forgotten/sent/", officials.forgotten_sent, name="account_reset_password_done"),
    path(
        "new-password/done/",
        officials.new_password_done,
        name="account_reset_password_from_key_done",
    ),
    path(
        "new-password/<slug:uidb36>/<str:key>/",
        officials.new_password,
        name="account_reset_password_from_key",
    ),
]
