# Scripts that people and cron run.
EXTRA_DIST += \
	scripts/build \
	scripts/check \
	scripts/draw_states \
	scripts/embed_files \
	scripts/find_citizens \
	scripts/install_packages \
	scripts/nightly \
	scripts/pay_orders \
	scripts/quickstart

# Among the installed programs it has their name in front.
sbin_SCRIPTS = recard-nightly
CLEANFILES += recard-nightly
recard-nightly: scripts/nightly
	$(AM_V_GEN)cp $(top_srcdir)/scripts/nightly $@.new && \
		chmod +x $@.new && mv $@.new $@

# For a newcomer's hour.
dist_doc_DATA += scripts/hour.bash

# Where monitoring looks for its plugins.
plugindir = $(prefix)/lib/nagios/plugins
dist_plugin_SCRIPTS = scripts/check_recard

# The Debian package, built by scripts/package.
EXTRA_DIST += \
	scripts/debian/README.Debian \
	scripts/debian/control \
	scripts/debian/copyright \
	scripts/debian/recard.docs \
	scripts/debian/recard.lintian-overrides \
	scripts/debian/recard.postinst \
	scripts/debian/recard.postrm \
	scripts/debian/recard.prerm \
	scripts/debian/rules \
	scripts/debian/source/format \
	scripts/package
