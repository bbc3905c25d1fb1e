"""How gunicorn serves the desk: by ./desk up and in the container alike.

A thread keeps its database connection, so workers × threads is also the number of connections.
"""

import os

bind = os.environ.get("WEB_BIND", "0.0.0.0:8000")
workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 10
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
_memory = "/dev/shm"  # noqa: S108  gunicorn makes its files there with mkstemp
worker_tmp_dir = _memory if os.access(_memory, os.W_OK) else None
accesslog = "-" if os.environ.get("WEB_ACCESS_LOG") == "1" else None
errorlog = "-"
control_socket_disable = True
