package drivertest

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"revise/drivers"
)

// wrong is a statement that every server refuses when it runs, not when it reads it.
const wrong = "INSERT INTO missing (n) VALUES (1)"

func testOrder(t *testing.T, s Subject) {
	s.modes(t, func(t *testing.T, e *env, atomic bool) {
		ctx := context.Background()
		for _, batches := range [][]drivers.Batch{nil, {}, {{Atomic: atomic}}, {{Atomic: atomic}, {Atomic: atomic}}} {
			if r := e.record(ctx, batches...); r.err != nil {
				t.Errorf("%d empty batches: %v", len(batches), r.err)
			}
		}
		// The order shows in what a statement finds: each multiplies and adds.
		step := func(n int) string { return fmt.Sprintf("UPDATE t SET n = n * 10 + %d", n) }
		r := e.record(ctx,
			drivers.Batch{Atomic: atomic, Statements: append(inserts(0), users(step(1), step(2))...)},
			drivers.Batch{Atomic: atomic},
			drivers.Batch{Atomic: atomic, Statements: users(step(3)), Tail: own(step(4))},
			drivers.Batch{Atomic: atomic, Statements: append(own(step(5)), users(step(6))...)},
			drivers.Batch{Atomic: atomic, Tail: own(step(7))},
		)
		if r.err != nil {
			t.Fatal(r.err)
		}
		e.wantNumbers("1234567")
		// The callbacks may be missing.
		if p, err := e.conn.Exec(ctx, []drivers.Batch{{Atomic: atomic, Statements: users(step(8))}}); err != nil || p.Batches != 1 {
			t.Errorf("without callbacks: got %+v, %v", p, err)
		}
		// Committed comes when others can see it.
		other, seen := e.open(), ""
		b := drivers.Batch{Atomic: atomic, Statements: inserts(1), Committed: func() { seen = e.one(other, "SELECT count(*) FROM t") }}
		if r := e.record(ctx, b, drivers.Batch{Atomic: atomic, Statements: inserts(2)}); r.err != nil {
			t.Fatal(r.err)
		}
		if seen != "2" && seen != "3" {
			t.Errorf("when Committed was called, another session saw %s rows", seen)
		}
	})
}

func testFailure(t *testing.T, s Subject) {
	s.modes(t, func(t *testing.T, e *env, atomic bool) {
		for at := range 3 {
			t.Run(fmt.Sprintf("statement %d", at), func(t *testing.T) {
				e := &env{t: t, s: s, addr: e.addr, conn: e.conn, notices: e.notices}
				e.must(true, "DELETE FROM t")
				bad := inserts(11, 12, 13)
				bad[at].Text = wrong
				r := e.record(context.Background(),
					drivers.Batch{Atomic: atomic, Statements: inserts(1, 2)},
					drivers.Batch{Atomic: atomic, Statements: inserts(3)},
					drivers.Batch{Atomic: atomic, Statements: bad},
					drivers.Batch{Atomic: atomic, Statements: inserts(21, 22)},
					drivers.Batch{Atomic: !atomic && e.conn.Facts().TransactionalDDL, Statements: inserts(31)},
				)
				e.wantStopped(r, 2, at)
				want := "1 2 3"
				if !atomic {
					want += []string{"", " 11", " 11 12"}[at]
				}
				e.wantNumbers(want)
				e.usable()
			})
		}
		t.Run("own", func(t *testing.T) {
			e.must(true, "DELETE FROM t")
			r := e.record(context.Background(), drivers.Batch{Atomic: atomic, Statements: inserts(1), Tail: own(wrong)})
			e.wantStopped(r, 0, 1)
			e.wantNumbers(map[bool]string{true: "", false: "1"}[atomic])
			e.usable()
		})
		t.Run("definitions", func(t *testing.T) {
			// Also what a batch has created goes with it.
			r := e.record(context.Background(), drivers.Batch{Atomic: atomic, Statements: users("CREATE TABLE made (n integer)", wrong)})
			e.wantStopped(r, 0, 1)
			_, err := e.conn.Query(context.Background(), "SELECT n FROM made")
			if exists := err == nil; exists == atomic {
				t.Errorf("the table made before the failure: exists is %v, atomic %v (%v)", exists, atomic, err)
			}
		})
	})
}

// testPlace makes syntax errors behind text that is not ASCII.
func testPlace(t *testing.T, s Subject) {
	s.modes(t, func(t *testing.T, e *env, atomic bool) {
		for _, front := range []string{"SELECT 1 ", "SELECT 'äöü 漢字 🙂'\n\t", "/* é\r\n🙂 */ SELECT 1,\n  'é'\n, ", "SELECT '" + strings.Repeat("0123 ä\n", 30_000) + "' "} {
			text := front + "FROM FROM t WHERE n = 1"
			at := strings.Index(text, "FROM FROM")
			r := e.record(context.Background(), drivers.Batch{Atomic: atomic, Statements: append(inserts(1), users(text)...)})
			server := e.wantStopped(r, 0, 1)
			switch {
			case !s.Offset && server.Offset != -1:
				t.Errorf("offset %d from a server that names no place", server.Offset)
			case s.Offset && (server.Offset < at || server.Offset > at+len("FROM ")):
				t.Errorf("offset %d in %.60q…, want %d or the next word's (%s)", server.Offset, text, at, server.Message)
			}
		}
		if server := e.wantStopped(e.record(context.Background(), drivers.Batch{Atomic: atomic, Statements: users("SELEKT 1")}), 0, 0); s.Offset && server.Offset != 0 {
			t.Errorf("offset %d of an error in the first word, want 0", server.Offset)
		}
		e.usable()
	})
}

// testCommit fails in the commit: all statements are done then, and nothing has happened.
func testCommit(t *testing.T, s Subject) {
	e := s.env(t)
	r := e.record(context.Background(),
		drivers.Batch{Atomic: true, Statements: inserts(1)},
		drivers.Batch{Atomic: true, Statements: append(inserts(2), users(s.Deferred...)...)},
		drivers.Batch{Atomic: true, Statements: inserts(3)})
	e.wantStopped(r, 1, 1+len(s.Deferred))
	e.wantNumbers("1")
	e.usable()
}

func testCheck(t *testing.T, s Subject) {
	s.modes(t, func(t *testing.T, e *env, atomic bool) {
		for _, c := range []struct {
			sql   string
			holds bool
		}{
			{"SELECT 1", true}, {"SELECT 1 = 1", true}, {"SELECT -1", true}, {"SELECT 0.5", true}, {"SELECT 10", true}, {"SELECT 'x'", true},
			{"SELECT 1, 0", true}, {"SELECT n FROM (SELECT 1 AS n UNION ALL SELECT 0) AS x ORDER BY n DESC", true},
			{"SELECT 0", false}, {"SELECT 1 = 0", false}, {"SELECT 0.0", false}, {"SELECT NULL", false}, {"SELECT ''", false}, {"SELECT 0, 1", false},
			{"SELECT 1 FROM t WHERE n = -1", false}, {"SELECT n FROM (SELECT 1 AS n UNION ALL SELECT 0) AS x ORDER BY n", false},
			{"SELECT n FROM missing", false}, {"SELECT 1 WHERE 1 = 0 -- no row", false},
		} {
			e.must(true, "DELETE FROM t")
			list := inserts(1, 2, 3)
			list[1] = drivers.Statement{Text: c.sql, Check: true, Own: true}
			r := e.record(context.Background(), drivers.Batch{Atomic: atomic, Statements: list}, drivers.Batch{Atomic: atomic, Statements: inserts(4)})
			switch {
			case c.holds && r.err != nil:
				t.Errorf("%s: got %v, want it to hold", c.sql, r.err)
			case c.holds:
				e.wantNumbers("1 3 4")
			case r.err == nil:
				t.Errorf("%s holds, want an error", c.sql)
			default:
				e.wantStopped(r, 0, 1)
				e.wantNumbers(map[bool]string{true: "", false: "1"}[atomic])
			}
		}
		e.usable()
	})
}

// testResults runs statements that give rows: many, none, several sets of them.
func testResults(t *testing.T, s Subject) {
	s.modes(t, func(t *testing.T, e *env, atomic bool) {
		e.must(true, "INSERT INTO t (n, s) VALUES (0, 'some text that makes the answers larger than what the way to the client takes'), (1, NULL)")
		for range 14 {
			e.must(true, "INSERT INTO t (n, s) SELECT n + 2, s FROM t")
		}
		r := e.record(context.Background(),
			drivers.Batch{Atomic: atomic, Statements: users("SELECT * FROM t", "SELECT * FROM t WHERE n = -1", "SELECT * FROM t")},
			drivers.Batch{Atomic: atomic, Statements: append(own("SELECT * FROM t"), users("DELETE FROM t")...)})
		if r.err != nil {
			t.Fatalf("statements with rows: %v", r.err)
		}
		if len(s.Results) > 0 {
			if r := e.record(context.Background(), drivers.Batch{Atomic: atomic, Statements: append(users(s.Results...), inserts(5)...)}); r.err != nil {
				t.Fatalf("a statement with several results: %v", r.err)
			}
			e.wantNumbers("5")
		}
	})
}

// testText sends texts that a driver might misread.
func testText(t *testing.T, s Subject) {
	s.modes(t, func(t *testing.T, e *env, atomic bool) {
		literals := []struct{ text, want string }{
			{"'? $1 :x @x %s %d %% {} ${X} ? ?'", "? $1 :x @x %s %d %% {} ${X} ? ?"},
			{"'it''s \"quoted\" and `quoted`'", "it's \"quoted\" and `quoted`"},
			{"'-- no comment /* nor this */ # nor this'", "-- no comment /* nor this */ # nor this"},
			{"'a;b;\nc\r\nd\te'", "a;b;\nc\r\nd\te"},
			{"'äöü 漢字 🙂'", "äöü 漢字 🙂"},
			{`'a\\b'`, s.Backslashes},
			{"'behind' -- a comment with ' and ; at the end", "behind"},
			{"/* ' ; */ 'between' -- x\n-- y", "between"},
			{"''", ""},
		}
		var list []drivers.Statement
		for i, l := range literals {
			head, tail, _ := strings.Cut(l.text, " -- ")
			if tail != "" {
				tail = " -- " + tail
			}
			list = append(list, drivers.Statement{Text: fmt.Sprintf("INSERT INTO t (n, s) SELECT %d, %s%s", i, head, tail)})
		}
		list = append(list, users("-- a comment before\n/* and another */ INSERT INTO t (n) VALUES (100)", "  \n\tINSERT INTO t (n) VALUES (101)\n \n")...)
		if r := e.record(context.Background(), drivers.Batch{Atomic: atomic, Statements: list}); r.err != nil {
			t.Fatalf("statement %q: %v", list[min(r.progress.Statements, len(list)-1)].Text, r.err)
		}
		for i, l := range literals {
			if got := e.one(e.conn, fmt.Sprintf("SELECT s FROM t WHERE n = %d", i)); got != l.want {
				t.Errorf("%s was stored as %q, want %q", l.text, got, l.want)
			}
		}
		if s.Bytes != "" {
			if !bytes.Contains([]byte(s.Bytes), []byte{0xff, 0xfe}) {
				t.Fatal("Subject.Bytes does not hold the bytes FF FE")
			}
			e.must(true, "CREATE TABLE raw (b blob)", "INSERT INTO raw (b) VALUES ("+s.Bytes+")")
			if got := e.one(e.conn, "SELECT "+s.Hex+" FROM (SELECT b FROM raw) AS x"); got != "FFFE" {
				t.Errorf("the bytes FF FE were stored as %s", got)
			}
		}
	})
}

// testSize sends very much at once.
func testSize(t *testing.T, s Subject) {
	s.modes(t, func(t *testing.T, e *env, atomic bool) {
		big := strings.Repeat("0123456789", 500_000)
		var many []drivers.Statement
		for i := range 5000 {
			many = append(many, inserts(i)...)
		}
		r := e.record(context.Background(),
			drivers.Batch{Atomic: atomic, Statements: users("INSERT INTO t (n, s) VALUES (-1, " + s.Driver.Literal(big) + ")")},
			drivers.Batch{Atomic: atomic, Statements: many})
		if r.err != nil {
			t.Fatalf("at %+v: %v", r.progress, r.err)
		}
		if got := e.one(e.conn, "SELECT s FROM t WHERE n = -1"); got != big {
			t.Errorf("a text of %d bytes comes back with %d", len(big), len(got))
		}
		var batches []drivers.Batch
		for i := range 300 {
			batches = append(batches, drivers.Batch{Atomic: atomic, Statements: inserts(10_000 + 2*i), Tail: own(inserts(10_001 + 2*i)[0].Text)})
		}
		if r := e.record(context.Background(), batches...); r.err != nil {
			t.Fatalf("at %+v: %v", r.progress, r.err)
		}
		if got := e.one(e.conn, "SELECT count(*) FROM t"); got != "5601" {
			t.Errorf("%s rows, want 5601", got)
		}
	})
}
