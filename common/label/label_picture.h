/*
 * Labels as a picture, as recard-label would print them: a label, or a sheet
 * of a run. For somebody to look at; what is drawn is personal data.
 */
#ifndef RECARD_LABEL_PICTURE_H
#define RECARD_LABEL_PICTURE_H

#include <stdbool.h>
#include <stdio.h>

#include "label_check.h"

struct label_pictures;
struct raster;

/* A label, and its cell on the sheet from 1. */
struct label_place {
	struct label_text label;
	int cell;
};

/* Reads the section label of a configuration file, and opens its fonts. NULL
 * with *error (mem_free() it). */
struct label_pictures *label_pictures_open(const char *config, char **error);
void label_pictures_close(struct label_pictures *pictures);
/*
 * The picture at dots per inch: of the sheet, or of one label alone. layout is
 * the run's, NULL: the one in force. Ends with raster_close(). NULL with
 * *error; *unfit then tells whether a label cannot be printed.
 */
struct raster *label_pictures_draw(struct label_pictures *pictures,
				   const char *layout,
				   const struct label_place *places, int count,
				   bool sheet, unsigned resolution, bool *unfit,
				   char **error);
/* Writes a picture as PNG; false with errno. */
bool label_picture_png(const struct raster *raster, unsigned resolution,
		       FILE *file);

#endif
