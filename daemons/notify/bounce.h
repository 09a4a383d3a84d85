/*
 * Mail that came back: reports of delivery (RFC 3464), and the plain words of
 * mailer daemons that quote what they return. Which notice it was is told by
 * our Message-ID, or envelope identifier, in what is returned; anything else
 * may be anybody's invention. Pure.
 */
#ifndef RECARD_BOUNCE_H
#define RECARD_BOUNCE_H

#include <stddef.h>
#include <stdint.h>

#define BOUNCE_MAX ((size_t)1024 * 1024) /* bytes of one that is read */
#define BOUNCE_MARK_LEN 37               /* a UUID, with NUL */
#define BOUNCE_STATUS_LEN 12             /* "5.1.10", with NUL */

struct bounce {
	int64_t number;
	char mark[BOUNCE_MARK_LEN];
	char status[BOUNCE_STATUS_LEN];
};

/*
 * Reads len bytes as a mail. NULL when it says for good that a mail of ours
 * did not arrive; else why not, a reason code: "not_a_mail", "not_a_bounce",
 * "not_failed" (it is late, or did arrive), "not_ours".
 */
const char *bounce_read(const char *bytes, size_t len, const char *domain,
			struct bounce *bounce);

#endif
