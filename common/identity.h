/*
 * Checks of numbers that name people, cards and orders: structure and check
 * digit only. Pure.
 */
#ifndef RECARD_IDENTITY_H
#define RECARD_IDENTITY_H

#include <stdbool.h>

/* National ID (A123456789), new resident number (A800000014) or old one
 * (AB23456789), upper case, with a right check digit. */
bool identity_holder_ok(const char *id);
/* ^[A-Z]{2}[0-9]{14}$ */
bool identity_card_ok(const char *card_no);
/* 14 digits, a date in front, GS1 mod-10 check digit at the end. */
bool identity_order_ok(const char *order_no);
/* GS1 mod-10 check digit ('0'..'9') of `digits`: from the right, weights
 * 3 1 3 1 … (GS1 General Specifications, section 7.9). */
char identity_gs1_check_digit(const char *digits);
/* 6 to 10 printable ASCII characters without blanks. */
bool identity_user_code_ok(const char *user_code);

#endif
