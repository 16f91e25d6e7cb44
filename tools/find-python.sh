#!/bin/sh
# Make the virtual environment $1 with the first Python of at least 3.11 that can be found.
set -eu
if [ -x "$1/bin/python" ] && "$1/bin/python" -m pip --version >/dev/null 2>&1; then
    exit 0
fi
for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        "$candidate" -m venv "$1"
        "$1/bin/python" -m pip install --quiet --upgrade 'pip>=25.1'
        exit 0
    fi
done
echo "milestone-ledger needs Python 3.11 or newer; install it, or name it: make PYTHON=/path/to/python3" >&2
exit 1
