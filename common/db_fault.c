/*
 * What a database error means, and the part of it that may be shown: the
 * primary message without the values that data errors quote. DETAIL, HINT
 * and CONTEXT are never read.
 */
#include <ctype.h>
#include <string.h>

#include "buffer.h"
#include "db_private.h"
#include "mem.h"

void
db_fault_clear(struct db *db)
{
	mem_free(db->error);
	mem_free(db->hint);
	db->hint = NULL;
	db->error = NULL;
	db->sqlstate[0] = '\0';
}

void
db_fault_set(struct db *db, const char *sqlstate, const char *text)
{
	if (db->error)
		return;
	snprintf(db->sqlstate, sizeof(db->sqlstate), "%s",
		 sqlstate ? sqlstate : "");
	db->error = mem_strndup(text, strcspn(text, "\r\n"));
}

bool
db_fault_fatal(const char *sqlstate)
{
	/* 25006: a standby after a switch-over; the primary is elsewhere. */
	static const char *const states[] = {"57P01", "57P02", "57P03", "57P04",
					     "57P05", "25006", "25P03"};
	size_t i;

	if (strncmp(sqlstate, "08", 2) == 0)
		return true;
	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(sqlstate, states[i]) == 0)
			return true;
	return false;
}

char *
db_fault_text(const char *sqlstate, const char *message, bool raised)
{
	struct buffer text = {0};
	bool quoted = false;
	const char *p;

	/* Class 22 are data errors. What our own functions raise names
	 * fields and rules only. */
	if (raised || strncmp(sqlstate, "22", 2) != 0)
		return mem_strndup(message, strcspn(message, "\r\n"));
	buffer_puts(&text, "");
	for (p = message; *p && *p != '\r' && *p != '\n'; p++) {
		if (*p == '"') {
			buffer_puts(&text, quoted ? "\"" : "\"…");
			quoted = !quoted;
			continue;
		}
		if (quoted)
			continue;
		if (p[0] == ':' && p[1] == ' ')
			break;
		buffer_putc(&text, *p);
	}
	return text.data ? text.data : mem_strdup("");
}

enum db_status
db_fault_result(struct db *db, const PGresult *result)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *message =
		PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	const char *severity =
		PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
	const char *where = PQresultErrorField(result, PG_DIAG_SOURCE_FUNCTION);
	char *text;

	if (!state) {
		/* Made by libpq itself: the connection broke. */
		db_fault_set(db, NULL, PQresultErrorMessage(result));
		return DB_LOST;
	}
	text = db_fault_text(state, message ? message : "",
			     where && strcmp(where, "exec_stmt_raise") == 0);
	/* Our own hints are constants of the schema; others quote data. */
	if (!db->error && !strncmp(state, "RC", 2))
		db->hint = mem_strdup(
			PQresultErrorField(result, PG_DIAG_MESSAGE_HINT));
	db_fault_set(db, state, text);
	mem_free(text);
	if (db_fault_fatal(state))
		return DB_LOST;
	if (severity &&
	    (!strcmp(severity, "FATAL") || !strcmp(severity, "PANIC")))
		return DB_LOST;
	return DB_REFUSED;
}

/* Finds "…:  28000: …" in a verbose message, in any language. */
static const char *
find_state(const char *message)
{
	const char *p = message, *found = NULL;
	int i;

	while ((p = strstr(p, ":  "))) {
		p += 3;
		for (i = 0; i < 5; i++)
			if (!isdigit((unsigned char)p[i]) &&
			    !(p[i] >= 'A' && p[i] <= 'Z'))
				break;
		if (i == 5 && p[5] == ':')
			found = p;
	}
	return found;
}

enum db_status
db_fault_connect(struct db *db)
{
	const char *message = PQerrorMessage(db->conn);
	const char *found = find_state(message);
	char state[6] = "";

	if (!found) {
		db_fault_set(db, NULL, message);
		return DB_LOST;
	}
	memcpy(state, found, 5);
	db_fault_set(db, state, found + 5 + strspn(found + 5, ": "));
	/* Who we are or what we ask for is wrong; anything else passes. */
	if (!strncmp(state, "28", 2) || !strncmp(state, "3D", 2) ||
	    !strcmp(state, "42501") || !strcmp(state, "42704"))
		return DB_REFUSED;
	return DB_LOST;
}

const char *
db_sqlstate(const struct db *db)
{
	return db->sqlstate;
}

const char *
db_error(const struct db *db)
{
	return db->error ? db->error : "";
}

const char *
db_hint(const struct db *db)
{
	return db->hint ? db->hint : "";
}
