/*
 * What a payment service does before it sends a notice: signs it, and wraps
 * it up. Used by unit tests and fuzz targets.
 */
#ifndef RECARD_TEST_SIGN_NOTICE_H
#define RECARD_TEST_SIGN_NOTICE_H

#include <stddef.h>

struct scheme_secret;

/* The header webhook-signature with one signature; mem_free() it. */
char *sign_webhook(const struct scheme_secret *secret, const char *id,
		   const char *timestamp, const char *body, size_t len);
/* The form with its CheckMacValue at the end; NULL when it is no form. */
char *sign_ecpay(const struct scheme_secret *secret, const char *form,
		 size_t len);
/* The form that carries plain (of len bytes) padded to whole blocks. */
char *sign_newebpay(const struct scheme_secret *secret, const void *plain,
		    size_t len, size_t block);
/* The form that carries this TradeInfo, whatever it is. */
char *sign_trade_info(const struct scheme_secret *secret, const char *info);

#endif
