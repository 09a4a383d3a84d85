/*
 * Pictures of labels; see label_picture.h.
 */
#include <errno.h>
#include <png.h>
#include <string.h>

#include "conf.h"
#include "daemon.h"
#include "font_set.h"
#include "label_draw.h"
#include "label_forms.h"
#include "label_picture.h"
#include "label_settings.h"
#include "mem.h"
#include "raster.h"

#define SECTIONS_MOST 16

struct label_pictures {
	struct conf *conf; /* owns what settings point to */
	struct label_settings settings;
	struct label_forms forms;
	struct font_set *fonts;
};

/* Reads the section label, as recard-label does. */
static struct conf *
load_settings(struct label_settings *settings, const char *config, char **error)
{
	struct daemon_common common = {0};
	const struct conf_section sections[] = {
		{NULL, daemon_common_settings, &common, sizeof common},
		{"label", label_setting_table, settings, sizeof *settings},
		{0}};
	const char *others[SECTIONS_MOST] = {NULL};
	size_t count = 0;

	for (size_t i = 0; daemon_sections[i]; i++)
		if (strcmp(daemon_sections[i], "label") != 0 &&
		    count < SECTIONS_MOST - 1)
			others[count++] = daemon_sections[i];
	return conf_load(config, sections, others, error);
}

/* In front of a message, what it is about. */
static void
about(const char *what, char **error)
{
	char *text = mem_printf("%s: %s", what, *error);

	mem_free(*error);
	*error = text;
}

struct label_pictures *
label_pictures_open(const char *config, char **error)
{
	struct label_pictures *pictures = mem_alloc(1, sizeof(*pictures));

	*error = NULL;
	pictures->conf = load_settings(&pictures->settings, config, error);
	if (!pictures->conf) {
		label_pictures_close(pictures);
		return NULL;
	}
	if (!label_forms_new(&pictures->settings.layouts, &pictures->forms,
			     error)) {
		about("label.layouts", error);
	} else {
		pictures->fonts = font_set_open(
			(const char *const *)pictures->settings.fonts, error);
		if (!pictures->fonts)
			about("label.fonts", error);
	}
	if (pictures->fonts)
		return pictures;
	label_pictures_close(pictures);
	return NULL;
}

void
label_pictures_close(struct label_pictures *pictures)
{
	if (!pictures)
		return;
	font_set_close(pictures->fonts);
	label_forms_free(&pictures->forms);
	conf_free(pictures->conf);
	mem_free(pictures);
}

/* Draws each on its place; NULL, or what speaks against it. */
static char *
draw_places(struct label_drawer *drawer, struct raster *raster,
	    const struct sheet *sheet, const struct label_place *places,
	    int count)
{
	for (int i = 0; i < count; i++) {
		struct sheet_place place = {0};
		struct label_fit fit;

		if (!label_drawer_plan(drawer, &places[i].label, &fit))
			return mem_printf("the label of order %s cannot be "
					  "printed: %s",
					  places[i].label.order_no, fit.text);
		if (sheet)
			place = sheet_place(sheet, 1,
					    (size_t)places[i].cell - 1);
		label_drawer_draw(drawer, raster_canvas(raster), place.x,
				  place.y);
	}
	return NULL;
}

struct raster *
label_pictures_draw(struct label_pictures *pictures, const char *layout,
		    const struct label_place *places, int count, bool sheet,
		    unsigned resolution, bool *unfit, char **error)
{
	const struct label_settings *set = &pictures->settings;
	const struct label_form *form = label_forms_find(
		&pictures->forms, layout ? layout : set->layout);
	const struct label_texts texts = {
		(const char *const *)set->sender,
		(const char *const *)set->postage_paid,
		(const char *const *)set->letter};
	struct label_drawer *drawer;
	struct raster *raster;
	bool page;

	*unfit = false;
	if (!form) {
		*error = mem_printf("label.layouts has no %s any more",
				    layout ? layout : set->layout);
		return NULL;
	}
	/* A form of one label is a page of its own. */
	page = sheet || sheet_cells(&form->sheet) == 1;
	drawer = label_drawer_open(form, &texts, pictures->fonts);
	raster = raster_open(
		pictures->fonts,
		page ? form->sheet.page_width : form->sheet.cell_width,
		page ? form->sheet.page_height : form->sheet.cell_height,
		resolution);
	*error =
		drawer && raster
			? draw_places(drawer, raster,
				      page ? &form->sheet : NULL, places, count)
			: mem_strdup("label.fonts cannot draw labels");
	*unfit = drawer && raster && *error;
	label_drawer_close(drawer);
	if (*error) {
		raster_close(raster);
		return NULL;
	}
	return raster;
}

static void
write_rows(png_struct *png, png_info *info, const struct raster *raster,
	   unsigned resolution)
{
	png_uint_32 per_metre = (png_uint_32)((double)resolution / 0.0254);

	png_set_IHDR(png, info, (png_uint_32)raster_width(raster),
		     (png_uint_32)raster_height(raster), 8, PNG_COLOR_TYPE_GRAY,
		     PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
		     PNG_FILTER_TYPE_DEFAULT);
	png_set_pHYs(png, info, per_metre, per_metre, PNG_RESOLUTION_METER);
	png_write_info(png, info);
	for (size_t y = 0; y < raster_height(raster); y++)
		png_write_row(png, raster_row(raster, y));
	png_write_end(png, info);
}

bool
label_picture_png(const struct raster *raster, unsigned resolution, FILE *file)
{
	png_struct *png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL,
						  NULL, NULL);
	png_info *info = png ? png_create_info_struct(png) : NULL;

	errno = ENOMEM;
	if (info && setjmp(png_jmpbuf(png)) == 0) {
		png_init_io(png, file);
		write_rows(png, info, raster, resolution);
		/* A return by the jump is a failure. */
		png_destroy_write_struct(&png, &info);
		return true;
	}
	png_destroy_write_struct(&png, &info);
	return false;
}
