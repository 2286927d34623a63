"""Nights before did not store who looked after a client: whoever does now stands for it. Their figures by advisor and their
flows are counted anew when somebody asks for them. (Apart from the columns, which PostgreSQL adds in a transaction of its
own.)"""

from django.db import migrations


def begin(apps, schema_editor):
    schema_editor.execute(
        "UPDATE segmentation_standing SET advisor_id ="
        " (SELECT c.advisor_id FROM clients_client c WHERE c.id = segmentation_standing.client_id)"
    )
    apps.get_model("segmentation", "NightFigures").objects.update(flows=[], clients_generation=-1)


class Migration(migrations.Migration):
    dependencies = [("segmentation", "0006_flows")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
