#!/bin/sh
# Make the virtual environment: scripts/setup.sh PYTHON VENV. Uses uv when it is on the PATH, else venv and pip.
set -eu
python=$1 venv=$2
if [ -z "$python" ]; then
  echo "tinbai needs Python 3.11 or newer; none was found on the PATH (Debian, Ubuntu: apt install python3 python3-venv)." >&2
  exit 1
fi
if command -v uv >/dev/null 2>&1; then
  uv venv -q --clear --python "$python" "$venv"
  uv pip install -q --python "$venv/bin/python" --require-hashes --no-deps -r requirements-dev.txt
  uv pip install -q --python "$venv/bin/python" --no-deps --no-build-isolation -e .
  exit 0
fi
rm -rf "$venv"
"$python" -m venv "$venv" || { echo "$python has no working venv module (Debian, Ubuntu: apt install python3-venv)." >&2; exit 1; }
echo "Installing Python packages into $venv (about half a minute) ..."
"$venv/bin/python" -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.txt
"$venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
