"""The contact form, in the drawer or in a row of today's work; and one contact with its history."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.models import Client
from clients.revealing import masked_values
from crm.access import name_for, text_for
from crm.lib.http import only, staff_of
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing import contacts
from servicing.channels import first_open, given_by
from servicing.contacts import ContactConflict
from servicing.forms import ContactForm, EditContactForm, due_choices
from servicing.models import Contact, Promise, Task
from servicing.pages.answers import contact_of, done, named, received_client, refuse

LAST_TALKS = 3


@require_http_methods(["GET", "HEAD", "POST"])
@only("advisor", "manager")
def record_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a contact with a client. `?task=` or `?promise=` names what it settles, `?channel=` how it was, `?inline=1`
    asks for the short form of a row."""
    client, now = received_client(request, pk), timezone.now()
    settles = _settles(request, client)
    inline = "inline" in request.GET
    names = f"row-{pk}-%s" if inline else "contact-%s"
    begin = ContactForm.fresh(now, "" if request.method == "POST" else _proposed(request, client, settles))
    form = ContactForm(request.POST or None, now=now, branch=client.branch_id, initial=begin, auto_id=names)
    if request.method == "POST" and form.is_valid():
        try:
            contact = contacts.record_contact(
                client,
                form.said,
                uid=form.uid_or_new,
                by=staff_of(request),
                at=now,
                promise=form.due("promise", "promise_due"),
                step=form.due("next_step", "step_due"),
                settles=settles,
                stage=form.cleaned_data["stage"],
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            words = _("Recorded and done: {name}") if settles else _("Recorded: {name}")
            undo = reverse("withdraw-contact", args=[contact.pk])
            return done(request, client, words.format(name=named(client)), undo=undo)
    context = {
        "form": form,
        "client": client,
        "name": named(client),
        "form_action": request.get_full_path(),
        "draft": f"{staff_of(request).pk}:contact:{pk}",
        "settles": settles,
        "phone": masked_values(client)["phone"] if inline else "",
        "talks": [] if inline else _talks(client),
        **_common(),
    }
    template = "servicing/_contact_inline.html" if inline else "servicing/_contact.html"
    return render(request, template, context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@only("advisor", "manager", "compliance")
def contact_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One contact with its earlier readings; whoever recorded it, or a manager, changes it here."""
    contact, now, user = contact_of(request, pk), timezone.now(), staff_of(request)
    may_edit = _may_edit(user, contact)
    if request.method == "POST" and not may_edit:
        raise Http404
    said = contacts.said_in(contact)
    initial = {**contacts.reading(contact), "happened_at": said.happened_at, "version": contact.version}
    initial["script"] = said.script_id
    data = request.POST.copy() if request.method == "POST" else None
    form = EditContactForm(data, now=now, branch=contact.branch_id, initial=initial, auto_id="contact-%s")
    theirs: Contact | None = None
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"] or 0
            edited = contacts.edit_contact(contact, form.said, version=version, by=user, at=now)
        except Refused as refused:
            form.refuse(refused)
        except ContactConflict as conflict:
            theirs = conflict.current
            if data is not None:  # what is sent next was written with theirs in sight
                data["version"] = str(theirs.version)
        else:
            undo = reverse("undo-edit-contact", args=[pk, edited.version]) if edited.version > contact.version else ""
            words = _("The contact is changed; the earlier text stays in its history.")
            return done(request, contact.client, words, undo=undo)
    context = {
        "form": form if may_edit and not contact.withdrawn_at else None,
        "contact": contact,
        "name": name_for(user, contact.client.name, contact.client.client_number),
        "said": text_for(user, said.summary, contact.client.name),
        "step": text_for(user, said.next_step, contact.client.name),
        "may_edit": may_edit,
        "theirs": theirs,
        "history": _history(user, contact),
        "form_action": request.path if may_edit and not contact.withdrawn_at else "",
        "draft": f"{user.pk}:edit-contact:{pk}",
        **_common(),
    }
    return render(request, "servicing/_contact_detail.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@only("advisor", "manager")
def undo_edit(request: HttpRequest, pk: int, version: int) -> HttpResponse:
    """The reading before an edit, unless somebody changed it since."""
    contact, user = contact_of(request, pk), staff_of(request)
    if not _may_edit(user, contact):
        raise Http404
    try:
        contacts.undo_edit(contact, version=version, by=user, at=timezone.now())
    except Refused as refused:
        return refuse(request, contact.client, str(refused))
    except ContactConflict:
        return refuse(request, contact.client, _("Somebody changed this contact meanwhile"))
    return done(request, contact.client, _("The contact reads as before: {name}").format(name=named(contact.client)))


@require_POST
@only("advisor", "manager")
def withdraw_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a contact back; the row stays, and so does the way back."""
    contact, user = contact_of(request, pk), staff_of(request)
    if not _may_edit(user, contact):
        raise Http404
    contacts.withdraw_contact(contact, by=user, at=timezone.now())
    words = _("Withdrawn: the contact with {name}").format(name=named(contact.client))
    return done(request, contact.client, words, undo=reverse("restore-contact", args=[pk]))


@require_POST
@only("advisor", "manager")
def restore_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """The undo of taking a contact back."""
    contact, user = contact_of(request, pk), staff_of(request)
    if not _may_edit(user, contact):
        raise Http404
    contacts.restore_contact(contact, by=user, at=timezone.now())
    words = _("Restored: the contact with {name}").format(name=named(contact.client))
    return done(request, contact.client, words, undo=reverse("withdraw-contact", args=[pk]))


def _settles(request: HttpRequest, client: Client) -> Task | Promise | None:
    """What the address says that this contact settles; nothing where that is not the client's."""
    for name, model in (("task", Task), ("promise", Promise)):
        key = request.GET.get(name, "")
        if key.isdecimal() and len(key) < 19:
            return model._default_manager.visible_to(staff_of(request)).filter(pk=int(key), client=client).first()
    return None


def _proposed(request: HttpRequest, client: Client, settles: Task | Promise | None) -> str:
    """The channel that the address names, else the first open one of those by which the task is owed; one query at most."""
    asked = request.GET.get("channel", "")
    if asked in Contact.Channel.values:
        return asked
    channels = settles.slots.get("channels", ()) if isinstance(settles, Task) else ()
    return first_open(channels, given_by(client)) if channels else ""


def _talks(client: Client) -> list[Contact]:
    return list(Contact.objects.standing().of_client(client).select_related("staff")[:LAST_TALKS])


def _history(user: Staff, contact: Contact) -> list[dict[str, Any]]:
    """The earlier readings, the latest first."""
    rows = contact.changes.select_related("staff").order_by("-version")
    kept = [(row, contacts.said_before(row.before)) for row in rows]
    return [{"row": row, "summary": text_for(user, said.summary, contact.client.name)} for row, said in kept]


def _may_edit(user: Staff, contact: Contact) -> bool:
    return user.is_manager or (user.is_advisor and contact.staff_id == user.pk)


def _common() -> dict[str, Any]:
    return {"due_days": due_choices(timezone.localdate())}
