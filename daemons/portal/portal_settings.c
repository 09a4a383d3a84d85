/*
 * The settings of recard-portal.
 */
#include "http_server.h"
#include "page.h"
#include "portal.h"
#include "revocation.h"

struct portal_settings portal_settings;

#define AT(field) offsetof(struct portal_settings, field)

const struct conf_setting portal_setting_table[] = {
	HTTP_SERVER_SETTINGS(AT(server)),
	{"host", CONF_STRING, AT(host), NULL, 0, 0, false,
	 "The portal's name as browsers say it: what cards sign."},
	{"trusted_header", CONF_STRING, AT(trusted_header), NULL, 0, 0, false,
	 "Header in which the proxy of listen_plain tells a visitor's address; "
	 "not set: none is believed."},
	{"api_listen", CONF_STRING, AT(api_listen), NULL, 0, 0, false,
	 "Address and port where other portals bring applications, with "
	 "certificates of theirs; not set: none."},
	{"api_clients_ca", CONF_PATH, AT(api_clients_ca), NULL, 0, 0, true,
	 "Certificates (PEM) of the authority of other portals."},
	{"api_revoked", CONF_PATH, AT(api_revoked), NULL, 0, 0, true,
	 "That authority's list (PEM) of revoked certificates."},
	{"form_key", CONF_SECRET, AT(form_key), NULL, 0, 0, false,
	 "Key file of challenges and of tokens in forms; the same on all "
	 "hosts."},
	{"holder_key", CONF_SECRET, AT(holder_key), NULL, 0, 0, false,
	 "File of the key for hashes of national IDs, as recardctl has it."},
	{"authorities", CONF_PATH, AT(authorities), NULL, 0, 0, true,
	 "Certificates (PEM) of citizens' roots, and of the authorities below "
	 "them."},
	{"policies", CONF_STRINGS, AT(policies), "2.16.886.101.0.3.3", 0, 0,
	 false, "Policies (OIDs), one of which a card's certificate names."},
	{"revocations", CONF_RECORDS, AT(revocations), NULL, 0, 0, false,
	 "Lists of revoked cards, a block each.", revocation_settings,
	 sizeof(struct revocation_settings)},
	{"revocation_folder", CONF_PATH, AT(revocation_folder),
	 "/var/lib/recard/revocations", 0, 0, false,
	 "Where fetched lists are kept."},
	{"revocation_grace", CONF_DURATION, AT(revocation_grace), "0s", 0,
	 604800000, false,
	 "How long a list serves after its successor was due."},
	{"session_idle", CONF_DURATION, AT(session_idle), "15m", 1000, 28800000,
	 true, "How long somebody may do nothing before his session ends."},
	{"challenge_time", CONF_DURATION, AT(challenge_time), "2m", 1000,
	 3600000, true, "How long a card may take to sign."},
	{"form_time", CONF_DURATION, AT(form_time), "1h", 1000, 28800000, true,
	 "How long a page's forms are good."},
	{"page_time", CONF_DURATION, AT(page_time), "5s", 100, 300000, false,
	 "How long the database may take for an answer."},
	{"database_connections", CONF_INT, AT(database_connections), "4", 1, 64,
	 false, "Connections to the database for citizens."},
	{"peer_requests", CONF_INT, AT(peer_requests), "600", 1, 1000000, true,
	 "Requests a minute of one address."},
	{"peer_tries", CONF_INT, AT(peer_tries), "30", 1, 1000000, true,
	 "Log-ins, codes and address checks a minute of one address."},
	{"user_code_cost", CONF_INT, AT(user_code_cost), "14", 10, 20, false,
	 "Cost of the hash of user codes: the binary logarithm of scrypt's N."},
	{"hash_threads", CONF_INT, AT(hash_threads), "2", 1, 64, false,
	 "Hashes of user codes that are computed at a time."},
	{"hash_queue", CONF_INT, AT(hash_queue), "64", 1, 10000, false,
	 "Hashes that wait or are computed; who comes then is to come again."},
	{"signing_component", CONF_STRING, AT(signing_component),
	 "http://localhost:61161", 0, 0, false,
	 "The signing component on a citizen's machine."},
	{"component_page", CONF_STRING, AT(component_page), NULL, 0, 0, true,
	 "Where the signing component can be had: https://…"},
	{"tracking_page", CONF_STRING, AT(tracking_page), NULL, 0, 0, true,
	 "Where the post tells of a letter: https://…"},
	{"counter_page", CONF_STRING, AT(counter_page), NULL, 0, 0, true,
	 "Where the counters stand: https://…"},
	{"phone", CONF_STRING, AT(phone), NULL, 0, 0, true,
	 "Telephone of customer service."},
	{"hours", CONF_STRING, AT(hours), NULL, 0, 0, true,
	 "When it answers, in Chinese."},
	{"hours_en", CONF_STRING, AT(hours_en), NULL, 0, 0, true,
	 "The same in English."},
	{"payment_ways", CONF_RECORDS, AT(payment_ways), NULL, 0, 0, false,
	 "Ways to pay that the payment page tells, a block each.", way_settings,
	 sizeof(struct page_way)},
	{0}};
