/*
 * The postal areas: see postal_areas.h. Codes and districts that are gone
 * stay known, because addresses written with them still arrive.
 */
#include <string.h>

#include "buffer.h"
#include "fields.h"
#include "lines.h"
#include "postal_areas.h"
#include "schema_files.h"

#define LINE_MAX_BYTES 1024

struct reader {
	struct lines *lines;
	struct fields fields;
	struct postal_areas *areas;
};

/* One row of COPY text, or -1 for a line that is none. */
static int
put_row(struct reader *reader, const struct line *line, struct buffer *rows)
{
	char **values;
	int i;

	if (fields_split(&reader->fields, line->data, line->len, ',') != 0 ||
	    reader->fields.count != 4)
		return -1;
	values = reader->fields.values;
	if (strcmp(values[3], "yes") != 0 && strcmp(values[3], "no") != 0)
		return -1;
	for (i = 0; i < 4; i++) {
		if (i > 0)
			buffer_putc(rows, '\t');
		db_copy_value(rows, values[i]);
	}
	buffer_putc(rows, '\n');
	return 0;
}

static int
fill(void *arg, struct buffer *rows)
{
	struct reader *reader = arg;
	struct line line;

	switch (lines_next(reader->lines, &line)) {
	case LINES_LINE:
		break;
	case LINES_END:
		return 0;
	case LINES_TOO_LONG:
	case LINES_ERROR:
		reader->areas->bad_line = line.number;
		return -1;
	}
	if (line.number == 1) /* the head */
		return 1;
	if (put_row(reader, &line, rows) != 0) {
		reader->areas->bad_line = line.number;
		return -1;
	}
	reader->areas->areas++;
	return 1;
}

enum db_status
postal_areas_load(struct db *db, struct postal_areas *areas)
{
	const struct embedded_file *file = schema_files_postal_areas();
	struct reader reader = {.areas = areas};
	struct db_result *result = NULL;
	enum db_status status;

	*areas = (struct postal_areas){0};
	if (!file)
		return DB_OK;
	status = db_run(db,
			"CREATE TEMPORARY TABLE new_area (zip3 text,"
			" county text, district text, outlying_island boolean)"
			" ON COMMIT DROP",
			NULL);
	if (status != DB_OK)
		return status;
	reader.lines = lines_open_memory(file->data, file->len, LINE_MAX_BYTES);
	status = db_copy_in(db, "COPY new_area FROM STDIN", fill, &reader);
	lines_close(reader.lines);
	fields_free(&reader.fields);
	if (status != DB_OK)
		return status;
	status = db_run(db,
			"WITH loaded AS ("
			"INSERT INTO recard.postal_area AS p"
			" SELECT * FROM new_area"
			" ON CONFLICT (zip3, county, district) DO UPDATE"
			" SET outlying_island = excluded.outlying_island"
			" WHERE p.outlying_island"
			" <> excluded.outlying_island RETURNING 1)"
			" SELECT count(*) FROM loaded",
			&result);
	if (status == DB_OK)
		areas->changed = db_int64(result, 0, 0);
	db_result_free(result);
	return status;
}
