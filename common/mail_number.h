/*
 * Registered mail numbers of Chunghwa Post and UPU S10. Pure.
 */
#ifndef RECARD_MAIL_NUMBER_H
#define RECARD_MAIL_NUMBER_H

#include <stdbool.h>

enum mail_number {
	MAIL_NUMBER_SERIAL,    /* 6 digits: serial only */
	MAIL_NUMBER_SHORT,     /* 14 digits: serial 6, office 6, type 2 */
	MAIL_NUMBER_LONG,      /* 20: the 14, ZIP 5, check digit */
	MAIL_NUMBER_S10,       /* UPU S10, 13 characters */
	MAIL_NUMBER_BAD_CHECK, /* a long or S10 one with a wrong check digit */
	MAIL_NUMBER_INVALID    /* none of these */
};

/* What kind of number text is; leading zeros matter, blanks are not taken. */
enum mail_number mail_number_kind(const char *text);
/* Takes out the blanks and hyphens that stand between the groups of a printed
 * number ("014894 241036 31 30300 2", "LH 038 196 094 TW"), in place; text
 * with another one anywhere else is left as it is. */
void mail_number_ungroup(char *text);
/* Check digit ('0'..'9') of the first 19 digits of a 20-digit number:
 * weights 3 1 3 1 … from the left, (10 - sum mod 10) mod 10. */
char mail_number_check_digit(const char *digits19);
/* Check digit of an S10 serial of 8 digits: weights 8 6 4 2 3 5 9 7,
 * 11 - sum mod 11; 10 gives 0, 11 gives 5 (UPU standard S10). */
char mail_number_s10_check_digit(const char *digits8);

#endif
