/*
 * line_break: where addresses may be broken and where they are. Every Chinese
 * character is 1 em wide here, every other one half.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

#include "buffer.h"
#include "charset.h"
#include "line_break.h"

static void
fill(struct line_text *line, const char *text, int at[LINE_BREAK_CHARS + 1])
{
	const char *here = text, *end = text + strlen(text);
	long before = 0;
	size_t i = 0;

	memset(line, 0, sizeof(*line));
	while (here < end) {
		long c;

		at[i] = (int)(here - text);
		c = charset_utf8_next(&here, end);
		line->blank[i] = c == ' ' || c == 0x3000;
		line->edge[i + 1] = line->edge[i] + (c < 0x2e80 ? 0.5 : 1);
		line->may_break[i] = i > 0 && line_break_between(before, c);
		line->good_break[i] = line_break_good(before);
		before = c;
		i++;
	}
	at[i] = (int)(end - text);
	line->may_break[i] = true;
	line->count = i;
}

static void
test_where(void **state)
{
	/* A bar stands where the text may not be broken. */
	static const char *const cases[] = {
		"5|5|號",      "段5|5|號", "３|８|號", "3|樓|之|2",
		"二|十|一|樓", "1|2|巷",   "7|弄",     "5|5|-|3|號",
		"5|5|～|5|7",  "十|二|鄰", "3|Ｆ",     "一|百|二|十|號",
	};
	static const char *const open[] = {"段55", "路二段", "號3樓", "市中山",
					   "A棟",  "弄42號", "巷十"};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *here = cases[i], *end = here + strlen(here);
		bool bar = false;
		long before = 0;

		while (here < end) {
			long c = charset_utf8_next(&here, end);

			if (c == '|') {
				bar = true;
				continue;
			}
			if (bar)
				assert_false(line_break_between(before, c));
			before = c;
			bar = false;
		}
	}
	for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++) {
		const char *here = open[i], *end = here + strlen(here);
		long first = charset_utf8_next(&here, end);

		assert_true(line_break_between(first,
					       charset_utf8_next(&here, end)));
	}
}

static void
test_choice(void **state)
{
	static const struct {
		const char *text;
		double width;
		size_t needed;
		const char *lines; /* with bars between them */
	} cases[] = {
		{"澎湖縣馬公市", 14, 1, "澎湖縣馬公市"},
		{"臺北市中正區重慶南路一段122號3樓之2", 14, 2,
		 "臺北市中正區重慶南路一段|122號3樓之2"},
		/* A number is never torn, even where a line has room. */
		{"臺北市大安區金山南路123456號", 12, 2,
		 "臺北市大安區金山南路|123456號"},
		{"臺北市大安區二百二十一號", 10, 2,
		 "臺北市大安區|二百二十一號"},
		/* Blanks at a break belong to no line. */
		{"甲乙丙 丁戊己", 3, 2, "甲乙丙|丁戊己"},
		{"甲乙丙　　丁戊己", 3, 2, "甲乙丙|丁戊己"},
		/* One piece is too wide. */
		{"臺北市1234567890123號", 5, 0, NULL},
		{"甲乙丙丁戊己庚辛壬癸", 3, 4, NULL},
		{"一二三四五六七八", 5, 0, NULL},
		{"", 5, 0, NULL},
	};
	struct buffer got = {0};
	struct line_text line;
	int at[LINE_BREAK_CHARS + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t from[LINE_BREAK_LINES], to[LINE_BREAK_LINES];
		size_t needed;

		fill(&line, cases[i].text, at);
		needed = line_break_needed(&line, cases[i].width);
		assert_int_equal(needed, cases[i].needed);
		if (cases[i].lines == NULL) {
			if (line.count > 0)
				assert_false(line_break_choose(
					&line, cases[i].width, LINE_BREAK_LINES,
					from, to));
			continue;
		}
		assert_true(line_break_choose(&line, cases[i].width, needed,
					      from, to));
		buffer_clear(&got);
		for (size_t l = 0; l < needed; l++) {
			if (l > 0)
				buffer_putc(&got, '|');
			buffer_append(&got, cases[i].text + at[from[l]],
				      (size_t)(at[to[l]] - at[from[l]]));
		}
		assert_string_equal(got.data, cases[i].lines);
		/* One line less is impossible. */
		if (needed > 1)
			assert_false(line_break_choose(&line, cases[i].width,
						       needed - 1, from, to));
	}
	buffer_free(&got);
}

static void
test_longest(void **state)
{
	size_t from[LINE_BREAK_LINES], to[LINE_BREAK_LINES];
	struct buffer text = {0};
	struct line_text line;
	int at[LINE_BREAK_CHARS + 1];

	(void)state;
	for (int i = 0; i < LINE_BREAK_CHARS; i++)
		buffer_puts(&text, "甲");
	fill(&line, text.data, at);
	assert_int_equal(line_break_needed(&line, 70), 3);
	assert_true(line_break_choose(&line, 70, 3, from, to));
	assert_int_equal(from[0], 0);
	assert_int_equal(to[0], from[1]);
	assert_int_equal(to[1], from[2]);
	assert_int_equal(to[2], LINE_BREAK_CHARS);
	buffer_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_where),
		cmocka_unit_test(test_choice),
		cmocka_unit_test(test_longest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
