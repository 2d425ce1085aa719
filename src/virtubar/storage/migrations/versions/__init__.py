"""One module for each revision, oldest first. A released one is never changed."""
