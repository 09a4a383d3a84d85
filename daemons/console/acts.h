/*
 * What can be done on the console, and when a page offers it. Whether somebody
 * may, and whether it is possible, is the database's to say. Pure.
 */
#ifndef RECARD_ACTS_H
#define RECARD_ACTS_H

#include <stdbool.h>
#include <stddef.h>

/* What things are done to. */
struct subject {
	const char *name;       /* a word; NULL ends the table */
	const char *characters; /* of its number or name */
	size_t most;            /* characters at most */
	const char *page;       /* where it is: "/orders/", or a list's */
	const char *facts;      /* names of values that acts depend on */
};
extern const struct subject subjects[];

/* What an act asks for besides its reason. */
enum input_kind { INPUT_TEXT, INPUT_NUMBER, INPUT_MOMENT };
struct act_input {
	const char *name; /* NULL: none */
	enum input_kind kind;
	bool needed;
	const char *most; /* characters, or the largest number */
};
#define ACT_INPUTS 2

struct act {
	const char *name; /* as in console_right; NULL ends the table */
	const char *subject;
	/* Offered on its subject's page when one of the subject's facts is
	 * among these (NULL: lists alone offer it), and one among needs, and
	 * none among unless; blanks around each. */
	const char *offered, *needs, *unless;
	const char *post;  /* where its form goes; NULL: "/act" */
	const char *makes; /* word for what comes of it; NULL: nothing */
	bool danger;       /* cannot be taken back */
	bool many;         /* may be done to several at once */
	struct act_input inputs[ACT_INPUTS];
};
extern const struct act acts[];

/* Several at once, at most; console_act() says the same. */
#define ACT_SUBJECTS 200

/* NULL when there is none. */
const struct act *act_find(const char *name);
const struct subject *subject_find(const char *name);
const char *act_post(const struct act *act);
/* Whether a text can be the number or name of a subject. */
bool subject_takes(const struct subject *subject, const char *text);
/* Whether the page of a subject with these facts, blanks around each, offers
 * it. */
bool act_offered(const struct act *act, const char *facts);
/* Whether words, with blanks around each, hold one. */
bool words_hold(const char *words, const char *one);
/* Whether a value can be what an input asks for. */
bool input_takes(const struct act_input *input, const char *value);

#endif
