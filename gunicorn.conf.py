"""How gunicorn serves the site; WEB_CONCURRENCY sets the number of processes."""

import gc

worker_class = "checkin_site.connections.PatientWorker"
sendfile = False  # what a client does not read waits beside the threads
threads = 8
preload_app = True  # one import for all processes
control_socket_disable = True
graceful_timeout = 10
keepalive = 15
loglevel = "warning"


def post_fork(server: object, worker: object) -> None:
    """Spare the collector what was read at the start: it would walk all of it again and again."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
