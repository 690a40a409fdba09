"""What a copy of a layer imports ahead: libraries that need settings, but none of the project.

Some of them want the project's models, or take another way without them. A child tries all first,
and only what leaves no trace of that is imported into the copy.
"""

import gc
import importlib
import json
import os
import signal
import sys

from djdev_reload import modules
from djdev_reload.processes import leftovers, release_connections

# Fewer are left after each; what has not been sorted out by then stays with the project.
ROUNDS = 5
TRIAL_SECONDS = 60

# Of Django's registry: what fails, or is false, before all models have been imported.
CALLS = ("get_model", "get_registered_model", "get_app_config")
FLAGS = ("models_ready", "ready")


class Early:
    def __init__(self, names, before):
        self.names = [name for name in names if name not in sys.modules]
        self.before = before  # sockets
        self.rounds = ROUNDS if self.names else 0
        self.answer = None  # where a child tells which names do not do

    def is_wanted(self):
        return self.rounds > 0 and self.answer is None and bool(self.names)

    def begin(self):
        """Has a child try them; answers where it can be read from."""
        self.rounds -= 1
        read, write = os.pipe()
        if os.fork() == 0:
            os.close(read)
            signal.alarm(TRIAL_SECONDS)
            silence()
            try:
                os.write(write, json.dumps(attempt(self.names, self.before)).encode("ascii"))
            finally:
                os._exit(0)
        os.close(write)
        self.answer = read
        return read

    def hear(self):
        """What a child has met with; what has been no trouble is imported here."""
        with os.fdopen(self.answer, "rb") as answer:
            said = answer.read()
        self.answer = None
        bad = set(json.loads(said.decode("ascii"))) if said else set(self.names)
        if bad:
            self.names = [name for name in self.names if name not in bad]
            return
        self.rounds = 0
        if attempt(self.names, self.before):
            os._exit(1)  # half of something has been imported: nothing may be forked from it
        gc.freeze()


def attempt(names, before):
    """Imports them in order; those that fail, ask in vain for a model, or import the project."""
    bad = []
    asked, forget = watch_registry()
    count = len(sys.modules)
    project = project_modules()
    for name in names:
        try:
            importlib.import_module(name)
        except BaseException:
            bad.append(name)
        else:
            if len(sys.modules) != count and project_modules() != project:
                asked.append("the project")
            if asked:
                bad.append(name)
        count = len(sys.modules)
        asked.clear()
    forget()
    release_connections()
    if leftovers() is not None or modules.traces() - before:
        return list(names)
    return bad


def silence():
    """What is said while they are imported is said by the copy itself, and once."""
    null = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(null, stream)


def project_modules():
    return {name for name, module in list(sys.modules.items()) if modules.is_project_module(module)}


def watch_registry():
    """A list that has an entry when somebody asked Django for models that are not there yet."""
    asked, originals = [], {}
    registry = sys.modules["django.apps.registry"].Apps

    def watch_call(name):
        original = originals[name] = getattr(registry, name)

        def ask(*arguments, **options):
            try:
                return original(*arguments, **options)
            except BaseException:
                asked.append(name)
                raise

        setattr(registry, name, ask)

    def watch_flag(name):
        def ask(apps):
            if not vars(apps)[name]:
                asked.append(name)
            return vars(apps)[name]

        setattr(registry, name, property(ask, lambda apps, value: vars(apps).update({name: value})))

    def forget():
        for name, original in originals.items():
            setattr(registry, name, original)
        for name in FLAGS:
            delattr(registry, name)

    for name in CALLS:
        watch_call(name)
    for name in FLAGS:
        watch_flag(name)
    return asked, forget
