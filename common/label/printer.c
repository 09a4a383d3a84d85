/*
 * Printers from the configuration; see printer.h.
 */
#include <cups/http.h>
#include <string.h>

#include "mem.h"
#include "printer.h"

#define NAME_MAX_BYTES 20
#define RAW_PORT 9100

#define AT(field) offsetof(struct printer_settings, field)

const struct conf_setting printer_settings[] = {
	{"name", CONF_STRING, AT(name), NULL, 0, 0, false,
	 "What recardctl print list calls it."},
	{"uri", CONF_STRING, AT(uri), NULL, 0, 0, false,
	 "Where it is: ipp://, ipps:// or, for a raw port, socket://."},
	{"layouts", CONF_STRINGS, AT(layouts), NULL, 0, 0, false,
	 "Layouts that are printed there; none: every one."},
	{"ca_file", CONF_PATH, AT(ca_file), NULL, 0, 0, false,
	 "Certificates (PEM) that vouch for an ipps printer."},
	{"user", CONF_STRING, AT(user), "recard", 0, 0, false,
	 "In whose name jobs are sent."},
	{"timeout", CONF_DURATION, AT(timeout), "30s", 1000, 300000, false,
	 "How long it may take to take a run, or to answer."},
	{0}};

static bool
name_ok(const char *name)
{
	size_t len = name ? strlen(name) : 0;

	return len > 0 && len <= NAME_MAX_BYTES &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

/* NULL, or what is wrong with the address (a constant). */
static const char *
read_uri(struct printer *printer)
{
	const char *uri = printer->settings->uri;
	char scheme[16], user[64];

	if (uri == NULL ||
	    httpSeparateURI(HTTP_URI_CODING_ALL, uri, scheme, sizeof scheme,
			    user, sizeof user, printer->host,
			    sizeof printer->host, &printer->port,
			    printer->resource,
			    sizeof printer->resource) < HTTP_URI_STATUS_OK ||
	    printer->host[0] == '\0')
		return "uri must be like ipp://host/printers/name or "
		       "socket://host:9100";
	if (user[0] != '\0')
		return "uri must have no user or password";
	if (strcmp(scheme, "ipp") == 0) {
		printer->kind = PRINTER_IPP;
	} else if (strcmp(scheme, "ipps") == 0) {
		printer->kind = PRINTER_IPPS;
	} else if (strcmp(scheme, "socket") == 0) {
		printer->kind = PRINTER_RAW;
		if (printer->port <= 0)
			printer->port = RAW_PORT;
	} else {
		return "uri must begin with ipp://, ipps:// or socket://";
	}
	if ((printer->kind == PRINTER_IPPS) !=
	    (printer->settings->ca_file != NULL))
		return "ca_file belongs to ipps, which needs it";
	return NULL;
}

bool
printers_new(const struct conf_records *records, struct printers *printers,
	     char **error)
{
	const struct printer_settings *settings = records->items;

	*printers = (struct printers){
		.printers = mem_alloc(records->count + 1,
				      sizeof *printers->printers)};
	*error = NULL;
	for (size_t i = 0; *error == NULL && i < records->count; i++) {
		struct printer *printer = &printers->printers[i];
		const char *wrong;

		printer->settings = &settings[i];
		if (!name_ok(settings[i].name)) {
			*error = mem_printf("group %zu: name must be 1 to %d "
					    "of a-z, 0-9 and \"-\"",
					    i + 1, NAME_MAX_BYTES);
			break;
		}
		if (printers_find(printers, settings[i].name))
			*error = mem_printf("%s: is there twice",
					    settings[i].name);
		wrong = read_uri(printer);
		if (*error == NULL && wrong)
			*error = mem_printf("%s: %s", settings[i].name, wrong);
		printers->count++;
	}
	if (*error == NULL)
		return true;
	printers_free(printers);
	return false;
}

void
printers_free(struct printers *printers)
{
	mem_free(printers->printers);
	*printers = (struct printers){0};
}

const struct printer *
printers_find(const struct printers *printers, const char *name)
{
	for (size_t i = 0; i < printers->count; i++)
		if (strcmp(printers->printers[i].settings->name, name) == 0)
			return &printers->printers[i];
	return NULL;
}

const struct printer *
printers_for_layout(const struct printers *printers, const char *layout)
{
	for (size_t i = 0; i < printers->count; i++) {
		char **name = printers->printers[i].settings->layouts;

		if (name == NULL || *name == NULL)
			return &printers->printers[i];
		for (; *name; name++)
			if (strcmp(*name, layout) == 0)
				return &printers->printers[i];
	}
	return NULL;
}
