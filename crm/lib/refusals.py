"""What a noun says where it cannot do what was asked for."""


class Refused(ValueError):
    """What was asked for cannot be; `field` names the field of the form that it concerns, if any."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field
