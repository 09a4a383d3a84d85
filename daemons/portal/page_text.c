/*
 * Words, moments and values of pages: see page_private.h.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "identity.h"
#include "page_private.h"
#include "words.h"

const char *
page_word(const struct page *page, const char *key)
{
	const char *words = portal_word(page->language, key);

	return words ? words : key;
}

const char *
page_word_of(const struct page *page, const char *group, const char *name)
{
	char key[80];
	int len = snprintf(key, sizeof(key), "%s.%s", group, name);

	if (len < 0 || (size_t)len >= sizeof(key))
		return NULL;
	return portal_word(page->language, key);
}

static void
put_filled(struct page *page, const char *words, va_list values)
{
	const char *given[9] = {NULL};
	struct buffer text = {0};
	size_t count = 0;

	while (count < 9 && (given[count] = va_arg(values, const char *)))
		count++;
	for (const char *at = words; *at; at++) {
		if (at[0] == '{' && at[1] >= '1' && at[1] <= '9' &&
		    at[2] == '}') {
			if ((size_t)(at[1] - '1') < count)
				buffer_puts(&text, given[at[1] - '1']);
			at += 2;
		} else {
			buffer_putc(&text, *at);
		}
	}
	html_text(&page->html, text.data ? text.data : "");
	buffer_free(&text);
}

void
page_fill(struct page *page, const char *key, ...)
{
	va_list values;

	va_start(values, key);
	put_filled(page, page_word(page, key), values);
	va_end(values);
}

void
page_say(struct page *page, const char *element, const char *class,
	 const char *key)
{
	html_say(&page->html, element, class, page_word(page, key));
}

void
page_tell(struct page *page, const char *element, const char *class,
	  const char *key, ...)
{
	va_list values;

	html_open(&page->html, element, "class", class, NULL);
	va_start(values, key);
	put_filled(page, page_word(page, key), values);
	va_end(values);
	html_close(&page->html);
}

void
page_link(struct page *page, const char *class, const char *path,
	  const char *key)
{
	html_open(&page->html, "a", "class", class, "href", path, NULL);
	html_text(&page->html, page_word(page, key));
	html_close(&page->html);
}

void
page_pair(struct page *page, const char *key, const char *value)
{
	if (!value || !*value)
		return;
	page_say(page, "dt", NULL, key);
	html_say(&page->html, "dd", NULL, value);
}

static const char *const weekdays_zh[] = {"日", "一", "二", "三",
					  "四", "五", "六"};
static const char *const weekdays_en[] = {"Sunday",    "Monday",   "Tuesday",
					  "Wednesday", "Thursday", "Friday",
					  "Saturday"};
static const char *const months_en[] = {
	"January", "February", "March",     "April",   "May",      "June",
	"July",    "August",   "September", "October", "November", "December"};

const char *
page_moment(const struct page *page, const char *iso,
	    char out[PAGE_MOMENT_SIZE])
{
	struct tm day = {0};
	char hour[16] = "";
	int64_t at;
	time_t seconds;

	out[0] = '\0';
	if (clock_parse_iso(iso, &at)) {
		/* Taipei has no summer time. */
		seconds = (time_t)(at + 8 * 3600);
		if (!gmtime_r(&seconds, &day))
			return out;
		snprintf(hour, sizeof(hour), "%s%02d:%02d",
			 page->language == LANGUAGE_ZH ? "" : ", ", day.tm_hour,
			 day.tm_min);
	} else if (clock_parse_date(iso, &day.tm_year, &day.tm_mon,
				    &day.tm_mday)) {
		day.tm_year -= 1900;
		day.tm_mon--;
		seconds = timegm(&day);
		if (!gmtime_r(&seconds, &day))
			return out;
	} else {
		return out;
	}
	if (page->language == LANGUAGE_ZH)
		snprintf(out, PAGE_MOMENT_SIZE, "%d年%d月%d日（星期%s）%s",
			 day.tm_year + 1900 - 1911, day.tm_mon + 1, day.tm_mday,
			 weekdays_zh[day.tm_wday], hour);
	else
		snprintf(out, PAGE_MOMENT_SIZE, "%s %d %s %d%s",
			 weekdays_en[day.tm_wday], day.tm_mday,
			 months_en[day.tm_mon], day.tm_year + 1900, hour);
	return out;
}

void
page_time(struct page *page, const char *iso)
{
	char moment[PAGE_MOMENT_SIZE];

	if (!*page_moment(page, iso, moment))
		return;
	html_open(&page->html, "time", "datetime", iso, NULL);
	html_text(&page->html, moment);
	html_close(&page->html);
}

const char *
page_money(json_int_t amount, char out[32])
{
	snprintf(out, 32, "NT$%lld", (long long)amount);
	return out;
}

const char *
page_text(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

json_int_t
page_number(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

bool
page_true(const json_t *object, const char *name)
{
	return json_is_true(json_object_get(object, name));
}

const char *
page_order_path(const json_t *order, const char *rest, char out[64])
{
	const char *number = page_text(order, "order_no");

	if (!identity_order_ok(number))
		return NULL;
	snprintf(out, 64, "/orders/%s%s", number, rest);
	return out;
}

const char *
page_status(const struct page *page, const json_t *order)
{
	const char *words =
		page_word_of(page, "status", page_text(order, "status"));

	return words ? words : page_text(order, "display");
}

void
page_contact(struct page *page)
{
	const struct page_site *site = page->site;
	const char *hours =
		page->language == LANGUAGE_ZH ? site->hours_zh : site->hours_en;

	if (!site->phone)
		return;
	html_open(&page->html, "p", "class", "contact", NULL);
	page_fill(page, "contact", site->phone, NULL);
	if (hours) {
		html_text(&page->html, " ");
		html_say(&page->html, "span", "hours", hours);
	}
	html_close(&page->html);
}
