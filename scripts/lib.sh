# Sourced by the other scripts: which programs the tests want, and where.
#
#   CI=true             a missing program is a failure; without it the tests
#                       that need it are skipped, and scripts/deps says so
#   MCPGATEWAY_CHROMIUM the Chromium or Chrome to drive; the first one found on
#                       the PATH when unset
#   MCPGATEWAY_PYTHON   a Python 3 that can import websockets; /usr/bin/python3
#                       when unset, since that is the one that Debian's
#                       python3-websockets belongs to
#   CC                  the C compiler that -race needs; `go env CC` when unset
#
# The Go tests read the same variables.

cd "$(dirname "$0")/.." || exit 1
GO=${GO:-go}
python=${MCPGATEWAY_PYTHON:-/usr/bin/python3}

# say prints a line that stands out in a long log.
say() { printf '==> %s\n' "$*"; }

# warn prints to stderr what somebody ought to know.
warn() { printf '!!! %s\n' "$*" >&2; }

# in_ci tells whether nothing may be skipped.
in_ci() { [ "${CI:-}" = true ] || [ "${CI:-}" = 1 ]; }

have_chromium() {
	if [ -n "${MCPGATEWAY_CHROMIUM:-}" ]; then
		[ -x "$MCPGATEWAY_CHROMIUM" ]
		return
	fi
	for name in chromium chromium-browser google-chrome google-chrome-stable; do
		command -v "$name" >/dev/null 2>&1 && return 0
	done
	return 1
}

have_python() { "$python" -c '' >/dev/null 2>&1; }

have_websockets() { "$python" -c 'import websockets' >/dev/null 2>&1; }

have_curl() { command -v curl >/dev/null 2>&1; }

# have_cc compiles a program, since a compiler without its headers is no help.
# shellcheck disable=SC2046 # CC may hold flags: split it
have_cc() {
	echo '#include <stdlib.h>
int main(void) { return 0; }' | ${CC:-$($GO env CC)} -x c -o /dev/null - >/dev/null 2>&1
}
