# The URL patterns that take no arguments, as paths.
#
# answers   patterns: paths [{"path", "name", "view", "methods"}], more (how many take arguments)

from django.urls import URLPattern, URLResolver, get_resolver, get_script_prefix
from django.utils.regex_helper import normalize


def paths_of(pattern):
    """The path pieces that a pattern stands for, or None when it takes arguments."""
    if hasattr(pattern, "language_prefix"):
        return [pattern.language_prefix]
    if pattern.converters or pattern.regex.groups:
        return None
    if hasattr(pattern, "_route"):
        return [str(pattern._route)]
    # A regular expression without groups may still stand for several paths.
    found = [text for text, names in normalize(pattern.regex.pattern) if not names]
    return [text for text in found if "%" not in text][:1] or None


def walk(patterns, prefix):
    for entry in patterns:
        pieces = paths_of(entry.pattern)
        if pieces is None:
            skipped[0] += count(entry)
            continue
        path = prefix + pieces[0]
        if isinstance(entry, URLResolver):
            walk(entry.url_patterns, path)
        elif isinstance(entry, URLPattern):
            add(entry, path)


def count(entry):
    return sum(count(one) for one in entry.url_patterns) if isinstance(entry, URLResolver) else 1


def add(entry, path):
    callback = entry.callback
    view = getattr(callback, "view_class", None) or getattr(callback, "cls", None) or callback
    methods = getattr(view, "http_method_names", None)
    actions = getattr(callback, "actions", None)
    offered = [name for name in methods or () if hasattr(view, name)] if methods else None
    found.append({
        "path": get_script_prefix().rstrip("/") + "/" + path.lstrip("/"),
        "name": entry.name or "",
        "view": "%s.%s" % (getattr(view, "__module__", ""), getattr(view, "__name__", "")),
        "methods": sorted(actions) if actions else offered,
    })


found, skipped = [], [0]
walk(get_resolver().url_patterns, "")
answer(type="patterns", paths=found, more=skipped[0])
