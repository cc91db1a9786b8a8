package drivertest

import (
	"context"
	"slices"
	"strings"
	"testing"

	"revise/drivers"
)

// testClean sees that what a batch does to its session reaches neither the next batch nor the runner's own statements at the end of its own.
func testClean(t *testing.T, s Subject) {
	s.modes(t, func(t *testing.T, e *env, atomic bool) {
		for _, set := range s.Settings {
			if set.Single && atomic {
				continue
			}
			t.Run(set.Name, func(t *testing.T) {
				e := &env{t: t, s: s, addr: e.addr, conn: e.conn, notices: e.notices}
				e.must(true, set.Prepare...)
				clean := drivers.Statement{Text: set.Clean, Check: true}
				tail := []drivers.Statement{{Text: set.Clean, Check: true, Own: true}}
				do := drivers.Statement{Text: set.Set}
				batch := func(list ...drivers.Statement) drivers.Batch { return drivers.Batch{Atomic: atomic, Statements: list} }
				run := func(when string, batches ...drivers.Batch) {
					t.Helper()
					if r := e.record(context.Background(), batches...); r.err != nil {
						t.Errorf("%s: at %+v: %v", when, r.progress, r.err)
					}
				}
				if r := e.record(context.Background(), batch(clean), drivers.Batch{Atomic: atomic, Statements: []drivers.Statement{do}, Tail: tail}); r.err != nil {
					t.Errorf("the tail, or the test's own look at it: at %+v: %v", r.progress, r.err)
				}
				if r := e.record(context.Background(), batch(do, clean)); r.err == nil {
					t.Errorf("a statement behind does not see what was set, so this tests nothing")
				}
				run("after a failed check", batch(clean))
				run("next batch", batch(do), batch(clean))
				run("batch after the next", batch(do), batch(), batch(clean, do), drivers.Batch{Atomic: atomic, Tail: tail})
				if atomic {
					run("next batch, single", batch(do), drivers.Batch{Statements: users(set.Clean)})
				}
				run("next call", batch(do))
				run("next call", batch(clean))
				r := e.record(context.Background(), batch(do, drivers.Statement{Text: wrong}))
				e.wantStopped(r, 0, 1)
				run("after a failure", batch(clean))
				run("once more", batch(do))
				rows, err := e.conn.Query(context.Background(), set.Clean)
				if err != nil || len(rows) != 1 || slices.Contains([]string{"", "0", "f", "false"}, rows[0][0]) {
					t.Errorf("a query after it: got %q, %v, want it to be clean", rows, err)
				}
			})
		}
	})
}

// testOpenTransaction leaves one open. It is over for the next batch, and for the runner's own statements at the end: what it did may be kept for
// those, who tell of it, or be rolled back, but they themselves are committed.
func testOpenTransaction(t *testing.T, s Subject) {
	e := s.env(t)
	ctx := context.Background()
	r := e.record(ctx, drivers.Batch{Statements: append(users(s.Begin), inserts(1)...), Tail: own(inserts(2)[0].Text)})
	if r.err != nil {
		t.Fatal(r.err)
	}
	switch got := e.numbers(); got {
	case "2", "1 2":
		t.Logf("behind work left open and a row of the runner's own, the table holds %s", got)
	default:
		t.Errorf("the table holds %q, want 2, or 1 and 2", got)
	}
	e.must(true, "DELETE FROM t")
	r = e.record(ctx,
		drivers.Batch{Statements: append(users(s.Begin), inserts(3)...)},
		drivers.Batch{Statements: inserts(4)},
		drivers.Batch{Statements: append(users(s.Begin), inserts(5)...)})
	if r.err != nil {
		t.Fatal(r.err)
	}
	e.wantNumbers("4")
	r = e.record(ctx, drivers.Batch{Statements: append(append(users(s.Begin), inserts(6)...), users(wrong)...)})
	e.wantStopped(r, 0, 2)
	e.wantNumbers("4")
	r = e.record(ctx, drivers.Batch{Statements: append(append(users(s.Begin), inserts(7)...), users("COMMIT")...)}, drivers.Batch{Statements: inserts(8)})
	if r.err != nil {
		t.Fatal(r.err)
	}
	e.wantNumbers("4 7 8")
	e.usable()
}

// testNotice wants a statement's notices between the Done of the one before and its own, and none of the runner's own statements.
func testNotice(t *testing.T, s Subject) {
	s.modes(t, func(t *testing.T, e *env, atomic bool) {
		note := func(what string) func(int) {
			return func(int) { *e.notices = append(*e.notices, "done "+what) }
		}
		*e.notices = nil
		r := e.record(context.Background(),
			drivers.Batch{Atomic: atomic, Statements: append(own(s.Notice), append(users(s.Notice), inserts(1)...)...), Tail: own(s.Notice), Done: note("first")},
			drivers.Batch{Atomic: atomic, Statements: append(inserts(2), users(s.Notice, wrong)...), Done: note("second")},
			drivers.Batch{Atomic: atomic, Statements: users(s.Notice), Done: note("third")})
		e.wantStopped(r, 1, 2)
		var got []string
		for _, line := range *e.notices {
			if strings.HasPrefix(line, "notice ") {
				if !strings.Contains(line, s.NoticeText) {
					t.Errorf("unexpected %q", line)
				}
				line = "notice"
			}
			got = append(got, line)
		}
		want := []string{"done first", "notice", "done first", "done first", "done first", "done second", "notice", "done second"}
		if !slices.Equal(got, want) {
			t.Errorf("got %q\nwant %q", got, want)
		}
		// Queries give none, and nobody need listen.
		*e.notices = nil
		if _, err := e.conn.Query(context.Background(), "SELECT n FROM t"); err != nil || len(*e.notices) > 0 {
			t.Errorf("after a query: %q, %v", *e.notices, err)
		}
		deaf, err := s.Driver.Open(context.Background(), e.addr, drivers.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer deaf.Close(context.Background())
		if _, err := deaf.Exec(context.Background(), []drivers.Batch{{Atomic: atomic, Statements: users(s.Notice)}}); err != nil {
			t.Errorf("without a listener: %v", err)
		}
	})
}
