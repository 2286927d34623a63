"""A branch with an admin, a manager and an advisor, and what the admin's forms send."""

from uuid import uuid4

from django.urls import reverse

from crm.models import Branch
from tests.crm.page_firm import browser_of, staff


class Firm:
    def __init__(self):
        self.branch = Branch.objects.create(code="1101", name="临江路营业部")
        self.other = Branch.objects.create(code="1102", name="望湖营业部")
        self.admin = staff("root", "admin")
        self.advisor = staff("hers", "advisor", self.branch)
        self.boss = staff("boss", "manager", self.branch)
        self.browser = browser_of(self.admin)

    def fields(self, person=None, **more):
        told = {
            "username": "zhaoyiran", "name": "赵亦然", "role": "advisor", "branches": [self.branch.pk],
            "employee_code": "", "registration_number": "", "registration_category": "",
            "registration_status": "none", "uid": str(uuid4()),
        }  # fmt: skip
        if person:
            told |= {"username": person.username, "name": person.name, "role": person.role, "version": person.version}
        return told | more

    def invite(self, **more):
        return self.browser.post(reverse("invite-staff"), self.fields(**more))

    def change(self, person, **more):
        return self.browser.post(reverse("change-staff", args=[person.pk]), self.fields(person, **more))


def path_of(response):
    return response.context["link"].removeprefix("http://testserver")
