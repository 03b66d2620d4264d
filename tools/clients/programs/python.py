"""The same with the SDK of Python, as Debian has it."""

import os
import sys

import sentry_sdk

client = sys.argv[1]
sentry_sdk.init(
    dsn=os.environ["SENTRY_DSN"], release=f"{client}@1", environment="staging", traces_sample_rate=1.0
)
sentry_sdk.set_tag("client", client)
sentry_sdk.set_user({"id": "u-1", "email": "ann@example.com"})
sentry_sdk.set_extra("cart", {"tea": 2, "password": "hunter2"})
sentry_sdk.add_breadcrumb(category="cart", message="added tea", data={"count": 2})


def check_out(order):
    try:
        raise ValueError("port 99999 is out of range")
    except ValueError as cause:
        raise RuntimeError(f"order {order} of {client} failed") from cause


for order in (13, 14):
    try:
        check_out(order)
    except RuntimeError as error:
        sentry_sdk.capture_exception(error)
    if order == 13:
        sentry_sdk.capture_message(f"stock is low for {client}", "warning")

with sentry_sdk.start_transaction(name=f"check out {client}"):
    pass
with sentry_sdk.push_scope() as scope:
    scope.add_attachment(filename=f"{client}.txt", bytes=b"hello")
    sentry_sdk.capture_exception(TypeError(f"with a file of {client}"))
sentry_sdk.Hub.current.start_session()
sentry_sdk.Hub.current.end_session()
sentry_sdk.flush(timeout=120)
print("error,message,causes,person,extra,trail,trace,attachment,sessions")
