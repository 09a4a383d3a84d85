# Scripts that people and cron run.
EXTRA_DIST += scripts/embed_files
