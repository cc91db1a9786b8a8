package drivertest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"revise/drivers"
)

// pieces gives statements so many at a time.
func pieces(list []drivers.Statement, size int) func() ([]drivers.Statement, error) {
	return func() ([]drivers.Statement, error) {
		n := min(size, len(list))
		piece := list[:n]
		list = list[n:]
		return piece, nil
	}
}

// testMore runs statements that come in every way a batch can give them. The order shows in what a statement finds: each multiplies and adds.
func testMore(t *testing.T, s Subject) {
	step := func(numbers ...int) (list []drivers.Statement) {
		for _, n := range numbers {
			list = append(list, users(fmt.Sprintf("UPDATE t SET n = (n * 10 + %d) %% 100000000", n))...)
		}
		return list
	}
	s.modes(t, func(t *testing.T, e *env, atomic bool) {
		for size := 1; size < 4; size++ {
			e.must(true, "DELETE FROM t")
			r := e.record(context.Background(),
				drivers.Batch{Atomic: atomic, More: pieces(nil, size)},
				drivers.Batch{Atomic: atomic, More: pieces(append(inserts(0), step(1)...), size)},
				drivers.Batch{Atomic: atomic, Statements: step(2), More: pieces(step(3, 4), size)},
				drivers.Batch{Atomic: atomic, More: pieces(nil, size), Tail: step(5)},
				drivers.Batch{Atomic: atomic, Statements: step(6), More: pieces(nil, size)},
				drivers.Batch{Atomic: atomic, Statements: step(7), More: pieces(step(8, 9, 1), size), Tail: step(2, 3)},
				drivers.Batch{Atomic: atomic, More: pieces(step(4), size)},
			)
			if r.err != nil {
				t.Errorf("in pieces of %d: at %+v: %v", size, r.progress, r.err)
			}
			e.wantNumbers("67891234")
		}
		// Notices and checks travel with them, the tail is on a clean session.
		for _, set := range s.Settings {
			if set.Single && atomic {
				continue
			}
			e.must(true, set.Prepare...)
			clean := drivers.Statement{Text: set.Clean, Check: true}
			r := e.record(context.Background(), drivers.Batch{Atomic: atomic, More: pieces([]drivers.Statement{clean, {Text: set.Set}}, 1), Tail: []drivers.Statement{clean}})
			if r.err != nil {
				t.Errorf("%s: at %+v: %v", set.Name, r.progress, r.err)
			}
			r = e.record(context.Background(), drivers.Batch{Atomic: atomic, More: pieces([]drivers.Statement{clean, {Text: set.Set}, clean}, 1), Tail: []drivers.Statement{clean}})
			e.wantStopped(r, 0, 2)
		}
		// A failing statement, wherever it came from.
		for at := range 6 {
			e.must(true, "DELETE FROM t")
			list := inserts(1, 2, 3, 4, 5, 6)
			list[at].Text = wrong
			r := e.record(context.Background(),
				drivers.Batch{Atomic: atomic, More: pieces(inserts(0), 1)},
				drivers.Batch{Atomic: atomic, Statements: list[:2], More: pieces(list[2:4], 1), Tail: list[4:]},
				drivers.Batch{Atomic: atomic, More: pieces(inserts(9), 1)})
			e.wantStopped(r, 1, at)
			e.wantNumbers("0" + map[bool]string{true: "", false: " 1 2 3 4 5"[:2*at]}[atomic])
		}
		e.usable()
	})
}

// errMore is why a More of ours gives no more.
var errMore = errors.New("there should be more")

// failing gives lists, one after the other, and then an error.
func failing(lists ...[]drivers.Statement) func() ([]drivers.Statement, error) {
	return func() ([]drivers.Statement, error) {
		if len(lists) == 0 {
			return nil, fmt.Errorf("in the test: %w", errMore)
		}
		list := lists[0]
		lists = lists[1:]
		return list, nil
	}
}

func testMoreFails(t *testing.T, s Subject) {
	s.modes(t, func(t *testing.T, e *env, atomic bool) {
		for what, c := range map[string]struct {
			batch drivers.Batch
			at    int
		}{
			"at once":                 {drivers.Batch{More: failing()}, 0},
			"at once, with a tail":    {drivers.Batch{More: failing(), Tail: own(inserts(9)[0].Text)}, 0},
			"behind statements":       {drivers.Batch{Statements: inserts(1, 2), More: failing()}, 2},
			"behind its own":          {drivers.Batch{More: failing(inserts(1), inserts(2)), Tail: own(inserts(9)[0].Text)}, 2},
			"behind both":             {drivers.Batch{Statements: inserts(1), More: failing(inserts(2))}, 2},
			"behind a check":          {drivers.Batch{Statements: inserts(1, 2), More: failing([]drivers.Statement{{Text: "SELECT 1", Check: true}})}, 3},
			"behind a great many":     {drivers.Batch{Statements: inserts(1, 2), More: failing(slices.Repeat(users("SELECT 1"), 3000))}, 3002},
			"behind much":             {drivers.Batch{Statements: inserts(1, 2), More: failing(users("SELECT 1 -- " + strings.Repeat("x", 700_000)))}, 3},
			"behind an open one":      {drivers.Batch{Statements: append(users(s.Begin), inserts(8)...), More: failing()}, 2},
			"behind one half-way off": {drivers.Batch{Statements: append(users(s.Begin), inserts(8)...), More: failing(users("ROLLBACK"), inserts(1, 2))}, 5},
		} {
			if strings.Contains(what, "one") && atomic {
				continue // no batch that is atomic opens a transaction
			}
			t.Run(what, func(t *testing.T) {
				e := &env{t: t, s: s, addr: e.addr, conn: e.conn, notices: e.notices}
				e.must(true, "DELETE FROM t")
				c.batch.Atomic = atomic
				var r *record
				e.within("a batch that ends early", func() {
					r = e.record(context.Background(), drivers.Batch{Atomic: atomic, Statements: inserts(0)}, c.batch, drivers.Batch{Atomic: atomic, Statements: inserts(3)})
				})
				var server *drivers.Error
				if !errors.Is(r.err, errMore) || errors.As(r.err, &server) || errors.Is(r.err, drivers.ErrUnknown) || errors.Is(r.err, drivers.ErrLost) {
					t.Errorf("got %v, want the error of More and no other", r.err)
				}
				if want := (drivers.Progress{Batches: 1, Statements: c.at}); r.progress != want {
					t.Errorf("progress is %+v, want %+v", r.progress, want)
				}
				want := "0 1 2"
				if atomic || c.at == 0 || strings.Contains(what, "an open one") {
					want = "0"
				}
				e.wantNumbers(want)
				e.usable()
			})
		}
		// The statement that fails comes first, though it may be known later.
		e.must(true, "DELETE FROM t")
		r := e.record(context.Background(), drivers.Batch{Atomic: atomic, Statements: inserts(1), More: failing(users(wrong), inserts(2))})
		e.wantStopped(r, 0, 1)
		if errors.Is(r.err, errMore) {
			t.Errorf("the error %v is that of statements behind the one that failed", r.err)
		}
		e.wantNumbers(map[bool]string{true: "", false: "1"}[atomic])
		e.usable()
	})
}

// heap is how many bytes are in use.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// testMany runs more statements than the memory they may take holds, and looks at it now and then.
func testMany(t *testing.T, s Subject) {
	const most = 24 << 20
	for _, size := range []int{256, 1} {
		s.modes(t, func(t *testing.T, e *env, atomic bool) {
			count := 200_000
			if testing.Short() {
				count = 20_000
			}
			if size == 1 || !atomic {
				count /= 4 // these take longer
			}
			before, grown, given, done := heap(), int64(0), 0, 0
			padding := strings.Repeat("the texts together take more than most ", 6)
			b := drivers.Batch{Atomic: atomic, Tail: own("INSERT INTO t (n) VALUES (-1)"), Done: func(i int) {
				if i != done {
					t.Fatalf("Done(%d) behind %d others", i, done)
				}
				done++
			}}
			if !atomic {
				b.Statements, given = users(s.Begin), 1 // for speed
			}
			b.More = func() ([]drivers.Statement, error) {
				if given*5/count != (given+size)*5/count {
					grown = max(grown, heap()-before)
				}
				var list []drivers.Statement
				for ; len(list) < size && given < count; given++ {
					list = append(list, drivers.Statement{Text: fmt.Sprintf("INSERT INTO t (n) VALUES (%d) /* %s */", given, padding)})
				}
				if len(list) == 0 && !atomic && given == count {
					given++
					list = users("COMMIT")
				}
				return list, nil
			}
			first := len(b.Statements)
			start := time.Now()
			p, err := e.conn.Exec(context.Background(), []drivers.Batch{b})
			if err != nil || p != (drivers.Progress{Batches: 1}) || done != given+1 {
				t.Fatalf("got %+v, %v, and %d calls of Done for %d statements", p, err, done, given+1)
			}
			t.Logf("%d statements took %v and %d KB", given, time.Since(start).Round(time.Millisecond), grown>>10)
			if grown > most {
				t.Errorf("%d statements take %d KB of memory, want at most %d", given, grown>>10, most>>10)
			}
			want := fmt.Sprint((count-1)*count/2 - (first-1)*first/2 - 1)
			if got := e.one(e.conn, "SELECT sum(n) FROM t"); got != want {
				t.Errorf("the numbers add up to %s, want %s", got, want)
			}
		})
	}
}

// testCancelMore cancels while the next statements are read.
func testCancelMore(t *testing.T, s Subject) {
	s.modes(t, func(t *testing.T, e *env, atomic bool) {
		for _, with := range []string{"statements", "an error"} {
			e.must(true, "DELETE FROM t")
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			calls := 0
			more := func() ([]drivers.Statement, error) {
				if calls++; calls < 40 {
					return inserts(2*calls-2, 2*calls-1), nil
				}
				cancel()
				time.Sleep(50 * time.Millisecond)
				if with == "an error" {
					return nil, ctx.Err()
				}
				return users(s.Slow), nil
			}
			var r *record
			e.within("a cancelled batch", func() { r = e.record(ctx, drivers.Batch{Atomic: atomic, More: more, Tail: own(s.Slow)}) })
			if !errors.Is(r.err, context.Canceled) || errors.Is(r.err, drivers.ErrUnknown) || errors.Is(r.err, drivers.ErrLost) {
				t.Errorf("with %s: got %v", with, r.err)
			}
			if r.progress.Batches > 0 || r.progress.Statements > 78 {
				t.Errorf("with %s: progress is %+v", with, r.progress)
			}
			e.wantTrue(r, 1, 1, atomic)
			e.usable()
		}
	})
}
