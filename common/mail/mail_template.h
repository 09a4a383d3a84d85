/*
 * A mail's texts, from a file:
 *
 *	[subject]
 *	Your order {{order_no}}
 *	[text]
 *	Dear {{name}}, …
 *	[html]
 *	<p>Dear {{name}}, …</p>
 *
 * {{word}} stands for a value, and that is the whole language. A word that is
 * not known, or not of this mail, is an error that names file and line. Pure
 * but for reading the file.
 */
#ifndef RECARD_MAIL_TEMPLATE_H
#define RECARD_MAIL_TEMPLATE_H

#include <stddef.h>

struct buffer;
struct mail_template;

enum mail_part { MAIL_SUBJECT, MAIL_TEXT, MAIL_HTML, MAIL_PART_COUNT };

struct mail_words {
	const char *const *names; /* at most 32 */
	size_t count;
	unsigned known; /* bit n: names[n] has a value in this mail */
};

/* NULL with *error (mem_free): "PATH:12: {{nam}} is no word …". */
struct mail_template *mail_template_read(const char *path,
					 const struct mail_words *words,
					 char **error);
/* The same of len bytes; name is said in errors. */
struct mail_template *mail_template_parse(const char *name, const char *text,
					  size_t len,
					  const struct mail_words *words,
					  char **error);
void mail_template_free(struct mail_template *text);

/* The first word that is written and has no value (NULL) here, or NULL. */
const char *mail_template_lacks(const struct mail_template *text,
				const char *const *values);
/* Appends a part; values as words.names, escaped in HTML. */
void mail_template_fill(const struct mail_template *text, enum mail_part part,
			const char *const *values, struct buffer *out);

#endif
