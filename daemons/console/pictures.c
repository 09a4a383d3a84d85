/*
 * Pictures of labels: see pictures.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "draw.h"
#include "label_picture.h"
#include "list.h"
#include "log.h"
#include "mem.h"
#include "pages.h"
#include "pictures.h"
#include "raster.h"
#include "site.h"
#include "visit.h"

/* Enough to read on a screen. */
#define LABEL_DPI 150
#define SHEET_DPI 100

static void
put_picture(struct visit *visit, const struct raster *raster,
	    unsigned resolution)
{
	char *png = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&png, &len);
	bool good = file && label_picture_png(raster, resolution, file);

	if (file && fclose(file) == 0 && good)
		html_png(&visit->html, png, len,
			 visit_word(visit, "picture_of_labels"));
	free(png);
}

static struct raster *
draw(struct visit *visit, const struct db_result *result, bool sheet,
     unsigned resolution)
{
	int count = db_rows(result);
	struct label_place *places = mem_alloc((size_t)count, sizeof(*places));
	struct label_pictures *pictures;
	struct raster *raster = NULL;
	char *error = NULL;
	bool unfit;

	for (int i = 0; i < count; i++)
		places[i] = (struct label_place){
			.label = {.order_no = db_value(result, i, 2),
				  .postal_code = db_value(result, i, 3),
				  .address = db_value(result, i, 4),
				  .name = db_value(result, i, 5),
				  .copy = (int)db_int64(result, i, 6),
				  .tracking_no = db_value(result, i, 7)},
			.cell = (int)db_int64(result, i, 1)};
	pictures = label_pictures_open(site_config(visit->site), &error);
	if (pictures)
		raster = label_pictures_draw(
			pictures,
			db_is_null(result, 0, 0) ? NULL
						 : db_value(result, 0, 0),
			places, count, sheet, resolution, &unfit, &error);
	/* What is wrong may name an order: the log does not. */
	if (!raster)
		log_warn("console.picture.failed",
			 kv_str(path, visit->page->path));
	label_pictures_close(pictures);
	mem_free(places);
	mem_free(error);
	return raster;
}

static void
draw_picture(struct visit *visit, const struct db_result *result, bool sheet)
{
	unsigned resolution = sheet ? SHEET_DPI : LABEL_DPI;
	struct raster *raster;

	if (db_rows(result) == 0) {
		draw_nothing(visit);
		return;
	}
	raster = draw(visit, result, sheet, resolution);
	if (raster)
		put_picture(visit, raster, resolution);
	else
		html_say(&visit->html, "p", "hint",
			 visit_word(visit, "no_picture"));
	raster_close(raster);
	draw_table(visit, result);
}

void
draw_label_picture(struct visit *visit, const struct db_result *result)
{
	draw_picture(visit, result, false);
}

void
draw_sheet_picture(struct visit *visit, const struct db_result *result)
{
	draw_picture(visit, result, true);
}
