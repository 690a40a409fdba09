"""Part of the inspect probe: what lies in wait for a page that nobody has asked for yet.

Stages: templates (do all compile, and are their static files there?), environment (which of the
given variables does anything read?), writable (what may this user write?).
"""

import re
import tempfile

LARGEST_TEXT = 300000
MOST_TEMPLATES = 2000
MOST_FILES = 20000


def record_reads():
    """From now on, remembers the names of the variables that anything asks for."""
    seen = set()
    kind = type(os.environ)
    original = kind.__getitem__

    def look_up(self, key):
        if isinstance(key, str):
            seen.add(key)
        return original(self, key)

    kind.__getitem__ = look_up
    return seen


READS = record_reads()


def environment(settings):
    """Of the variables that the manifest gives: those that nothing asked for, and no file names."""
    from django.urls import get_resolver

    try:
        get_resolver().url_patterns
    except Exception:
        return {"unread": []}
    unread = [name for name in options.get("variables") or () if name not in READS]
    for path in own_texts() if unread else ():
        text = read_text(path)
        unread = [name for name in unread if name not in text]
        if not unread:
            break
    return {"unread": unread}


def own_texts():
    """Text files of the project, and the scripts that production's command names."""
    yield from script_paths(options.get("command") or ())
    # Without a WORKDIR an image begins at /, which holds far more than a project.
    tops = {os.getcwd(), os.path.dirname(os.path.abspath(sys.argv[0]))} - {"/"}
    found = 0
    for directory, names, files in (step for top in sorted(tops) for step in os.walk(top)):
        names[:] = [name for name in names
                    if name not in ("node_modules", "__pycache__", "site-packages", ".git", ".venv")]
        for name in files:
            found += 1
            path = os.path.join(directory, name)
            unread = re.search(
                r"\.(pyc|png|jpe?g|gif|webp|woff2?|ttf|gz|br|zip|so|mo|map|css)$", name)
            if not unread and found < MOST_FILES:
                yield path


def script_paths(words):
    import shutil

    for word in words:
        path = word if "/" in word else shutil.which(word) or ""
        if os.path.isfile(path):
            yield path
    # What such a script calls in its turn usually lies in one of these.
    for directory in ("/", "/usr/local/bin"):
        for name in os.listdir(directory):
            path = os.path.join(directory, name)
            if os.path.isfile(path) and os.access(path, os.R_OK):
                yield path


def read_text(path):
    try:
        if os.path.getsize(path) > LARGEST_TEXT:
            return ""
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError):
        return ""


def writable(settings):
    """What the user of the image may write. Root may everything, and that is told elsewhere."""
    from django.apps import apps
    from django.core.files.storage import default_storage, FileSystemStorage
    from django.db.models import FileField

    own = [app for app in apps.get_app_configs()
           if is_own(os.path.join(app.path, "__init__.py"))]
    code = sorted(app.path for app in own if os.access(app.path, os.W_OK))
    uploads = sorted("%s.%s" % (model._meta.label, field.name)
                     for app in own for model in app.get_models()
                     for field in model._meta.get_fields() if isinstance(field, FileField))
    media = None
    if uploads and isinstance(default_storage, FileSystemStorage) and default_storage.base_location:
        media = os.path.abspath(default_storage.location)
    return {
        "root": os.getuid() == 0, "code": code[:5], "uploads": uploads[:10], "media": media,
        "mediaWritable": media is None or os.access(nearest(media), os.W_OK),
        "temporary": has_temporary(),
    }


def has_temporary():
    """Python itself looks for one, and tries to write there."""
    try:
        return os.access(tempfile.gettempdir(), os.W_OK)
    except OSError:
        return False


def nearest(path):
    """The directory itself, or the first above it that exists: it would have to be made there."""
    while not os.path.isdir(path) and os.path.dirname(path) != path:
        path = os.path.dirname(path)
    return path


def templates(settings):
    """Compiles the project's own templates, and looks up every static file they name."""
    from django.template import engines
    from django.template.backends.django import DjangoTemplates

    answer = {"count": 0, "broken": [], "missing": []}
    texts = []
    for engine in engines.all():
        if not isinstance(engine, DjangoTemplates):
            continue
        for name, path in own_templates(engine):
            answer["count"] += 1
            try:
                nodes = engine.engine.get_template(name).nodelist
            except Exception as error:
                answer["broken"].append({
                    "name": name, "file": path, "line": error_line(error), "error": str(error),
                    "kind": type(error).__name__, "used": is_mentioned(name, texts),
                })
                continue
            for wanted, line in static_names(nodes):
                error = look_up_static(wanted)
                if error:
                    answer["missing"].append({
                        "name": name, "file": path, "line": line, "path": wanted, "error": error,
                        "used": is_mentioned(name, texts),
                    })
    answer["broken"] = answer["broken"][:20]
    answer["missing"] = answer["missing"][:20]
    return answer


def own_templates(engine):
    seen = set()
    for directory in engine.template_dirs:
        top = str(directory)
        if not is_own(os.path.join(os.path.abspath(top), "x")):
            continue
        for where, _, files in os.walk(top):
            for file in sorted(files):
                path = os.path.join(where, file)
                name = os.path.relpath(path, top)
                if re.search(r"\.(html|txt|xml)$", file) and name not in seen \
                        and len(seen) < MOST_TEMPLATES:
                    seen.add(name)
                    yield name, path


def is_mentioned(name, texts):
    """Something in the project names it: a view, a tag or another template. Django knows some itself."""
    if re.match(r"(?:[45]\d\d\.html$|registration/|admin/)", name):
        return True
    if not texts:
        texts.extend(map(read_text, own_texts()))
    return any('"%s"' % name in text or "'%s'" % name in text for text in texts)


def error_line(error):
    token = getattr(error, "token", None)
    return getattr(token, "lineno", None)


def static_names(nodes):
    """The literal names in {% static %}; those from variables are only known to a request."""
    from django.templatetags.static import StaticNode

    for node in nodes.get_nodes_by_type(StaticNode):
        name = getattr(node.path, "var", None)
        if isinstance(name, str) and "{" not in name:
            token = getattr(node, "token", None)
            yield name, getattr(token, "lineno", None)


def look_up_static(name):
    """Why {% static name %} would raise, if it would."""
    from django.apps import apps

    if not apps.is_installed("django.contrib.staticfiles"):
        return None
    from django.contrib.staticfiles import finders
    from django.contrib.staticfiles.storage import staticfiles_storage

    if not hasattr(staticfiles_storage, "hashed_files") or not name.strip("/"):
        return None
    if getattr(staticfiles_storage, "manifest_strict", True) is False:
        return None
    try:
        if staticfiles_storage.hashed_files:
            staticfiles_storage.stored_name(name)
        elif not name.endswith("/") and finders.find(name.split("?")[0].split("#")[0]) is None:
            # The manifest is written by a release command: what finders do not find is not in it.
            return "no finder finds it"
    except ValueError as error:
        return str(error)
    except Exception:
        return None
    return None


def assets(settings):
    """Static files as they lie in the image: compressed beside the plain ones, and what styles name."""
    from django.apps import apps

    answer = {"texts": 0, "gzip": 0, "brotli": 0, "compresses": False, "references": []}
    if not apps.is_installed("django.contrib.staticfiles"):
        return answer
    from django.contrib.staticfiles.storage import staticfiles_storage

    root = getattr(staticfiles_storage, "location", None)
    if not root or not os.path.isdir(root):
        return answer
    answer["compresses"] = "Compressed" in type(staticfiles_storage._wrapped).__name__
    for directory, _, files in os.walk(root):
        names = set(files)
        for name in files:
            path = os.path.join(directory, name)
            if re.search(r"\.(css|js|svg|json|xml|txt|html)$", name) and os.path.getsize(path) > 4000:
                answer["texts"] += 1
                answer["gzip"] += name + ".gz" in names
                answer["brotli"] += name + ".br" in names
    # A storage that hashes has looked up every reference while it collected.
    if not hasattr(staticfiles_storage, "hashed_files"):
        answer["references"] = broken_references(root)[:10]
    return answer


def broken_references(root):
    from django.contrib.staticfiles import finders

    found = []
    for directory, _, files in os.walk(root):
        for name in files:
            path = os.path.join(directory, name)
            relative = os.path.relpath(path, root)
            source = finders.find(relative) if name.endswith(".css") else None
            if not source or not is_own(source):
                continue
            text = re.sub(r"/\*.*?\*/", "", read_text(path), flags=re.S)
            for match in re.finditer(r"url\(\s*['\"]?([^'\")\s]+)", text):
                url = re.split(r"[?#]", match.group(1))[0]
                local = url and not re.match(r"([a-z][a-z0-9+.-]*:|/|\{)", url)
                if local and not os.path.exists(os.path.join(directory, url)):
                    found.append({"file": source, "url": match.group(1)})
    return found
