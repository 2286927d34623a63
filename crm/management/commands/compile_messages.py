"""Compile the catalogues under locale/ for the running site."""

from django.conf import settings
from django.core.management.base import BaseCommand

from crm.lib import texts


class Command(BaseCommand):
    help = "Compiles locale/*/LC_MESSAGES/django.po to .mo with Babel (no system gettext needed)."
    requires_system_checks = ()

    def handle(self, *args: object, **options: object) -> None:
        """Write one .mo per language."""
        for locale in texts.LOCALES:
            self.stdout.write(f"{locale}: {texts.compile_catalogue(settings.BASE_DIR, locale)} texts")
