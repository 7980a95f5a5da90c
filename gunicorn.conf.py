"""How gunicorn serves the site; WEB_CONCURRENCY sets the number of processes."""

worker_class = "gthread"
threads = 8
preload_app = True  # one import for all processes
control_socket_disable = True
graceful_timeout = 10
keepalive = 15
loglevel = "warning"
