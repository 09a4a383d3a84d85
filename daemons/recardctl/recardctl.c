/*
 * recardctl: everything an operator does, from a shell.
 */
#include <locale.h>

#include "command_line.h"
#include "ctl.h"

#define AT(field) offsetof(struct ctl_settings, field)

static const struct conf_setting settings[] = {
	{"holder_key", CONF_SECRET, AT(holder_key), NULL, 0, 0, false,
	 "File of the key for hashes of national IDs: at least 32 bytes, raw "
	 "or hex."},
	{"user_code_cost", CONF_INT, AT(user_code_cost), "14", 10, 20, false,
	 "Cost of the hash of user codes: the binary logarithm of scrypt's "
	 "N."},
	{"max_line", CONF_SIZE, AT(max_line), "64k", 1024, 16 * 1024 * 1024,
	 false, "Longest line of an imported file."},
	{"history_certificate", CONF_PATH, AT(history_certificate), NULL, 0, 0,
	 false,
	 "Certificate (PEM) with which seals of the history are signed."},
	{"history_key", CONF_SECRET, AT(history_key), NULL, 0, 0, false,
	 "Private key (PEM) of that certificate."},
	{"history_folder", CONF_PATH, AT(history_folder), NULL, 0, 0, false,
	 "Folder of the signed seals."},
	{"counter_certificates", CONF_PATH, AT(counter_certificates), NULL, 0,
	 0, false,
	 "Certificates (PEM) that sign the counter's files of reset user "
	 "codes."},
	{.name = NULL}};

static int
run(struct ctl *ctl)
{
	int code;

	if (ctl->command->plain)
		return ctl->command->run(ctl);
	code = program_open(&ctl->program, ctl->options[OPTION_CONFIG],
			    ctl->options[OPTION_VERBOSE] != NULL);
	if (code == 0)
		code = ctl->command->run(ctl);
	program_close(&ctl->program);
	return code;
}

int
main(int argc, char **argv)
{
	struct ctl ctl = {.program = {.name = "recardctl",
				      .role = "recard_ctl",
				      .settings = settings}};
	int code;

	ctl.program.values = &ctl.settings;
	ctl.program.values_size = sizeof(ctl.settings);
	/* Names are UTF-8 whatever the terminal's user has set. */
	setlocale(LC_CTYPE, "C.UTF-8");
	code = command_line_parse(&ctl, argc, argv);
	return code >= 0 ? code : run(&ctl);
}
