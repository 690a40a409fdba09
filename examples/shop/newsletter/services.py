from newsletter.models import Subscriber


def subscribe(email, source):
    """Adds the address once. The caller does not learn whether it was there before."""
    Subscriber.objects.bulk_create(
        [Subscriber(email=email.strip().lower(), source=source)], ignore_conflicts=True
    )
