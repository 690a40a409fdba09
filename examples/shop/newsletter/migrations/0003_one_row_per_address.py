from django.db import migrations
from django.db.models import Min
from django.db.models.functions import Lower


def merge(apps, schema_editor):
    """Keeps the oldest row of each address and writes it in lower case."""
    subscribers = apps.get_model("newsletter", "Subscriber").objects.using(
        schema_editor.connection.alias
    )
    oldest = (
        subscribers.order_by()
        .annotate(address=Lower("email"))
        .values("address")
        .annotate(first=Min("pk"))
        .values("first")
    )
    subscribers.exclude(pk__in=oldest).delete()
    subscribers.exclude(email=Lower("email")).update(email=Lower("email"))


class Migration(migrations.Migration):
    dependencies = [("newsletter", "0002_subscriber_source")]

    # Merged rows cannot be told apart again, and need not be: the schema before fits them too.
    operations = [migrations.RunPython(merge, migrations.RunPython.noop, elidable=True)]
