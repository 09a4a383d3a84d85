/*
 * What needs no other side: addresses that are refused, listings that lie.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "mem.h"
#include "transfer.h"
#include "transfer_private.h"

static void
test_place(void **state)
{
	static const struct {
		const char *url, *part; /* of the objection; NULL: none */
	} cases[] = {
		{"https://bank.example/out/", NULL},
		{"https://bank.example:8443/", NULL},
		{"https://bank.example", NULL}, /* libcurl adds the slash */
		{"https://[::1]:8443/a/b/", NULL},
		{"sftp://recard@bank.example/out/", NULL},
		{"sftp://recard@bank.example:2222/~/out/", NULL},
		{"sftp://a%40b@bank.example/out/", NULL},
		{"http://bank.example/out/", "use https"},
		{"HTTP://bank.example/out/", "use https"},
		{"ftp://bank.example/out/", "neither"},
		{"file:///etc/", "neither"},
		{"scp://recard@bank.example/out/", "neither"},
		{"bank.example/out/", "not a URL"},
		{"/var/spool/", "not a URL"},
		{"", "not a URL"},
		{"https://", "not a URL"},
		{"https://bank example/out/", "not a URL"},
		{"https://bank.example/o\nut/", "not a URL"},
		{"https://bank.example/out", "must end with"},
		{"sftp://recard@bank.example/out", "must end with"},
		{"sftp://bank.example/out/", "needs a user"},
		{"sftp://@bank.example/out/", "needs a user"},
		{"sftp://recard:geheim@bank.example/out/", "password"},
		{"sftp://recard:@bank.example/out/", "password"},
		{"https://recard:geheim@bank.example/out/", "password"},
		{"https://recard@bank.example/out/", "no user"},
		{"https://bank.example/out/?key=geheim", "nothing may follow"},
		{"https://bank.example/out/#x", "nothing may follow"},
		{"sftp://recard@bank.example/o%22ut/", "folder's name"},
		{"sftp://recard@bank.example/o%0Aut/", "folder's name"},
		{"sftp://recard@bank.example/o%5Cut/", "folder's name"},
		{"https://bank.example/o*t/", "folder's name"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct transfer_place place;
		char *why = transfer_place_read(&place, cases[i].url);

		if (!cases[i].part != !why ||
		    (why && !strstr(why, cases[i].part)))
			fail_msg("%s: %s", cases[i].url, why ? why : "taken");
		/* Nothing that could be a secret comes back. */
		assert_null(why ? strstr(why, "geheim") : NULL);
		mem_free(why);
		transfer_place_free(&place);
	}
}

static void
test_place_parts(void **state)
{
	struct transfer_place place;

	(void)state;
	assert_null(transfer_place_read(
		&place, "sftp://a%40b@bank.example:2222/o%20ut/x/"));
	assert_true(place.sftp);
	assert_string_equal(place.user, "a@b");
	assert_string_equal(place.path, "/o ut/x/");
	assert_string_equal(place.url, "sftp://bank.example:2222/o%20ut/x/");
	transfer_place_free(&place);
	assert_null(
		transfer_place_read(&place, "sftp://a@bank.example/~/out/"));
	assert_string_equal(place.path, "out/");
	assert_string_equal(place.url, "sftp://bank.example/~/out/");
	transfer_place_free(&place);
	assert_null(transfer_place_read(&place, "https://bank.example/../x/"));
	assert_false(place.sftp);
	assert_null(place.user);
	assert_string_equal(place.url, "https://bank.example/x/");
	transfer_place_free(&place);
}

/* What goes together; the files themselves are checked last. */
static void
test_objection(void **state)
{
#define HTTPS .url = "https://bank.example/out/"
#define SFTP .url = "sftp://recard@bank.example/out/"
	static const struct {
		struct transfer_remote remote;
		const char *part;
	} cases[] = {
		{{HTTPS}, NULL},
		{{HTTPS, .ca_file = "/dev/null"}, NULL},
		{{.url = "http://bank.example/"}, "use https"},
		{{HTTPS, .known_hosts = "/dev/null"}, "known hosts has no use"},
		{{HTTPS, .password_file = "/x"}, "a password file has no use"},
		{{HTTPS, .certificate = "/dev/null"}, "go together"},
		{{HTTPS, .key = "/x"}, "go together"},
		{{HTTPS, .ca_file = "/nonexistent/ca"},
		 "/nonexistent/ca: cannot be read"},
		{{HTTPS, .token_file = "/nonexistent/t"}, "/nonexistent/t: "},
		{{HTTPS, .token_file = "/dev/null"}, "not a regular file"},
		{{SFTP}, "needs known hosts"},
		{{SFTP, .private_key = "/x"}, "needs known hosts"},
		{{SFTP, .known_hosts = "/dev/null"}, "one of them"},
		{{SFTP, .known_hosts = "/dev/null", .private_key = "/x",
		  .password_file = "/x"},
		 "one of them"},
		{{SFTP, .known_hosts = "/nonexistent/k", .private_key = "/x"},
		 "/nonexistent/k: cannot be read"},
		{{SFTP, .ca_file = "/x"}, "a CA file has no use with sftp"},
		{{SFTP, .token_file = "/x"}, "a token file has no use"},
		{{SFTP, .known_hosts = "/dev/null",
		  .private_key = "/nonexistent/i"},
		 "/nonexistent/i: "},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *why = transfer_objection(&cases[i].remote);

		if (!cases[i].part != !why ||
		    (why && !strstr(why, cases[i].part)))
			fail_msg("%zu: %s", i, why ? why : "taken");
		mem_free(why);
	}
}

static void
expect_names(const char *bytes, size_t len, const char *wanted, size_t bad,
	     const char *bad_name)
{
	struct transfer_names names;
	char joined[256] = "";

	transfer_names_read(&names, bytes, len);
	for (size_t i = 0; i < names.count; i++) {
		size_t at = strlen(joined);

		snprintf(joined + at, sizeof(joined) - at, "%s ",
			 names.names[i]);
	}
	assert_string_equal(joined, wanted);
	assert_int_equal(names.bad, bad);
	if (bad_name)
		assert_string_equal(names.bad_name, bad_name);
	else
		assert_null(names.bad_name);
	transfer_names_free(&names);
}

/* A name in a log is no longer than a name may be. */
static const char *
long_name_cut(char *wanted)
{
	wanted[200] = '\0';
	return wanted;
}

static void
test_names(void **state)
{
	char long_name[202], wanted[202];

	(void)state;
#define NAMES(text, ...) expect_names(text, sizeof(text) - 1, __VA_ARGS__)
	NAMES("", "", 0, NULL);
	NAMES("b.csv\na.csv\n", "a.csv b.csv ", 0, NULL);
	NAMES("b\na\nb\na\nb\nc\n", "a b c ", 0, NULL);
	NAMES("b.csv\r\na.csv", "a.csv b.csv ", 0, NULL);
	NAMES("\n\r\n\n", "", 0, NULL);
	NAMES(".\n..\n.hidden\na.csv.part\n.part\npart\n", "part ", 0, NULL);
	NAMES("../a.csv\na.csv\n", "a.csv ", 1, "_._a.csv");
	NAMES("/etc/passwd\nx/y.part\n", "", 2, "_etc_passwd");
	NAMES("a b.csv\n", "", 1, "a_b.csv");
	NAMES("a\0.csv\n", "", 1, "a");
	NAMES("a\"b;c\\d%2e\n\xe5\x8d\xa1\n", "", 2, "a_b_c_d_2e");
	NAMES("a\x1b[2J\n", "", 1, "a__2J");
	NAMES("\r", "", 0, NULL);
	memset(long_name, 'a', sizeof(long_name));
	memset(long_name + 200, '\0', 2);
	memcpy(wanted, long_name, 200);
	memcpy(wanted + 200, " ", 2);
	expect_names(long_name, 200, wanted, 0, NULL);
	long_name[200] = 'a';
	expect_names(long_name, 201, "", 1, long_name_cut(wanted));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_place),
		cmocka_unit_test(test_place_parts),
		cmocka_unit_test(test_objection),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
