/*
 * Payment channels as the configuration names them: each a block that says
 * how its notices are verified and read.
 */
#ifndef RECARD_CHANNEL_H
#define RECARD_CHANNEL_H

#include "conf.h"
#include "scheme.h"

/* One block. */
struct channel_settings {
	char *name, *scheme;
	char *secret, *old_secret;
	int64_t tolerance;
	char *field_reference, *field_order, *field_amount, *field_currency;
	char *field_paid_at, *field_result, *field_simulated, *field_merchant;
	char *merchant;
	char **paid, **issued, **failed, **refunded, **charged_back;
	char *time_format, *currency, *answer;
	char *query_url, *query_token, *query_ca;
	bool ask_before_purge;
};
extern const struct conf_setting channel_settings[];

struct channel {
	const struct channel_settings *settings;
	struct scheme_profile profile;
};

/*
 * Checks the blocks and reads their secrets. NULL with *error (mem_free),
 * which names the block and the setting; an array of records->count channels
 * otherwise, to be freed with channels_free(). records are borrowed.
 */
struct channel *channels_new(const struct conf_records *records, char **error);
void channels_free(struct channel *channels, size_t count);
/* By name; NULL when there is none. */
struct channel *channel_find(struct channel *channels, size_t count,
			     const char *name);

#endif
