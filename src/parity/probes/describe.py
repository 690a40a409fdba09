"""The whole description, in one line of JSON on stdout."""

import signal


def main(options):
    signal.alarm(options["timeoutSeconds"])
    # What the project prints while its settings are imported must not get between.
    answers = os.dup(1)
    os.dup2(2, 1)
    values = Values(options["salt"] or os.urandom(16).hex(), options["rounds"])
    server = find_server()
    words = server_words(server) if server else None
    environment, added = take_environment(server)
    add_environments(environment)
    for name, value in environment.items():
        if not NOISE.match(name) and values.is_secret(name, value):
            values.secret(value)
    described = {
        "version": 1, "salt": values.salt, "rounds": values.rounds,
        "takenAt": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "program": options["program"],
        "system": describe_system(),
        "python": describe_python(environment, words),
        "user": describe_user(server),
        "command": values.words(words) if words else None,
        "environment": describe_environment(values, environment, added),
        "packages": describe_packages(),
        "systemPackages": describe_system_packages(),
    }
    manage = find_manage()
    roots = {os.getcwd(), os.path.dirname(manage) if manage else os.getcwd()} - {"/"}
    described["files"] = describe_files(sorted(
        root for root in roots if not any(root.startswith(other + "/") for other in roots)))
    described["settings"] = describe_settings(values)
    if "values" in described["settings"] and options["database"]:
        try:
            described["database"] = describe_database()
        except BaseException as error:
            described["database"] = {"problem": describe_failure(error)}
    line = values.scrub(json.dumps(described, sort_keys=True, default=str)) + "\n"
    data = line.encode("ascii", "replace")
    while data:
        data = data[os.write(answers, data):]
    # Threads that the settings have started are not waited for.
    os._exit(0)
