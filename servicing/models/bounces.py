"""E-mails that came back: each returned mail once, the addresses that do not work, and how the reading of the mailbox went."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from clients.models import Client
from servicing.models.messages import Message
from servicing.querysets import DeadAddressQuerySet, ReturnedMailQuerySet


class ReturnedMail(models.Model):
    """A mail that was found in the mailbox for returned mail, known again by its digest, so that it counts once however often
    it is read. Nothing of its text is kept: what it says of which message, or that it was left."""

    class Outcome(models.TextChoices):
        FAILED = "failed"
        DELAYED = "delayed"
        LEFT = "left"  # no delivery report, or not of a message of ours

    digest = models.CharField(max_length=64, unique=True)
    outcome = models.CharField(max_length=7, choices=Outcome.choices, default=Outcome.LEFT)
    message = models.ForeignKey(Message, null=True, on_delete=models.PROTECT, related_name="returned")
    code = models.CharField(max_length=12, blank=True)  # RFC 3463, as 5.1.1
    read_at = models.DateTimeField()

    objects = ReturnedMailQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["read_at", "outcome"], name="returned_mail_read")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(outcome="left", message=None) | (Q(message__isnull=False) & ~Q(outcome="left")),
                name="returned_mail_of_a_message_or_left",
            ),
        ]

    def __str__(self) -> str:
        return f"returned mail {self.digest[:8]}"


class DeadAddress(models.Model):
    """An e-mail address of a client from which a message came back for good. `index` stands for the address: another one is
    not concerned. It counts until the address is another, or somebody settles the task that it makes: asked, and it is right."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="dead_addresses", db_index=False)
    index = models.CharField(max_length=22)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(max_length=12)
    found_at = models.DateTimeField()

    objects = DeadAddressQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["client", "index"], name="dead_address_once"),
        ]

    def __str__(self) -> str:
        return f"dead address {self.pk}"


class BounceBox(models.Model):
    """A mailbox for returned mail: how far it was read (`place`), when it was last read to the end and last tried, and the code
    of what went wrong then."""

    name = models.CharField(max_length=200, unique=True)  # host and folder, never a user or a password
    place = models.CharField(max_length=40, blank=True)
    read_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField()
    trouble = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return self.name
