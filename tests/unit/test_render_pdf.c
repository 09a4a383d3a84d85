/*
 * render_pdf: labels are read back with the tools that others would use:
 * poppler for text and pixels, zbar for the bars.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fontconfig/fontconfig.h>

#include "buffer.h"
#include "font_set.h"
#include "label_draw.h"
#include "label_form.h"
#include "mem.h"
#include "render_run.h"
#include "run_tool.h"
#include "sheet.h"

#define DPI 300
#define CREATED 1795395600 /* 2026-11-23T09:00:00+08:00 */

static const struct label_text labels[] = {
	{"26112300000015", "106409", "臺北市大安區金山南路二段55號", "王小明"},
	{"26112300000022", "100", "臺北市中正區重慶南路一段122號3樓之2",
	 "陳堃喆"},
	{"26112300000039", "22069",
	 "新北市板橋區文化路二段182巷3弄42號二十一樓之12", "歐陽煊𤧟"},
	{"26112300000046", "880001", "澎湖縣馬公市中正路1號", "李四"},
	{"26112300000053", "974003",
	 "花蓮縣壽豐鄉豐裡村中山路三段二百二十一巷12弄33號地下一樓之3"
	 "東方名人社區",
	 "林"},
	{"26112300000060", "300", "新竹市東區光復路二段101號",
	 "NGUYỄN THỊ HỒNG NHUNG PHƯƠNG"},
	{"26112300000077", "894", "金門縣烈嶼鄉西宅1號", "瓦歷斯‧諾幹"},
	/* A name longer than a line; its last character does not stand alone.
	 */
	{"26112300000084", "209", "連江縣南竿鄉介壽村76號",
	 "讓阿渌·達入拉雅之子孫"},
};
#define LABELS (sizeof(labels) / sizeof(labels[0]))

static const char *const families[] = {"Noto Sans CJK TC", "TW-Sung",
				       "TW-Sung-Ext-B", "DejaVu Sans", NULL};

struct fixture {
	struct font_set *fonts;
	const struct label_form *form;
	char folder[32];
};

static void
put_file(const char *path, const struct buffer *bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes->data, bytes->len), bytes->len);
	assert_int_equal(close(fd), 0);
}

static void
run(const struct fixture *fixture, const char *const argv[], struct buffer *out)
{
	run_tool(fixture->folder, argv, out);
}

static bool
into_buffer(void *target, const void *bytes, size_t len)
{
	buffer_append(target, bytes, len);
	return true;
}

static struct render_run *
open_pdf(const struct label_form *form, const struct label_texts *texts,
	 struct font_set *fonts, unsigned start, int64_t created_at,
	 const char *title, pdf_sink sink, void *target)
{
	const struct render_options options = {form,  texts,      RENDER_PDF,
					       start, created_at, title};

	return render_run_open(&options, fonts, sink, target);
}

/* Appends a PDF of labels that must all fit. */
static void
render_to(const struct fixture *fixture, const struct label_text *texts,
	  size_t count, unsigned start, int64_t created_at, struct buffer *pdf)
{
	struct render_run *renderer =
		open_pdf(fixture->form, NULL, fixture->fonts, start, created_at,
			 "LR-20261123-000001", into_buffer, pdf);

	assert_non_null(renderer);
	for (size_t i = 0; i < count; i++) {
		struct label_fit fit;

		if (!render_run_add(renderer, &texts[i], &fit))
			fail_msg("label %zu: %s", i, fit.text);
		assert_int_equal(fit.reason, LABEL_OK);
		assert_string_equal(fit.text, "");
	}
	assert_int_equal(render_run_labels(renderer), count);
	assert_int_equal(render_run_sheets(renderer),
			 sheet_pages(&fixture->form->sheet, start, count));
	assert_true(render_run_end(renderer));
	render_run_close(renderer);
}

/* Renders into the fixture's "out.pdf". */
static void
render(const struct fixture *fixture, const struct label_text *texts,
       size_t count, unsigned start)
{
	struct buffer pdf = {0};
	char *path = mem_printf("%s/out.pdf", fixture->folder);

	render_to(fixture, texts, count, start, CREATED, &pdf);
	put_file(path, &pdf);
	mem_free(path);
	buffer_free(&pdf);
}

/* Whether a label fits; one that does not takes no cell. */
static bool
fits(const struct fixture *fixture, const struct label_text *label,
     struct label_fit *fit)
{
	struct buffer pdf = {0};
	struct render_run *renderer =
		open_pdf(fixture->form, NULL, fixture->fonts, 1, CREATED,
			 "LR-1", into_buffer, &pdf);
	bool good;

	assert_non_null(renderer);
	good = render_run_add(renderer, label, fit);
	assert_int_equal(render_run_labels(renderer), good ? 1 : 0);
	assert_int_equal(render_run_sheets(renderer), good ? 1 : 0);
	render_run_close(renderer);
	buffer_free(&pdf);
	return good;
}

/* One page of out.pdf in grey, 300 dpi. */
struct page {
	struct buffer file;
	const unsigned char *pixels;
	size_t width, height;
};

static void
paint(const struct fixture *fixture, const char *number, struct page *page)
{
	const char *const argv[] = {"pdftoppm", "-gray", "-r", "300",
				    "-f",       number,  "-l", number,
				    "out.pdf",  NULL};
	char *rest;

	memset(page, 0, sizeof(*page));
	run(fixture, argv, &page->file);
	assert_memory_equal(page->file.data, "P5\n", 3);
	page->width = strtoul(page->file.data + 3, &rest, 10);
	page->height = strtoul(rest, &rest, 10);
	assert_int_equal(strtoul(rest, &rest, 10), 255);
	page->pixels = (const unsigned char *)rest + 1;
	assert_int_equal(page->file.data + page->file.len - (rest + 1),
			 page->width * page->height);
}

static size_t
dots(double mm)
{
	return (size_t)(mm * DPI / 25.4 + 0.5);
}

static bool
dark(const struct page *page, size_t x, size_t y)
{
	assert_true(x < page->width && y < page->height);
	return page->pixels[y * page->width + x] < 128;
}

static bool
row_dark(const struct page *page, size_t from, size_t to, size_t y)
{
	for (size_t x = from; x < to; x++) {
		if (dark(page, x, y))
			return true;
	}
	return false;
}

static bool
column_dark(const struct page *page, size_t x, size_t from, size_t to)
{
	for (size_t y = from; y < to; y++) {
		if (dark(page, x, y))
			return true;
	}
	return false;
}

/* Height (mm) of each run of rows with ink, in a cell of the A4 sheet. */
static size_t
bands(const struct page *page, const struct sheet_place *place, double *heights,
      size_t max)
{
	size_t left = dots(place->x), right = dots(place->x + 70) - 1;
	size_t count = 0, length = 0;

	for (size_t y = dots(place->y); y < dots(place->y + 38.2); y++) {
		if (row_dark(page, left, right, y)) {
			length++;
			continue;
		}
		if (length > 0) {
			assert_true(count < max);
			heights[count++] = (double)length * 25.4 / DPI;
		}
		length = 0;
	}
	return count;
}

static void
test_text_is_searchable(void **state)
{
	static const char *const argv[] = {"pdftotext", "-raw", "out.pdf", "-",
					   NULL};
	struct buffer text = {0};

	render(*state, labels, LABELS, 1);
	run(*state, argv, &text);
	assert_string_equal(text.data, "106409\n"
				       "臺北市大安區金山南路二段55號\n"
				       "王小明 君 啟\n"
				       "26112300000015\n"
				       "100\n"
				       "臺北市中正區重慶南路\n"
				       "一段122號3樓之2\n"
				       "陳堃喆 君 啟\n"
				       "26112300000022\n"
				       "22069\n"
				       "新北市板橋區文化路二段\n"
				       "182巷3弄42號二十一樓之12\n"
				       "歐陽煊𤧟 君 啟\n"
				       "26112300000039\n"
				       "880001\n"
				       "澎湖縣馬公市中正路1號\n"
				       "李四 君 啟\n"
				       "26112300000046\n"
				       "974003\n"
				       "花蓮縣壽豐鄉豐裡村中山路\n"
				       "三段二百二十一巷12弄33號\n"
				       "地下一樓之3東方名人社區\n"
				       "林 君 啟\n"
				       "26112300000053\n"
				       "300\n"
				       "新竹市東區光復路二段101號\n"
				       "NGUYỄN THỊ HỒNG\n"
				       "NHUNG PHƯƠNG 君 啟\n"
				       "26112300000060\n"
				       "894\n"
				       "金門縣烈嶼鄉西宅1號\n"
				       "瓦歷斯‧諾幹 君 啟\n"
				       "26112300000077\n"
				       "209\n"
				       "連江縣南竿鄉介壽村76號\n"
				       "讓阿渌·達入拉雅之\n"
				       "子孫 君 啟\n"
				       "26112300000084\n\f");
	buffer_free(&text);
}

/* Two full pages and one label, each with its own number. */
static void
test_bars_are_read(void **state)
{
	static const char *const paint_argv[] = {
		"pdftoppm", "-r", "300", "-png", "out.pdf", "page", NULL};
	static const char *const read_argv[] = {"zbarimg",
						"-q",
						"--raw",
						"-S*.enable=0",
						"-Scode128.enable",
						"page-1.png",
						"page-2.png",
						"page-3.png",
						NULL};
	enum { COUNT = 36 };
	static char numbers[COUNT][15];
	struct label_text texts[COUNT];
	struct buffer out = {0};
	size_t lines = 0;

	for (size_t i = 0; i < COUNT; i++) {
		snprintf(numbers[i], sizeof(numbers[i]), "261123%07zu%zu",
			 i * 7919, i % 10);
		texts[i] = labels[i % LABELS];
		texts[i].order_no = numbers[i];
	}
	render(*state, texts, COUNT, 9);
	run(*state, paint_argv, &out);
	run(*state, read_argv, &out);
	for (size_t i = 0; i < COUNT; i++)
		assert_non_null(strstr(out.data, numbers[i]));
	for (size_t i = 0; i < out.len; i++)
		lines += out.data[i] == '\n';
	assert_int_equal(lines, COUNT);
	buffer_free(&out);
}

static void
test_information(void **state)
{
	static const char *const info_argv[] = {"pdfinfo", "-isodates",
						"out.pdf", NULL};
	static const char *const fonts_argv[] = {"pdffonts", "out.pdf", NULL};
	struct buffer out = {0};
	size_t lines = 0;

	render(*state, labels, 1, 21);
	run(*state, info_argv, &out);
	assert_non_null(strstr(out.data, "LR-20261123-000001\n"));
	assert_non_null(strstr(out.data, "Pages:           1\n"));
	assert_non_null(strstr(out.data, "(A4)\n"));
	assert_non_null(strstr(out.data, "2026-11-23T"));
	/* A printer must not have to look for fonts. */
	run(*state, fonts_argv, &out);
	for (const char *line = strchr(strchr(out.data, '\n') + 1, '\n') + 1;
	     *line != '\0'; line = strchr(line, '\n') + 1) {
		assert_non_null(strstr(line, " yes yes yes "));
		lines++;
	}
	assert_true(lines >= 1);
	buffer_free(&out);
}

/* The same labels give the same bytes, whatever was rendered before and
 * whoever renders. */
static void
test_same_bytes(void **state)
{
	struct fixture *fixture = *state, other = *fixture;
	struct buffer first = {0}, second = {0};
	char *error;

	other.fonts = font_set_open(families, &error);
	assert_non_null(other.fonts);
	for (size_t i = 0; i < LABELS; i++)
		render_to(&other, &labels[LABELS - 1 - i], 1, 1, CREATED,
			  &first);
	buffer_clear(&first);
	render_to(fixture, labels, LABELS, 4, CREATED, &first);
	render_to(&other, labels, LABELS, 4, CREATED, &second);
	assert_int_equal(first.len, second.len);
	assert_memory_equal(first.data, second.data, first.len);
	buffer_clear(&second);
	render_to(fixture, labels, LABELS, 4, CREATED, &second);
	assert_int_equal(first.len, second.len);
	assert_memory_equal(first.data, second.data, first.len);
	/* The time is in it, so it must come from outside. */
	buffer_clear(&second);
	render_to(fixture, labels, LABELS, 4, CREATED + 60, &second);
	assert_true(first.len != second.len ||
		    memcmp(first.data, second.data, first.len) != 0);
	font_set_close(other.fonts);
	buffer_free(&first);
	buffer_free(&second);
}

/* Nothing within 2.9 mm of a cell's border, so also no border. */
static void
test_margins(void **state)
{
	const struct sheet *sheet = &label_form_find("a4-21")->sheet;
	struct label_text texts[21];
	size_t last_x = 0, last_y = 0;
	struct page page;

	for (size_t i = 0; i < 21; i++)
		texts[i] = labels[i % LABELS];
	render(*state, texts, 21, 1);
	paint(*state, "1", &page);
	for (size_t x = 0; x < page.width; x++) {
		double in_cell = (double)x * 25.4 / DPI;

		while (in_cell >= 70)
			in_cell -= 70;
		if (in_cell < 2.9 || in_cell > 67.1)
			assert_false(column_dark(&page, x, 0, page.height));
		else if (column_dark(&page, x, 0, page.height))
			last_x = x;
	}
	for (size_t y = 0; y < page.height; y++) {
		double in_cell = (double)y * 25.4 / DPI - sheet->top;

		while (in_cell >= 38.2)
			in_cell -= 38.2;
		if (in_cell < 2.9 || in_cell > 35.3 ||
		    (double)y * 25.4 / DPI >= 282.4)
			assert_false(row_dark(&page, 0, page.width, y));
		else if (row_dark(&page, 0, page.width, y))
			last_y = y;
	}
	assert_true(last_x > dots(180) && last_y > dots(270));
	buffer_free(&page.file);
}

/* What the post measures: digits of the postal code 2.4 to 6 mm, each higher
 * than 1.2 times its width, 0.6 mm apart; address characters 4 mm. */
static void
test_sizes(void **state)
{
	/* All of these reach the top and bottom of the font's face. */
	static const struct {
		const char *address;
		size_t lines;
	} cases[] = {
		{"臺東縣臺東市", 1},
		{"臺東縣臺東市臺東東東東東縣縣", 1},
		{"臺東縣臺東市臺東東縣縣縣東縣縣東縣縣東縣縣東縣", 2},
		{"臺東縣臺東市臺東縣東縣縣縣東縣縣東縣縣東縣縣東縣東縣縣東東縣"
		 "縣東縣東縣縣",
		 3},
	};
	const struct sheet *sheet = &label_form_find("a4-21")->sheet;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct label_text text = {"26112300000015", "286409",
						cases[i].address, "東"};
		struct sheet_place place = sheet_place(sheet, 5, 0);
		size_t start = 0, end = 0, digits = 0;
		double heights[10];
		struct page page;

		render(*state, &text, 1, 5);
		paint(*state, "1", &page);
		/* Postal code, address, name, bars, order number. */
		assert_int_equal(bands(&page, &place, heights, 10),
				 cases[i].lines + 4);
		assert_true(heights[0] > 3.1 && heights[0] < 3.5);
		for (size_t l = 0; l < cases[i].lines; l++)
			/* Within a dot. */
			assert_true(heights[l + 1] >= 4.0 - 25.4 / DPI &&
				    heights[l + 1] < 4.75);
		assert_true(heights[cases[i].lines + 2] >= 5.9);

		for (size_t x = dots(place.x + 3); x < dots(place.x + 60);
		     x++) {
			bool ink = column_dark(&page, x, dots(place.y + 3),
					       dots(place.y + 6));

			if (ink && start == 0) {
				if (end > 0)
					assert_true(x - end >= dots(0.6));
				start = x;
			} else if (!ink && start > 0) {
				assert_true((double)(x - start) * 1.2 <=
					    (double)dots(heights[0]));
				digits++;
				end = x;
				start = 0;
			}
		}
		assert_int_equal(digits, 6);
		buffer_free(&page.file);
	}
}

static void
test_refused(void **state)
{
#define TEN(x) x x x x x x x x x x
#define GOOD "26112300000015", "106409"
	static const struct {
		struct label_text label;
		const char *code, *text;
	} cases[] = {
		{{GOOD, "", "王小明"}, "empty_field", "address: empty"},
		{{GOOD, NULL, "王小明"}, "empty_field", "address: empty"},
		{{GOOD, "臺北市", ""}, "empty_field", "name: empty"},
		{{GOOD, "臺北市", " 　"}, "empty_field", "name: empty"},
		{{GOOD, "臺北市", "\u3164"}, "empty_field", "name: empty"},
		{{"", "106409", "臺北市", "王小明"},
		 "empty_field",
		 "order number: empty"},
		{{"26112300000015", NULL, "臺北市", "王小明"},
		 "empty_field",
		 "postal code: empty"},
		{{GOOD, "臺北\n市", "王小明"},
		 "forbidden_character",
		 "address: forbidden character U+000A"},
		{{GOOD, "臺北市", "王\u200b小明"},
		 "forbidden_character",
		 "name: forbidden character U+200B"},
		{{GOOD, "臺北市", "王\u202e小明"},
		 "forbidden_character",
		 "name: forbidden character U+202E"},
		{{GOOD, "臺北市", "王\xc2\x85"},
		 "forbidden_character",
		 "name: forbidden character U+0085"},
		{{GOOD, "臺北市", "王\xa4\xfd"},
		 "forbidden_character",
		 "name: not UTF-8"},
		{{GOOD, "臺北市", "王\u05d0"},
		 "forbidden_character",
		 "name: written from right to left U+05D0"},
		{{GOOD, "臺北市", "王\U000e1000"},
		 "missing_glyph",
		 "name: no font has the character U+E1000"},
		{{GOOD, "臺\U0001e2c0北市", "王"},
		 "missing_glyph",
		 "address: no font has the character U+1E2C0"},
		{{GOOD, "臺北市", "王\ue001"},
		 "missing_glyph",
		 "name: private character U+E001"},
		{{GOOD, "臺北市", "王\U00100001"},
		 "missing_glyph",
		 "name: private character U+100001"},
		{{"2611230000001A", "106409", "臺北市", "王"},
		 "bad_order_no",
		 "order number: not 1 to 20 digits"},
		{{TEN("111"), "106409", "臺北市", "王"},
		 "bad_order_no",
		 "order number: not 1 to 20 digits"},
		{{"26112300000015", "1064", "臺北市", "王"},
		 "bad_postal_code",
		 "postal code: not 3, 5 or 6 digits"},
		{{"26112300000015", "10A", "臺北市", "王"},
		 "bad_postal_code",
		 "postal code: not 3, 5 or 6 digits"},
		{{GOOD, TEN("臺北市中正"), "王"},
		 "address_too_long",
		 "address: does not fit in lines of 4 mm"},
		{{GOOD, TEN("123456"), "王"},
		 "address_too_long",
		 "address: does not fit in lines of 4 mm"},
		{{GOOD, TEN(TEN("臺北市中正")), "王"},
		 "address_too_long",
		 "address: does not fit in lines of 4 mm"},
		{{GOOD, TEN(TEN("abc ")), "王"},
		 "address_too_long",
		 "address: does not fit in lines of 4 mm"},
		{{GOOD, "臺北市", TEN("王小明")},
		 "name_too_long",
		 "name: does not fit in lines of 4 mm"},
		{{GOOD, "臺北市", TEN("Wolfeschlegel")},
		 "name_too_long",
		 "name: does not fit in lines of 4 mm"},
		{{GOOD, "臺北市", TEN(TEN("王小明"))},
		 "name_too_long",
		 "name: does not fit in lines of 4 mm"},
		/* Either alone would do, but not both. */
		{{GOOD,
		  "花蓮縣壽豐鄉豐裡村中山路三段二百二十一巷12弄33號地下一樓之3"
		  "東方名人社區",
		  "NGUYEN THI HONG NHUNG PHUONG"},
		 "name_too_long",
		 "name: takes a line that the address needs"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct label_fit fit;

		assert_false(fits(*state, &cases[i].label, &fit));
		assert_string_equal(label_reason_code(fit.reason),
				    cases[i].code);
		assert_string_equal(fit.text, cases[i].text);
	}
}

static bool
refuse_bytes(void *target, const void *bytes, size_t len)
{
	size_t *left = target;

	if (len > *left)
		return false;
	*left -= len;
	return true;
}

/* A sink that refuses, at the start or at the end, is told. */
static void
test_full_disk(void **state)
{
	struct fixture *fixture = *state;

	for (size_t room = 0; room < 4000; room += 1000) {
		size_t left = room;
		struct render_run *renderer =
			open_pdf(fixture->form, NULL, fixture->fonts, 1,
				 CREATED, "LR-1", refuse_bytes, &left);
		struct label_fit fit;

		assert_true(render_run_add(renderer, &labels[0], &fit));
		assert_false(render_run_end(renderer));
		render_run_close(renderer);
	}
}

static void
test_bad_calls(void **state)
{
	struct fixture *fixture = *state;
	struct buffer out = {0};

	assert_null(open_pdf(fixture->form, NULL, fixture->fonts, 0, CREATED,
			     "LR-1", into_buffer, &out));
	assert_null(open_pdf(fixture->form, NULL, fixture->fonts, 22, CREATED,
			     "LR-1", into_buffer, &out));
	assert_int_equal(out.len, 0);
	render_run_close(NULL);
}

/* Accents may pile up, depending on the fonts there are: then the label is
 * refused; otherwise each line keeps to itself. */
static void
test_piled_accents(void **state)
{
	static const char *const names[] = {
		"Ậ",
		"A\u0300\u0300\u0300\u0300\u0300\u0300\u0300\u0300",
		"\u01fa\u0302\u0302\u0302\u0302\u0302\u0302\u0302",
		"東\u0323\u0323\u0323\u0323\u0323\u0323\u0323",
		"x\u20dd",
	};
	const struct sheet *sheet = &label_form_find("a4-21")->sheet;
	struct sheet_place place = sheet_place(sheet, 8, 0);
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct label_text text = labels[0];
		double heights[10];
		struct label_fit fit;
		struct page page;

		text.name = names[i];
		if (!fits(fixture, &text, &fit)) {
			assert_true(i > 0);
			assert_true(fit.reason == LABEL_NAME_TOO_LONG ||
				    fit.reason == LABEL_MISSING_GLYPH);
			continue;
		}
		render(fixture, &text, 1, 8);
		paint(fixture, "1", &page);
		/* Accents may be bands of their own. */
		assert_true(bands(&page, &place, heights, 10) >= 5);
		buffer_free(&page.file);
	}
}

/* Whatever fits is there in full, line by line, up to the last that does. */
static void
test_nothing_is_lost(void **state)
{
	static const char *const argv[] = {"pdftotext", "-raw", "out.pdf", "-",
					   NULL};
	struct fixture *fixture = *state;
	struct buffer address = {0}, out = {0};
	size_t fitted = 0;

	buffer_puts(&address, "臺北市");
	for (;; fitted++) {
		struct label_text text = labels[0];
		struct label_fit fit;
		size_t kept = 0;

		buffer_puts(&address, fitted % 7 == 3 ? "7" : "東");
		text.address = address.data;
		if (!fits(fixture, &text, &fit)) {
			assert_int_equal(fit.reason, LABEL_ADDRESS_TOO_LONG);
			break;
		}
		render(fixture, &text, 1, 1);
		run(fixture, argv, &out);
		/* Address lines without their ends. */
		for (size_t i = 0; i < out.len; i++) {
			if (out.data[i] != '\n')
				out.data[kept++] = out.data[i];
		}
		out.data[kept] = '\0';
		assert_non_null(strstr(out.data, address.data));
	}
	/* Three lines of about fourteen characters. */
	assert_in_range(fitted, 36, 46);
	buffer_free(&address);
	buffer_free(&out);
}

static void
test_other_sheets(void **state)
{
	static const char *const names[] = {"dl", "thermal", "window"};
	static const char *const argv[] = {"pdftotext", "-raw", "out.pdf", "-",
					   NULL};
	static const char *const paint_argv[] = {
		"pdftoppm", "-r", "300", "-png", "out.pdf", "page", NULL};
	static const char *const read_argv[] = {
		"zbarimg",          "-q",         "--raw",      "-S*.enable=0",
		"-Scode128.enable", "page-1.png", "page-2.png", NULL};

	for (size_t i = 0; i < 3; i++) {
		struct fixture fixture = *(struct fixture *)*state;
		struct buffer out = {0};

		fixture.form = label_form_find(names[i]);
		assert_non_null(fixture.form);
		render(&fixture, labels, 2, 1);
		run(&fixture, argv, &out);
		assert_string_equal(out.data,
				    "106409\n臺北市大安區金山南路二段55號\n"
				    "王小明 君 啟\n26112300000015\n\f"
				    "100\n臺北市中正區重慶南路一段122號3樓之2\n"
				    "陳堃喆 君 啟\n26112300000022\n\f");
		run(&fixture, paint_argv, &out);
		run(&fixture, read_argv, &out);
		assert_string_equal(out.data,
				    "26112300000015\n26112300000022\n");
		buffer_free(&out);
	}
}

/* Sender, mark and letter are there, or are refused before anything is
 * printed. */
static void
test_blocks(void **state)
{
#define LONG_LINE                                                                                                \
	"內政部憑證管理中心內政部憑證管理中心內政部憑證管理中心內政部憑證管理" \
	"中心內政部憑證管理中心內政部憑證管理中心"
	static const char *const good[] = {"內政部憑證管理中心",
					   "臺北市徐州路5號", NULL};
	static const char *const wide[] = {"內政部", LONG_LINE LONG_LINE, NULL};
	static const char *const bad[] = {"內政\xe9", NULL};
	static const char *const lacking[] = {"內政\U0001e2c0", NULL};
	static const struct {
		struct label_texts texts;
		const char *objection;
	} cases[] = {
		{{good, good, good}, NULL},
		{{NULL, NULL, NULL}, NULL},
		{{wide, NULL, NULL}, "the sender does not fit on the page"},
		{{NULL, wide, NULL}, "postage_paid does not fit on the page"},
		/* An envelope has no place for a letter. */
		{{NULL, NULL, wide}, NULL},
		{{bad, NULL, NULL},
		 "no font has a character of sender, postage_paid or letter"},
		{{NULL, NULL, lacking},
		 "no font has a character of sender, postage_paid or letter"},
	};
	static const char *const argv[] = {"pdftotext", "-raw", "out.pdf", "-",
					   NULL};
	struct fixture *fixture = *state;
	const struct label_form *form = label_form_find("dl");
	struct buffer pdf = {0}, text = {0};
	struct render_run *renderer;
	struct label_fit fit;
	char *path;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct label_drawer *drawer = label_drawer_open(
			form, &cases[i].texts, fixture->fonts);
		const char *objection = label_drawer_objection(drawer);

		if (cases[i].objection == NULL || objection == NULL)
			assert_ptr_equal(objection, cases[i].objection);
		else
			assert_string_equal(objection, cases[i].objection);
		label_drawer_close(drawer);
	}
	renderer = open_pdf(form, &cases[0].texts, fixture->fonts, 1, CREATED,
			    "LR-1", into_buffer, &pdf);
	assert_true(render_run_add(renderer, &labels[0], &fit));
	assert_true(render_run_end(renderer));
	render_run_close(renderer);
	path = mem_printf("%s/out.pdf", fixture->folder);
	put_file(path, &pdf);
	run(fixture, argv, &text);
	assert_string_equal(text.data,
			    "106409\n臺北市大安區金山南路二段55號\n"
			    "王小明 君 啟\n26112300000015\n"
			    "內政部憑證管理中心\n臺北市徐州路5號\n"
			    "內政部憑證管理中心\n臺北市徐州路5號\n\f");
	mem_free(path);
	buffer_free(&pdf);
	buffer_free(&text);
}

/* Fontconfig would find another font, and other hosts another one. */
static void
test_unknown_family(void **state)
{
	static const char *const unknown[] = {"Noto Sans CJK TC",
					      "No Such Font", NULL};
	static const char *const none[] = {NULL};
	static const char *const latin[] = {"DejaVu Sans", NULL};
	struct fixture fixture = *(struct fixture *)*state;
	struct buffer out = {0};
	char *error;

	assert_null(font_set_open(unknown, &error));
	assert_string_equal(error, "No Such Font: is not installed as a font "
				   "with outlines");
	mem_free(error);
	assert_null(font_set_open(none, &error));
	assert_string_equal(error, "no font is named");
	mem_free(error);
	fixture.fonts = font_set_open(latin, &error);
	assert_non_null(fixture.fonts);
	assert_null(open_pdf(fixture.form, NULL, fixture.fonts, 1, CREATED,
			     "LR-1", into_buffer, &out));
	font_set_close(fixture.fonts);
	font_set_close(NULL);
}

/* Which font serves, and what a reader of the PDF gets: rare characters, and
 * two characters that share a glyph. */
static void
test_fallback(void **state)
{
	static const char *const argv[] = {"pdftotext", "-raw", "out.pdf", "-",
					   NULL};
	static const char *const fonts_argv[] = {"pdffonts", "out.pdf", NULL};
	static const struct label_text texts[] = {
		/* Extension B that only TW-Sung-Ext-B has; the radical and
		 * the character that look alike; a compatibility form. */
		{"26112300000015", "106409", "臺北市大安區⼀一段５５號",
		 "王𠀒𪛖"},
		{"26112300000022", "106409", "臺北市﨑埼路 Ñuñez 1號",
		 "Ærøskøbing"},
	};
	struct buffer out = {0};

	render(*state, texts, 2, 1);
	run(*state, argv, &out);
	assert_non_null(strstr(out.data, "臺北市大安區⼀一段５５號\n"));
	assert_non_null(strstr(out.data, "王𠀒𪛖 君 啟\n"));
	assert_non_null(strstr(out.data, "臺北市﨑埼路 Ñuñez 1號\n"));
	run(*state, fonts_argv, &out);
	assert_non_null(strstr(out.data, "+NotoSansCJKtc-Regular "));
	assert_non_null(strstr(out.data, "+TW-Sung-Ext-B"));
	buffer_free(&out);
}

static int
set_up(void **state)
{
	struct fixture *fixture = mem_alloc(1, sizeof(*fixture));
	char *error;

	snprintf(fixture->folder, sizeof(fixture->folder),
		 "/tmp/recard-render.XXXXXX");
	if (mkdtemp(fixture->folder) == NULL)
		return -1;
	fixture->fonts = font_set_open(families, &error);
	fixture->form = label_form_find("a4-21");
	*state = fixture;
	return fixture->fonts == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	struct fixture *fixture = *state;
	DIR *folder = opendir(fixture->folder);
	struct dirent *entry;

	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] != '.')
			unlinkat(dirfd(folder), entry->d_name, 0);
	}
	closedir(folder);
	rmdir(fixture->folder);
	font_set_close(fixture->fonts);
	mem_free(fixture);
	/* Its cache, so that a leak of ours stands out. */
	FcFini();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_is_searchable),
		cmocka_unit_test(test_bars_are_read),
		cmocka_unit_test(test_information),
		cmocka_unit_test(test_same_bytes),
		cmocka_unit_test(test_margins),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_bad_calls),
		cmocka_unit_test(test_piled_accents),
		cmocka_unit_test(test_nothing_is_lost),
		cmocka_unit_test(test_other_sheets),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_unknown_family),
		cmocka_unit_test(test_fallback),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
