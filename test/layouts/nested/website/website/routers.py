class ReportRouter:
    """Reports live in a database of their own."""

    def db_for_read(self, model, **hints):
        return "reports" if model._meta.app_label == "reports" else None

    db_for_write = db_for_read

    def allow_migrate(self, db, app_label, **hints):
        return (db == "reports") == (app_label == "reports")
