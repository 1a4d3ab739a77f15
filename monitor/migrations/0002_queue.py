"""An index for the queue's polls: without it each one reads the whole table."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("monitor", "0001_initial"), ("django_q", "0017_task_cluster_alter")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX ormq_key_lock ON django_q_ormq (key, lock)",
            "DROP INDEX ormq_key_lock",
        ),
    ]
