"""An index for the queue's polls: without it each one reads the whole table."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("monitor", "0001_initial"), ("django_q", "0019_alter_task_options_alter_ormq_key_alter_ormq_lock_and_more")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX ormq_key_lock ON django_q_ormq (key, lock)",
            "DROP INDEX ormq_key_lock",
        ),
    ]
