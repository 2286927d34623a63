"""E-mail by SMTP, through Django's mail backend (EMAIL_* settings, from the environment). A mail server knows no keys: the
Message-ID is made of ours, so that a second copy of an unknown one can be told by the reader's program, and what comes back by
us. Where `BOUNCE_ADDRESS` says {key}, the envelope's sender carries it too."""

import smtplib
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from servicing.messages.gateways.outcome import NotSent, Outcome, Sent, Unclear, Written
from servicing.messages.tokens import return_key


@dataclass(frozen=True)
class SmtpGateway:
    """The mail server of the house."""

    def send(self, written: Written) -> Outcome:
        """Connect, then hand the letter over: a failure before the connection stands is surely not sent."""
        domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
        key = return_key(UUID(written.key))
        letter = EmailMessage(
            written.subject,
            written.body,
            settings.BOUNCE_ADDRESS.replace("{key}", key),
            to=[written.to],
            headers={
                "From": settings.DEFAULT_FROM_EMAIL,
                "Message-ID": f"<{key}@{domain}>",
                **dict(written.headers),
            },
        )
        connection = get_connection(fail_silently=False)
        try:
            connection.open()
        except (OSError, smtplib.SMTPException) as error:
            return NotSent(f"smtp: {type(error).__name__}", again=True)
        try:
            letter.connection = connection
            letter.send()
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _text in refused.recipients.values()]
            return NotSent(f"smtp: {codes[0]}", again=all(400 <= code < 500 for code in codes))
        except smtplib.SMTPResponseException as refused:  # the server said no to sender or text
            return NotSent(f"smtp: {refused.smtp_code}", again=400 <= refused.smtp_code < 500)
        except (OSError, smtplib.SMTPException) as error:
            return Unclear(f"smtp: {type(error).__name__}")
        finally:
            with suppress(OSError, smtplib.SMTPException):  # what was said before counts
                connection.close()
        return Sent(letter.extra_headers["Message-ID"])
