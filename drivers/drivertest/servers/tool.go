package servers

import "path/filepath"

// Tool returns the path of a program that belongs to a kind of server, a client or what writes dumps: the one beside the server, else the
// one on PATH. If there is none, the test is skipped, or fails if the environment requires that kind (RequireVariable).
func Tool(tb TB, kind, name string) string {
	tb.Helper()
	missing := whenMissing(tb, kind)
	path := thisHost().tool(kind, name)
	if path == "" {
		missing("no %s is installed here; the command withservers installs it with the %s server", name, kind)
	}
	return path
}

// tool returns the path of a program, or "". What Debian has on PATH for PostgreSQL chooses a version by itself, and pg_dump refuses a
// server that is newer than itself: so the one beside the server comes first.
func (h host) tool(kind, name string) string {
	if in, err := h.find(kind); err == nil {
		if path := filepath.Join(filepath.Dir(in.Program), name); isProgram(path) {
			return path
		}
	}
	return h.program(name)
}
