"""What `djdev debug` runs in the container, to join an editor with debugpy; sent with `python3 -c`.

  fetch VERSION   prints debugpy as a zip in base64, without its native parts; by the image's pip
  begin STATE     takes that on stdin, and has a process serve that loads it
  relay STATE     joins its streams with the debugpy of the process that serves, once there is one
"""

import base64
import io
import json
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import zipfile

NATIVE = (".so", ".dll", ".pyd", ".dylib", ".exe", ".cpp", ".c", ".pyx")
PATIENCE_SECONDS = 30


def main(mode, argument):
    {"fetch": fetch, "begin": begin, "relay": relay}[mode](argument)


def fetch(version):
    folder = tempfile.mkdtemp()
    try:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir",
               "--disable-pip-version-check", "--only-binary=:all:", "--platform", "any",
               "--python-version", "%d.%d" % sys.version_info[:2], "--dest", folder,
               "--retries", "1", "debugpy==" + version]
        if subprocess.call(pip, stdout=sys.stderr) != 0:
            sys.exit(1)
        (name,) = os.listdir(folder)
        print(base64.b64encode(strip(os.path.join(folder, name))).decode())
    finally:
        shutil.rmtree(folder)


def strip(path):
    packed = io.BytesIO()
    with zipfile.ZipFile(path) as wheel, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as kept:
        for entry in wheel.infolist():
            if entry.filename.startswith("debugpy/") and not entry.filename.endswith(NATIVE):
                kept.writestr(entry, wheel.read(entry))
    return packed.getvalue()


def begin(state):
    folder = os.path.join(state, "debugpy")
    packed = sys.stdin.read()  # also when it is there: whoever writes it waits for that
    if not os.path.isdir(folder):
        temporary = tempfile.mkdtemp(dir=state)
        os.chmod(temporary, 0o755)
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(packed))) as files:
            files.extractall(temporary)
        os.rename(temporary, folder)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
        link.connect(os.path.join(state, "reload.sock"))
        link.sendall(b'{"type": "renew", "id": 1}\n')
        for line in link.makefile():
            if json.loads(line).get("id") == 1:
                return


def relay(state):
    link = connect(os.path.join(state, "debugpy.json"))
    if link is None:
        sys.exit("Nothing listens for an editor.")
    poll = select.poll()
    poll.register(0, select.POLLIN | select.POLLHUP)
    poll.register(link, select.POLLIN | select.POLLHUP)
    while True:
        for fd, _ in poll.poll():
            if fd == 0:
                data = os.read(0, 65536)
                if not data:
                    return
                link.sendall(data)
                continue
            data = link.recv(65536)
            if not data:
                return
            while data:
                data = data[os.write(1, data) :]


def connect(path):
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            with open(path) as file:
                return socket.create_connection(("127.0.0.1", json.load(file)["port"]))
        except (OSError, ValueError):
            time.sleep(0.05)
    return None


try:
    main(*sys.argv[1:3])
except (ConnectionError, BrokenPipeError, KeyboardInterrupt):
    pass  # one of the two sides has gone
