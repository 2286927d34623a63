"""What the rows that somebody decided have in common."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.models import Branch


class DecidedRow(models.Model):
    """Decided for a first day by somebody who says why, of the firm or of one branch; superseded and never edited. SUBJECT is
    the column that says what it is about, VARIANT the one that says in which case only, SAYS are those that say what was
    decided."""

    SUBJECT: ClassVar[str]
    VARIANT: ClassVar[str] = ""
    SAYS: ClassVar[tuple[str, ...]]

    branch = models.ForeignKey(Branch, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    from_day = models.DateField(_("first day"))
    source = models.CharField(_("why"), max_length=200)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        abstract = True

    def decided(self) -> dict[str, Any]:
        """What the row says, apart from whom it is for and who said it."""
        return {name: getattr(self, name) for name in self.SAYS}
