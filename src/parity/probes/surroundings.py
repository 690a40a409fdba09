"""What is around Python: processes, user, packages, files."""

import base64
import glob
import json
import locale
import platform
import site
import time

INIT = ("tini", "dumb-init", "docker-init", "catatonit", "sh", "bash", "dash", "s6-svscan", "pause")
# Set by the shell, the engine or the platform for each container, and not by anybody's choice.
NOISE = re.compile(
    r"^(HOSTNAME|HOME|PWD|OLDPWD|SHLVL|_|TERM|container|GPG_KEY|PYTHON_SHA256|PYTHON_PIP_\w+"
    r"|PYTHON_GET_PIP_\w+|PYTHON_SETUPTOOLS_\w+|LC_CTYPE|KUBERNETES_\w+"
    r"|\w+_(SERVICE_(HOST|PORT\w*)|PORT(_\d+_(TCP|UDP)(_\w+)?)))$")


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def decode(data):
    return data.decode("utf-8", "replace")


def find_server():
    """The application's process: PID 1, or the first below an init; None when that is this one."""
    pid = 1
    own = {os.getpid(), os.getppid()} - {1}
    for _ in range(4):
        if pid == os.getpid():
            return None
        name = decode(read("/proc/%d/comm" % pid)).strip()
        if name and name not in INIT:
            return pid
        children = decode(read("/proc/%d/task/%d/children" % (pid, pid))).split()
        children = [int(child) for child in children if int(child) not in own]
        if not children:
            return None
        pid = children[0]
    return None


def server_words(pid):
    words = [decode(word) for word in read("/proc/%d/cmdline" % pid).split(b"\0")[:-1]]
    # gunicorn and uWSGI rename themselves where setproctitle is installed.
    return None if len(words) == 1 and " " in words[0] else words or None


def take_environment(server):
    """The variables of the server's process, and the names that its entrypoint added."""
    own = dict(os.environ)
    raw = read("/proc/%d/environ" % server) if server else b""
    found = {}
    for line in raw.split(b"\0"):
        name, equals, value = line.partition(b"=")
        if equals:
            found[decode(name)] = os.fsdecode(value)
    added = sorted(name for name in found if name not in own)
    os.environ.update(found)
    return dict(own, **found), added


def describe_environment(values, environment, added):
    shown = {}
    for name in sorted(environment):
        if NOISE.match(name):
            continue
        shown[name] = values.text(name, environment[name])
        if name in added:
            shown[name]["by"] = "entrypoint"
    return shown


def describe_python(environment, words):
    options = python_options(words or [])
    is_on = lambda name: bool(environment.get(name))
    optimize = environment.get("PYTHONOPTIMIZE", "")
    level = int(optimize) if optimize.isdigit() else int(bool(optimize))
    return {
        "version": "%d.%d.%d" % sys.version_info[:3],
        "implementation": platform.python_implementation(),
        "optimize": max(level, len([one for one in options if one == "O"])),
        "dontWriteBytecode": is_on("PYTHONDONTWRITEBYTECODE") or "B" in options,
        "unbuffered": is_on("PYTHONUNBUFFERED") or "u" in options,
        "devMode": is_on("PYTHONDEVMODE") or "dev" in options,
        "asyncioDebug": is_on("PYTHONASYNCIODEBUG"),
        "faulthandler": is_on("PYTHONFAULTHANDLER") or "faulthandler" in options,
        "hashSeed": "random" if environment.get("PYTHONHASHSEED", "random") == "random" else "fixed",
        "warnings": is_on("PYTHONWARNINGS") or "W" in options,
        "encoding": locale.getpreferredencoding(False),
        "timezone": time.tzname[0],
    }


def python_options(words):
    """`python -OO -X dev server.py` → O, O, dev."""
    if not words or not os.path.basename(words[0]).startswith("python"):
        return []
    found, rest = [], list(words[1:])
    while rest and rest[0].startswith("-") and rest[0] not in ("-m", "-c", "-"):
        word = rest.pop(0)
        if word.startswith(("-X", "-W")):
            value = word[2:] or (rest.pop(0) if rest else "")
            found.append(value if word[1] == "X" else "W")
        else:
            found.extend(word.lstrip("-"))
    return found


def describe_user(server):
    status = dict(
        line.split(":", 1) for line in decode(read("/proc/%s/status" % (server or "self"))).split("\n")
        if ":" in line)
    field = lambda name: status.get(name, "").split()
    return {
        "uid": int((field("Uid") or [os.getuid()])[0]), "gid": int((field("Gid") or [os.getgid()])[0]),
        "groups": sorted(int(group) for group in field("Groups")),
        "umask": (field("Umask") or [None])[0],
        "capabilities": (field("CapEff") or [None])[0],
        "noNewPrivileges": field("NoNewPrivs") == ["1"],
        "directory": os.getcwd(), "canWriteDirectory": os.access(os.getcwd(), os.W_OK),
        "canWriteRoot": root_is_writable(),
    }


def root_is_writable():
    for line in decode(read("/proc/self/mounts")).split("\n"):
        fields = line.split()
        if len(fields) > 3 and fields[1] == "/":
            return "rw" in fields[3].split(",")
    return None


def describe_system():
    release = dict(
        line.split("=", 1) for line in decode(read("/etc/os-release")).split("\n") if "=" in line)
    name = " ".join(release.get(key, "").strip('"') for key in ("ID", "VERSION_ID")).strip()
    return {"os": name or None, "machine": platform.machine(), "libc": " ".join(platform.libc_ver())}


def add_environments(environment):
    """Libraries of a virtual environment that `python3` on PATH does not know."""
    if importlib.util.find_spec("django") is not None:
        return
    version = "python%d.%d" % sys.version_info[:2]
    homes = [environment.get("VIRTUAL_ENV", ""), ".venv", "venv", "../.venv", "/venv", "/opt/venv",
             "/.venv", "/opt/.venv", "/app/.venv"]
    for home in homes:
        libraries = os.path.join(os.path.abspath(home), "lib", version, "site-packages")
        if home and os.path.isdir(libraries):
            site.addsitedir(libraries)
            return


def describe_packages():
    from importlib import metadata

    found = {}
    for one in metadata.distributions():
        try:
            name = one.metadata["Name"]
            if not name:
                continue
            key = re.sub(r"[-_.]+", "-", name).lower()
            if key in found:
                continue
            direct = json.loads(one.read_text("direct_url.json") or "{}")
            entry = {"version": one.version}
            where = getattr(one, "_path", None)
            if where is not None:
                entry["path"] = str(where)
            # The address itself may hold a token.
            if direct.get("dir_info", {}).get("editable"):
                entry["source"] = "editable"
            elif direct:
                entry["source"] = "vcs" if "vcs_info" in direct else "file"
            found[key] = entry
        except Exception:
            continue
    return found


def describe_system_packages():
    found = {}
    for paragraph in decode(read("/var/lib/dpkg/status")).split("\n\n"):
        fields = dict(re.findall(r"^(Package|Version|Status): (.*)$", paragraph, re.M))
        if fields.get("Status", "").endswith(" installed") and "Package" in fields:
            found[fields["Package"]] = fields.get("Version", "")
    apk = decode(read("/lib/apk/db/installed"))
    for name, version in re.findall(r"^P:(.*)$[\s\S]*?^V:(.*)$", apk, re.M):
        found[name] = version
    return found


SKIPPED = {"__pycache__", ".git", "node_modules", "site-packages", ".venv", "venv", ".mypy_cache",
           ".pytest_cache", ".ruff_cache", ".djdev", ".cache"}
SECRET_FILE = re.compile(
    r"(^|/)(\.env(\..*)?|[^/]*\.env|[^/]*\.(pem|key|p12|pfx|jks|ovpn)|id_[a-z0-9]+|credentials[^/]*|\.netrc"
    r"|\.pgpass|[^/]*secret[^/]*)$", re.I)
MOST_FILES, LARGEST_BYTES = 20000, 4 << 20


def describe_files(roots):
    """Digests of the application's files by path; of those that may be secret only that they are there."""
    found, is_whole = {}, True
    for root in roots:
        for directory, names, files in os.walk(root):
            names[:] = sorted(
                name for name in names if name not in SKIPPED
                and not os.path.exists(os.path.join(directory, name, "pyvenv.cfg"))
                and not os.path.ismount(os.path.join(directory, name)))
            for name in files:
                path = os.path.join(directory, name)
                if name.endswith((".pyc", ".pyo")) or path in found:
                    continue
                if len(found) >= MOST_FILES:
                    is_whole = False
                    break
                found[path] = describe_file(path)
    return {"roots": roots, "digests": found, "isWhole": is_whole}


def describe_file(path):
    try:
        if SECRET_FILE.search(path):
            return "secret"
        if os.path.islink(path):
            return "link " + os.readlink(path)
        if os.path.getsize(path) > LARGEST_BYTES:
            return "bytes %d" % os.path.getsize(path)
        with open(path, "rb") as file:
            digest = hashlib.sha256(file.read()).digest()
        return base64.urlsafe_b64encode(digest).decode("ascii")[:32]
    except OSError:
        return "unreadable"
