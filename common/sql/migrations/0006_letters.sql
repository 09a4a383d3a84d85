-- The post, the rest: ZIP archives, sources that are expected at their hour,
-- letters that are sent again to another address.

-- Archives -----------------------------------------------------------------

-- A file that stood in an archive; its name is the archive's, a slash, and its
-- own. The archive has no rows itself.
ALTER TABLE import ADD COLUMN archive_id bigint REFERENCES import,
	ADD CHECK (archive_id < import_id),
	ADD CHECK (archive_id IS NULL OR outcome = 'done');
CREATE INDEX import_archive ON import (archive_id)
	WHERE archive_id IS NOT NULL;
DROP FUNCTION IF EXISTS import_list(text, integer);

-- Sources ------------------------------------------------------------------

-- Letters ------------------------------------------------------------------
