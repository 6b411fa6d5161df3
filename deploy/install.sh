#!/bin/sh
# Install tinbai, or another version of it, with the versions of its libraries that it was tested with:
#   deploy/install.sh /opt/tinbai/venv
# The other python3 of whoever calls this may lie where the service's user cannot read it; PYTHON=… names one on purpose.
set -eu
umask 022
source=$(cd "$(dirname "$0")/.." && pwd)
venv=$1
[ -x "$venv/bin/python" ] || "${PYTHON:-/usr/bin/python3}" -m venv "$venv"
versions=$(mktemp)
trap 'rm -f "$versions"' EXIT
# name==version and its condition, without the hashes: pip cannot check those beside a source folder.
sed -n 's/^\([A-Za-z0-9_.-]*==[^ ;]*\) *\(;[^\\]*\)\{0,1\}\\*$/\1 \2/p' "$source/requirements-dev.txt" > "$versions"
echo "Installing into $venv (about a minute) ..."
"$venv/bin/python" -m pip install -q --disable-pip-version-check --constraint "$versions" "$source[postgresql]"
# A version number may stand still while the source moves on.
"$venv/bin/python" -m pip install -q --disable-pip-version-check --force-reinstall --no-deps "$source"
"$venv/bin/tinbai" --version
