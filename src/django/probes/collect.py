"""Probe: observes `manage.py collectstatic`, which runs unchanged.

Option `elsewhere`: collects into a new directory instead of STATIC_ROOT, for images in which
nobody collects and where STATIC_ROOT may not even be writable.
Event: collected, with what the command says it did and what lies in the target afterwards.
"""

import os
import tempfile


def install(emit):
    from django.contrib.staticfiles.management.commands.collectstatic import Command

    create = Command.__init__
    collect = Command.collect

    def created(command, *args, **kwargs):
        if options.get("elsewhere"):
            from django.conf import settings
            settings.STATIC_ROOT = tempfile.mkdtemp(prefix="djdev-static-")
        create(command, *args, **kwargs)

    def collected(command):
        result = collect(command)
        root = getattr(command.storage, "location", None)
        files, size = tree(root) if root else (0, 0)
        emit("collected", root=root, files=files, bytes=size, **{
            key: len(result.get(name, ()))
            for key, name in (("copied", "modified"), ("unmodified", "unmodified"),
                              ("processed", "post_processed"))
        })
        return result

    Command.__init__ = created
    Command.collect = collected


def tree(top):
    files = size = 0
    for directory, _, names in os.walk(top):
        for name in names:
            files += 1
            size += os.lstat(os.path.join(directory, name)).st_size
    return files, size
