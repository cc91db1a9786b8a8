package servers

import (
	"fmt"
	"path/filepath"
)

// Tool returns the path of a program that comes with a kind of server, a client or what writes dumps: the one beside the server, or on PATH.
// If there is none, the test is skipped or fails as by URL.
func Tool(tb TB, kind, name string) string {
	tb.Helper()
	path, err := thisHost().tool(kind, name)
	if err != nil {
		giveUp(tb, kind, err)
	}
	return path
}

func (h host) tool(kind, name string) (string, error) {
	// The one beside the server first: Debian's on PATH starts that of another version, and pg_dump refuses a newer server.
	if in, err := h.find(kind); err == nil {
		if path := filepath.Join(filepath.Dir(in.Program), name); isProgram(path) {
			return path, nil
		}
	}
	if path := h.program(name); path != "" {
		return path, nil
	}
	byHand := map[string]string{Postgres: "apt-get install postgresql-client", MariaDB: "apt-get install mariadb-client"}[kind]
	if byHand == "" {
		return "", fmt.Errorf("no %s here, and nothing installs it", name)
	}
	return "", &MissingError{Kind: kind, What: name, ByHand: byHand}
}
