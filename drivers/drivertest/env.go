package drivertest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"revise/drivers"
)

// patience is how long something may take that is to happen at once: far more than it takes, far less than Subject.Slow.
const patience = 12 * time.Second

// An env is a database with a session on it, and the table t (n integer, s text).
type env struct {
	t       *testing.T
	s       Subject
	addr    drivers.Address
	conn    drivers.Conn
	notices *[]string // what the session's Notice got; events of a record are put in between
}

func (s Subject) env(t *testing.T) *env {
	t.Helper()
	e := &env{t: t, s: s, addr: s.Fresh(t), notices: new([]string)}
	e.conn = e.open()
	if s.locked {
		if err := e.conn.TryLock(context.Background(), "drivertest", ""); err != nil {
			t.Fatal(err)
		}
	}
	e.must(true, "CREATE TABLE t (n integer, s "+s.Driver.Syntax().Text+") "+s.Driver.Syntax().TableOptions)
	return e
}

// open starts another session.
func (e *env) open() drivers.Conn {
	e.t.Helper()
	return e.openAt(e.addr)
}

func (e *env) openAt(addr drivers.Address) drivers.Conn {
	e.t.Helper()
	c, err := e.s.Driver.Open(context.Background(), addr, drivers.Options{App: "drivertest", Notice: func(n drivers.Notice) {
		*e.notices = append(*e.notices, "notice "+n.Message)
	}})
	if err != nil {
		e.t.Fatalf("open %v: %v", addr, err)
	}
	e.t.Cleanup(func() { c.Close(context.Background()) })
	return c
}

// must runs one batch, atomic where that is possible and wanted.
func (e *env) must(atomic bool, texts ...string) {
	e.t.Helper()
	b := drivers.Batch{Statements: users(texts...), Atomic: atomic && e.conn.Facts().TransactionalDDL}
	if p, err := e.conn.Exec(context.Background(), []drivers.Batch{b}); err != nil || p != (drivers.Progress{Batches: 1}) {
		e.t.Fatalf("exec %.200q: got %+v, %v", texts, p, err)
	}
}

// one is the first value of the first row that a query gives.
func (e *env) one(c drivers.Conn, sql string) string {
	e.t.Helper()
	rows, err := c.Query(context.Background(), sql)
	if err != nil || len(rows) == 0 || len(rows[0]) == 0 {
		e.t.Fatalf("query %.200s: got %d rows, %v", sql, len(rows), err)
	}
	return rows[0][0]
}

// numbers lists the column n of the table t, in order: "1 2 3".
func (e *env) numbers() string {
	e.t.Helper()
	rows, err := e.conn.Query(context.Background(), "SELECT n FROM t ORDER BY n")
	if err != nil {
		e.t.Fatalf("query: %v", err)
	}
	list := make([]string, len(rows))
	for i, r := range rows {
		list[i] = r[0]
	}
	return strings.Join(list, " ")
}

func (e *env) wantNumbers(want string) {
	e.t.Helper()
	if got := e.numbers(); got != want {
		e.t.Errorf("the table holds %q, want %q", got, want)
	}
}

// usable fails the test unless the session works and is outside of any transaction.
func (e *env) usable() {
	e.t.Helper()
	e.must(true, "CREATE TABLE usable (n integer)")
	other := e.open()
	if _, err := other.Query(context.Background(), "SELECT n FROM usable"); err != nil {
		e.t.Errorf("another session does not see what this one did last: %v", err)
	}
	e.must(true, "DROP TABLE usable")
	other.Close(context.Background())
}

// within fails the test if f takes as long as nothing should.
func (e *env) within(what string, f func()) {
	e.t.Helper()
	start := time.Now()
	f()
	if d := time.Since(start); d > patience {
		e.t.Errorf("%s took %v, want at most %v", what, d, patience)
	}
}

func users(texts ...string) []drivers.Statement {
	list := make([]drivers.Statement, len(texts))
	for i, text := range texts {
		list[i].Text = text
	}
	return list
}

func own(texts ...string) []drivers.Statement {
	list := users(texts...)
	for i := range list {
		list[i].Own = true
	}
	return list
}

// inserts are statements that put numbers into the table t.
func inserts(numbers ...int) []drivers.Statement {
	var list []drivers.Statement
	for _, n := range numbers {
		list = append(list, drivers.Statement{Text: fmt.Sprintf("INSERT INTO t (n) VALUES (%d)", n)})
	}
	return list
}

// A record runs batches and keeps what Done and Committed were told. It has no mutex: they come on the caller's goroutine, and the
// race detector knows.
type record struct {
	events   []string
	progress drivers.Progress
	err      error
}

// record runs batches and checks that Done and Committed agree with the Progress.
func (e *env) record(ctx context.Context, batches ...drivers.Batch) *record {
	e.t.Helper()
	r := &record{}
	batches = slices.Clone(batches)
	sizes := make([]int, len(batches)) // as far as More gave
	for i := range batches {
		sizes[i] = len(batches[i].Statements) + len(batches[i].Tail)
		if more := batches[i].More; more != nil {
			batches[i].More = func() ([]drivers.Statement, error) {
				list, err := more()
				sizes[i] += len(list)
				return list, err
			}
		}
		done, committed := batches[i].Done, batches[i].Committed
		watched := 0
		if e.s.watched {
			batches[i].Watch = func(n int, _ drivers.Effect) {
				if n != watched {
					e.t.Errorf("the effect of statement %d of batch %d comes where that of %d is due", n, i, watched)
				}
				watched++
			}
		}
		batches[i].Done = func(n int) {
			if e.s.watched && watched != min(n+1, sizes[i]-len(batches[i].Tail)) {
				e.t.Errorf("statement %d of batch %d is done, and there were %d effects", n, i, watched)
			}
			r.events = append(r.events, fmt.Sprintf("%d.%d", i, n))
			if done != nil {
				done(n)
			}
		}
		batches[i].Committed = func() {
			r.events = append(r.events, fmt.Sprintf("%d!", i))
			if committed != nil {
				committed()
			}
		}
	}
	r.progress, r.err = e.conn.Exec(ctx, batches)
	if errors.Is(r.err, drivers.ErrUnknown) {
		return r
	}
	var want []string
	for i := range batches {
		if i > r.progress.Batches {
			break
		}
		complete := i < r.progress.Batches
		for n := range sizes[i] {
			if complete || n < r.progress.Statements {
				want = append(want, fmt.Sprintf("%d.%d", i, n))
			}
		}
		if complete {
			want = append(want, fmt.Sprintf("%d!", i))
		}
	}
	if !slices.Equal(r.events, want) {
		e.t.Errorf("progress is %+v (%v), but Done and Committed were told\n%.500v, want\n%.500v", r.progress, r.err, r.events, want)
	}
	if r.err == nil && r.progress != (drivers.Progress{Batches: len(batches)}) {
		e.t.Errorf("no error, but the progress is %+v of %d batches", r.progress, len(batches))
	}
	return r
}

// wantStopped checks that a record ended at a place with a *drivers.Error.
func (e *env) wantStopped(r *record, batches, statements int) *drivers.Error {
	e.t.Helper()
	if want := (drivers.Progress{Batches: batches, Statements: statements}); r.progress != want {
		e.t.Errorf("progress is %+v, want %+v", r.progress, want)
	}
	var server *drivers.Error
	if !errors.As(r.err, &server) {
		e.t.Fatalf("got the error %v (%T), want a *drivers.Error", r.err, r.err)
	}
	if errors.Is(r.err, drivers.ErrUnknown) || errors.Is(r.err, drivers.ErrLost) {
		e.t.Errorf("the error %v leaves doubts about the session or the outcome", r.err)
	}
	if server.Message == "" || strings.Contains(r.err.Error(), "\n") {
		e.t.Errorf("the error %q is not one line with a message", r.err)
	}
	return server
}
