/*
 * What citizens ask most, answered; and what happens to their data.
 */
#include <string.h>

#include "page_private.h"

/* A line begins with what it is: a heading, a paragraph, an item of a list. */
struct part {
	enum { PART_HEADING, PART_TEXT, PART_ITEM } kind;
	const char *key;
};

static const struct part reader[] = {
	{PART_TEXT, "reader.lead"},        {PART_HEADING, "reader.steps"},
	{PART_ITEM, "reader.step_reader"}, {PART_ITEM, "reader.step_component"},
	{PART_ITEM, "reader.step_start"},  {PART_ITEM, "reader.step_card"},
	{PART_HEADING, "reader.check"},    {PART_ITEM, "reader.check_running"},
	{PART_ITEM, "reader.check_site"},  {PART_ITEM, "reader.check_browser"},
	{PART_ITEM, "reader.check_phone"},
};
static const struct part pin[] = {
	{PART_TEXT, "pin.lead"},     {PART_HEADING, "pin.which"},
	{PART_ITEM, "pin.default"},  {PART_ITEM, "pin.example"},
	{PART_ITEM, "pin.own"},      {PART_HEADING, "pin.locked"},
	{PART_ITEM, "pin.three"},    {PART_ITEM, "pin.unlock"},
	{PART_HEADING, "pin.where"}, {PART_TEXT, "pin.never"},
};
static const struct part code[] = {
	{PART_TEXT, "code.lead"},        {PART_HEADING, "code.rules"},
	{PART_ITEM, "code.rule_length"}, {PART_ITEM, "code.rule_kept"},
	{PART_ITEM, "code.rule_pin"},    {PART_HEADING, "code.locked"},
	{PART_ITEM, "code.four"},        {PART_ITEM, "code.remembered"},
	{PART_ITEM, "code.forgotten"},
};
static const struct part counter[] = {
	{PART_TEXT, "counter.lead"},      {PART_HEADING, "counter.when"},
	{PART_ITEM, "counter.expired"},   {PART_ITEM, "counter.revoked"},
	{PART_ITEM, "counter.two_cards"}, {PART_ITEM, "counter.pin"},
	{PART_ITEM, "counter.code"},      {PART_HEADING, "counter.bring"},
	{PART_ITEM, "counter.bring_id"},  {PART_ITEM, "counter.bring_card"},
	{PART_ITEM, "counter.price"},
};
static const struct part mail[] = {
	{PART_TEXT, "mail.lead"},       {PART_HEADING, "mail.pay"},
	{PART_ITEM, "mail.pay_by"},     {PART_ITEM, "mail.pay_news"},
	{PART_ITEM, "mail.pay_frozen"}, {PART_HEADING, "mail.post"},
	{PART_ITEM, "mail.days"},       {PART_ITEM, "mail.island"},
	{PART_ITEM, "mail.number"},     {PART_ITEM, "mail.away"},
	{PART_ITEM, "mail.missing"},
};
static const struct part privacy[] = {
	{PART_TEXT, "privacy.lead"},        {PART_HEADING, "privacy.what"},
	{PART_ITEM, "consent.purpose"},     {PART_ITEM, "consent.given"},
	{PART_ITEM, "privacy.id"},          {PART_ITEM, "privacy.code"},
	{PART_HEADING, "privacy.how_long"}, {PART_ITEM, "consent.unpaid"},
	{PART_ITEM, "consent.paid"},        {PART_ITEM, "privacy.proof"},
	{PART_HEADING, "privacy.rights"},   {PART_ITEM, "consent.rights"},
	{PART_ITEM, "privacy.looked_up"},   {PART_ITEM, "privacy.cookies"},
};

#define PARTS(parts) parts, sizeof(parts) / sizeof(parts[0])

static const struct {
	enum page_topic topic;
	const char *path, *title;
	const struct part *parts;
	size_t count;
} topics[] = {
	{TOPIC_HELP, "/help", "topic.help", NULL, 0},
	{TOPIC_READER, "/help/reader", "topic.reader", PARTS(reader)},
	{TOPIC_PIN, "/help/pin", "topic.pin", PARTS(pin)},
	{TOPIC_USER_CODE, "/help/user-code", "topic.user_code", PARTS(code)},
	{TOPIC_COUNTER, "/help/counter", "topic.counter", PARTS(counter)},
	{TOPIC_MAIL, "/help/mail", "topic.mail", PARTS(mail)},
	{TOPIC_PRIVACY, "/privacy", "topic.privacy", PARTS(privacy)},
};
#define TOPICS (sizeof(topics) / sizeof(topics[0]))

bool
page_topic_of(const char *path, enum page_topic *topic)
{
	for (size_t i = 0; i < TOPICS; i++) {
		if (strcmp(topics[i].path, path) == 0) {
			*topic = topics[i].topic;
			return true;
		}
	}
	return false;
}

static void
draw_parts(struct page *page, const struct part *parts, size_t count)
{
	bool list = false;

	for (size_t i = 0; i < count; i++) {
		if (list && parts[i].kind != PART_ITEM)
			html_close(&page->html);
		if (!list && parts[i].kind == PART_ITEM)
			html_open(&page->html, "ul", NULL);
		list = parts[i].kind == PART_ITEM;
		html_say(&page->html,
			 list                            ? "li"
			 : parts[i].kind == PART_HEADING ? "h2"
							 : "p",
			 parts[i].kind == PART_TEXT && i == 0 ? "lead" : NULL,
			 page_word(page, parts[i].key));
	}
	if (list)
		html_close(&page->html);
}

static void
draw_others(struct page *page, enum page_topic topic)
{
	html_open(&page->html, "nav", "class", "topics", "aria-label",
		  page_word(page, "topic.others"), NULL);
	html_open(&page->html, "ul", NULL);
	for (size_t i = 0; i < TOPICS; i++) {
		struct buffer about = {0};

		if (topics[i].topic == topic || topics[i].topic == TOPIC_HELP)
			continue;
		html_open(&page->html, "li", NULL);
		page_link(page, NULL, topics[i].path, topics[i].title);
		if (topic == TOPIC_HELP) {
			buffer_printf(&about, "%s.about", topics[i].title);
			page_say(page, "p", "soft", about.data);
		}
		html_close(&page->html);
		buffer_free(&about);
	}
	html_close(&page->html);
	html_close(&page->html);
}

void
page_topic(struct page *page, enum page_topic topic)
{
	for (size_t i = 0; i < TOPICS; i++) {
		if (topics[i].topic != topic)
			continue;
		page_begin(page, topics[i].title, NULL);
		if (topic == TOPIC_HELP)
			page_say(page, "p", "lead", "help.lead");
		html_open(&page->html, "div", "class", "topic", NULL);
		draw_parts(page, topics[i].parts, topics[i].count);
		html_close(&page->html);
		if (topic == TOPIC_COUNTER && page->site->counter_url) {
			html_open(&page->html, "p", NULL);
			html_open_outside(&page->html, "act",
					  page->site->counter_url);
			page_fill(page, "counter.find", NULL);
			html_close(&page->html);
			html_close(&page->html);
		}
		draw_others(page, topic);
		page_end(page);
	}
}
