/*
 * The posting list as a form; see posting_form.h. Its fields are those of the
 * post's paper form for bulk registered mail.
 */
#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "buffer.h"
#include "canvas.h"
#include "charset.h"
#include "code128.h"
#include "font_set.h"
#include "posting_form.h"
#include "text_shape.h"

#define PAGE_WIDTH 210.0
#define PAGE_HEIGHT 297.0
#define MARGIN 10.0
#define WIDTH (PAGE_WIDTH - 2 * MARGIN)
#define RULE 0.2
#define FRAME 0.4

#define TABLE_TOP 66.0
#define HEAD_HEIGHT 12.0
#define ROW_HEIGHT 8.6
#define TABLE_BOTTOM (TABLE_TOP + HEAD_HEIGHT + POSTING_PAGE * ROW_HEIGHT)

#define CELL_PADDING 0.8
#define CELL_EM 3.3     /* 9.4 points */
#define CELL_EM_ONE 2.7 /* 7.7 points; then a second and third line */
#define CELL_LINES 3
#define CELL_LEADING 1.2
/* From the middle of a line of Chinese characters down to its base. */
#define MIDDLE 0.38

/* Taipei has no summer time. */
#define TAIPEI_SECONDS (8 * 3600)
#define ROC_YEAR 1911

const char *const posting_kinds[] = {"限時掛號", "掛號", "快捷郵件", NULL};

enum align { LEFT, CENTRE, RIGHT };

static const struct column {
	const char *title;
	double width;
	enum align align;
} columns[] = {{"順序號碼", 10, CENTRE},  {"掛號號碼", 30, LEFT},
	       {"收件人姓名", 28, LEFT},  {"送達地名（或地址）", 57, LEFT},
	       {"是否回執", 8, CENTRE},   {"是否航空", 8, CENTRE},
	       {"是否印刷物", 8, CENTRE}, {"重量", 8.5, RIGHT},
	       {"郵資", 8.5, RIGHT},      {"備考", 24, LEFT}};

#define COLUMNS (sizeof columns / sizeof *columns)

struct writer {
	const struct posting_form *form;
	const struct posting_item *items;
	size_t count;
	struct font_set *fonts;
	struct text_shaper shaper;
	struct shaped_text shaped;
	struct buffer text; /* what is shaped, without missing characters */
	struct canvas *page;
};

/* Shapes a text; where no font has a character, □ stands for it. */
static double
shape(struct writer *w, const char *text)
{
	const char *at = text, *end = text + strlen(text);

	buffer_clear(&w->text);
	while (at < end) {
		const char *from = at;
		long character = charset_utf8_next(&at, end);

		if (character < 0 ||
		    font_set_find(w->fonts, (uint32_t)character) < 0) {
			buffer_puts(&w->text, "□");
			if (character < 0)
				at = from + 1;
		} else {
			buffer_append(&w->text, from, (size_t)(at - from));
		}
	}
	buffer_putc(&w->text, '\0');
	text_shape(&w->shaper, w->text.data, w->text.len - 1, 0, &w->shaped);
	return (double)w->shaped.width;
}

/* A text with its base line at y; x is its left, middle or right. */
static void
put(struct writer *w, const char *text, double em, enum align align, double x,
    double y)
{
	double width = shape(w, text) * em;

	if (align == CENTRE)
		x -= width / 2;
	else if (align == RIGHT)
		x -= width;
	w->page->text(w->page, w->text.data, &w->shaped, 0, w->shaped.count, em,
		      x, y);
}

/* Whether a line may end before a glyph: not within a number or a word. */
static bool
may_break(const struct writer *w, size_t glyph)
{
	const struct shaped_glyph *at = &w->shaped.glyphs[glyph];
	const char *text = w->text.data;

	return !at->unsafe_break &&
	       !(isalnum((unsigned char)text[at->start]) && at->start > 0 &&
		 isalnum((unsigned char)text[at->start - 1]));
}

/* Ends of at most CELL_LINES lines that are no wider than room (em); how many
 * there are, 0 when these are too few. */
static size_t
break_lines(const struct writer *w, double room, size_t ends[CELL_LINES])
{
	const struct shaped_text *shaped = &w->shaped;
	size_t lines = 0, from = 0;

	while (from < shaped->count) {
		double start = (double)shaped->glyphs[from].x;
		size_t to = from, good = from;

		while (to < shaped->count &&
		       (double)(shaped->glyphs[to].x +
				shaped->glyphs[to].advance) -
				       start <=
			       room) {
			to++;
			if (to == shaped->count || may_break(w, to))
				good = to;
		}
		if (good == from || lines == CELL_LINES)
			return 0;
		ends[lines++] = good;
		from = good;
	}
	return lines;
}

/* A text within a cell, in the middle of its height: on one line, smaller,
 * then on several; never beyond its borders. */
static void
put_cell(struct writer *w, const char *text, enum align align, double x,
	 double y, double width, double height)
{
	double room = width - 2 * CELL_PADDING, em = CELL_EM, whole;
	size_t ends[CELL_LINES], lines, from = 0;

	if (text == NULL || text[0] == '\0')
		return;
	whole = shape(w, text);
	if (whole * em > room && room / whole >= CELL_EM_ONE)
		em = room / whole;
	while ((lines = break_lines(w, room / em * 1.0001, ends)) == 0 ||
	       (double)lines * CELL_LEADING * em > height - CELL_PADDING)
		em *= 0.96;
	y += (height - (double)lines * CELL_LEADING * em) / 2;
	for (size_t i = 0; i < lines; i++) {
		const struct shaped_glyph *glyphs = w->shaped.glyphs;
		const struct shaped_glyph *last = &glyphs[ends[i] - 1];
		double wide =
			(double)(last->x + last->advance - glyphs[from].x) * em;
		double left = x + CELL_PADDING;

		if (align == CENTRE)
			left += (room - wide) / 2;
		else if (align == RIGHT)
			left += room - wide;
		w->page->text(w->page, w->text.data, &w->shaped, from, ends[i],
			      em, left,
			      y + CELL_LEADING * em / 2 + MIDDLE * em);
		y += CELL_LEADING * em;
		from = ends[i];
	}
}

static void
rule(struct writer *w, double x, double y, double width)
{
	w->page->rectangle(w->page, x, y - RULE / 2, width, RULE);
}

static void
upright(struct writer *w, double x, double y, double height, double thick)
{
	w->page->rectangle(w->page, x - thick / 2, y, thick, height);
}

static void
frame(struct writer *w, double x, double y, double width, double height,
      double thick)
{
	w->page->rectangle(w->page, x - thick / 2, y - thick / 2, width + thick,
			   thick);
	w->page->rectangle(w->page, x - thick / 2, y + height - thick / 2,
			   width + thick, thick);
	upright(w, x, y, height, thick);
	upright(w, x + width, y, height, thick);
}

/* 中華郵政 交寄大宗 限時掛號／掛號／快捷郵件 函件執據: what does not apply is
 * struck through. */
static void
put_title(struct writer *w, const char *copy)
{
	double x = MARGIN + 2, y = 27, em = 5.2;
	char end[32];

	put(w, "中華郵政", 4.2, CENTRE, PAGE_WIDTH / 2, 17);
	(void)snprintf(end, sizeof end, "函件%s", copy);
	x = (PAGE_WIDTH - em * 19) / 2;
	put(w, "交寄大宗", em, LEFT, x, y);
	x += 4.5 * em;
	for (size_t i = 0; posting_kinds[i] != NULL; i++) {
		double width = shape(w, posting_kinds[i]) * em * 0.8;

		put(w, posting_kinds[i], em * 0.8, LEFT, x, y);
		if (w->form->kind &&
		    strcmp(w->form->kind, posting_kinds[i]) != 0)
			w->page->rectangle(w->page, x - 0.5,
					   y - em * 0.8 * MIDDLE, width + 1,
					   0.5);
		x += width + em * 0.5;
	}
	put(w, end, em, LEFT, x, y);
}

/* Digits in boxes, blank ones without. */
static void
put_boxes(struct writer *w, const char *digits, size_t from, size_t boxes,
	  double x, double y)
{
	size_t have = digits ? strlen(digits) : 0;

	for (size_t i = 0; i < boxes; i++) {
		char digit[2] = {from + i < have ? digits[from + i] : '\0'};

		frame(w, x + (double)i * 5, y, 5, 6, RULE);
		if (digit[0])
			put(w, digit, 3.6, CENTRE, x + (double)i * 5 + 2.5,
			    y + 4.3);
	}
}

static void
put_date(struct writer *w)
{
	time_t taipei = (time_t)(w->form->created_at + TAIPEI_SECONDS);
	struct tm day;
	char text[80];

	if (!gmtime_r(&taipei, &day))
		return;
	(void)snprintf(text, sizeof text, "中華民國 %d 年 %02d 月 %02d 日",
		       day.tm_year + 1900 - ROC_YEAR, day.tm_mon + 1,
		       day.tm_mday);
	put(w, text, 3.6, RIGHT, PAGE_WIDTH - MARGIN, 62.5);
}

static void
put_head(struct writer *w, const char *copy, size_t page, size_t pages)
{
	static const char *const names[POSTING_SENDER_LINES] = {
		"寄件人", "寄件人代表", "詳細地址", "電話號碼"};
	const struct posting_form *form = w->form;
	uint8_t widths[CODE128_ELEMENTS];
	char digits[16] = "", text[80];
	size_t count = 0;

	put_title(w, copy);
	for (size_t i = 0; i < POSTING_SENDER_LINES; i++) {
		double y = 37.5 + (double)i * 6.5;

		put(w, names[i], 3.4, LEFT, MARGIN, y);
		rule(w, MARGIN + 20, y + 1.2, 88);
		put_cell(w, form->sender[i], LEFT, MARGIN + 20, y - 4.4, 88,
			 6.2);
	}
	put(w, "收寄局碼", 3.4, LEFT, 126, 37.5);
	put_boxes(w, form->office, 0, 6, 143, 33.2);
	put(w, "種類碼", 3.4, LEFT, 178, 37.5);
	put_boxes(w, form->office, 6, 2, 190, 33.2);
	put(w, form->list_no, 3.4, LEFT, 126, 46);
	/* The date and sequence of its number, for a scanner. */
	for (const char *c = form->list_no; *c && count < 14; c++)
		if (*c >= '0' && *c <= '9')
			digits[count++] = *c;
	count = code128_digits(digits, widths);
	if (count > 0)
		w->page->bars(w->page, widths, count, 25.4 / 100, 160, 41, 8);
	put(w,
	    !form->area                        ? "本埠・外埠"
	    : strcmp(form->area, "local") == 0 ? "本埠"
					       : "外埠",
	    4.2, LEFT, 126, 55.5);
	(void)snprintf(text, sizeof text, "第 %zu 頁　共 %zu 頁", page, pages);
	put(w, text, 3.4, RIGHT, PAGE_WIDTH - MARGIN, 55.5);
	put_date(w);
}

static void
put_columns(struct writer *w)
{
	double x = MARGIN, height = TABLE_BOTTOM - TABLE_TOP;

	for (size_t i = 0; i < COLUMNS; i++) {
		put_cell(w, columns[i].title, CENTRE, x, TABLE_TOP,
			 columns[i].width, HEAD_HEIGHT);
		x += columns[i].width;
		if (i + 1 < COLUMNS)
			upright(w, x, TABLE_TOP, height, RULE);
	}
	rule(w, MARGIN, TABLE_TOP + HEAD_HEIGHT, WIDTH);
	for (size_t i = 1; i < POSTING_PAGE; i++)
		rule(w, MARGIN,
		     TABLE_TOP + HEAD_HEIGHT + (double)i * ROW_HEIGHT, WIDTH);
	frame(w, MARGIN, TABLE_TOP, WIDTH, height, FRAME);
}

static void
put_item(struct writer *w, size_t number, double y)
{
	const struct posting_item *item = &w->items[number];
	char sequence[24];
	const char *const fields[COLUMNS] = {sequence,
					     item->tracking_no,
					     item->name,
					     item->address,
					     item->return_receipt,
					     item->airmail,
					     item->printed_matter,
					     item->weight,
					     item->postage,
					     item->order_no};
	double x = MARGIN;

	(void)snprintf(sequence, sizeof sequence, "%zu", number + 1);
	for (size_t i = 0; i < COLUMNS; i++) {
		put_cell(w, fields[i], columns[i].align, x, y, columns[i].width,
			 ROW_HEIGHT);
		x += columns[i].width;
	}
}

/* So that nothing can be added: told on the first blank row, and a line
 * through the others. */
static void
put_blank(struct writer *w, bool first, double y)
{
	if (first)
		put(w, "（以下空白）", CELL_EM, CENTRE, PAGE_WIDTH / 2,
		    y + ROW_HEIGHT / 2 + MIDDLE * CELL_EM);
	else
		w->page->rectangle(w->page, MARGIN + 4, y + ROW_HEIGHT / 2,
				   WIDTH - 8, RULE);
}

/* The sum over items, or -1 when one is not known. */
static int64_t
sum(const struct posting_item *items, size_t count, bool postage)
{
	int64_t total = 0;

	for (size_t i = 0; i < count; i++) {
		const char *text = postage ? items[i].postage : items[i].weight;

		if (text == NULL || text[0] == '\0')
			return -1;
		total += strtoll(text, NULL, 10);
	}
	return total;
}

/* "限時掛號／掛號函件／快捷郵件 共 n 件照收無誤", with what it costs. */
static void
put_received(struct writer *w, const char *what, size_t from, size_t count,
	     double y)
{
	int64_t postage = sum(w->items + from, count, true);
	int64_t weight = sum(w->items + from, count, false);
	char text[240], more[80] = "＿＿＿＿", grams[64] = "";

	if (postage >= 0)
		(void)snprintf(more, sizeof more, "%" PRId64, postage);
	if (weight >= 0)
		(void)snprintf(grams, sizeof grams,
			       "　重量共計 %" PRId64 " 公克", weight);
	(void)snprintf(text, sizeof text,
		       "%s%s 共 %zu 件照收無誤　郵資共計 %s 元%s", what,
		       w->form->kind ? w->form->kind
				     : "限時掛號／掛號函件／快捷郵件",
		       count, more, grams);
	put(w, text, 3.4, LEFT, MARGIN, y);
}

static void
put_foot(struct writer *w, size_t from, size_t count, bool last)
{
	static const char *const notes[] = {
		"一、限時掛號、掛號與快捷郵件分別列單；本埠與外埠分別列單。",
		"二、郵件按本單順序排列，每二十件為一組，背面註明順序號碼。",
		"三、如需查詢，請於交寄日起六個月內憑執據向原交寄局辦理。"};
	double y = TABLE_BOTTOM + 7;

	put_received(w, "本頁", from, count, y);
	if (last)
		put_received(w, "總計", 0, w->count, y + 6);
	put(w, "經辦員簽署", 3.4, LEFT, 140, y + 12);
	rule(w, 160, y + 13.5, 40);
	frame(w, 140, y + 16, 60, 17, RULE);
	put(w, "郵戳", 2.6, LEFT, 141, y + 19.5);
	for (size_t i = 0; i < sizeof notes / sizeof *notes; i++)
		put(w, notes[i], 2.6, LEFT, MARGIN, y + 20 + (double)i * 4.5);
}

static void
put_copy(struct writer *w, struct pdf_writer *pdf, const char *copy)
{
	size_t pages = (w->count + POSTING_PAGE - 1) / POSTING_PAGE;

	for (size_t page = 0; page < (pages > 0 ? pages : 1); page++) {
		size_t from = page * POSTING_PAGE;
		size_t here = w->count - from;

		if (here > POSTING_PAGE)
			here = POSTING_PAGE;
		w->page = pdf_writer_page(pdf, PAGE_WIDTH, PAGE_HEIGHT);
		put_head(w, copy, page + 1, pages > 0 ? pages : 1);
		put_columns(w);
		for (size_t row = 0; row < POSTING_PAGE; row++) {
			double y = TABLE_TOP + HEAD_HEIGHT +
				   (double)row * ROW_HEIGHT;

			if (row < here)
				put_item(w, from + row, y);
			else
				put_blank(w, row == here, y);
		}
		put_foot(w, from, here, page + 1 >= pages);
	}
}

bool
posting_form_write(const struct posting_form *form,
		   const struct posting_item *items, size_t count,
		   struct font_set *fonts, pdf_sink sink, void *target)
{
	struct writer w = {
		.form = form, .items = items, .count = count, .fonts = fonts};
	struct pdf_writer *pdf = pdf_writer_open(
		fonts, sink, target, form->list_no, form->created_at);
	bool good;

	text_shaper_init(&w.shaper, fonts);
	put_copy(&w, pdf, "執據");
	put_copy(&w, pdf, "存根");
	good = pdf_writer_end(pdf);
	pdf_writer_close(pdf);
	shaped_text_free(&w.shaped);
	text_shaper_end(&w.shaper);
	buffer_free(&w.text);
	return good;
}
