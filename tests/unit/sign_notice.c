/*
 * Signs notices; see sign_notice.h. What is signed is put together here, not
 * by what verifies it; of ECPay's rule the published example is the judge.
 */
#include <string.h>

#include <openssl/evp.h>

#include "buffer.h"
#include "mem.h"
#include "scheme_private.h"
#include "seal.h"
#include "sign_notice.h"

char *
sign_webhook(const struct scheme_secret *secret, const char *id,
	     const char *timestamp, const char *body, size_t len)
{
	unsigned char mac[32], text[45];
	struct buffer content = {0};

	buffer_printf(&content, "%s.%s.", id, timestamp);
	buffer_append(&content, body, len);
	seal_hmac(secret->key, secret->key_len, content.data, content.len, mac);
	buffer_free(&content);
	EVP_EncodeBlock(text, mac, sizeof mac);
	return mem_printf("v1,%s", (const char *)text);
}

char *
sign_ecpay(const struct scheme_secret *secret, const char *form, size_t len)
{
	char mac[SCHEME_CHECK_MAC_HEX];
	struct scheme_form parsed;
	struct buffer out = {0};

	if (scheme_form_parse(&parsed, form, len) != SCHEME_FORM_GOOD) {
		scheme_form_free(&parsed);
		return NULL;
	}
	scheme_ecpay_check_mac(secret, parsed.pairs, parsed.count, mac);
	scheme_form_free(&parsed);
	buffer_append(&out, form, len);
	buffer_printf(&out, "&CheckMacValue=%s", mac);
	return out.data;
}

char *
sign_trade_info(const struct scheme_secret *secret, const char *info)
{
	char *text =
		mem_printf("HashKey=%s&%s&HashIV=%s", (const char *)secret->key,
			   info, (const char *)secret->iv);
	char sha[SEAL_SHA256_HEX];
	char *form;

	seal_sha256_hex(text, strlen(text), sha);
	mem_free(text);
	for (char *at = sha; *at; at++)
		if (*at >= 'a')
			*at = (char)(*at - 'a' + 'A');
	form = mem_printf("Status=SUCCESS&MerchantID=MS1&Version=2.0&"
			  "TradeInfo=%s&TradeSha=%s",
			  info, sha);
	return form;
}

char *
sign_newebpay(const struct scheme_secret *secret, const void *plain, size_t len,
	      size_t block)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	size_t padding = block - len % block;
	struct buffer padded = {0}, info = {0};
	unsigned char *sealed;
	int got = 0, more = 0;
	char *form;

	buffer_append(&padded, plain, len);
	for (size_t i = 0; i < padding; i++)
		buffer_putc(&padded, (char)padding);
	sealed = mem_alloc(padded.len + 32, 1);
	EVP_EncryptInit_ex(context, EVP_aes_256_cbc(), NULL, secret->key,
			   secret->iv);
	EVP_CIPHER_CTX_set_padding(context, 0);
	EVP_EncryptUpdate(context, sealed, &got,
			  (const unsigned char *)padded.data, (int)padded.len);
	EVP_EncryptFinal_ex(context, sealed + got, &more);
	EVP_CIPHER_CTX_free(context);
	buffer_put_hex(&info, sealed, (size_t)(got + more));
	form = sign_trade_info(secret, info.data);
	mem_free(sealed);
	buffer_free(&padded);
	buffer_free(&info);
	return form;
}
