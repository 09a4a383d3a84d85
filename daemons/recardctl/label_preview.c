/*
 * recardctl label preview: what is printed on a label or a sheet, as a
 * picture. Personal data: each look is recorded.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "act.h"
#include "buffer.h"
#include "ctl.h"
#include "exit_code.h"
#include "label_picture.h"
#include "mem.h"
#include "option_value.h"
#include "preview.h"
#include "raster.h"

#define LABEL_DPI 300
#define SHEET_DPI 200
#define COLUMNS_DEFAULT 80
#define COLUMNS_MOST 400

struct preview {
	struct ctl *ctl;
	struct label_pictures *pictures;
	struct raster *raster;
	unsigned resolution;
};

/* Draws the labels; 0, or an exit code when one cannot be printed. */
static int
draw(struct preview *preview, const struct db_result *rows, bool sheet)
{
	int count = db_rows(rows);
	struct label_place *places = mem_alloc((size_t)count, sizeof(*places));
	char *error = NULL;
	bool unfit;

	for (int i = 0; i < count; i++)
		places[i] = (struct label_place){
			.label = {.order_no = db_value(rows, i, 2),
				  .postal_code = db_value(rows, i, 3),
				  .address = db_value(rows, i, 4),
				  .name = db_value(rows, i, 5),
				  .copy = (int)db_int64(rows, i, 6),
				  .tracking_no = db_value(rows, i, 7)},
			.cell = (int)db_int64(rows, i, 1)};
	preview->resolution = sheet ? SHEET_DPI : LABEL_DPI;
	preview->raster = label_pictures_draw(
		preview->pictures,
		db_is_null(rows, 0, 0) ? NULL : db_value(rows, 0, 0), places,
		count, sheet, preview->resolution, &unfit, &error);
	mem_free(places);
	if (preview->raster)
		return 0;
	ctl_say("%s", error);
	mem_free(error);
	return unfit ? EXIT_EXCEPTIONS : EXIT_CONFIG;
}

static size_t
terminal_columns(void)
{
	size_t columns = ctl_screen_width();

	if (columns == 0)
		columns = COLUMNS_DEFAULT;
	return columns > COLUMNS_MOST ? COLUMNS_MOST : columns;
}

static int
show(const struct preview *preview)
{
	const char *path = preview->ctl->options[OPTION_OUTPUT];
	struct buffer text = {0};
	int code;

	if (path) {
		if (!preview_png(preview->raster, preview->resolution, path)) {
			ctl_say("%s: %m", path);
			return errno == EEXIST ? EXIT_USAGE : EXIT_RETRY;
		}
		ctl_say("%s: %zu x %zu dots; it shows personal data, delete it "
			"after use",
			path, raster_width(preview->raster),
			raster_height(preview->raster));
		return 0;
	}
	preview_braille(preview->raster, terminal_columns(), &text);
	buffer_putc(&text, '\0');
	code = ctl_put(text.data);
	buffer_free(&text);
	return code;
}

static int
fetch(struct ctl *ctl, bool run, struct db_result **rows)
{
	const char *sheet = ctl->options[OPTION_SHEET];
	char *actor = ctl_operator();
	struct db_param params[] = {db_text(run ? NULL : ctl->args[0]),
				    db_text(run ? ctl->args[0] : NULL),
				    db_text(!run    ? NULL
					    : sheet ? sheet
						    : "1"),
				    db_text(actor),
				    db_text(ctl->options[OPTION_REASON])};
	int code = ctl_connect(ctl, NULL);

	if (code == 0)
		code = ctl_ask(ctl, "label preview",
			       "SELECT layout, cell, order_no, postal_code,"
			       " address, name, copy_no, mail_no FROM"
			       " recard.label_preview($1::bigint, $2::text,"
			       " $3::integer, $4::text, $5::text)",
			       5, params, rows);
	mem_free(actor);
	if (code == 0 && db_rows(*rows) == 0) {
		ctl_say(run ? "%s: no such run, or no such sheet of it"
			    : "order %s has no valid label",
			ctl->args[0]);
		db_result_free(*rows);
		code = EXIT_EXCEPTIONS;
	}
	return code;
}

int
label_preview_run(struct ctl *ctl)
{
	bool run = strncmp(ctl->args[0], "LR-", 3) == 0;
	struct preview preview = {.ctl = ctl};
	struct db_result *rows = NULL;
	char *error = NULL;
	int64_t sheet;
	int code;

	if (!(run ? option_run_ok(ctl->args[0])
		  : option_order_ok(ctl->args[0])) ||
	    !option_number(ctl, OPTION_SHEET, 1, 1000000, &sheet) ||
	    !act_has_reason(ctl))
		return EXIT_USAGE;
	if (!run && ctl->options[OPTION_SHEET]) {
		ctl_say("--sheet is for runs; %s is an order", ctl->args[0]);
		return EXIT_USAGE;
	}
	preview.pictures = label_pictures_open(ctl->program.config, &error);
	if (!preview.pictures) {
		ctl_say("%s", error);
		mem_free(error);
		return EXIT_CONFIG;
	}
	code = fetch(ctl, run, &rows);
	if (code == 0) {
		code = draw(&preview, rows, run);
		db_result_free(rows);
	}
	if (code == 0)
		code = show(&preview);
	raster_close(preview.raster);
	label_pictures_close(preview.pictures);
	return code;
}
