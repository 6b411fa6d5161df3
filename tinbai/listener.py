"""The operator's listener: /healthz and /metrics over HTTP, GET and HEAD only. Nothing on it changes anything.

The only module that imports waitress.
"""

import socket
from collections.abc import Callable, Iterable, Mapping
from threading import Thread
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from waitress import create_server, wasyncore

from tinbai.deadline import NoAnswer
from tinbai.health import DATABASE, Reason, answer_of
from tinbai.metrics import CONTENT_TYPE

JSON = "application/json"
OK, UNAVAILABLE = "200 OK", "503 Service Unavailable"
THREADS = 2
CONNECTIONS = 20
PATIENCE_SECONDS = 2

Answer = tuple[str, str, bytes]  # status, content type, body
Page = Callable[[], Answer]


def wsgi_app(reasons: Callable[[], list[Reason]], metrics: Callable[[], bytes]) -> WSGIApplication:
    """The two pages. reasons: why it is not healthy. metrics: the page; raises NoAnswer."""

    def healthz() -> Answer:
        found = reasons()
        return UNAVAILABLE if found else OK, JSON, answer_of(found)

    def scraped() -> Answer:
        try:
            return OK, CONTENT_TYPE, metrics()
        except NoAnswer:
            return UNAVAILABLE, JSON, answer_of([Reason(DATABASE)])

    return _application({"/healthz": healthz, "/metrics": scraped})


def _application(pages: Mapping[str, Page]) -> WSGIApplication:
    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        method, page = environ["REQUEST_METHOD"], pages.get(environ.get("PATH_INFO", ""))
        if page is None:
            status, kind, body = "404 Not Found", JSON, b'{"status":"not found"}'
        elif method not in {"GET", "HEAD"}:
            status, kind, body = "405 Method Not Allowed", JSON, b'{"status":"GET and HEAD only"}'
        else:
            status, kind, body = page()
        start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body))), *HEADERS])
        return [] if method == "HEAD" else [body]

    return application


HEADERS = (("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"), ("Allow", "GET, HEAD"))


class HealthServer:
    """Serves an application on `listen` ("127.0.0.1:9464", "[::1]:9464"; a port alone means loopback)."""

    def __init__(self, listen: str, app: WSGIApplication) -> None:
        host, _, port = listen.rpartition(":")
        self._host = host.strip("[]") or "127.0.0.1"
        self._port = int(port)
        self._app = app
        self._channels: dict[int, object] = {}  # everything waitress has open
        self._thread: Thread | None = None

    @property
    def port(self) -> int:
        """Where it listens; another one than asked for when 0 was asked for."""
        return int(self._server.effective_port)

    def start(self) -> None:
        """Listen, and answer in a thread of its own. Raises OSError when the address cannot be had."""
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        bound = socket.create_server((self._host, self._port), family=family)  # waitress leaks what it cannot bind
        self._server = create_server(
            self._app,
            map=self._channels,
            sockets=[bound],
            threads=THREADS,
            connection_limit=CONNECTIONS,
            backlog=CONNECTIONS,
            channel_timeout=10,
            cleanup_interval=5,
            max_request_header_size=16_384,
            max_request_body_size=1024,
            ident=None,
            asyncore_use_poll=True,
        )
        self._thread = Thread(target=self._server.run, name="listener", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Answer nobody any more; harmless before the start and when repeated."""
        if self._thread is None:
            return
        self._server.task_dispatcher.shutdown(timeout=PATIENCE_SECONDS)  # first: an answer pulls the trigger, too
        self._server.trigger.pull_trigger(lambda: wasyncore.close_all(self._channels))  # runs in its own thread
        self._thread.join(PATIENCE_SECONDS)
        self._thread = None
