/*
 * recardctl order import, certificate import.
 */
#include "ctl.h"
#include "identity.h"
#include "import.h"
#include "mem.h"
#include "seal.h"

/* Hashes the user code here, slowly, so that the database server neither has
 * to nor sees it; one that the rules refuse anyway is left for them. */
static void
hash_user_code(const struct ctl *ctl, json_t *application)
{
	const char *code;
	char *hash;

	/* Only ours counts: whoever wrote the file does not set it. */
	json_object_del(application, "user_code_hash");
	code = json_string_value(json_object_get(application, "user_code"));
	if (!code || !identity_user_code_ok(code))
		return;
	hash = seal_scrypt(code, (int)ctl->settings.user_code_cost);
	json_object_set_new(application, "user_code_hash", json_string(hash));
	mem_free(hash);
	json_object_del(application, "user_code");
}

static const struct import_kind orders = {
	.name = "order import",
	.what = "applications",
	.sql = "SELECT CASE s ->> 'outcome' WHEN 'repeated' THEN 'duplicate'"
	       " ELSE 'applied' END,"
	       " (SELECT string_agg(w, ',')"
	       " FROM jsonb_array_elements_text(s -> 'warnings') AS w)"
	       " FROM recard.submit($1::jsonb) AS s",
	.complete = hash_user_code};

static const struct import_kind certificates = {
	.name = "certificate import",
	.what = "certificates",
	.sql = "SELECT recard.certificate_load($1::jsonb), NULL::text"};

int
order_import_run(struct ctl *ctl)
{
	return import_run(ctl, &orders);
}

int
certificate_import_run(struct ctl *ctl)
{
	return import_run(ctl, &certificates);
}
