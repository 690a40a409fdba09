"""Describes a container for `djdev parity`: prints one line of JSON, and changes nothing.

Run it where the application runs, with the application's environment:

  djdev parity --program | docker exec -i CONTAINER python3 - > production.json
  djdev parity --program | docker run --rm -i --env-file prod.env IMAGE python3 - > production.json

No secret is in what it prints. A value whose name or form is that of a secret is not described at
all but for whether it is set. Another value stands there as it is only when its form cannot be a
secret's: a boolean, a number, a module that can be imported, a path that exists. Of all others
there is a salted, slow digest, by which equal values can be told and nothing else.

Python 3.8 is the oldest that understands this file. Only the standard library and, where it is
there, Django are imported.
"""

import hashlib
import importlib.util
import os
import re
import sys

SECRET_NAME = re.compile(
    r"SECRET|TOKEN|PASS|PWD|CREDENTIAL|PRIVATE|SIGNATURE|(?:^|[_.\[])(?:API_?)?KEYS?(?:$|[_.\]])|DSN"
    r"|API_?KEY|AUTH$", re.I)
SECRET_URL = re.compile(r"://[^/\s@]*:[^/\s@]+@")
# Django's own settings whose names only sound like it; what they hold are modules and numbers.
NO_SECRET = re.compile(r"^(AUTH_PASSWORD_VALIDATORS|PASSWORD_HASHERS|PASSWORD_RESET_TIMEOUT)\b")
# Words of Django's documentation: nobody's secret.
PUBLIC = re.compile(
    r"^(LANGUAGE_CODE|TIME_ZONE|STATIC_URL|X_FRAME_OPTIONS|SECURE_REFERRER_POLICY"
    r"|SECURE_CROSS_ORIGIN_OPENER_POLICY|CSRF_COOKIE_SAMESITE|SESSION_COOKIE_SAMESITE"
    r"|LANGUAGE_COOKIE_SAMESITE|DJANGO_SETTINGS_MODULE|TZ|LANG|LC_ALL|PYTHON_VERSION)$")
WORD = re.compile(
    r"^(|true|false|yes|no|on|off|none|null|debug|info|warning|warn|error|critical|json|text"
    r"|strict|replace|default|dev|development|local|staging|prod|production|test)$", re.I)
MODULE = re.compile(r"^[A-Za-z_]\w*(?:[.:][A-Za-z_]\w*)+$")
SCHEME = re.compile(r"^([a-z][a-z0-9+.-]{1,24})://", re.I)


class Values:
    """What may be told of values; `hidden` collects what must not be."""

    def __init__(self, salt, rounds):
        self.salt, self.rounds = salt, rounds
        self.digests, self.modules, self.hidden = {}, {}, set()

    def is_secret(self, name, value):
        # api-key and accessKey are named as API_KEY and ACCESS_KEY are.
        words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.replace("-", "_"))
        if SECRET_NAME.search(words) and not NO_SECRET.match(name):
            return True
        return isinstance(value, str) and SECRET_URL.search(value) is not None

    def secret(self, value):
        if isinstance(value, (dict, list, tuple, set, frozenset)):
            items = value.values() if isinstance(value, dict) else value
            for item in items:
                self.secret(item)
            return {"secret": True, "isSet": len(value) > 0}
        text = value if isinstance(value, str) else str(value or "")
        if len(text) >= 8 and not (text.islower() and text.isalpha()):
            self.hidden.add(text)
        return {"secret": True, "isSet": text != ""}

    def text(self, name, value):
        """A leaf for a string."""
        if self.is_secret(name, value):
            leaf = self.secret(value)
        elif self.is_plain(name, value):
            return {"value": value}
        else:
            leaf = {"digest": self.digest(value)}
        scheme = SCHEME.match(value)
        if scheme:
            leaf["scheme"] = scheme.group(1).lower()
        return leaf

    def is_plain(self, name, value):
        if WORD.match(value) or PUBLIC.match(name) and len(value) < 40:
            return True
        if re.match(r"^-?\d{1,5}$", value) or self.is_module(value):
            return True
        return value.startswith("/") and len(value) < 200 and os.path.exists(value)

    def is_module(self, value):
        """A dotted path whose first part can be imported here."""
        return MODULE.match(value) is not None and self.is_importable(re.split("[.:]", value)[0])

    def is_importable(self, name):
        if name not in self.modules:
            try:
                self.modules[name] = importlib.util.find_spec(name) is not None
            except (ImportError, ValueError, AttributeError):
                self.modules[name] = False
        return self.modules[name]

    def digest(self, text):
        if text not in self.digests:
            found = hashlib.pbkdf2_hmac("sha256", text.encode("utf-8", "surrogatepass"),
                                        bytes.fromhex(self.salt), self.rounds, 16)
            self.digests[text] = found.hex()
        return self.digests[text]

    def key(self, key):
        """A key of a mapping, unless it could be more than a name."""
        text = str(key)
        if re.match(r"^[A-Za-z_./-]{0,48}$", text) or re.match(r"^[\w.-]{1,12}$", text):
            return text
        return text if self.is_module(text) else "#" + self.digest(text)[:8]

    def words(self, words):
        """A command line without what could be a secret in it."""
        shown, follows = [], False
        for word in words:
            flag = re.match(r"^(--?[\w-]+)(=.*)?$", word)
            if follows and not flag:
                self.secret(word)
                shown.append("[redacted]")
            elif flag and flag.group(2) and self.is_secret(flag.group(1), flag.group(2)):
                self.secret(flag.group(2)[1:])
                shown.append(flag.group(1) + "=[redacted]")
            elif SECRET_URL.search(word) or re.match(r"^\w*(SECRET|TOKEN|PASSW)\w*=", word, re.I):
                self.secret(word)
                shown.append("[redacted]")
            else:
                shown.append(word)
            follows = bool(flag and not flag.group(2) and self.is_secret(word, None))
        return shown

    def scrub(self, text):
        """The last line of defence: no hidden value, wherever it came from."""
        for value in sorted(self.hidden, key=len, reverse=True):
            for form in {value, repr(value)[1:-1], value.replace("\\", "\\\\").replace('"', '\\"')}:
                text = text.replace(form, "[redacted]")
        return text
