/*
 * The section label; see label_settings.h.
 */
#include <stddef.h>

#include "label_forms.h"
#include "label_settings.h"
#include "printer.h"

#define FIELD(name) offsetof(struct label_settings, name)

const struct conf_setting label_setting_table[] = {
	{"outbox", CONF_PATH, FIELD(outbox), "/var/spool/recard/labels", 0, 0,
	 false, "Folder where label runs and posting lists are put."},
	{"layout", CONF_STRING, FIELD(layout), "a4-21", 0, 0, true,
	 "What labels look like: a4-21, dl, thermal, window or one of "
	 "layouts."},
	{"layouts", CONF_RECORDS, FIELD(layouts), NULL, 0, 0, false,
	 "Layouts of one's own, one group each.", label_form_settings,
	 sizeof(struct label_form_settings)},
	{"sender", CONF_STRINGS, FIELD(sender), NULL, 0, 0, false,
	 "Who sends the letters, a line each, on layouts with room for it."},
	{"postage_paid", CONF_STRINGS, FIELD(postage_paid), NULL, 0, 0, false,
	 "The mark of postage paid, a line each, on layouts with room for it."},
	{"letter", CONF_STRINGS, FIELD(letter), NULL, 0, 0, false,
	 "What a letter says, a line each, on layouts with room for it."},
	{"start_cell", CONF_INT, FIELD(start_cell), "1", 1, 100, true,
	 "First label to use on the first sheet of a run, from 1."},
	{"fonts", CONF_STRINGS, FIELD(fonts),
	 "Noto Sans CJK TC, TW-Sung, TW-Sung-Ext-B, DejaVu Sans", 0, 0, false,
	 "Fonts of the labels: the first that has a character serves it."},
	{"format", CONF_STRING, FIELD(format), "pdf", 0, 0, true,
	 "Files of label runs: pdf, or zpl for thermal printers."},
	{"local_postal_codes", CONF_STRINGS, FIELD(local_postal_codes), NULL, 0,
	 0, false,
	 "What postal codes of the posting office's own area begin with."},
	{"run_sheets", CONF_INT, FIELD(run_sheets), "100", 1, 10000, true,
	 "Sheets in a run, at most."},
	{"run_min", CONF_INT, FIELD(run_min), "21", 1, 100000, true,
	 "A run is cut when so many labels of an area wait."},
	{"run_wait", CONF_DURATION, FIELD(run_wait), "10m", 0, 604800000, true,
	 "A run is cut when a label has waited so long."},
	{"printers", CONF_RECORDS, FIELD(printers), NULL, 0, 0, false,
	 "Printers, one group each; without one the folder is all.",
	 printer_settings, sizeof(struct printer_settings)},
	{"list_max", CONF_INT, FIELD(list_max), "2000", 1, 100000, true,
	 "Letters on a posting list, at most."},
	{"list_min", CONF_INT, FIELD(list_min), "100", 1, 100000, true,
	 "A posting list is cut when so many letters are ready."},
	{"list_wait", CONF_DURATION, FIELD(list_wait), "4h", 0, 604800000, true,
	 "A posting list is cut when a letter has been ready so long."},
	{"list_kind", CONF_STRING, FIELD(list_kind), "掛號", 0, 0, true,
	 "What posting lists are for: 限時掛號, 掛號 or 快捷郵件."},
	{"list_office", CONF_STRING, FIELD(list_office), NULL, 0, 0, true,
	 "Code of the office that takes the letters, 6 digits and 2 of the "
	 "kind."},
	{"list_sender", CONF_STRINGS, FIELD(list_sender), NULL, 0, 0, false,
	 "Sender, who acts for it, its address and telephone on posting "
	 "lists."},
	{"list_weight", CONF_INT, FIELD(list_weight), "0", 0, 2000, true,
	 "Grams of each letter; 0: left blank for the post."},
	{"list_postage", CONF_INT, FIELD(list_postage), "0", 0, 10000, true,
	 "TWD of each letter; 0: left blank for the post."},
	{"mail_no_first", CONF_INT,
	 offsetof(struct label_settings, mail_no_first), "0", 0, 999999, true,
	 "First serial of the mail numbers that the post allotted; 0: none."},
	{"mail_no_last", CONF_INT,
	 offsetof(struct label_settings, mail_no_last), "0", 0, 999999, true,
	 "Last serial of them."},
	{"require_packing", CONF_BOOL, FIELD(require_packing), "false", 0, 0,
	 true,
	 "Whether only letters go to the post whose card and label were "
	 "checked."},
	{"list_encoding", CONF_STRING, FIELD(list_encoding), "CP950", 0, 0,
	 true, "Encoding of posting lists."},
	{0}};
