# Configuration and data that are installed.
dist_pkgdata_DATA = etc/line-characters.txt etc/postal-areas.csv

UNITS = \
	etc/recard-cluster.service \
	etc/recard-console.service \
	etc/recard-label.service \
	etc/recard-manufacture.service \
	etc/recard-nightly.service \
	etc/recard-payment.service \
	etc/recard-purge.service \
	etc/recard-tracking.service
dist_systemdsystemunit_DATA = etc/recard-nightly.timer
nodist_systemdsystemunit_DATA = $(UNITS)
CLEANFILES += $(UNITS)

# Where the programs are is known only to make.
$(UNITS): Makefile
	$(AM_V_GEN)$(MKDIR_P) etc && \
	sed -e 's|@sbindir[@]|$(sbindir)|g' -e 's|@bindir[@]|$(bindir)|g' \
		$(top_srcdir)/$@.in >$@.new && mv $@.new $@
etc/recard-cluster.service: etc/recard-cluster.service.in
etc/recard-console.service: etc/recard-console.service.in
etc/recard-label.service: etc/recard-label.service.in
etc/recard-manufacture.service: etc/recard-manufacture.service.in
etc/recard-nightly.service: etc/recard-nightly.service.in
etc/recard-payment.service: etc/recard-payment.service.in
etc/recard-purge.service: etc/recard-purge.service.in
etc/recard-tracking.service: etc/recard-tracking.service.in

# For the administrator to put where the system wants them.
dist_doc_DATA = etc/recard-dashboard.json etc/recard.cron etc/recard.rules.yml \
	etc/recard.sysusers etc/recard.tmpfiles

EXTRA_DIST += \
	etc/recard-cluster.service.in \
	etc/recard-console.service.in \
	etc/recard-label.service.in \
	etc/recard-manufacture.service.in \
	etc/recard-nightly.service.in \
	etc/recard-payment.service.in \
	etc/recard-purge.service.in \
	etc/recard-tracking.service.in \
	etc/recard.conf

# A configuration that is there stays; one that nobody changed goes with the
# rest.
CONF_FOLDER = $(DESTDIR)$(sysconfdir)/recard
install-data-local:
	$(MKDIR_P) "$(CONF_FOLDER)"
	test -e "$(CONF_FOLDER)/recard.conf" || \
		$(INSTALL_DATA) $(top_srcdir)/etc/recard.conf \
		"$(CONF_FOLDER)/recard.conf"
uninstall-local:
	! cmp -s $(top_srcdir)/etc/recard.conf "$(CONF_FOLDER)/recard.conf" \
		|| rm -f "$(CONF_FOLDER)/recard.conf"
