package sqlite_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"revise/drivers"
	"revise/drivers/sqlite"
)

// childCommand is the environment variable that makes this test binary a child of one of its tests.
const childCommand = "REVISE_SQLITE_CHILD"

func TestMain(m *testing.M) {
	if command := os.Getenv(childCommand); command != "" {
		child(command, os.Getenv("REVISE_SQLITE_URL"))
		return
	}
	os.Exit(m.Run())
}

// child does what a test wants done in another process, says when it is at the interesting place, and stays there.
func child(command, url string) {
	ctx := context.Background()
	addr, err := sqlite.Driver{}.Parse(url)
	must(err)
	c, err := sqlite.Driver{}.Open(ctx, addr, drivers.Options{App: "child"})
	must(err)
	stay := func() { os.Stdout.WriteString("there\n"); io.Copy(io.Discard, os.Stdin) }
	switch command {
	case "lock":
		must(c.TryLock(ctx, "k", ""))
		stay()
		must(c.Close(ctx))
	case "write":
		_, err := c.Exec(ctx, []drivers.Batch{{Atomic: true, Statements: texts("CREATE TABLE child (a)", "INSERT INTO child VALUES (1)", "INSERT INTO t VALUES (99)"),
			Done: func(i int) {
				if i == 2 {
					stay()
				}
			}}})
		must(err)
	case "lock and write":
		must(c.TryLock(ctx, "k", ""))
		child("write", url)
	}
}

func must(err error) {
	if err != nil {
		os.Stdout.WriteString(err.Error() + "\n")
		os.Exit(3)
	}
}

// startChild runs command in another process and returns once it is there. Finish lets it go on to its end.
func startChild(t *testing.T, command, url string) (p *os.Process, finish func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childCommand+"="+command, "REVISE_SQLITE_URL="+url)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	finish = func() { in.Close(); cmd.Wait() }
	t.Cleanup(finish)
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "there\n" {
		t.Fatalf("child %s: got %q, %v", command, line, err)
	}
	return cmd.Process, finish
}

func dbPath(t *testing.T) string { return filepath.Join(t.TempDir(), "a b.db") }

func tryOpen(url string) (drivers.Conn, error) {
	addr, err := sqlite.Driver{}.Parse(url)
	if err != nil {
		return nil, err
	}
	return sqlite.Driver{}.Open(context.Background(), addr, drivers.Options{App: "test"})
}

func open(t *testing.T, url string) drivers.Conn {
	t.Helper()
	c, err := tryOpen(url)
	if err != nil {
		t.Fatalf("open %s: %v", url, err)
	}
	t.Cleanup(func() { c.Close(context.Background()) })
	return c
}

func texts(sql ...string) []drivers.Statement {
	statements := make([]drivers.Statement, len(sql))
	for i, s := range sql {
		statements[i].Text = s
	}
	return statements
}

func own(sql ...string) []drivers.Statement {
	statements := texts(sql...)
	for i := range statements {
		statements[i].Own = true
	}
	return statements
}

// run runs one batch that must succeed.
func run(t *testing.T, c drivers.Conn, atomic bool, sql ...string) {
	t.Helper()
	p, err := c.Exec(context.Background(), []drivers.Batch{{Atomic: atomic, Statements: texts(sql...)}})
	if err != nil || p != (drivers.Progress{Batches: 1}) {
		t.Fatalf("exec %q: got %+v, %v", sql, p, err)
	}
}

// query returns the rows as "a,b|c,d".
func query(t *testing.T, c drivers.Conn, sql string) string {
	t.Helper()
	rows, err := c.Query(context.Background(), sql)
	if err != nil {
		t.Fatalf("query %s: %v", sql, err)
	}
	var lines []string
	for _, row := range rows {
		lines = append(lines, strings.Join(row, ","))
	}
	return strings.Join(lines, "|")
}

func want(t *testing.T, c drivers.Conn, sql, want string) {
	t.Helper()
	if got := query(t, c, sql); got != want {
		t.Errorf("%s: got %q, want %q", sql, got, want)
	}
}

func asError(t *testing.T, err error) *drivers.Error {
	t.Helper()
	var e *drivers.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v (%T), want a *drivers.Error", err, err)
	}
	return e
}

// endless is a statement that runs until it is stopped.
const endless = "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) SELECT count(*) FROM c"

// within fails the test if f takes as long as no cancelled statement should.
func within(t *testing.T, limit time.Duration, f func()) {
	t.Helper()
	start := time.Now()
	f()
	if d := time.Since(start); d > limit {
		t.Errorf("took %v, want less than %v", d, limit)
	}
}
