"""A celery worker: its main process becomes the zygote, and each leaf is a whole worker."""

import sys

from djdev_reload.uvicorn import start_again
from djdev_reload.zygote import Zygote


def patch(module):
    original = module.main

    def main():
        if "worker" not in sys.argv:
            return original()
        leaf = Zygote(Celery()).run()
        from celery import signals

        signals.celeryd_after_setup.connect(lambda **_: leaf.ready(), weak=False)
        return original()

    module.main = main


def application_name(words):
    for index, word in enumerate(words):
        if word in ("-A", "--app") and index + 1 < len(words):
            return words[index + 1]
        if word.startswith("--app="):
            return word[6:]
        if word.startswith("-A") and len(word) > 2:
            return word[2:]
    return None


class Celery:
    """The server as the zygote sees it."""

    name = "celery"
    # A task that runs is not held up: the old worker ends when its tasks have.
    holds = False
    has_pages = False
    grace_seconds = 600

    def load(self):
        name = application_name(sys.argv[1:])
        if name is None:
            return
        from celery.app.utils import find_app

        # As the worker does it later on: Django is set up, and all tasks are imported.
        find_app(name).loader.import_default_modules()

    def beat(self):
        pass

    def parent_is_gone(self):
        return False

    def configuration(self):
        return None

    def restart(self, zygote):
        start_again(zygote)
