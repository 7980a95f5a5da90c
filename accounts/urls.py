"""Addresses of both doors: owners come with a phone, officials with a password."""

from django.urls import include, path

from . import officials, views

owners = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/code/", views.sign_in_code, name="sign_in_code"),
    path("sign-in/resend/", views.resend, name="resend"),
    path("sign-out/", views.sign_out, name="sign_out"),
]

# The sign-in library looks its addresses up under these names.
urlpatterns = [
    path("", include((owners, "accounts"))),
    path("login/", officials.login, name="account_login"),
    path("login/second/", officials.second_factor, name="mfa_authenticate"),
    path("logout/", officials.logout, name="account_logout"),
    path("password/", officials.password_change, name="account_change_password"),
]
