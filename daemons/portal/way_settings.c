/*
 * A way to pay, as the configuration tells it to citizens.
 */
#include "page.h"
#include "portal.h"

#define AT(field) offsetof(struct page_way, field)

const struct conf_setting way_settings[] = {
	{"product", CONF_STRING, AT(product), NULL, 0, 0, false,
	 "Of which product; not set: of all."},
	{"name", CONF_STRING, AT(name_zh), NULL, 0, 0, false,
	 "What it is called, in Chinese."},
	{"name_en", CONF_STRING, AT(name_en), NULL, 0, 0, false,
	 "The same in English."},
	{"words", CONF_STRING, AT(words_zh), NULL, 0, 0, false,
	 "How it goes, in Chinese."},
	{"words_en", CONF_STRING, AT(words_en), NULL, 0, 0, false,
	 "The same in English."},
	{"url", CONF_STRING, AT(url), NULL, 0, 0, false,
	 "Where to pay: https://…"},
	{0}};
