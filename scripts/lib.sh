# Sourced by the other scripts: which programs the tests want, and where.
#
#   CI=true             a missing program is a failure; without it the tests
#                       that need it are skipped, and scripts/deps says so
#   MCPGATEWAY_CHROMIUM the Chromium or Chrome to drive; the first one found on
#                       the PATH when unset
#   MCPGATEWAY_PYTHON   a Python 3 that can import websockets; /usr/bin/python3
#                       when unset, since that is the one that Debian's
#                       python3-websockets belongs to
#   MCPGATEWAY_NODE     a Node 22.19 or newer; the one that npm installs into
#                       testdata/npm when unset, or else `node` on the PATH
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

# The MCP clients, servers and conformance suites that the tests run, axe-core,
# which looks at the pages, and the copy of the lock file that says which ones are installed.
peers=testdata/npm
peers_installed=$peers/node_modules/.installed

have_npm() { command -v npm >/dev/null 2>&1; }

have_peers() { cmp -s "$peers/package-lock.json" "$peers_installed"; }

# node22 prints the Node that runs them, or fails.
node22() {
	for name in "${MCPGATEWAY_NODE:-}" "$peers"/node_modules/node-linux-*/bin/node node; do
		"$name" -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 22 || a == 22 && b >= 19 ? 0 : 1)' 2>/dev/null || continue
		echo "$name"
		return
	done
	return 1
}
