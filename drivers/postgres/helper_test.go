package postgres_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"revise/drivers"
	"revise/drivers/postgres"
)

// open starts a session and collects its notices.
func open(t testing.TB, addr drivers.Address) (drivers.Conn, *[]drivers.Notice) {
	t.Helper()
	var heard []drivers.Notice
	c, err := postgres.Driver{}.Open(context.Background(), addr, drivers.Options{App: "test", Notice: func(n drivers.Notice) { heard = append(heard, n) }})
	if err != nil {
		t.Fatalf("open %v: %v", addr, err)
	}
	t.Cleanup(func() { c.Close(context.Background()) })
	return c, &heard
}

func batch(atomic bool, texts ...string) drivers.Batch {
	b := drivers.Batch{Atomic: atomic}
	for _, text := range texts {
		b.Statements = append(b.Statements, drivers.Statement{Text: text})
	}
	return b
}

// run runs batches that must succeed.
func run(t testing.TB, c drivers.Conn, batches ...drivers.Batch) {
	t.Helper()
	if p, err := c.Exec(context.Background(), batches); err != nil || p.Batches != len(batches) {
		t.Fatalf("got %+v, %v", p, err)
	}
}

// fails runs batches of which one must fail at a place, with a code.
func fails(t testing.TB, c drivers.Conn, at drivers.Progress, code string, batches ...drivers.Batch) *drivers.Error {
	t.Helper()
	p, err := c.Exec(context.Background(), batches)
	var server *drivers.Error
	if !errors.As(err, &server) || server.Code != code || p != at {
		t.Fatalf("got %+v, %v, want %+v and the code %s", p, err, at, code)
	}
	return server
}

// value returns rows as "a,b|c,d".
func value(t testing.TB, c drivers.Conn, sql string) string {
	t.Helper()
	rows, err := c.Query(context.Background(), sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	lines := make([]string, len(rows))
	for i, row := range rows {
		lines[i] = strings.Join(row, ",")
	}
	return strings.Join(lines, "|")
}

func want(t testing.TB, c drivers.Conn, sql, want string) {
	t.Helper()
	if got := value(t, c, sql); got != want {
		t.Errorf("%s: got %q, want %q", sql, got, want)
	}
}

// A reader is a function that gives data.
type reader func(p []byte) (int, error)

func (r reader) Read(p []byte) (int, error) { return r(p) }

func isLost(err error) bool { return errors.Is(err, drivers.ErrLost) }
