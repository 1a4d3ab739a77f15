"""Why an address could not be fetched."""


class FetchError(Exception):
    """No content; `sentence` is for people, `permanent` says that trying again is no use.

    `status` is the HTTP status of a refusal, `retry_after` the seconds a host asked us to wait.
    """

    def __init__(
        self,
        sentence: str,
        *,
        permanent: bool,
        status: int | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.permanent = permanent
        self.status = status
        self.retry_after = retry_after
