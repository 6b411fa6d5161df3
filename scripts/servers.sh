#!/bin/sh
# Install the servers and the browser that the full tests talk to, and mbsync, which the measurements run beside.
# Debian and Ubuntu; needs root or sudo.
set -eu
packages="dovecot-imapd dovecot-lmtpd dovecot-submissiond postgresql chromium fonts-noto-core openssl isync"
missing=""
for package in $packages; do
  # A removed package is still known to dpkg by its configuration files: ask for the state, not for the name.
  case "$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null)" in
    *"ok installed") ;;
    *) missing="$missing $package" ;;
  esac
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
