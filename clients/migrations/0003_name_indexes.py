"""PostgreSQL finds clients by any two characters of the name, and by the beginning of a reading in pinyin or of its
initials, over all branches at once. Trigrams cannot find two characters, so names are indexed by character and readings
as words (clients.searching asks in the same terms). SQLite reads the branch instead, and is as right."""

from django.db import migrations

INDEXES = {
    "client_characters": "(string_to_array(name, NULL))",
    "client_readings": "(to_tsvector('simple', translate(initials || pinyin, '|', ' ')))",
}


def add_indexes(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name, what in INDEXES.items():
            schema_editor.execute(f"CREATE INDEX {name} ON clients_client USING gin ({what})")


def drop_indexes(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in INDEXES:
            schema_editor.execute(f"DROP INDEX {name}")


class Migration(migrations.Migration):
    dependencies = [("clients", "0002_restricted_clients")]

    operations = [migrations.RunPython(add_indexes, drop_indexes, elidable=False)]
