package sqlite_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"

	"revise/drivers/drivertest/splittest"
	"revise/drivers/sqlite"
	"revise/parser"
)

// An oracle tells where statements end by SQLite's own means. It compiles and never runs anything, so a text cannot change it.
type oracle struct {
	t          testing.TB
	tls        *libc.TLS
	db         uintptr
	stmt, tail uintptr // where SQLite writes what it returns by pointer
}

func newOracle(t testing.TB) *oracle {
	t.Helper()
	o := &oracle{t: t, tls: libc.NewTLS()}
	t.Cleanup(func() { lib.Xsqlite3_close_v2(o.tls, o.db); o.tls.Close() })
	name := o.text(":memory:")
	defer libc.Xfree(o.tls, name)
	if rc := lib.Xsqlite3_open_v2(o.tls, name, uintptr(unsafe.Pointer(&o.db)), lib.SQLITE_OPEN_READWRITE|lib.SQLITE_OPEN_MEMORY, 0); rc != lib.SQLITE_OK {
		t.Fatalf("open: %d", rc)
	}
	// The names that the cases use: where one does not exist, compiling stops there and the tail says less.
	schema := o.text("CREATE TABLE t(a, b, c); CREATE TABLE u(x, y, z); CREATE VIEW v AS SELECT 1 AS a; CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END;")
	defer libc.Xfree(o.tls, schema)
	if rc := lib.Xsqlite3_exec(o.tls, o.db, schema, 0, 0, 0); rc != lib.SQLITE_OK {
		t.Fatalf("schema: %d", rc)
	}
	ignorePragmas := func(_ *libc.TLS, _ uintptr, action int32, _, _, _, _ uintptr) int32 {
		if action == lib.SQLITE_PRAGMA { // many take effect while they are compiled
			return lib.SQLITE_IGNORE
		}
		return lib.SQLITE_OK
	}
	lib.Xsqlite3_set_authorizer(o.tls, o.db, *(*uintptr)(unsafe.Pointer(&ignorePragmas)), 0)
	return o
}

func (o *oracle) text(s string) uintptr {
	p, err := libc.CString(s)
	if err != nil {
		o.t.Fatal(err)
	}
	return p
}

// prepare compiles the first statement of a text and returns how far SQLite has read. some is whether there was one, ok whether it
// compiled.
func (o *oracle) prepare(text string) (tail int, some, ok bool) {
	p := o.text(text)
	defer libc.Xfree(o.tls, p)
	o.stmt, o.tail = 0, 0
	rc := lib.Xsqlite3_prepare_v2(o.tls, o.db, p, -1, uintptr(unsafe.Pointer(&o.stmt)), uintptr(unsafe.Pointer(&o.tail)))
	some = o.stmt != 0 || rc != lib.SQLITE_OK
	lib.Xsqlite3_finalize(o.tls, o.stmt)
	if o.tail == 0 {
		o.t.Fatalf("prepare of %q: %d, and no tail", text, rc)
	}
	return int(o.tail - p), some, rc == lib.SQLITE_OK
}

// complete is sqlite3_complete: whether the last token of a text is a ';' that ends a statement.
func (o *oracle) complete(text string) bool {
	p := o.text(text)
	defer libc.Xfree(o.tls, p)
	return lib.Xsqlite3_complete(o.tls, p) == 1
}

// A piece is what SQLite takes off a text at once: at most one statement, with what stands before it and with its ';'.
type piece struct {
	start, end int
	some       bool // it holds a statement
	compiles   bool
}

// pieces cuts a text. Where a statement compiles, prepare's tail is its end. Where it does not, the end is the first ';' that prepare has
// not passed and that is one to sqlite3_complete, which looks at tokens alone; known is how far that can be trusted.
func (o *oracle) pieces(text string) (all []piece, known int) {
	for at := 0; at < len(text); {
		p := piece{start: at}
		tail, some, ok := o.prepare(text[at:])
		p.end, p.some, p.compiles = at+tail, some, ok
		if !ok {
			p.end = len(text)
			for i := max(at, at+tail-1); i < len(text); i++ {
				if text[i] != ';' || !o.complete(text[at:i+1]) {
					continue
				}
				if _, some, _ := o.prepare(text[at : i+1]); some { // and not only a ';' before the statement
					p.end = i + 1
					break
				}
			}
			// sqlite3_complete knows no variables: to it the ';' in $a(;) is an end, and the CREATE of #CREATE a keyword. To the compiler a
			// byte order mark is a blank, and so is a vertical tab behind another blank.
			// It knows no arguments of virtual tables either.
			if strings.ContainsAny(text[at:], "$@:#\v\uFEFF") || strings.Contains(strings.ToUpper(text[at:]), "VIRTUAL") {
				return all, at
			}
		}
		all = append(all, p)
		at = p.end
	}
	return all, len(text)
}

// leftOut reports whether a text holds what SQLite has no say in, or is not told.
func leftOut(text string) bool {
	return strings.ContainsRune(text, 0) || // where its interface ends a text; to us it is a mistake
		strings.Contains(text, "-- +") || // our own lines
		len(text) > 1<<12 // looking for an end takes quadratic time
}

// check compares the split of a text with what SQLite makes of it. It returns how many of its statements compile.
func (o *oracle) check(t *testing.T, text string) (compiled int) {
	t.Helper()
	if leftOut(text) {
		return 0
	}
	pieces, known := o.pieces(text)
	s := parser.NewSplitter(parser.Position{Line: 1, Col: 1}, text, sqlite.Dialect())
	for _, p := range pieces {
		if !p.some {
			continue
		}
		stmt, ok, err := s.Next()
		var list parser.ErrorList
		switch {
		case errors.As(err, &list):
			o.checkError(t, text, p, list[0])
			return compiled
		case err != nil:
			t.Fatalf("%q: %v", text, err)
		case !ok:
			t.Fatalf("%q: the statement in %q is missing", text, text[p.start:p.end])
		}
		from, to := stmt.Pos.Offset, stmt.Pos.Offset+len(stmt.Text)
		if from < p.start || to > p.end {
			t.Fatalf("%q: statement %q is not within %q", text, stmt.Text, text[p.start:p.end])
		}
		for _, gap := range []string{text[p.start:from], text[to:p.end]} {
			if tail, some, _ := o.prepare(gap); some || tail != len(gap) {
				t.Fatalf("%q: %q is left out around %q", text, gap, stmt.Text)
			}
		}
		if tail, some, ok := o.prepare(stmt.Text); p.compiles && (tail != len(stmt.Text) || !some || !ok) {
			t.Fatalf("%q: statement %q alone does not compile, or ends at %d", text, stmt.Text, tail)
		}
		if p.compiles {
			compiled++
		}
	}
	if known < len(text) {
		return compiled
	}
	if stmt, ok, err := s.Next(); ok || err != nil {
		t.Fatalf("%q: one more statement %q, or error %v", text, stmt.Text, err)
	}
	// With a terminator the last statement is complete, or we ought to have said that something is open. A comment may be.
	if n := len(pieces); n > 0 && pieces[n-1].some && !pieces[n-1].compiles {
		last := text[pieces[n-1].start:]
		if !o.complete(last) && !o.complete(last+"\n;") && !o.complete(last+"*/\n;") {
			t.Fatalf("%q: %q is open, and no mistake was found", text, last)
		}
	}
	return compiled
}

// checkError checks that what we call open is so to SQLite. The commands of its shell are a rule of ours: to SQLite they are SQL that
// does not compile.
func (o *oracle) checkError(t *testing.T, text string, p piece, err *parser.Error) {
	t.Helper()
	if err.Pos.Offset < p.start || err.Pos.Offset >= p.end {
		t.Fatalf("%q: %v is not within %q", text, err, text[p.start:p.end])
	}
	if strings.Contains(err.Msg, "command of the sqlite3 shell") {
		if p.compiles || text[err.Pos.Offset] != '.' {
			t.Fatalf("%q: %v", text, err)
		}
		return
	}
	if p.compiles || p.end != len(text) || o.complete(text[p.start:]+"\n;") {
		t.Fatalf("%q: %v, but SQLite sees an end", text, err)
	}
}

// FuzzPrepareTail looks for a text that we cut otherwise than sqlite3_prepare_v2 does.
func FuzzPrepareTail(f *testing.F) {
	for _, text := range splittest.Texts(f, sqlite.Dialect()) {
		f.Add(text)
	}
	o := newOracle(f)
	f.Fuzz(func(t *testing.T, text string) { o.check(t, text) })
}

// TestPrepareTail compares on many random texts, always the same ones: statements that mostly compile, some with a token too much in
// them, and tokens in any order.
func TestPrepareTail(t *testing.T) {
	o := newOracle(t)
	for _, text := range splittest.Texts(t, sqlite.Dialect()) {
		o.check(t, text)
	}
	values := []string{
		"1", "'a;'", "'it''s; '", `";"`, `"a"";"`, `"end"`, "x'3b'", "/*;*/2", "3 --;'\n", "1--1\n", "/**/4", `'\'`, "0x3b", "1e5", ".5", "1\r\n", "NULL",
		"CASE WHEN 1 THEN 2 END", "(SELECT 1 AS end)", "abs(1)", "''->>'$.b;'", "(SELECT 1 AS [a;])", "(SELECT 1 `;```)", "(SELECT 1 é)",
	}
	unknown := []string{"$a(;)", "$b::c(;')", ":d", "@e", "?1", "#f(;)", "nope", "[;]", "t.end"} // mostly
	stray := []string{
		";", ";", ";\n", "'", `"`, "`", "[", "]", "/*", "*/", "/", "--", "\n", "\f", "\v", " \v", "\uFEFF", "(", ")", "(;)", "$", "#", "::", "END", " END; ", "BEGIN ", "CREATE ", " TEMP ",
		"TRIGGER ", "CREATE TRIGGER x AFTER DELETE ON t BEGIN ", "EXPLAIN ", "CASE ", "x'", "\xff", "\u00a0", `\`, ".", ".read x", "||", "!", "go", "/\n",
	}
	r := rand.New(rand.NewPCG(1, 2))
	one := func(of []string) string { return of[r.IntN(len(of))] }
	value := func() string {
		switch r.IntN(100) {
		case 0:
			return one(stray)
		case 1, 2:
			return one(unknown)
		}
		return one(values)
	}
	plain := func() string {
		switch r.IntN(4) {
		case 0:
			return "INSERT INTO t VALUES(" + value() + ", " + value() + one([]string{",", "/*;*/,", ",--;\n"}) + value() + ")"
		case 1:
			return "UPDATE t SET a=" + value() + " WHERE b=" + value()
		default:
			return "SELECT " + value() + one([]string{"||", ", ", " AS [end] FROM t, u WHERE "}) + value()
		}
	}
	trigger := func() string {
		text := one([]string{"", "", "EXPLAIN ", "EXPLAIN QUERY PLAN "}) + "CREATE " + one([]string{"", "TEMP ", "TEMPORARY/*;*/ "}) + "TRIGGER " +
			one([]string{"", "", "IF NOT EXISTS "}) + one([]string{"x", "main.x", "[;]", `"BEGIN;"`}) + one([]string{" AFTER ", " BEFORE "}) + "DELETE ON t\n" +
			one([]string{"", "FOR EACH ROW ", "WHEN old.a "}) + "BEGIN "
		for range 1 + r.IntN(3) {
			text += plain() + one([]string{";", " ;\n", "; --;\n", ";/* END; */"})
		}
		return text + one([]string{"END", "end", " /*;*/END", "END--\n"})
	}
	compiled := 0
	for range 3000 {
		var b strings.Builder
		for range 1 + r.IntN(4) {
			switch r.IntN(9) {
			case 0, 1, 2:
				b.WriteString(trigger())
			case 3:
				b.WriteString(one([]string{"BEGIN", "END", "COMMIT", "DROP TRIGGER tr", "CREATE TABLE [trigger](a)", "PRAGMA x=';'", "VACUUM"}))
			case 4:
				for range r.IntN(8) {
					b.WriteString(one([]string{one(stray), one(stray), value(), plain()}))
				}
			default:
				b.WriteString(plain())
			}
			b.WriteString(one([]string{";", ";\n", ";;", "; -- it's;\n", " /*'*/;", "\n;\r\n", ";", ";", ";", "", "/*"}))
		}
		compiled += o.check(t, b.String())
	}
	if compiled < 3000 {
		t.Errorf("only %d statements compiled: the texts are too bad to tell much", compiled)
	}
}
