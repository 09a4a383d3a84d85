/*
 * Code 128; see code128.h. An odd digit at the end is written in code set B.
 */
#include <string.h>

#include "code128.h"

enum { CODE_B = 100, START_C = 105, STOP = 106 };

/* Six widths for each value; the stop has a seventh, a bar of 2. */
static const char patterns[][7] = {
	"212222", "222122", "222221", "121223", "121322", "131222", "122213",
	"122312", "132212", "221213", "221312", "231212", "112232", "122132",
	"122231", "113222", "123122", "123221", "223211", "221132", "221231",
	"213212", "223112", "312131", "311222", "321122", "321221", "312212",
	"322112", "322211", "212123", "212321", "232121", "111323", "131123",
	"131321", "112313", "132113", "132311", "211313", "231113", "231311",
	"112133", "112331", "132131", "113123", "113321", "133121", "313121",
	"211331", "231131", "213113", "213311", "213131", "311123", "311321",
	"331121", "312113", "312311", "332111", "314111", "221411", "431111",
	"111224", "111422", "121124", "121421", "141122", "141221", "112214",
	"112412", "122114", "122411", "142112", "142211", "241211", "221114",
	"413111", "241112", "134111", "111242", "121142", "121241", "114212",
	"124112", "124211", "411212", "421112", "421211", "212141", "214121",
	"412121", "111143", "111341", "131141", "114113", "114311", "411113",
	"411311", "113141", "114131", "311141", "411131", "211412", "211214",
	"211232", "233111"};

static size_t
put(uint8_t *widths, size_t count, unsigned value)
{
	for (size_t i = 0; i < 6; i++)
		widths[count + i] = (uint8_t)(patterns[value][i] - '0');
	return count + 6;
}

size_t
code128_digits(const char *digits, uint8_t widths[CODE128_ELEMENTS])
{
	size_t len = strlen(digits), count, at;
	unsigned sum = START_C, weight = 1;

	if (len < 2 || len > CODE128_DIGITS ||
	    digits[strspn(digits, "0123456789")] != '\0')
		return 0;
	count = put(widths, 0, START_C);
	for (at = 0; at + 1 < len; at += 2) {
		unsigned value = (unsigned)(digits[at] - '0') * 10 +
				 (unsigned)(digits[at + 1] - '0');

		sum += weight++ * value;
		count = put(widths, count, value);
	}
	if (at < len) {
		unsigned value = (unsigned)(digits[at] - ' ');

		sum += weight++ * CODE_B;
		count = put(widths, count, CODE_B);
		sum += weight * value;
		count = put(widths, count, value);
	}
	count = put(widths, count, sum % 103);
	count = put(widths, count, STOP);
	widths[count++] = 2;
	return count;
}

unsigned
code128_modules(const uint8_t *widths, size_t count)
{
	unsigned modules = 0;

	while (count > 0)
		modules += widths[--count];
	return modules;
}
