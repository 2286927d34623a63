"""Coming in and going out: log-in with its audit row, and the page each role begins with."""

from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from crm import audit
from crm.models import Staff
from crm.navigation import address
from crm.pages.news import remember_log_in


class LogIn(LoginView):
    """Log-in by user name and password; django-axes locks the pair of name and address after repeated failures."""

    redirect_authenticated_user = True

    def form_valid(self, form: object) -> HttpResponse:
        before = getattr(form.get_user(), "last_login", None)  # type: ignore[attr-defined]
        response = super().form_valid(form)  # type: ignore[arg-type]
        user = self.request.user
        if isinstance(user, Staff):
            remember_log_in(self.request, before)
            audit.record("log-in", actor=user, table="crm_staff", key=user.pk, address=_address(self.request))
        return response


class LogOut(LogoutView):
    """Ends the session."""

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        user = request.user
        if isinstance(user, Staff):
            audit.record("log-out", actor=user, table="crm_staff", key=user.pk, address=_address(request))
        return super().post(request, *args, **kwargs)


log_in = LogIn.as_view()
log_out = require_POST(LogOut.as_view())

_FIRST_PAGES = {"advisor": "today", "manager": "branch-detail", "admin": "import-list", "compliance": "branch-detail"}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The page that a role begins its day with."""
    user = request.user
    role = user.role if isinstance(user, Staff) else ""
    return redirect(address(_FIRST_PAGES.get(role, "today")) or "/")


def _address(request: HttpRequest) -> str | None:
    return request.META.get("REMOTE_ADDR") or None
