"""Who works here: branches and staff."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from crm.querysets import BranchQuerySet, StaffQuerySet


class Branch(models.Model):
    """A branch 营业部 (P1): the unit of permission, of the nightly work and of distribution."""

    code = models.CharField(_("branch code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=100)
    region = models.CharField(_("region"), max_length=50, blank=True)
    city = models.CharField(_("city"), max_length=50, blank=True)
    is_active = models.BooleanField(default=True)

    objects = BranchQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return self.name


class StaffManager(BaseUserManager["Staff"].from_queryset(StaffQuerySet)):  # type: ignore[misc]
    def create_user(self, username: str, password: str | None = None, **fields: object) -> "Staff":
        """Make one member of staff; without a password they cannot log in until invited."""
        staff: Staff = self.model(username=username, **fields)
        staff.set_password(password)
        staff.save(using=self._db)
        return staff


class Staff(AbstractBaseUser):
    """A member of staff (P2); `branches` is many-to-many because a service director or head office has several."""

    class Role(models.TextChoices):
        ADVISOR = "advisor", _("advisor")
        MANAGER = "manager", _("branch manager")
        ADMIN = "admin", _("administrator")
        COMPLIANCE = "compliance", _("compliance")

    class Registration(models.TextChoices):
        NONE = "none", _("not registered")
        ACTIVE = "active", _("registered")
        SUSPENDED = "suspended", _("suspended")
        ENDED = "ended", _("ended")

    username = models.CharField(_("user name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=60)
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    branches = models.ManyToManyField(Branch, related_name="staff", blank=True)
    employee_code = models.CharField(_("employee code"), max_length=30, unique=True, null=True, blank=True)
    registration_number = models.CharField(_("registration number"), max_length=30, blank=True)
    registration_category = models.CharField(_("registration category"), max_length=40, blank=True)
    registration_status = models.CharField(max_length=10, choices=Registration.choices, default=Registration.NONE)
    is_active = models.BooleanField(default=True)
    left_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)  # counts edits, so that a second editor is told
    session_epoch = models.PositiveIntegerField(default=0)  # raised when every session of the person has to end

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "role"]

    # clients of colleagues that a grant opens to this reader, where a request has looked (clients.grants)
    opened: frozenset[int] = frozenset()

    objects = StaffManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["username"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_advisor(self) -> bool:
        return self.role == self.Role.ADVISOR

    @property
    def is_manager(self) -> bool:
        return self.role == self.Role.MANAGER

    @property
    def is_admin(self) -> bool:
        return self.role == self.Role.ADMIN

    @property
    def is_compliance(self) -> bool:
        return self.role == self.Role.COMPLIANCE

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session is compared with at every request: another password or another epoch ends it."""
        salt = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"
        epoch = f"|{self.session_epoch}" if self.session_epoch else ""
        return salted_hmac(salt, f"{self.password}{epoch}", secret=secret, algorithm="sha256").hexdigest()
