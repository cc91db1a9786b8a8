package drivertest

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"revise/drivers"
)

// testDescribe looks at what a driver says about itself.
func testDescribe(t *testing.T, s Subject) {
	d := s.Driver
	if d.Name() == "" || d.Name() != d.Dialect().Name {
		t.Errorf("the driver is called %q, its dialect %q", d.Name(), d.Dialect().Name)
	}
	if !slices.Contains(d.Schemes(), d.Name()) {
		t.Errorf("the schemes %q lack the name %q", d.Schemes(), d.Name())
	}
	e := s.env(t)
	f := e.conn.Facts()
	if f.Product == "" || f.Version == "" || f.Database == "" || f.Schema == "" || f.TransactionalDDL != d.Syntax().TransactionalDDL {
		t.Errorf("facts are %+v", f)
	}
	if !e.addr.File && (f.User != e.addr.User || f.Database != e.addr.Name) {
		t.Errorf("facts are %+v at %v", f, e.addr)
	}
	if got := e.one(e.conn, "SELECT count(*) FROM "+d.Ident(f.Schema, "t")); got != "0" {
		t.Errorf("the table made without a schema is not in %q", f.Schema)
	}
}

func testQuery(t *testing.T, s Subject) {
	e := s.env(t)
	ctx := context.Background()
	e.must(true, "INSERT INTO t (n, s) VALUES (1, 'ä🙂'), (2, NULL), (NULL, '')")
	rows, err := e.conn.Query(ctx, "SELECT n, s, 'x' FROM t ORDER BY coalesce(n, 3)")
	if got, want := fmt.Sprintf("%q", rows), `[["1" "ä🙂" "x"] ["2" "" "x"] ["" "" "x"]]`; err != nil || got != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
	if rows, err := e.conn.Query(ctx, "SELECT n FROM t WHERE n = 5"); err != nil || len(rows) != 0 {
		t.Errorf("no rows: got %q, %v", rows, err)
	}
	f := e.conn.Facts()
	for _, table := range []string{"missing", s.Driver.Ident("missing"), s.Driver.Ident(f.Schema, "missing"), s.Driver.Ident("missing", "missing")} {
		if _, err := e.conn.Query(ctx, "SELECT n FROM "+table); !errors.Is(err, drivers.ErrNoTable) {
			t.Errorf("the table %s: got %v, want drivers.ErrNoTable", table, err)
		}
	}
	_, err = e.conn.Query(ctx, "SELECT missing FROM t")
	var server *drivers.Error
	if !errors.As(err, &server) || errors.Is(err, drivers.ErrNoTable) {
		t.Errorf("a missing column: got %v", err)
	}
	if _, err := e.conn.Query(ctx, "SELEKT"); !errors.As(err, &server) || errors.Is(err, drivers.ErrNoTable) {
		t.Errorf("no SQL: got %v", err)
	}
	e.usable()
}

// nasty are texts that quoting might break.
var nasty = []string{
	"", " ", "'", "''", `"`, "`", `\`, `\\`, `\'`, `'\`, `a\nb`, `\x41\101\u0041`, "a\nb", "a\r\nb", "\t", "\x01\x1a\x7f", "%", "%s", "?", "$1", ":x", "@x", "${X}",
	"a;b", "-- x", "/* x", "*/", "# x", "$$", "$a$", "E'", "N'", "é", "漢字", "🙂", "\u202e\ufeff", "0xFF", "NULL", "[x]", "{x}", "x'; DROP TABLE t; --",
}

func testQuoting(t *testing.T, s Subject) {
	e := s.env(t)
	d := s.Driver
	table0 := d.Ident(e.conn.Facts().Schema, "t") // a hostile setting may be that of the schema
	long := append(slices.Clone(nasty), strings.Repeat(`a'b\c"d`+"\n🙂", 9000), strings.Repeat("x", 100_000))
	names := []string{`a"b`, "a`b", "a b", "a.b", "a'b", `a\b`, "a]b[", "ä漢", "SELECT", "a%b", "a--b", "a;b", "a/*b", "$1", "?", "a$$b", "0", "MiXed", `"`, "''", `\`, "a\nb"}
	for _, hostile := range append([]string{"SELECT 1"}, s.Hostile...) {
		for _, isOwn := range []bool{false, true} {
			b := drivers.Batch{Statements: users(hostile)}
			for i, text := range long {
				insert := fmt.Sprintf("INSERT INTO %s (n, s) VALUES (%d, %s)", table0, i, d.Literal(text))
				if isOwn {
					b.Tail = append(b.Tail, own(insert)...)
				} else {
					b.Statements = append(b.Statements, users(insert)...)
				}
			}
			if r := e.record(context.Background(), b); r.err != nil {
				t.Errorf("after %s: literal of %.60q: %v", hostile, long[max(0, min(r.progress.Statements-1, len(long)-1))], r.err)
				continue
			}
			for i, want := range long {
				if got := e.one(e.conn, fmt.Sprintf("SELECT s FROM t WHERE n = %d", i)); got != want {
					t.Errorf("after %s: the literal of %.60q (%d bytes) was stored as %.60q (%d bytes)", hostile, want, len(want), got, len(got))
				}
			}
			e.must(true, "DELETE FROM t")
		}
		for i, name := range names {
			table, column := d.Ident(e.conn.Facts().Schema, name), d.Ident(names[len(names)-1-i])
			list := append(users(hostile), users("CREATE TABLE "+table+" ("+column+" integer)", "INSERT INTO "+table+" ("+column+") VALUES (7)")...)
			if r := e.record(context.Background(), drivers.Batch{Statements: list}); r.err != nil {
				t.Errorf("after %s: the name %q: %v", hostile, name, r.err)
				continue
			}
			if got := e.one(e.conn, "SELECT "+column+" FROM "+table); got != "7" {
				t.Errorf("after %s: the name %q: got %q", hostile, name, got)
			}
			e.must(true, "DROP TABLE "+table)
		}
	}
}

var clockForm = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`)

func testClock(t *testing.T, s Subject) {
	s.modes(t, func(t *testing.T, e *env, atomic bool) {
		syntax := s.Driver.Syntax()
		for _, hostile := range append([]string{"SELECT 1"}, s.Hostile...) {
			stamp := func(n int) string {
				return fmt.Sprintf("INSERT INTO %s (n, ms, txt) VALUES (%d, %s, %s)", s.Driver.Ident(e.conn.Facts().Schema, "clock"), n, syntax.NowMillis, syntax.NowText)
			}
			e.must(true, "CREATE TABLE clock (n integer, ms bigint, txt "+syntax.Text+") "+syntax.TableOptions)
			before := time.Now()
			r := e.record(context.Background(), drivers.Batch{Atomic: atomic, Statements: users(hostile, stamp(1), s.Pause, stamp(2))})
			after := time.Now()
			if r.err != nil {
				t.Errorf("after %s: at %+v: %v", hostile, r.progress, r.err)
			} else {
				rows, err := e.conn.Query(context.Background(), "SELECT ms, txt FROM clock ORDER BY n")
				if err != nil || len(rows) != 2 {
					t.Fatalf("got %q, %v", rows, err)
				}
				var at [2]time.Time
				for i, row := range rows {
					ms, err := strconv.ParseInt(row[0], 10, 64)
					at[i] = time.UnixMilli(ms)
					if err != nil || at[i].Before(before.Add(-5*time.Millisecond)) || at[i].After(after.Add(5*time.Millisecond)) {
						t.Errorf("after %s: NowMillis gives %q, %v; it is %d", hostile, row[0], err, after.UnixMilli())
					}
					text, err := time.Parse(time.RFC3339, row[1])
					if !clockForm.MatchString(row[1]) || err != nil || text.Sub(at[i]).Abs() > 100*time.Millisecond {
						t.Errorf("after %s: NowText gives %q, %v; it is %s", hostile, row[1], err, at[i].UTC().Format(time.RFC3339Nano))
					}
				}
				if moved := at[1].Sub(at[0]); moved < 40*time.Millisecond {
					t.Errorf("after %s: the clock moved by %v while a statement paused", hostile, moved)
				}
			}
			e.must(true, "DROP TABLE clock")
		}
	})
}

// testAhead opens sessions with a query that travels ahead: it is answered as it would be later, and only if it is the first thing that is asked.
func testAhead(t *testing.T, s Subject) {
	e := s.env(t)
	e.must(true, "INSERT INTO t (n, s) VALUES (1, 'a'), (2, NULL)")
	const good = "SELECT n, s FROM t ORDER BY n"
	ctx := context.Background()
	for _, query := range []string{good, "SELECT n FROM missing", "SELEC 1"} {
		open := func() drivers.Conn {
			c, err := s.Driver.Open(ctx, e.addr, drivers.Options{Ahead: query})
			if err != nil {
				t.Fatalf("%s: %v", query, err)
			}
			t.Cleanup(func() { c.Close(ctx) })
			return c
		}
		want, wantErr := e.conn.Query(ctx, query)
		for _, between := range []string{"", "another query", "a batch"} {
			c := open()
			expected := want
			switch between {
			case "another query":
				if _, err := c.Query(ctx, "SELECT 1"); err != nil {
					t.Fatal(err)
				}
				fallthrough
			case "a batch":
				if _, err := c.Exec(ctx, []drivers.Batch{{Statements: users("INSERT INTO t (n) VALUES (3)")}}); err != nil {
					t.Fatal(err)
				}
				expected, _ = e.conn.Query(ctx, query)
			}
			got, err := c.Query(ctx, query)
			if fmt.Sprint(got) != fmt.Sprint(expected) || (err == nil) != (wantErr == nil) || errors.Is(err, drivers.ErrNoTable) != errors.Is(wantErr, drivers.ErrNoTable) {
				t.Errorf("%s behind %q: got %q, %v, want %q, %v", query, between, got, err, expected, wantErr)
			}
			e.must(true, "DELETE FROM t WHERE n = 3")
			if rows, err := c.Query(ctx, "SELECT 1"); err != nil || len(rows) != 1 {
				t.Errorf("the session afterwards: %q, %v", rows, err)
			}
		}
	}
}
