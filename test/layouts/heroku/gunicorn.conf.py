bind = ["0.0.0.0:" + __import__("os").environ.get("PORT", "5006")]
workers = int(__import__("os").environ.get("WEB_CONCURRENCY", "2"))
