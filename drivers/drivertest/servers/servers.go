// Package servers finds, installs, starts and stops database servers for tests: real ones, from the system's own packages, with an empty
// data folder of their own, on a free port of 127.0.0.1. It knows nothing of our drivers: it hands out URLs.
//
// A test asks for a URL and need not do more, no TestMain either:
//
//	url := servers.URL(t, servers.MariaDB)
//
// It gets what REVISE_TEST_MARIADB holds; else a server that is started once per test process and goes with it, however the process
// ends (see guard); else the test is skipped, or fails if REVISE_TEST_REQUIRE names the kind. The servers are fast and
// forgetful (no fsync), but check passwords and otherwise run with their default settings. The command withservers starts all kinds once
// for many test processes, and installs what is missing.
package servers

import (
	"fmt"
	"slices"
	"strings"
)

// The kinds of server.
const (
	Postgres = "postgres"
	MariaDB  = "mariadb"
	MySQL    = "mysql"
)

// RequireVariable names the environment variable with the kinds, separated by commas, whose absence fails a test instead of skipping it.
const RequireVariable = "REVISE_TEST_REQUIRE"

// Kinds lists the kinds of server there are.
func Kinds() []string { return []string{Postgres, MariaDB, MySQL} }

// Variable names the environment variable that holds the URL of a running server of a kind, for its administrator.
func Variable(kind string) string { return "REVISE_TEST_" + strings.ToUpper(kind) }

// ParseKinds reads a list of kinds separated by commas. An empty one has none.
func ParseKinds(list string) ([]string, error) {
	var kinds []string
	for _, k := range strings.Split(list, ",") {
		k = strings.TrimSpace(k)
		switch {
		case k == "":
		case !slices.Contains(Kinds(), k):
			return nil, unknownKind(k)
		case !slices.Contains(kinds, k):
			kinds = append(kinds, k)
		}
	}
	return kinds, nil
}

func unknownKind(kind string) error {
	return fmt.Errorf("unknown kind of server %q; known are %s", kind, strings.Join(Kinds(), ", "))
}

// A MissingError says that a kind of server is not installed.
type MissingError struct {
	Kind   string
	What   string // the programs that were looked for
	ByHand string // how to install them
}

func (e *MissingError) Error() string {
	return fmt.Sprintf("no %s server is installed here: %s not found; the command withservers installs it; by hand: %s", e.Kind, e.What, e.ByHand)
}
