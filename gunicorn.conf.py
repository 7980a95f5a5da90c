"""How gunicorn serves the site; WEB_CONCURRENCY sets the number of processes."""

import gc
import resource

# A client takes three files at most: the connection, what it sends, what it has not read. Of a thousand
# clients that is more than the 1,024 with which many systems start a program.
_FILES = 4096
_soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
if _soft != resource.RLIM_INFINITY and _soft < _FILES:
    _most = _FILES if _hard == resource.RLIM_INFINITY else min(_FILES, _hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (_most, _hard))

worker_class = "checkin_site.connections.PatientWorker"
sendfile = False  # what a client does not read waits beside the threads
threads = 8
preload_app = True  # one import for all processes
control_socket_disable = True
graceful_timeout = 10
keepalive = 15
limit_request_field_size = 16_380  # all cookies of a browser stand in one line
loglevel = "warning"
# What proxies tell is read by checkin_site/forwarded.py, by TRUSTED_PROXIES. By itself gunicorn would
# believe whoever connects from this machine, also what a proxy there only hands on.
forwarded_allow_ips = ""
forwarder_headers = ""
secure_scheme_headers: dict[str, str] = {}
header_map = "drop"
# No list of requests: their addresses are keys and receipts. What is said of mistakes is discreet.
accesslog = None
logconfig_dict = {
    "loggers": {
        "gunicorn.error": {"level": "WARNING", "handlers": ["error_console"], "propagate": False}
    },
    "filters": {"sparing": {"()": "checkin_site.logs.Sparing"}},
    "handlers": {
        name: {"class": "logging.StreamHandler", "formatter": "generic", "filters": ["sparing"]}
        for name in ("console", "error_console")
    },
    "formatters": {
        "generic": {
            "()": "checkin_site.logs.Discreet",
            "format": "%(asctime)s [%(process)d] [%(levelname)s] %(message)s",
        }
    },
}


def post_fork(server: object, worker: object) -> None:
    """Spare the collector what was read at the start: it would walk all of it again and again."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
