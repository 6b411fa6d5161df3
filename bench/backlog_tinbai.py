"""tinbai on a backlog, in a process of its own: stores all that waits, then reads it with its own duties.

No page is fetched and nothing is sent, for that is not what is measured. Tells on standard output what it has done and
how long it took. `python -m bench.backlog_tinbai`, with the settings in the environment.
"""

import logging
import os
import sys
import time
from pathlib import Path
from threading import Event, Thread

from db.queries import messages
from db.states import MessageState
from ingest.receive import receive
from tinbai.duties import Duties, Duty
from tinbai.settings import load
from tinbai.wiring import App

GLANCE_SECONDS = 0.1


def main() -> None:
    """Store, then read."""
    logging.basicConfig(level=logging.ERROR)
    app = App(load(Path(os.environ["TINBAI_SETTINGS"]), os.environ))
    app.sandbox.call(len, ())  # the children are there before the first mail, as in a daemon that has started
    stored = _store(app)
    read = _read(app)
    print(stored, read, flush=True)
    sys.stdin.read()  # whoever started this looks at the memory first
    app.close()


def _store(app: App) -> float:
    begun = time.perf_counter()
    with app.mailbox.connect() as mailbox:
        receive(mailbox, app.database, app.settings.mailbox, app.clock())
    return time.perf_counter() - begun


def _read(app: App) -> float:
    """The daemon's readers, until no mail is left."""
    stop = Event()
    readers = [duty for duty in Duties(app, "bench", stop).of_a_worker() if duty.name.startswith("reader")]
    threads = [Thread(target=_forever, args=(duty, stop)) for duty in readers]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    while _unread(app):
        time.sleep(GLANCE_SECONDS)
    took = time.perf_counter() - begun
    stop.set()
    app.wake.call_all()
    for thread in threads:
        thread.join()
    return took


def _forever(duty: Duty, stop: Event) -> None:
    while not stop.is_set():
        duty.turn()


def _unread(app: App) -> int:
    with app.database.read() as session:
        return messages.count(session, MessageState.RECEIVED)


if __name__ == "__main__":
    main()
