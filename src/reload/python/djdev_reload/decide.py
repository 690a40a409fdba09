"""What an edit needs, from the files that the processes say they have loaded."""

import os
import sys

from djdev_reload import failure, modules
from djdev_reload.notices import note

ORDER = ["none", "templates", "layer", "warm", "restart"]
SKIPPED = {"node_modules", "site-packages", "__pycache__", "venv"}
# Nobody reads these while requests are served.
UNREAD = (".pyc", ".po", ".pot", ".md", ".rst")
# What is known of a leaf that has not answered yet.
NO_FOLDERS = {"templates": [], "static": [], "static_needs": "warm"}


def kind(zygote, paths, late):
    """`late` came while another reload was under way, so files may be newer than a layer's list."""
    kinds = [kind_of(zygote, path, path in late) for path in paths]
    most = max(kinds, key=ORDER.index, default="none")
    if most in ("none", "templates", "layer") and no_template(zygote):
        return "warm" if most != "none" or zygote.family.current is None else most
    return most


def no_template(zygote):
    template = zygote.family.template
    return template is None or template.unsafe is not None


def kind_of(zygote, path, late):
    if path in zygote.arbiter_files:
        return "restart"
    if path.endswith(UNREAD):
        return "none"
    if not modules.is_project_file(path):
        return "restart"
    layer = zygote.family.template
    if layer is None or path in layer.files or path in layer.opened:
        return "warm"
    if path.endswith(".py"):
        if path in zygote.family.leaf_files:
            return "layer"
        # A new file may be what the application looked for in vain, such as admin.py.
        return "warm" if late or path not in (layer.present or ()) else "layer"
    return kind_of_data(zygote.family.folders, path)


def kind_of_data(folders, path):
    if any(path.startswith(folder + os.sep) for folder in folders["static"]):
        if folders["static_needs"] == "collectstatic":
            note("static", "Static files are served as collectstatic left them. To see an edited "
                 "one: djdev exec -u root web python manage.py collectstatic --noinput, and then "
                 "djdev restart web.")
        return "warm" if folders["static_needs"] == "warm" else "none"
    if path.endswith(".mo"):
        return "templates"
    if any(path.startswith(folder + os.sep) for folder in folders["templates"]):
        return "templates"
    return "layer"


def present_files():
    """Python files of the project that exist."""
    found = set()
    for root in roots():
        for folder, folders, names in os.walk(root):
            folders[:] = [name for name in folders if name not in SKIPPED and name[0] != "."]
            found.update(folder + "/" + name for name in names if name.endswith(".py"))
    return found


def roots():
    candidates = {os.getcwd()} | {os.path.realpath(path or ".") for path in sys.path}
    return {
        path for path in candidates
        if path != "/" and os.path.isdir(path) and modules.is_project_file(path + os.sep)
    }


def try_configuration(zygote):
    """Runs the server's configuration file in a child; its failure, or None.

    The arbiter would not survive a failure of its own.
    """
    path = zygote.server.configuration()
    if path is None:
        return None
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        try:
            namespace = {"__name__": "__config__", "__file__": path}
            with open(path, "rb") as file:
                exec(compile(file.read(), path, "exec", dont_inherit=True), namespace)
        except BaseException as error:
            import json

            os.write(write, json.dumps(failure.describe(error)).encode("ascii")[:60000])
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as answer:
        data = answer.read()
    os.waitpid(pid, 0)
    if not data:
        return None
    import json

    return json.loads(data.decode("ascii"))
