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
#include "conf.h"
#include "ctl.h"
#include "daemon.h"
#include "exit_code.h"
#include "font_set.h"
#include "label_draw.h"
#include "label_forms.h"
#include "label_settings.h"
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
	struct conf *conf; /* owns what settings point to */
	struct label_settings settings;
	struct label_forms forms;
	struct font_set *fonts;
	struct label_drawer *drawer;
	struct raster *raster;
	unsigned resolution;
};

/* Reads the section label, as recard-label does. */
static int
load_settings(struct preview *preview)
{
	struct daemon_common common = {0};
	const struct conf_section sections[] = {
		{NULL, daemon_common_settings, &common, sizeof common},
		{"label", label_setting_table, &preview->settings,
		 sizeof preview->settings},
		{0}};
	const char *others[16] = {NULL};
	char *error = NULL;
	size_t count = 0;

	for (size_t i = 0; daemon_sections[i]; i++)
		if (strcmp(daemon_sections[i], "label") != 0 && count < 15)
			others[count++] = daemon_sections[i];
	preview->conf = conf_load(preview->ctl->program.config, sections,
				  others, &error);
	if (!preview->conf) {
		ctl_say("%s", error);
	} else if (!label_forms_new(&preview->settings.layouts, &preview->forms,
				    &error)) {
		ctl_say("label.layouts: %s", error);
	} else {
		preview->fonts = font_set_open(
			(const char *const *)preview->settings.fonts, &error);
		if (!preview->fonts)
			ctl_say("label.fonts: %s", error);
	}
	mem_free(error);
	return preview->fonts ? 0 : EXIT_CONFIG;
}

static int
open_page(struct preview *preview, const struct label_form *form, bool sheet)
{
	const struct label_settings *set = &preview->settings;
	const struct label_texts texts = {
		(const char *const *)set->sender,
		(const char *const *)set->postage_paid,
		(const char *const *)set->letter};
	bool page = sheet || sheet_cells(&form->sheet) == 1;

	preview->resolution = sheet ? SHEET_DPI : LABEL_DPI;
	preview->drawer = label_drawer_open(form, &texts, preview->fonts);
	preview->raster = raster_open(
		preview->fonts,
		page ? form->sheet.page_width : form->sheet.cell_width,
		page ? form->sheet.page_height : form->sheet.cell_height,
		preview->resolution);
	if (preview->drawer && preview->raster)
		return 0;
	ctl_say("label.fonts cannot draw labels");
	return EXIT_CONFIG;
}

/* Draws the labels; 0, or an exit code when one cannot be printed. */
static int
draw(struct preview *preview, const struct db_result *rows, bool sheet)
{
	const char *layout = db_is_null(rows, 0, 0) ? preview->settings.layout
						    : db_value(rows, 0, 0);
	const struct label_form *form =
		label_forms_find(&preview->forms, layout);
	bool page;
	int code;

	if (!form) {
		ctl_say("label.layouts has no %s any more", layout);
		return EXIT_CONFIG;
	}
	page = sheet || sheet_cells(&form->sheet) == 1;
	code = open_page(preview, form, sheet);
	for (int i = 0; code == 0 && i < db_rows(rows); i++) {
		const struct label_text label = {
			.order_no = db_value(rows, i, 2),
			.postal_code = db_value(rows, i, 3),
			.address = db_value(rows, i, 4),
			.name = db_value(rows, i, 5),
			.copy = (int)db_int64(rows, i, 6),
			.tracking_no = db_value(rows, i, 7)};
		struct sheet_place place = {0};
		struct label_fit fit;

		if (!label_drawer_plan(preview->drawer, &label, &fit)) {
			ctl_say("the label of order %s cannot be printed: %s",
				label.order_no, fit.text);
			code = EXIT_EXCEPTIONS;
			break;
		}
		if (page)
			place = sheet_place(
				&form->sheet, 1,
				sheet ? (size_t)db_int64(rows, i, 1) - 1 : 0);
		label_drawer_draw(preview->drawer,
				  raster_canvas(preview->raster), place.x,
				  place.y);
	}
	return code;
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
	code = load_settings(&preview);
	if (code == 0)
		code = fetch(ctl, run, &rows);
	if (code == 0) {
		code = draw(&preview, rows, run);
		db_result_free(rows);
	}
	if (code == 0)
		code = show(&preview);
	raster_close(preview.raster);
	label_drawer_close(preview.drawer);
	font_set_close(preview.fonts);
	label_forms_free(&preview.forms);
	conf_free(preview.conf);
	return code;
}
