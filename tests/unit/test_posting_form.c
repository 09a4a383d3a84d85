/*
 * Shows the posting list as a form: two copies, 20 letters a page, totals,
 * blank rows, everything within its column, as pdftotext reads it back.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buffer.h"
#include "font_set.h"
#include "mem.h"
#include "posting_form.h"
#include "run_tool.h"

#define CREATED 1795395600 /* 2026-11-23 in Taipei */

static const struct posting_form form = {.list_no = "PL-20261123-000001",
					 .created_at = CREATED,
					 .area = "local",
					 .kind = "掛號",
					 .office = "10000118",
					 .sender = {"內政部憑證管理中心", NULL,
						    "100 臺北市中正區徐州路5號",
						    "02-2192-7111"}};

static bool
into_buffer(void *target, const void *bytes, size_t len)
{
	buffer_append(target, bytes, len);
	return true;
}

static bool
refuse_bytes(void *target, const void *bytes, size_t len)
{
	(void)target, (void)bytes, (void)len;
	return false;
}

/* Letters whose order numbers are 26112300000019 and so on. */
static struct posting_item *
letters(size_t count)
{
	struct posting_item *items = mem_alloc(count + 1, sizeof *items);

	for (size_t i = 0; i < count; i++)
		items[i] = (struct posting_item){
			.order_no = mem_printf("261123%07zu9", i + 1),
			.name = "王小明",
			.address = "臺北市中正區重慶南路一段122號",
			.weight = "20",
			.postage = "36"};
	return items;
}

static void
letters_free(struct posting_item *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char *order_no;

		memcpy(&order_no, &items[i].order_no, sizeof order_no);
		mem_free(order_no);
	}
	mem_free(items);
}

/* Without blanks and ends of lines, of which pdftotext has its own idea. */
static void
squeeze(char *text)
{
	char *to = text;

	for (; *text; text++)
		if (*text != ' ' && *text != '\n')
			*to++ = *text;
	*to = '\0';
}

/* What pdftotext reads with this option; mem_free() it. */
static char *
text_of(const struct buffer *pdf, const char *option)
{
	char path[] = "/tmp/recard-form.XXXXXX";
	int fd = mkstemp(path);
	struct buffer out = {0};

	assert_true(fd >= 0);
	assert_int_equal(write(fd, pdf->data, pdf->len), pdf->len);
	close(fd);
	run_tool("/tmp",
		 (const char *const[]){"pdftotext", option, path, "-", NULL},
		 &out);
	unlink(path);
	buffer_putc(&out, '\0');
	if (strcmp(option, "-bbox") != 0)
		squeeze(out.data);
	return out.data;
}

static size_t
times(const char *text, const char *wanted)
{
	size_t count = 0;

	for (; (text = strstr(text, wanted)) != NULL; text += strlen(wanted))
		count++;
	return count;
}

static void
write_form(struct font_set *fonts, const struct posting_form *of,
	   const struct posting_item *items, size_t count, struct buffer *pdf)
{
	assert_true(
		posting_form_write(of, items, count, fonts, into_buffer, pdf));
}

static void
test_pages(void **state)
{
	static const struct {
		size_t letters, pages;
	} cases[] = {{0, 1}, {1, 1}, {20, 1}, {21, 2}, {45, 3}};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct posting_item *items = letters(cases[i].letters);
		struct buffer pdf = {0}, again = {0};
		char *text, *words;

		write_form(*state, &form, items, cases[i].letters, &pdf);
		write_form(*state, &form, items, cases[i].letters, &again);
		assert_int_equal(pdf.len, again.len);
		assert_memory_equal(pdf.data, again.data, pdf.len);
		text = text_of(&pdf, "-layout");
		assert_int_equal(times(text, "函件執據"), cases[i].pages);
		assert_int_equal(times(text, "函件存根"), cases[i].pages);
		words = mem_printf("共%zu頁", cases[i].pages);
		assert_int_equal(times(text, words), 2 * cases[i].pages);
		mem_free(words);
		words = mem_printf("總計掛號共%zu件照收無誤", cases[i].letters);
		assert_int_equal(times(text, words), 2);
		mem_free(words);
		words = mem_printf("郵資共計%zu元", cases[i].letters * 36);
		assert_true(times(text, words) >= 2);
		mem_free(words);
		for (size_t n = 0; n < cases[i].letters; n++)
			assert_int_equal(times(text, items[n].order_no), 2);
		assert_int_equal(
			times(text, "以下空白"),
			cases[i].letters % 20 || !cases[i].letters ? 2 : 0);
		assert_int_equal(times(text, "中華民國115年11月23日"),
				 2 * cases[i].pages);
		assert_int_equal(times(text, "本埠"), 4 * cases[i].pages);
		mem_free(text);
		buffer_free(&pdf);
		buffer_free(&again);
		letters_free(items, cases[i].letters);
	}
}

/* Blank where the post fills in. */
static void
test_unknown(void **state)
{
	struct posting_form blank = {.list_no = "PL-1", .created_at = CREATED};
	struct posting_item *items = letters(2);
	struct buffer pdf = {0};
	char *text;

	items[1].weight = "";
	items[1].postage = NULL;
	write_form(*state, &blank, items, 2, &pdf);
	text = text_of(&pdf, "-layout");
	assert_int_equal(times(text, "郵資共計＿＿＿＿元"), 4);
	assert_int_equal(times(text, "重量共計"), 0);
	assert_int_equal(times(text, "本埠・外埠"), 2);
	mem_free(text);
	buffer_free(&pdf);
	letters_free(items, 2);
}

/* The columns of name and address, in points from the left edge. */
#define POINTS(mm) ((mm)*72 / 25.4)
#define NAME_LEFT POINTS(50)
#define ADDRESS_LEFT POINTS(78)
#define ADDRESS_RIGHT POINTS(135)

static double
number_at(const char *line, const char *name)
{
	const char *at = strstr(line, name);

	assert_non_null(at);
	return strtod(at + strlen(name), NULL);
}

/* The longest of what a label can have stays in its column and row. */
static void
test_long(void **state)
{
	static const char *const names[] = {
		"Maria Theresa Concepcion Santos-Delacruz de la Vega",
		"巴蘇雅．伊斯瑪哈單．博伊哲努達馬拉"};
	static const char address[] =
		"花蓮縣壽豐鄉豐裡村中山路三段二百二十一巷十二弄三十三號"
		"地下一樓之三（東華大學學生第二活動中心二樓二〇八室轉交）";
	struct posting_item *items = letters(2);
	struct buffer pdf = {0};
	char *text, *line, *rest;
	size_t words = 0;

	for (size_t i = 0; i < 2; i++) {
		items[i].name = names[i];
		items[i].address = address;
		items[i].tracking_no = "01489424103631303002";
	}
	write_form(*state, &form, items, 2, &pdf);
	text = text_of(&pdf, "-bbox");
	for (line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		double left, right, top, bottom;

		if (!strstr(line, "<word"))
			continue;
		left = number_at(line, "xMin=\"");
		right = number_at(line, "xMax=\"");
		top = number_at(line, "yMin=\"");
		bottom = number_at(line, "yMax=\"");
		assert_true(right <= POINTS(201));
		/* The two rows of letters. */
		if (top < POINTS(78) || bottom > POINTS(97))
			continue;
		words++;
		if (left >= NAME_LEFT && left < ADDRESS_LEFT)
			assert_true(right <= ADDRESS_LEFT);
		if (left >= ADDRESS_LEFT && left < ADDRESS_RIGHT)
			assert_true(right <= ADDRESS_RIGHT);
	}
	assert_true(words >= 12);
	mem_free(text);
	text = text_of(&pdf, "-raw");
	assert_true(times(text, "01489424103631303002") == 4);
	assert_true(times(text, "二〇八室轉交") == 4);
	mem_free(text);
	buffer_free(&pdf);
	letters_free(items, 2);
}

static void
test_characters(void **state)
{
	struct posting_item *items = letters(1);
	struct buffer pdf = {0};
	char *text;

	items[0].name = "林𠀒\U0001F600喆";
	write_form(*state, &form, items, 1, &pdf);
	text = text_of(&pdf, "-layout");
	assert_int_equal(times(text, "林𠀒□喆"), 2);
	mem_free(text);
	assert_false(posting_form_write(&form, items, 1, *state, refuse_bytes,
					NULL));
	buffer_free(&pdf);
	letters_free(items, 1);
}

static int
open_fonts(void **state)
{
	static const char *const families[] = {"Noto Sans CJK TC", "TW-Sung",
					       "TW-Sung-Ext-B", NULL};
	char *error = NULL;

	*state = font_set_open(families, &error);
	return *state ? 0 : -1;
}

static int
close_fonts(void **state)
{
	font_set_close(*state);
	return 0;
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pages), cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_long), cmocka_unit_test(test_characters)};

	return cmocka_run_group_tests(tests, open_fonts, close_fonts);
}
