package servers

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// A recorder is a TB that notes what became of the test.
type recorder struct{ outcome string }

func (r *recorder) Helper() {}

func (r *recorder) Skipf(format string, args ...any) {
	r.outcome = "skip: " + fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.outcome = "fatal: " + fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// urlOf calls URL as a test of its own would.
func urlOf(kind string) (url, outcome string) {
	var r recorder
	done := make(chan struct{})
	go func() {
		defer close(done)
		url = URL(&r, kind)
	}()
	<-done
	return url, r.outcome
}

func TestURLFromEnvironment(t *testing.T) {
	t.Setenv("REVISE_TEST_MYSQL", "mysql://root:pw@db:3306/")
	if url, outcome := urlOf(MySQL); url != "mysql://root:pw@db:3306/" || outcome != "" {
		t.Errorf("URL = %q, %q", url, outcome)
	}
}

func TestURLIsOnePerProcess(t *testing.T) {
	t.Setenv(Variable(Postgres), "")
	first, outcome := urlOf(Postgres)
	if strings.HasPrefix(outcome, "skip") {
		t.Skip(outcome)
	}
	second, _ := urlOf(Postgres)
	if first != second || !strings.HasPrefix(first, "postgres://postgres:") {
		t.Errorf("URL = %q (%s), then %q", first, outcome, second)
	}
}

func TestURLOfUnknownKind(t *testing.T) {
	if _, outcome := urlOf("oracle"); !strings.HasPrefix(outcome, "fatal: unknown kind") {
		t.Errorf("outcome %q, want a fatal error", outcome)
	}
}

func TestURLMissing(t *testing.T) {
	missing := &MissingError{MariaDB, "mariadbd", "apt-get install mariadb-server"}
	broken := fmt.Errorf("start mariadb: %w", fmt.Errorf("the server ended"))
	for _, test := range []struct {
		err      error
		required string
		want     string
	}{
		{missing, "", "skip: no mariadb server"},
		{missing, "postgres,mysql", "skip: no mariadb server"},
		{missing, "postgres, mariadb", "fatal: no mariadb server"},
		{missing, "marriadb", "fatal: REVISE_TEST_REQUIRE: unknown kind"},
		{broken, "", "fatal: start mariadb"},
	} {
		t.Setenv(RequireVariable, test.required)
		var r recorder
		done := make(chan struct{})
		go func() {
			defer close(done)
			urlFrom(&r, MariaDB, func() (*Server, error) { return nil, test.err })
		}()
		<-done
		if !strings.HasPrefix(r.outcome, test.want) {
			t.Errorf("with %v and %q required the outcome is %q, want %q", test.err, test.required, r.outcome, test.want)
		}
	}
}
