# Manual pages.
dist_man_MANS = \
	man/check_recard.8 \
	man/recard-console.8 \
	man/recard-files.5 \
	man/recard-label.8 \
	man/recard-manufacture.8 \
	man/recard-nightly.8 \
	man/recard-notify.8 \
	man/recard-operations.7 \
	man/recard-payment.8 \
	man/recard-portal.8 \
	man/recard-purge.8 \
	man/recard-signing.7 \
	man/recard-tracking.8 \
	man/recard.7 \
	man/recard.conf.5 \
	man/recardctl.1
