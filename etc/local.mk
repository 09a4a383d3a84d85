# Configuration and data that are installed.
dist_pkgdata_DATA = etc/line-characters.txt etc/postal-areas.csv
# Alert rules and a dashboard, for those who have Prometheus and Grafana.
dist_doc_DATA = etc/recard-dashboard.json etc/recard.rules.yml
# What programs may ask of recard-portal.
dist_doc_DATA += daemons/portal/openapi.json
# The texts of mail.
mailzhdir = $(pkgdatadir)/mail/zh-Hant
dist_mailzh_DATA = \
	etc/mail/zh-Hant/activated \
	etc/mail/zh-Hant/cancelled \
	etc/mail/zh-Hant/closed \
	etc/mail/zh-Hant/delivered \
	etc/mail/zh-Hant/mailed \
	etc/mail/zh-Hant/paid \
	etc/mail/zh-Hant/produced \
	etc/mail/zh-Hant/reminder \
	etc/mail/zh-Hant/returned
mailendir = $(pkgdatadir)/mail/en
dist_mailen_DATA = \
	etc/mail/en/activated \
	etc/mail/en/cancelled \
	etc/mail/en/closed \
	etc/mail/en/delivered \
	etc/mail/en/mailed \
	etc/mail/en/paid \
	etc/mail/en/produced \
	etc/mail/en/reminder \
	etc/mail/en/returned

UNITS = \
	etc/recard-cluster.service \
	etc/recard-console.service \
	etc/recard-label.service \
	etc/recard-manufacture.service \
	etc/recard-nightly.service \
	etc/recard-notify.service \
	etc/recard-payment.service \
	etc/recard-purge.service \
	etc/recard-tracking.service \
	etc/recard-portal.service
dist_systemdsystemunit_DATA = etc/recard-nightly.timer
nodist_systemdsystemunit_DATA = $(UNITS)
PLACED = $(UNITS) etc/recard.logrotate etc/recard.tmpfiles
noinst_DATA = etc/recard.logrotate etc/recard.tmpfiles
CLEANFILES += $(PLACED)

# Where things are is known only to make.
$(PLACED): Makefile
	$(AM_V_GEN)$(MKDIR_P) etc && \
	sed -e 's|@sbindir[@]|$(sbindir)|g' -e 's|@bindir[@]|$(bindir)|g' \
		-e 's|@sysconfdir[@]|$(sysconfdir)|g' \
		$(top_srcdir)/$@.in >$@.new && mv $@.new $@
etc/recard-cluster.service: etc/recard-cluster.service.in
etc/recard-console.service: etc/recard-console.service.in
etc/recard-label.service: etc/recard-label.service.in
etc/recard-manufacture.service: etc/recard-manufacture.service.in
etc/recard-nightly.service: etc/recard-nightly.service.in
etc/recard-notify.service: etc/recard-notify.service.in
etc/recard-payment.service: etc/recard-payment.service.in
etc/recard-portal.service: etc/recard-portal.service.in
etc/recard-purge.service: etc/recard-purge.service.in
etc/recard-tracking.service: etc/recard-tracking.service.in
etc/recard.logrotate: etc/recard.logrotate.in
etc/recard.tmpfiles: etc/recard.tmpfiles.in

EXTRA_DIST += \
	etc/recard-cluster.service.in \
	etc/recard-console.service.in \
	etc/recard-label.service.in \
	etc/recard-manufacture.service.in \
	etc/recard-nightly.service.in \
	etc/recard-notify.service.in \
	etc/recard-payment.service.in \
	etc/recard-portal.service.in \
	etc/recard-purge.service.in \
	etc/recard-tracking.service.in \
	etc/recard.conf \
	etc/recard.cron \
	etc/recard.logrotate.in \
	etc/recard.sysusers \
	etc/recard.tmpfiles.in

# The user and the folders, as systemd-sysusers(8) and systemd-tmpfiles(8) make
# them. Of the administrator's files, those that are there stay, and those that
# nobody changed go with the rest.
TO_SYSTEM = recard.sysusers:sysusers.d recard.tmpfiles:tmpfiles.d
TO_ETC = recard.conf:recard/recard.conf recard.cron:cron.d/recard \
	recard.logrotate:logrotate.d/recard
# A file that make has made, or else one of the sources.
FIND_FILE = file=etc/$${pair%%:*}; \
	test -e "$$file" || file="$(top_srcdir)/$$file"
install-data-local:
	for pair in $(TO_SYSTEM); do \
		$(FIND_FILE); folder="$(DESTDIR)$(prefix)/lib/$${pair##*:}"; \
		$(MKDIR_P) "$$folder" && \
			$(INSTALL_DATA) "$$file" "$$folder/recard.conf" \
			|| exit 1; \
	done
	for pair in $(TO_ETC); do \
		$(FIND_FILE); place="$(DESTDIR)$(sysconfdir)/$${pair##*:}"; \
		$(MKDIR_P) "$${place%/*}" && { test -e "$$place" || \
			$(INSTALL_DATA) "$$file" "$$place"; } || exit 1; \
	done
uninstall-local:
	for pair in $(TO_SYSTEM); do \
		rm -f "$(DESTDIR)$(prefix)/lib/$${pair##*:}/recard.conf"; \
	done
	for pair in $(TO_ETC); do \
		$(FIND_FILE); place="$(DESTDIR)$(sysconfdir)/$${pair##*:}"; \
		! cmp -s "$$file" "$$place" || rm -f "$$place"; \
	done
