package servers

import (
	"context"
	"errors"
	"os"
	"slices"
	"sync"
)

// TB is what URL needs of a testing.TB.
type TB interface {
	Helper()
	Skipf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// URL returns the URL of a server of a kind, for its administrator, who may create databases: the environment's (Variable), else that of
// a throwaway server that all tests of this process share. If that kind is not installed, the test is skipped, unless the environment
// requires it (RequireVariable). A server that is installed but does not start fails the test.
//
// Others use the same server at the same time: a test makes databases of its own and changes no global settings.
func URL(tb TB, kind string) string {
	tb.Helper()
	if url := os.Getenv(Variable(kind)); url != "" {
		return url
	}
	start, ok := shared[kind]
	if !ok {
		tb.Fatalf("%v", unknownKind(kind))
		return ""
	}
	return urlFrom(tb, kind, start)
}

func urlFrom(tb TB, kind string, start func() (*Server, error)) string {
	tb.Helper()
	missing := whenMissing(tb, kind)
	s, err := start()
	if err != nil {
		if errors.As(err, new(*MissingError)) {
			missing("%v; or set %s", err, Variable(kind))
			return ""
		}
		tb.Fatalf("%v", err)
		return ""
	}
	return s.URL
}

// whenMissing returns what ends a test for which something of a kind of server is missing: it fails if the environment requires that kind, else
// it is skipped. An environment that cannot be read fails it now.
func whenMissing(tb TB, kind string) func(format string, args ...any) {
	tb.Helper()
	required, err := ParseKinds(os.Getenv(RequireVariable))
	if err != nil {
		tb.Fatalf("%s: %v", RequireVariable, err)
	}
	if slices.Contains(required, kind) {
		return tb.Fatalf
	}
	return tb.Skipf
}

// shared holds at most one server of each kind. Nobody stops them: their guards do when the process ends.
var shared = map[string]func() (*Server, error){
	Postgres: sync.OnceValues(func() (*Server, error) { return Start(context.Background(), Postgres) }),
	MariaDB:  sync.OnceValues(func() (*Server, error) { return Start(context.Background(), MariaDB) }),
	MySQL:    sync.OnceValues(func() (*Server, error) { return Start(context.Background(), MySQL) }),
}
