/*
 * Any bytes as mail that came back, and as a mail server's answers: what is
 * read is of its form, and nothing that is not ours is taken for ours.
 */
#include <stdbool.h>
#include <string.h>

#include "bounce.h"
#include "fuzz_target.h"
#include "smtp_reply.h"

static void
try_bounce(const char *bytes, size_t size)
{
	struct bounce bounce;

	if (bounce_read(bytes, size, "card.example.tw", &bounce))
		return;
	PROMISE(bounce.number >= 0);
	PROMISE(strlen(bounce.mark) == BOUNCE_MARK_LEN - 1);
	PROMISE(strspn(bounce.mark, "0123456789abcdef-") ==
		BOUNCE_MARK_LEN - 1);
	PROMISE(bounce.status[0] != '\0' && bounce.status[1] == '.');
	PROMISE(strspn(bounce.status, "0123456789.") == strlen(bounce.status));
}

static void
try_reply(const char *bytes, size_t size)
{
	struct smtp_reply reply = {0};
	const char *end = bytes + size;

	while (bytes < end) {
		const char *feed = memchr(bytes, '\n', (size_t)(end - bytes));
		size_t len = (size_t)((feed ? feed : end) - bytes);

		switch (smtp_reply_line(&reply, bytes, len)) {
		case SMTP_LINE_BAD:
			return;
		case SMTP_LINE_LAST:
			PROMISE(reply.code >= 200 && reply.code <= 599);
			PROMISE(strlen(reply.text) >= 3);
			reply = (struct smtp_reply){0};
			break;
		case SMTP_LINE_MORE:
			break;
		}
		bytes += len + 1;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_bounce((const char *)data, size);
	try_reply((const char *)data, size);
	return 0;
}
