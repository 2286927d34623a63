"""Audit rows are append-only: the database itself refuses to change them, whoever asks through the application.

PostgreSQL also takes the rights away from the role that runs the migration; SQLite has no roles, so its triggers are
all there is, and the owner of the file can of course do anything to it."""

from django.db import migrations

SQLITE = [
    f"""CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON crm_auditevent
    BEGIN SELECT RAISE(ABORT, 'audit rows are append-only'); END"""
    for verb in ("UPDATE", "DELETE")
]
POSTGRESQL = [
    """CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'audit rows are append-only'; END $$""",
    """CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON crm_auditevent
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()""",
    """CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON crm_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()""",
    "REVOKE UPDATE, DELETE, TRUNCATE ON crm_auditevent FROM CURRENT_USER",
]


def protect(apps, schema_editor):
    for sql in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(sql, params=None)


def release(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER audit_no_change ON crm_auditevent", params=None)
        schema_editor.execute("DROP TRIGGER audit_no_truncate ON crm_auditevent", params=None)
        schema_editor.execute("DROP FUNCTION audit_is_append_only()", params=None)
        schema_editor.execute("GRANT UPDATE, DELETE, TRUNCATE ON crm_auditevent TO CURRENT_USER", params=None)
    else:
        for verb in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER audit_no_{verb}", params=None)


class Migration(migrations.Migration):
    dependencies = [("crm", "0001_initial")]
    operations = [migrations.RunPython(protect, release)]
