/*
 * raster and render_zpl: the label that a thermal printer gets, decoded back
 * to a picture that zbar reads.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fontconfig/fontconfig.h>

#include "buffer.h"
#include "canvas.h"
#include "font_set.h"
#include "label_draw.h"
#include "label_form.h"
#include "raster.h"
#include "render_zpl.h"
#include "run_tool.h"

static const char *const families[] = {"Noto Sans CJK TC", "TW-Sung",
				       "TW-Sung-Ext-B", NULL};

struct picture {
	size_t width, height, row_bytes;
	struct buffer bits; /* rows of whole bytes, 1 is black */
};

static unsigned
hex_value(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'A' + 10);
}

/* Reads the one picture of a label as the printer would. */
static void
decode(const char *zpl, struct picture *picture)
{
	size_t total, again, row_digits, digits = 0, count = 0;
	const char *at;
	int read = 0;

	memset(picture, 0, sizeof *picture);
	assert_int_equal(
		sscanf(zpl, "^XA^PW%zu^LL%zu^LH0,0^FO0,0^GFA,%zu,%zu,%zu,%n",
		       &picture->width, &picture->height, &total, &again,
		       &picture->row_bytes, &read),
		5);
	assert_int_equal(total, again);
	assert_int_equal(total, picture->row_bytes * picture->height);
	assert_int_equal(picture->row_bytes, (picture->width + 7) / 8);
	buffer_reserve(&picture->bits, total);
	row_digits = picture->row_bytes * 2;
	for (at = zpl + read; *at != '^'; at++) {
		if (*at >= 'G' && *at <= 'Y') {
			count += (size_t)(*at - 'F');
		} else if (*at >= 'g' && *at <= 'z') {
			count += (size_t)(*at - 'f') * 20;
		} else if (*at == ':') {
			assert_int_equal(digits % row_digits, 0);
			assert_int_equal(count, 0);
			assert_true(digits > 0);
			buffer_append(&picture->bits,
				      picture->bits.data + picture->bits.len -
					      picture->row_bytes,
				      picture->row_bytes);
			digits += row_digits;
		} else {
			assert_non_null(strchr("0123456789ABCDEF", *at));
			for (count = count > 0 ? count : 1; count > 0;
			     count--, digits++) {
				if (digits % 2 == 0)
					buffer_putc(
						&picture->bits,
						(char)(hex_value(*at) << 4));
				else
					picture->bits
						.data[picture->bits.len - 1] |=
						(char)hex_value(*at);
			}
		}
	}
	assert_string_equal(at, "^FS^XZ\n");
	assert_int_equal(picture->bits.len, total);
}

static bool
bit(const struct picture *picture, size_t x, size_t y)
{
	return (unsigned char)picture->bits
			       .data[y * picture->row_bytes + x / 8] >>
		       (7 - x % 8) &
	       1;
}

static void
same_dots(const struct raster *raster, const struct picture *picture)
{
	assert_int_equal(picture->width, raster_width(raster));
	assert_int_equal(picture->height, raster_height(raster));
	for (size_t y = 0; y < picture->height; y++) {
		for (size_t x = 0; x < picture->width; x++)
			assert_int_equal(bit(picture, x, y),
					 raster_black(raster, x, y));
	}
}

static void
test_label(void **state)
{
	static const struct label_text label = {
		"26112400000011",
		"974003",
		"花蓮縣壽豐鄉豐裡村中山路三段221巷12弄33號地下1樓之3",
		"王^XZ~𠀒",
		.copy = 2,
		.tracking_no = "01489424103631303002"};
	const struct label_form *form = label_form_find("thermal");
	struct label_drawer *drawer = label_drawer_open(form, NULL, *state);
	struct raster *raster =
		raster_open(*state, form->sheet.page_width,
			    form->sheet.page_height, form->resolution);
	struct buffer zpl = {0}, out = {0};
	struct picture picture;
	struct label_fit fit;
	size_t carets = 0;
	char path[] = "/tmp/recard-zpl.XXXXXX";
	FILE *file;

	assert_non_null(drawer);
	assert_non_null(raster);
	assert_true(label_drawer_plan(drawer, &label, &fit));
	label_drawer_draw(drawer, raster_canvas(raster), 0, 0);
	render_zpl(raster, &zpl);
	for (size_t i = 0; i < zpl.len; i++)
		carets += zpl.data[i] == '^' || zpl.data[i] == '~';
	assert_int_equal(carets, 8);
	/* A tenth of what the dots alone would take as hexadecimal. */
	assert_true(zpl.len <
		    raster_width(raster) * raster_height(raster) / 4 / 4);
	decode(zpl.data, &picture);
	same_dots(raster, &picture);

	file = fdopen(mkstemp(path), "w");
	assert_non_null(file);
	fprintf(file, "P4\n%zu %zu\n", picture.width, picture.height);
	fwrite(picture.bits.data, 1, picture.bits.len, file);
	assert_int_equal(fclose(file), 0);
	run_tool("/tmp",
		 (const char *const[]){"zbarimg", "-q", "--raw", "-S*.enable=0",
				       "-Scode128.enable", path, NULL},
		 &out);
	assert_non_null(strstr(out.data, "26112400000011\n"));
	assert_non_null(strstr(out.data, "01489424103631303002\n"));
	unlink(path);
	buffer_free(&picture.bits);
	buffer_free(&zpl);
	buffer_free(&out);
	raster_close(raster);
	label_drawer_close(drawer);
}

/* Runs of every length, and rows like those above. */
static void
test_runs(void **state)
{
	struct raster *raster = raster_open(*state, 210, 70, 203);
	struct canvas *canvas = raster_canvas(raster);
	struct buffer zpl = {0};
	struct picture picture;

	assert_non_null(raster);
	for (int i = 0; i < 60; i++)
		canvas->rectangle(canvas, i * 0.5, i, 3.5 * i + 0.2, 0.9);
	/* Reaches beyond the page. */
	canvas->rectangle(canvas, 0, 65, 211, 6);
	render_zpl(raster, &zpl);
	decode(zpl.data, &picture);
	same_dots(raster, &picture);
	assert_true(bit(&picture, picture.width - 1, picture.height - 1));
	buffer_clear(&zpl);
	buffer_free(&picture.bits);
	raster_clear(raster);
	render_zpl(raster, &zpl);
	decode(zpl.data, &picture);
	same_dots(raster, &picture);
	buffer_free(&picture.bits);
	buffer_free(&zpl);
	raster_close(raster);
}

static void
test_impossible_pages(void **state)
{
	assert_null(raster_open(*state, 0, 10, 203));
	assert_null(raster_open(*state, 10, -1, 203));
	assert_null(raster_open(*state, 1000, 1000, 2400));
	raster_close(NULL);
}

static int
set_up(void **state)
{
	char *error;

	*state = font_set_open(families, &error);
	return *state == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	font_set_close(*state);
	FcFini();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_label),
		cmocka_unit_test(test_runs),
		cmocka_unit_test(test_impossible_pages),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
