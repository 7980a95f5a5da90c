"""Addresses of keys and of looks that wait for a second officer, included by tracing's."""

from django.urls import path

from . import holders, looks, own_key

urlpatterns = [
    path("key/", own_key.key, name="key"),
    path("key/unlock/", own_key.unlock, name="unlock"),
    path("key/lock/", own_key.lock, name="lock"),
    path("key/passphrase/", own_key.set_passphrase, name="passphrase"),
    path("key/recovery/", own_key.recovery, name="recovery"),
    path("key/holders/", holders.holders, name="holders"),
    path("key/holders/<int:holder>/admit/", holders.admit, name="admit"),
    path("key/holders/<int:holder>/remove/", holders.remove, name="remove_holder"),
    path("key/new/", holders.rotate, name="rotate"),
    path("looks/", looks.looks, name="looks"),
    path("looks/<int:look>/confirm/", looks.confirm, name="confirm_look"),
    path("looks/<int:look>/refuse/", looks.refuse, name="refuse_look"),
]
