#!/bin/sh
# Install the servers and the browser that the full tests talk to. Debian and Ubuntu; needs root or sudo.
set -eu
packages="dovecot-imapd dovecot-lmtpd dovecot-submissiond chromium fonts-noto-core openssl"
missing=""
for package in $packages; do
  dpkg -s "$package" >/dev/null 2>&1 || missing="$missing $package"
done
if [ -z "$missing" ]; then
  echo "All servers are installed: $packages"
  exit 0
fi
as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo"
$as_root apt-get update -q
# shellcheck disable=SC2086  # the list is meant to be split
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -q --no-install-recommends $missing
