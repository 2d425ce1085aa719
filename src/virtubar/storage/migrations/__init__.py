"""The schema's history; `virtubar.storage.migrate` runs it."""
