# Configuration and data that are installed.
dist_pkgdata_DATA = etc/postal-areas.csv
