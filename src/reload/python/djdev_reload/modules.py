"""Which modules are the project's, and importing the others before the project is."""

import importlib
import os
import site
import sys
import sysconfig
import threading
import warnings

from djdev_reload import recall

# Importing these starts threads or opens sockets that no fork survives.
DENIED = {"grpc", "gevent", "eventlet", "uvloop", "ddtrace", "newrelic", "elasticapm", "tensorflow"}

OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def library_paths():
    paths = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    try:
        paths.update(site.getsitepackages())
        paths.add(site.getusersitepackages())
    except AttributeError:
        pass
    paths.add(OURS)
    return tuple(os.path.realpath(path) + os.sep for path in paths if path)


LIBRARIES = library_paths()
_known = {}


def is_project_file(path):
    """By where libraries lie, not by the working directory: a .venv may lie inside of it."""
    answer = _known.get(path)
    if answer is None:
        real = os.path.realpath(path)
        answer = not (
            real.startswith(LIBRARIES) or "/site-packages/" in real or "/dist-packages/" in real
        )
        _known[path] = answer
    return answer


def module_file(module):
    spec = getattr(module, "__spec__", None)
    origin = getattr(spec, "origin", None) or getattr(module, "__file__", None)
    if isinstance(origin, str) and origin.startswith("/"):
        return origin
    return None


def is_project_module(module):
    path = module_file(module)
    if path is not None:
        return is_project_file(path)
    try:
        parts = list(getattr(module, "__path__", ()))
    except Exception:
        return False
    return bool(parts) and all(isinstance(part, str) and is_project_file(part) for part in parts)


class Loaded:
    """What this process has imported since the last look."""

    def __init__(self):
        self.names = set(sys.modules)

    def files(self):
        """Real paths of the project's files among them; no look."""
        names = [name for name in list(sys.modules) if name not in self.names]
        paths = {module_file(sys.modules[name]) for name in names if name in sys.modules}
        return {os.path.realpath(path) for path in paths if path and is_project_file(path)}

    def look(self):
        """Real paths of project files, and {name: file or None} of libraries in order of import."""
        names = [name for name in list(sys.modules) if name not in self.names]
        self.names.update(names)
        files, libraries = set(), {}
        for name in names:
            module = sys.modules.get(name)
            if module is None or name in ("__main__", "__mp_main__", "__config__", "sitecustomize"):
                continue
            path = module_file(module)
            if path is not None and is_project_file(path):
                files.add(os.path.realpath(path))
            elif getattr(module, "__spec__", None) is not None and not is_project_module(module):
                libraries[name] = recall.origin(module)
        return files, libraries


def purge_project():
    """Forgets the project's modules, so that a fork imports them anew; returns their files."""
    files = set()
    for name, module in list(sys.modules.items()):
        if name == "__main__" or not is_project_module(module):
            continue
        path = module_file(module)
        if path is not None:
            files.add(os.path.realpath(path))
        del sys.modules[name]
        parent, _, last = name.rpartition(".")
        if parent in sys.modules:
            vars(sys.modules[parent]).pop(last, None)
    return files


class Importer:
    """Imports libraries in a process that has no settings, and remembers which do not like it."""

    def __init__(self, bad, denied):
        self.bad = set(bad)
        self.denied = DENIED | set(denied)
        self.asked_for_settings = False
        self._watching = None

    def wants(self, name):
        return name not in sys.modules and name not in self.bad and (
            name.partition(".")[0] not in self.denied
        )

    def run(self, name):
        """The top-level package, when it left a thread or a socket behind; else None."""
        before = open_files()
        settings = os.environ.pop("DJANGO_SETTINGS_MODULE", None)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._import(name)
        finally:
            if settings is not None:
                os.environ["DJANGO_SETTINGS_MODULE"] = settings
        if threading.active_count() > 1 or sockets(open_files() - before):
            return name.partition(".")[0]
        return None

    def _import(self, name):
        self._watch_settings()
        self.asked_for_settings = False
        before = set(sys.modules)
        try:
            importlib.import_module(name)
        except BaseException:
            self.bad.add(name)
            return
        if self.asked_for_settings:
            # It caught the error of the missing settings, and keeps what it made of that.
            self.bad.add(name)
            for added in set(sys.modules) - before:
                del sys.modules[added]

    def _watch_settings(self):
        conf = sys.modules.get("django.conf")
        if conf is None or self._watching is conf:
            return
        self._watching = conf
        original = conf.LazySettings._setup

        def setup(settings, name=None):
            self.asked_for_settings = True
            return original(settings, name)

        conf.LazySettings._setup = setup


def traces():
    """Sockets that are open."""
    return sockets(open_files())


def open_files():
    return set(os.listdir("/proc/self/fd"))


def sockets(files):
    found = set()
    for entry in files:
        try:
            target = os.readlink("/proc/self/fd/" + entry)
        except OSError:
            continue
        if target.startswith("socket:"):
            found.add(target)
    return found
