/*
 * From a notice to its mail: see mail_notice.h.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "buffer.h"
#include "language.h"
#include "mail_message.h"
#include "mail_notice.h"
#include "mail_settings.h"
#include "mail_template.h"
#include "mem.h"

enum word {
	WORD_NAME,
	WORD_ORDER_NO,
	WORD_AMOUNT,
	WORD_HAPPENED_AT,
	WORD_PAY_BY,
	WORD_TRACKING_NO,
	WORD_TRACKING_PAGE,
	WORD_POSTED_ON,
	WORD_PROMISED_ON,
	WORD_SITE,
	WORD_CONTACT,
	WORD_COUNT
};

static const char *const word_names[WORD_COUNT] = {
	[WORD_NAME] = "name",
	[WORD_ORDER_NO] = "order_no",
	[WORD_AMOUNT] = "amount",
	[WORD_HAPPENED_AT] = "happened_at",
	[WORD_PAY_BY] = "pay_by",
	[WORD_TRACKING_NO] = "tracking_no",
	[WORD_TRACKING_PAGE] = "tracking_page",
	[WORD_POSTED_ON] = "posted_on",
	[WORD_PROMISED_ON] = "promised_on",
	[WORD_SITE] = "site",
	[WORD_CONTACT] = "contact",
};

#define WORD_BIT(word) (1u << (word))
#define ALWAYS                                                \
	(WORD_BIT(WORD_NAME) | WORD_BIT(WORD_ORDER_NO) |      \
	 WORD_BIT(WORD_AMOUNT) | WORD_BIT(WORD_HAPPENED_AT) | \
	 WORD_BIT(WORD_SITE) | WORD_BIT(WORD_CONTACT))
#define LETTER                                                       \
	(WORD_BIT(WORD_TRACKING_NO) | WORD_BIT(WORD_TRACKING_PAGE) | \
	 WORD_BIT(WORD_POSTED_ON))

enum { KIND_COUNT = 9 };

const char *const mail_kinds[KIND_COUNT + 1] = {
	"reminder", "paid",      "produced",  "mailed", "delivered",
	"returned", "activated", "cancelled", "closed", NULL};

/* What is known by the time such a mail is written, besides ALWAYS. */
static const unsigned kind_words[KIND_COUNT] = {
	WORD_BIT(WORD_PAY_BY),
	0,
	0,
	LETTER | WORD_BIT(WORD_PROMISED_ON),
	LETTER,
	LETTER};

static const enum language languages[] = {LANGUAGE_ZH, LANGUAGE_EN};
#define LANGUAGE_COUNT (sizeof(languages) / sizeof(languages[0]))

struct mail_texts {
	struct mail_template *of[LANGUAGE_COUNT][KIND_COUNT];
};

struct mail_texts *
mail_texts_read(const struct mail_settings *settings, char **error)
{
	struct mail_texts *texts = mem_alloc(1, sizeof(*texts));
	bool good = true;

	for (size_t l = 0; l < LANGUAGE_COUNT; l++)
		for (size_t k = 0; k < KIND_COUNT && good; k++) {
			const struct mail_words words = {
				word_names, WORD_COUNT, ALWAYS | kind_words[k]};
			char *path = mem_printf(
				"%s/%s/%s",
				settings->templates ? settings->templates
						    : RECARD_DATA_DIR "/mail",
				language_tag(languages[l]), mail_kinds[k]);

			texts->of[l][k] =
				mail_template_read(path, &words, error);
			good = texts->of[l][k] != NULL;
			mem_free(path);
		}
	if (good)
		return texts;
	mail_texts_free(texts);
	return NULL;
}

void
mail_texts_free(struct mail_texts *texts)
{
	if (!texts)
		return;
	for (size_t l = 0; l < LANGUAGE_COUNT; l++)
		for (size_t k = 0; k < KIND_COUNT; k++)
			mail_template_free(texts->of[l][k]);
	mem_free(texts);
}

char *
mail_date(const char *language, const char *iso)
{
	static const char *const months[] = {"January", "February", "March",
					     "April",   "May",      "June",
					     "July",    "August",   "September",
					     "October", "November", "December"};
	bool english = strcmp(language, language_tag(LANGUAGE_EN)) == 0;
	unsigned year, month, day, hour = 0, minute = 0;
	char time[16] = "";
	int found;

	if (!iso)
		return NULL;
	found = sscanf(iso, "%4u-%2u-%2uT%2u:%2u", &year, &month, &day, &hour,
		       &minute);
	if ((found != 3 && found != 5) || month < 1 || month > 12)
		return mem_strdup(iso);
	if (found == 5)
		snprintf(time, sizeof(time), "%s%02u:%02u",
			 english ? ", " : " ", hour % 100, minute % 100);
	if (english)
		return mem_printf("%u %s %u%s", day, months[month - 1], year,
				  time);
	/* The year before 1912 is nobody's concern here. */
	return mem_printf("%d年%u月%u日%s", (int)year - 1911, month, day, time);
}

static const struct mail_template *
text_of(const struct mail_texts *texts, const struct mail_notice *notice)
{
	size_t l = 0, k = 0;

	while (l + 1 < LANGUAGE_COUNT &&
	       strcmp(language_tag(languages[l]), notice->language) != 0)
		l++;
	while (mail_kinds[k] && strcmp(mail_kinds[k], notice->kind) != 0)
		k++;
	return mail_kinds[k] ? texts->of[l][k] : NULL;
}

/* What is made for the mail and given back after it. */
struct filled {
	char amount[24];
	char *dates[4];
	const char *values[WORD_COUNT];
	struct buffer parts[MAIL_PART_COUNT];
};

static void
value(struct filled *f, const struct mail_settings *s,
      const struct mail_notice *n)
{
	const char *const dates[] = {n->happened_at, n->pay_by, n->posted_on,
				     n->promised_on};
	static const enum word date_words[] = {WORD_HAPPENED_AT, WORD_PAY_BY,
					       WORD_POSTED_ON,
					       WORD_PROMISED_ON};

	for (size_t i = 0; i < 4; i++) {
		f->dates[i] = mail_date(n->language, dates[i]);
		f->values[date_words[i]] = f->dates[i];
	}
	snprintf(f->amount, sizeof(f->amount), "%" PRId64, n->amount);
	f->values[WORD_NAME] = n->name;
	f->values[WORD_ORDER_NO] = n->order_no;
	f->values[WORD_AMOUNT] = f->amount;
	f->values[WORD_TRACKING_NO] = n->tracking_no;
	f->values[WORD_TRACKING_PAGE] = s->tracking_page;
	f->values[WORD_SITE] = s->site;
	f->values[WORD_CONTACT] = s->contact;
}

static void
filled_free(struct filled *f)
{
	for (size_t i = 0; i < 4; i++)
		mem_free(f->dates[i]);
	for (size_t i = 0; i < MAIL_PART_COUNT; i++)
		buffer_free(&f->parts[i]);
}

/* NULL, or the reason code; filled_free() it either way. */
static const char *
fill(const struct mail_texts *texts, const struct mail_settings *settings,
     const struct mail_notice *notice, struct filled *f)
{
	const struct mail_template *text = text_of(texts, notice);

	if (!mail_address_ok(notice->email))
		return "bad_address";
	value(f, settings, notice);
	if (!text || mail_template_lacks(text, f->values))
		return "incomplete";
	for (int part = 0; part < MAIL_PART_COUNT; part++)
		mail_template_fill(text, (enum mail_part)part, f->values,
				   &f->parts[part]);
	return NULL;
}

const char *
mail_notice_write(const struct mail_texts *texts,
		  const struct mail_settings *settings,
		  const struct mail_notice *notice, struct buffer *out)
{
	struct filled f = {0};
	const char *why = fill(texts, settings, notice, &f);
	char *id;

	if (!why) {
		id = mem_printf("%" PRId64 ".%s@%s", notice->number,
				notice->mark, mail_settings_domain(settings));
		mail_message_write(
			&(struct mail_message){
				.message_id = id,
				.date = notice->due_at,
				.from = settings->from,
				.from_name = settings->from_name,
				.to = notice->email,
				.to_name = notice->name,
				.subject = f.parts[MAIL_SUBJECT].data,
				.language = notice->language,
				.boundary = notice->mark,
				.text = f.parts[MAIL_TEXT].data,
				.html = f.parts[MAIL_HTML].data},
			out);
		mem_free(id);
	}
	filled_free(&f);
	return why;
}

const char *
mail_notice_read(const struct mail_texts *texts,
		 const struct mail_settings *settings,
		 const struct mail_notice *notice, struct buffer *out)
{
	struct filled f = {0};
	const char *why = fill(texts, settings, notice, &f);

	if (!why)
		buffer_printf(out,
			      "From: %s <%s>\nTo: %s <%s>\nSubject: %s\n\n%s",
			      settings->from_name, settings->from, notice->name,
			      notice->email, f.parts[MAIL_SUBJECT].data,
			      f.parts[MAIL_TEXT].data);
	filled_free(&f);
	return why;
}
