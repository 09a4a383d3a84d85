/*
 * posting_list: the CSV for the post, byte for byte.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "buffer.h"
#include "charset.h"
#include "posting_list.h"

#define HEADER                                                                                          \
	"掛號號碼,姓名,寄件地名(或地址),是否回執,是否航空,是否印刷物,重量," \
	"郵資,備考\n"

/* The list as UTF-8, whatever it was written in. */
static void
list(const struct posting_item *items, size_t count, const char *encoding,
     struct buffer *text, size_t *substituted)
{
	struct charset *back = charset_open(encoding, "UTF-8");
	struct buffer bytes = {0};
	size_t offset;

	assert_non_null(back);
	assert_int_equal(
		posting_list_csv(items, count, encoding, &bytes, substituted),
		0);
	buffer_clear(text);
	assert_int_equal(
		charset_convert(back, bytes.data, bytes.len, text, &offset), 0);
	charset_close(back);
	buffer_free(&bytes);
}

static void
test_lines(void **state)
{
	const struct posting_item items[] = {
		{.tracking_no = "01489424103631303002",
		 .name = "王小明",
		 .address = "臺北市大安區金山南路二段55號",
		 .return_receipt = "V",
		 .airmail = "",
		 .weight = "20",
		 .postage = "28",
		 .order_no = "26112300000015"},
		/* Not yet numbered; 許功蓋 have a backslash in Big5. */
		{.name = "許功蓋",
		 .address = "新北市,\"板橋\"區",
		 .order_no = "26112300000022"},
		{NULL},
	};
	struct buffer text = {0};
	size_t substituted = 99;

	(void)state;
	list(items, 3, "CP950", &text, &substituted);
	assert_string_equal(text.data,
			    HEADER "01489424103631303002,王小明,"
				   "臺北市大安區金山南路二段55號,V,,,20,28,"
				   "26112300000015\n"
				   ",許功蓋,\"新北市,\"\"板橋\"\"區\",,,,,,"
				   "26112300000022\n"
				   ",,,,,,,,\n");
	assert_int_equal(substituted, 0);
	buffer_free(&text);
}

static void
test_bytes(void **state)
{
	const struct posting_item item = {.name = "許", .order_no = "1"};
	static const char tail[] = "\n,\xb3\x5c,,,,,,,1\n";
	struct buffer out = {0};

	(void)state;
	buffer_puts(&out, "before");
	assert_int_equal(posting_list_csv(&item, 1, "CP950", &out, NULL), 0);
	assert_memory_equal(out.data, "before\xb1\xbe\xb8\xb9", 10);
	assert_null(strchr(out.data, '\r'));
	assert_string_equal(out.data + out.len - strlen(tail), tail);
	buffer_free(&out);
}

static void
test_missing_characters(void **state)
{
	static const struct {
		const char *encoding, *name, *written;
		size_t substituted;
	} cases[] = {
		{"CP950", "陳堃", "陳□", 1},
		{"CP950", "喆", "□", 1},
		{"CP950", "歐陽煊𤧟生", "歐陽□□生", 1},
		{"CP950", "Nguyễn", "Nguy□n", 1},
		{"CP950", "王小明", "王小明", 0},
		{"BIG5-HKSCS", "陳堃", "陳堃", 0},
		{"UTF-8", "歐陽煊𤧟生", "歐陽煊𤧟生", 0},
	};
	struct buffer text = {0}, wanted = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct posting_item items[] = {
			{.name = cases[i].name, .order_no = "1"},
			{.name = "李四", .order_no = "2"},
		};
		size_t substituted;

		list(items, 2, cases[i].encoding, &text, &substituted);
		buffer_clear(&wanted);
		buffer_printf(&wanted, HEADER ",%s,,,,,,,1\n,李四,,,,,,,2\n",
			      cases[i].written);
		assert_string_equal(text.data, wanted.data);
		assert_int_equal(substituted, cases[i].substituted);
	}
	buffer_free(&text);
	buffer_free(&wanted);
}

static void
test_formulas(void **state)
{
	static const struct {
		const char *value, *written;
	} cases[] = {
		{"=1+1", "'=1+1"},
		{"+886", "'+886"},
		{"-1", "'-1"},
		{"@SUM(A1)", "'@SUM(A1)"},
		{"\t=1", "'\t=1"},
		{"\r=1", "\"'\r=1\""},
		{"\n=1", "\"'\n=1\""},
		{"＝1", "'＝1"},
		{"＋1", "'＋1"},
		{"－1", "'－1"},
		{"＠1", "'＠1"},
		{"=HYPERLINK(\"x\",\"y\")",
		 "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""},
		{"a=1", "a=1"},
		{"55-1", "55-1"},
		{"'=1", "'=1"},
	};
	struct buffer text = {0}, wanted = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct posting_item item = {.tracking_no = cases[i].value,
						  .name = cases[i].value,
						  .address = cases[i].value,
						  .order_no = cases[i].value};

		list(&item, 1, "CP950", &text, NULL);
		buffer_clear(&wanted);
		buffer_printf(&wanted, HEADER "%s,%s,%s,,,,,,%s\n",
			      cases[i].written, cases[i].written,
			      cases[i].written, cases[i].written);
		assert_string_equal(text.data, wanted.data);
	}
	buffer_free(&text);
	buffer_free(&wanted);
}

static void
test_refused(void **state)
{
	const struct posting_item good = {.name = "王", .order_no = "1"};
	const struct posting_item items[] = {
		{.name = "王", .order_no = "1"},
		{.name = "\xa4\xfd", .order_no = "2"},
	};
	struct buffer out = {0};
	size_t substituted = 99;

	(void)state;
	buffer_puts(&out, "before");
	assert_int_equal(posting_list_csv(&good, 1, "NO-SUCH", &out, NULL), -1);
	assert_string_equal(out.data, "before");
	/* An encoding that lacks the header, and the box. */
	assert_int_equal(posting_list_csv(&good, 1, "ASCII", &out, NULL), -1);
	assert_string_equal(out.data, "before");
	assert_int_equal(
		posting_list_csv(items, 2, "CP950", &out, &substituted), -1);
	assert_string_equal(out.data, "before");
	assert_int_equal(out.len, 6);
	assert_int_equal(substituted, 99);
	buffer_free(&out);
}

static void
test_empty_list(void **state)
{
	struct buffer text = {0};
	size_t substituted = 99;

	(void)state;
	list(NULL, 0, "CP950", &text, &substituted);
	assert_string_equal(text.data, HEADER);
	assert_int_equal(substituted, 0);
	buffer_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_missing_characters),
		cmocka_unit_test(test_formulas),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_empty_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
