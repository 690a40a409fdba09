import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Space',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('slug', models.SlugField(unique=True)),
                ('kind', models.CharField(choices=[('desk', 'Desk'), ('room', 'Room')], max_length=4)),
                ('seats', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1)])),
                ('place', models.CharField(help_text='Where it is, such as “Second floor, east”.', max_length=60)),
                ('description', models.TextField()),
                ('tone', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(6)])),
            ],
            options={
                'ordering': ['kind', 'name'],
            },
        ),
    ]
