"""Addresses of keys, of looks that wait for a second officer, and of the log."""

from django.urls import path

from . import holders, looks, views

urlpatterns = [
    path("key/", views.key, name="key"),
    path("key/unlock/", views.unlock, name="unlock"),
    path("key/lock/", views.lock, name="lock"),
    path("key/passphrase/", views.passphrase, name="passphrase"),
    path("key/recovery/", views.recovery, name="recovery"),
    path("key/holders/", holders.holders, name="holders"),
    path("key/holders/<int:holder>/admit/", holders.admit, name="admit"),
    path("key/holders/<int:holder>/remove/", holders.remove, name="remove_holder"),
    path("key/new/", holders.rotate, name="rotate"),
    path("looks/", looks.looks, name="looks"),
    path("looks/<int:look>/confirm/", looks.confirm, name="confirm_look"),
    path("looks/<int:look>/refuse/", looks.refuse, name="refuse_look"),
    path("log/", looks.log, name="log"),
]
