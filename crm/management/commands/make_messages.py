"""Collect the texts of templates and Python files into the catalogues under locale/."""

from django.conf import settings
from django.core.management.base import BaseCommand

from crm.lib import texts


class Command(BaseCommand):
    help = "Collects texts for translation into locale/*/LC_MESSAGES/django.po (no system gettext needed)."
    requires_system_checks = ()

    def handle(self, *args: object, **options: object) -> None:
        """Update every language and say how much is still to be translated."""
        for locale in texts.LOCALES:
            found = texts.update(settings.BASE_DIR, locale)
            missing = 0 if locale == "en" else len(texts.untranslated(settings.BASE_DIR, locale))
            self.stdout.write(f"{locale}: {len(found)} texts, {missing} without a translation")
