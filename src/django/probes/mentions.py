"""Probe: which of the `words` option occur in the scripts that the given command runs.

Follows the command's arguments, and the paths that the scripts themselves name, as far as they
are small text files of the image. Event: mentions, with file and line of each.
"""

import os
import re
import shutil

LARGEST = 200000
MOST = 30


def main(emit, argv):
    found = []
    seen = set()
    waiting = list(argv)
    while waiting and len(seen) < MOST:
        path = locate(waiting.pop(0))
        if path is None or path in seen:
            continue
        seen.add(path)
        for number, line in enumerate(read(path).splitlines(), 1):
            if line.lstrip().startswith("#"):
                continue
            found += [{"word": word, "file": path, "line": number, "text": line.strip()[:200]}
                      for word in options["words"] if re.search(r"\b%s\b" % re.escape(word), line)]
            waiting += re.findall(r"[\w./-]*/[\w./-]+|[\w-]+\.(?:sh|conf|ini|py|yaml|toml)\b", line)
    emit("mentions", mentions=found)
    return 0


def locate(word):
    path = word if "/" in word else shutil.which(word) or word
    path = os.path.abspath(path)
    library = re.match(r"/(usr|lib|lib64|bin|sbin|etc|proc|sys|dev)/", path)
    if library and not path.startswith("/usr/local/bin/") and not path.startswith("/etc/supervisor"):
        return None
    return path if os.path.isfile(path) and os.path.getsize(path) < LARGEST else None


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError):
        return ""
