package drivertest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"revise/drivers"
)

func testCancel(t *testing.T, s Subject) {
	s.modes(t, func(t *testing.T, e *env, atomic bool) {
		t.Run("before", func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			p, err := e.conn.Exec(ctx, []drivers.Batch{{Atomic: atomic, Statements: inserts(1)}})
			if !errors.Is(err, context.Canceled) || p != (drivers.Progress{}) || errors.Is(err, drivers.ErrUnknown) || errors.Is(err, drivers.ErrLost) {
				t.Errorf("exec: got %+v, %v", p, err)
			}
			if _, err := e.conn.Query(ctx, "SELECT n FROM t"); !errors.Is(err, context.Canceled) {
				t.Errorf("query: got %v", err)
			}
			if err := e.conn.TryLock(ctx, "k", ""); !errors.Is(err, context.Canceled) {
				t.Errorf("lock: got %v", err)
			}
			e.wantNumbers("")
			e.usable()
		})
		for _, deadline := range []bool{false, true} {
			t.Run(fmt.Sprintf("in a statement, deadline %v", deadline), func(t *testing.T) {
				e := &env{t: t, s: s, addr: e.addr, conn: e.conn, notices: e.notices}
				e.must(true, "DELETE FROM t")
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				want := context.Canceled
				if deadline {
					ctx, cancel = context.WithTimeout(context.Background(), time.Second)
					defer cancel()
					want = context.DeadlineExceeded
				}
				// Done has to come while the slow statement runs: only then it is cancelled.
				b := drivers.Batch{Atomic: atomic, Statements: append(inserts(3, 4), append(users(s.Slow), inserts(5)...)...)}
				b.Done = func(n int) {
					if n == 1 && !deadline {
						time.AfterFunc(50*time.Millisecond, cancel)
					}
				}
				e.within("a cancelled statement", func() {
					r := e.record(ctx, drivers.Batch{Atomic: atomic, Statements: inserts(1, 2)}, b, drivers.Batch{Atomic: atomic, Statements: inserts(6)})
					e.wantStopped(r, 1, 2)
					if !errors.Is(r.err, want) {
						t.Errorf("the error %v does not wrap %v", r.err, want)
					}
				})
				e.wantNumbers(map[bool]string{true: "1 2", false: "1 2 3 4"}[atomic])
				e.usable()
			})
		}
		t.Run("in a query", func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
			defer cancel()
			e.within("a cancelled query", func() {
				if _, err := e.conn.Query(ctx, s.Slow); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, drivers.ErrLost) {
					t.Errorf("got %v", err)
				}
			})
			e.usable()
		})
		t.Run("in a callback", func(t *testing.T) {
			// Nothing behind the point of cancelling is promised, but what is told must be true, and the end must come soon.
			e := &env{t: t, s: s, addr: e.addr, conn: e.conn, notices: e.notices}
			e.must(true, "DELETE FROM t")
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			r := e.record(ctx, drivers.Batch{Atomic: atomic, Statements: inserts(0, 1), Committed: cancel}, drivers.Batch{Atomic: atomic, Statements: users(s.Slow)})
			if !errors.Is(r.err, context.Canceled) {
				t.Errorf("got %v", r.err)
			}
			e.wantTrue(r, 2, 2, atomic)
			e.usable()
		})
	})
}

// testCancelAtRandom cancels streams of small batches: what is committed must be what the Progress says.
func testCancelAtRandom(t *testing.T, s Subject) {
	const size = 3
	count, rounds := 300, 15
	if testing.Short() {
		rounds = 3
	}
	s.modes(t, func(t *testing.T, e *env, atomic bool) {
		var batches []drivers.Batch
		for i := range count {
			last := own(inserts(i*size + 2)[0].Text)
			batches = append(batches, drivers.Batch{Atomic: atomic, Statements: inserts(i*size, i*size+1), Tail: last})
		}
		start := time.Now()
		if r := e.record(context.Background(), batches...); r.err != nil {
			t.Fatal(r.err)
		}
		whole := time.Since(start)
		stopped := 0
		for range rounds {
			e.must(true, "DELETE FROM t")
			ctx, cancel := context.WithCancel(context.Background())
			timer := time.AfterFunc(time.Duration(rand.Int64N(int64(whole))), cancel)
			var r *record
			start := time.Now()
			e.within("a cancelled stream", func() { r = e.record(ctx, batches...) })
			timer.Stop()
			cancel()
			switch {
			case r.err == nil: // came too late; the first run is slower than those after it
				whole = min(whole, time.Since(start))
			case !errors.Is(r.err, context.Canceled):
				t.Fatalf("at %+v: got %v, want it cancelled", r.progress, r.err)
			case errors.Is(r.err, drivers.ErrLost), errors.Is(r.err, drivers.ErrUnknown):
				t.Fatalf("at %+v: the session did not survive: %v", r.progress, r.err)
			default:
				stopped++
			}
			e.wantTrue(r, size, count, atomic)
			if t.Failed() {
				return
			}
		}
		e.usable()
		t.Logf("%d of %d streams of %v were stopped on their way", stopped, rounds, whole.Round(time.Millisecond))
	})
}

// wantTrue compares the table with the progress of batches that insert size numbers each, counting from 0.
func (e *env) wantTrue(r *record, size, count int, atomic bool) {
	e.t.Helper()
	n := r.progress.Batches * size
	if !atomic {
		n += r.progress.Statements
	}
	if r.progress.Batches > count {
		e.t.Errorf("progress is %+v of %d batches", r.progress, count)
	}
	var want []string
	for i := range n {
		want = append(want, fmt.Sprint(i))
	}
	if got := e.numbers(); got != strings.Join(want, " ") {
		e.t.Errorf("progress is %+v (%v), which makes %d rows; the table holds %d: …%s", r.progress, r.err, n, len(strings.Fields(got)), got[max(0, len(got)-40):])
	}
}
