"""Why a mail could not be handed over: what every transport raises."""

from db.work import WorkFailed


class DeliveryError(WorkFailed):
    """A mail was not delivered, or nobody knows whether it was.

    uncertain: the connection was lost between the final dot and the server's answer (RFC 1047); sending again may
    deliver the mail twice.
    """

    def __init__(
        self, reason: str, *, permanent: bool = False, retry_after: float | None = None, uncertain: bool = False
    ) -> None:
        super().__init__(reason, permanent=permanent or uncertain, retry_after=retry_after)
        self.uncertain = uncertain
