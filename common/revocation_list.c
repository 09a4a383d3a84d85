/*
 * Lists of revoked certificates: see revocation_list.h. The reading is of
 * DER alone (X.690): one byte of tag, a length in its shortest form. A list
 * in another form is refused, for its signature is over these bytes.
 */
#include <string.h>
#include <time.h>

#include "clock.h"
#include "revocation_list.h"

enum {
	TAG_BOOLEAN = 0x01,
	TAG_INTEGER = 0x02,
	TAG_BIT_STRING = 0x03,
	TAG_OCTET_STRING = 0x04,
	TAG_OID = 0x06,
	TAG_ENUMERATED = 0x0a,
	TAG_UTC_TIME = 0x17,
	TAG_TIME = 0x18,
	TAG_SEQUENCE = 0x30,
	TAG_EXTENSIONS = 0xa0
};

#define MALFORMED "malformed"
#define VERSION_2 1

enum reason_code { REASON_HOLD = 6, REASON_LIFTED = 8 };

/* The last byte of id-ce extensions: 2.5.29.n. */
enum extension {
	EXTENSION_OTHER = -1,
	EXTENSION_ISSUER_NAMES = 18,
	EXTENSION_NUMBER = 20,
	EXTENSION_REASON = 21,
	EXTENSION_HOLD_INSTRUCTION = 23,
	EXTENSION_INVALIDITY_DATE = 24,
	EXTENSION_DELTA = 27,
	EXTENSION_SCOPE = 28,
	EXTENSION_OTHER_ISSUER = 29,
	EXTENSION_AUTHORITY_KEY = 35,
	EXTENSION_FRESHEST = 46
};

static bool
take_length(struct revocation_bytes *from, size_t *len)
{
	size_t bytes;

	if (from->len == 0)
		return false;
	*len = *from->at++;
	from->len--;
	if (*len < 0x80)
		return true;
	bytes = *len & 0x7f;
	if (bytes == 0 || bytes > 4 || bytes > from->len || *from->at == 0)
		return false;
	*len = 0;
	for (; bytes > 0; bytes--) {
		*len = *len << 8 | *from->at++;
		from->len--;
	}
	return *len >= 0x80;
}

/* Takes one element off `from`: its content, and all of it with its head when
 * whole is not NULL. False when another one is there, or none. */
static bool
take(struct revocation_bytes *from, int tag, struct revocation_bytes *content,
     struct revocation_bytes *whole)
{
	struct revocation_bytes rest = *from;
	size_t len;

	if (rest.len == 0 || *rest.at != tag)
		return false;
	rest.at++;
	rest.len--;
	if (!take_length(&rest, &len) || len > rest.len)
		return false;
	content->at = rest.at;
	content->len = len;
	rest.at += len;
	rest.len -= len;
	if (whole) {
		whole->at = from->at;
		whole->len = (size_t)(rest.at - from->at);
	}
	*from = rest;
	return true;
}

static bool
next_is(const struct revocation_bytes *from, int tag)
{
	return from->len > 0 && *from->at == tag;
}

/* A number from 0 up, without zeroes in front. */
static bool
take_number(struct revocation_bytes *from, struct revocation_bytes *number)
{
	if (!take(from, TAG_INTEGER, number, NULL) || number->len == 0 ||
	    (number->at[0] & 0x80))
		return false;
	if (number->at[0] == 0) {
		if (number->len > 1 && !(number->at[1] & 0x80))
			return false;
		number->at++;
		number->len--;
	}
	return number->len <= REVOCATION_SERIAL_MAX;
}

static int
two_digits(const unsigned char *at)
{
	if (at[0] < '0' || at[0] > '9' || at[1] < '0' || at[1] > '9')
		return -1;
	return (at[0] - '0') * 10 + (at[1] - '0');
}

/* out may be NULL: timegm() for each entry would cost more than all else. */
static bool
take_time(struct revocation_bytes *from, int64_t *out)
{
	bool four = next_is(from, TAG_TIME);
	int parts[6], year, century = 0;
	struct revocation_bytes text;
	const unsigned char *at;
	struct tm tm = {0};

	if (!take(from, four ? TAG_TIME : TAG_UTC_TIME, &text, NULL) ||
	    text.len != (four ? 15 : 13) || text.at[text.len - 1] != 'Z')
		return false;
	at = text.at;
	if (four) {
		century = two_digits(at);
		at += 2;
	}
	for (int i = 0; i < 6; i++, at += 2) {
		parts[i] = two_digits(at);
		if (parts[i] < 0)
			return false;
	}
	/* RFC 5280, 4.1.2.5.1: two digits are of 1950 to 2049. */
	year = four ? century * 100 + parts[0]
		    : parts[0] + (parts[0] < 50 ? 2000 : 1900);
	if (century < 0 || !clock_date_ok(year, parts[1], parts[2]) ||
	    parts[3] > 23 || parts[4] > 59 || parts[5] > 59)
		return false;
	if (!out)
		return true;
	tm.tm_year = year - 1900;
	tm.tm_mon = parts[1] - 1;
	tm.tm_mday = parts[2];
	tm.tm_hour = parts[3];
	tm.tm_min = parts[4];
	tm.tm_sec = parts[5];
	*out = timegm(&tm);
	return true;
}

static enum extension
extension_of(const struct revocation_bytes *oid)
{
	if (oid->len == 3 && oid->at[0] == 0x55 && oid->at[1] == 0x1d)
		return (enum extension)oid->at[2];
	return EXTENSION_OTHER;
}

static bool
take_extension(struct revocation_bytes *from, enum extension *kind,
	       bool *critical, struct revocation_bytes *value)
{
	struct revocation_bytes extension, oid, flag;

	*critical = false;
	if (!take(from, TAG_SEQUENCE, &extension, NULL) ||
	    !take(&extension, TAG_OID, &oid, NULL))
		return false;
	if (next_is(&extension, TAG_BOOLEAN)) {
		/* FALSE is the default, and is not written. */
		if (!take(&extension, TAG_BOOLEAN, &flag, NULL) ||
		    flag.len != 1 || *flag.at != 0xff)
			return false;
		*critical = true;
	}
	*kind = extension_of(&oid);
	return take(&extension, TAG_OCTET_STRING, value, NULL) &&
	       extension.len == 0;
}

/* What part of the authority's certificates the list is for: of all, or of
 * all but authorities' (RFC 5280, 5.2.5). */
static const char *
scope_objection(struct revocation_bytes value)
{
	enum { USERS = 0x81, INDIRECT = 0x84, LAST = 0x85 };
	struct revocation_bytes scope, part;

	if (!take(&value, TAG_SEQUENCE, &scope, NULL) || value.len > 0)
		return MALFORMED;
	while (scope.len > 0) {
		int tag = *scope.at;

		if (!take(&scope, tag, &part, NULL) || tag > LAST + 0x20)
			return MALFORMED;
		if (tag == INDIRECT)
			return "indirect_list";
		if (tag != USERS)
			return "partial_list";
		if (part.len != 1 || *part.at != 0xff)
			return MALFORMED;
	}
	return NULL;
}

/* NULL, or what is wrong with one extension of the list. */
static const char *
read_extension(struct revocation_list *list, enum extension kind, bool critical,
	       struct revocation_bytes value)
{
	switch (kind) {
	case EXTENSION_NUMBER:
		if (list->number.at || !take_number(&value, &list->number) ||
		    value.len > 0)
			return MALFORMED;
		return NULL;
	case EXTENSION_DELTA:
		return "delta_list";
	case EXTENSION_SCOPE:
		return scope_objection(value);
	case EXTENSION_ISSUER_NAMES:
	case EXTENSION_AUTHORITY_KEY:
	case EXTENSION_FRESHEST:
		return NULL;
	case EXTENSION_OTHER:
	case EXTENSION_REASON:
	case EXTENSION_HOLD_INSTRUCTION:
	case EXTENSION_INVALIDITY_DATE:
	case EXTENSION_OTHER_ISSUER:
		break;
	}
	return critical ? "unknown_critical_extension" : NULL;
}

static const char *
read_extensions(struct revocation_list *list, struct revocation_bytes from)
{
	struct revocation_bytes extensions, value;
	const char *wrong = NULL;
	enum extension kind;
	bool critical;

	if (!take(&from, TAG_SEQUENCE, &extensions, NULL) || from.len > 0)
		return MALFORMED;
	while (extensions.len > 0 && !wrong) {
		if (!take_extension(&extensions, &kind, &critical, &value))
			return MALFORMED;
		wrong = read_extension(list, kind, critical, value);
	}
	return wrong;
}

static const char *
read_tbs(struct revocation_list *list, struct revocation_bytes tbs)
{
	struct revocation_bytes version, inner, content;
	const char *wrong;

	if (next_is(&tbs, TAG_INTEGER) &&
	    (!take_number(&tbs, &version) || version.len != 1 ||
	     *version.at != VERSION_2))
		return MALFORMED;
	if (!take(&tbs, TAG_SEQUENCE, &content, &inner) ||
	    inner.len != list->algorithm.len ||
	    memcmp(inner.at, list->algorithm.at, inner.len) != 0 ||
	    !take(&tbs, TAG_SEQUENCE, &content, &list->issuer) ||
	    !take_time(&tbs, &list->this_update))
		return MALFORMED;
	if (!next_is(&tbs, TAG_UTC_TIME) && !next_is(&tbs, TAG_TIME))
		return "no_next_update";
	if (!take_time(&tbs, &list->next_update))
		return MALFORMED;
	if (list->next_update < list->this_update)
		return "bad_times";
	/* Without anybody revoked there is no sequence. */
	if (next_is(&tbs, TAG_SEQUENCE) &&
	    !take(&tbs, TAG_SEQUENCE, &list->entries, NULL))
		return MALFORMED;
	if (tbs.len == 0)
		return "no_number";
	if (!take(&tbs, TAG_EXTENSIONS, &content, NULL) || tbs.len > 0)
		return MALFORMED;
	wrong = read_extensions(list, content);
	if (wrong)
		return wrong;
	return list->number.at ? NULL : "no_number";
}

bool
revocation_list_read(const void *der, size_t len, struct revocation_list *list,
		     const char **reason)
{
	struct revocation_bytes all = {der, len}, whole, tbs, content;

	*list = (struct revocation_list){0};
	*reason = MALFORMED;
	if (!take(&all, TAG_SEQUENCE, &whole, NULL) || all.len > 0 ||
	    !take(&whole, TAG_SEQUENCE, &tbs, &list->tbs) ||
	    !take(&whole, TAG_SEQUENCE, &content, &list->algorithm) ||
	    !take(&whole, TAG_BIT_STRING, &list->signature, NULL) ||
	    whole.len > 0 || list->signature.len < 2 ||
	    *list->signature.at != 0)
		return false;
	list->signature.at++;
	list->signature.len--;
	*reason = read_tbs(list, tbs);
	return *reason == NULL;
}

size_t
revocation_list_count(const struct revocation_list *list)
{
	struct revocation_bytes entries = list->entries, parts;
	size_t count = 0;

	while (take(&entries, TAG_SEQUENCE, &parts, NULL))
		count++;
	return count;
}

/* NULL, or what is wrong with an entry's extensions. */
static const char *
read_entry_extensions(struct revocation_entry *entry,
		      struct revocation_bytes extensions)
{
	struct revocation_bytes value, code;
	enum extension kind;
	bool critical;

	while (extensions.len > 0) {
		if (!take_extension(&extensions, &kind, &critical, &value))
			return MALFORMED;
		if (kind == EXTENSION_OTHER_ISSUER)
			return "indirect_list";
		if (kind == EXTENSION_REASON) {
			if (!take(&value, TAG_ENUMERATED, &code, NULL) ||
			    value.len > 0 || code.len != 1)
				return MALFORMED;
			entry->suspended = *code.at == REASON_HOLD;
			entry->lifted = *code.at == REASON_LIFTED;
		} else if (critical && kind != EXTENSION_INVALIDITY_DATE &&
			   kind != EXTENSION_HOLD_INSTRUCTION) {
			return "unknown_critical_extension";
		}
	}
	return NULL;
}

bool
revocation_list_next(struct revocation_list *list,
		     struct revocation_entry *entry, const char **reason)
{
	struct revocation_bytes parts, extensions;

	*reason = NULL;
	if (list->entries.len == 0)
		return false;
	*reason = MALFORMED;
	*entry = (struct revocation_entry){0};
	if (!take(&list->entries, TAG_SEQUENCE, &parts, NULL) ||
	    !take_number(&parts, &entry->serial) || !take_time(&parts, NULL))
		return false;
	if (parts.len > 0) {
		if (!take(&parts, TAG_SEQUENCE, &extensions, NULL) ||
		    parts.len > 0)
			return false;
		*reason = read_entry_extensions(entry, extensions);
		if (*reason)
			return false;
	}
	*reason = NULL;
	return true;
}
