"""Leaves a mail server alone for a while after it has refused us or was not there. It opens no connection.

Without it, every mail that waits would knock for itself: thirty mails with a wrong password are thirty logins, and the
account is locked; thirty mails to a server that is down take half an hour of waiting for it.
"""

from collections.abc import Callable

from outbox.errors import DeliveryError

CONNECTION_PAUSE = 30.0  # seconds: the first delay of `outbox.deliver.THREE_DAYS`, for a server that restarts


class Pause:
    """What went wrong last on the way to the server, and until when that is answer enough. One thread uses it.

    clock: monotonic, in seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failure: DeliveryError | None = None
        self._until = 0.0

    def begin(self, failure: DeliveryError) -> None:
        """Leave the server alone as long as the failure asks for, else CONNECTION_PAUSE."""
        self._failure = failure
        self._until = self._clock() + (failure.retry_after or CONNECTION_PAUSE)

    def end(self) -> None:
        """Knock again."""
        self._failure = None

    def check(self) -> None:
        """Raise the failure once more while the pause lasts, with what is left of it as `retry_after`."""
        if self._failure is None:
            return
        left = self._until - self._clock()
        if left > 0:
            raise DeliveryError(self._failure.reason, retry_after=left)
        self.end()
