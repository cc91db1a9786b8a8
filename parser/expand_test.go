package parser_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"revise/drivers/all"
	"revise/parser"
)

// A database says how its SQL is cut and quoted.
type database interface {
	Name() string
	Dialect() *parser.Dialect
	Literal(s string) string
	Ident(parts ...string) string
}

// expanded splits a text and puts values into its statements. Errors are those of placeholders and of values.
func expanded(t testing.TB, driver database, text string, values map[string]string) (list []parser.Statement, sources []parser.Statement, err error) {
	t.Helper()
	var names []parser.Ref
	for name := range values {
		names = append(names, parser.Ref{Name: name})
	}
	s := parser.NewSplitter(parser.Position{File: "f", Line: 1, Col: 1}, text, driver.Dialect())
	for {
		st, ok, err := s.Next()
		if err != nil || !ok {
			return list, sources, err
		}
		places, err := s.Placeholders(st, names)
		if err != nil {
			return nil, nil, err
		}
		full, err := s.Expand(st, places, func(p parser.Placeholder) string {
			switch v := values[p.Name]; p.Form {
			case parser.AsLiteral:
				return driver.Literal(v)
			case parser.AsIdent:
				return driver.Ident(v)
			default:
				return v
			}
		})
		if err != nil {
			return nil, nil, err
		}
		list, sources = append(list, full), append(sources, st)
	}
}

func driverOf(t testing.TB, name string) database {
	t.Helper()
	d, err := all.Drivers().ByScheme(name)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestExpand(t *testing.T) {
	for _, c := range []struct{ dialects, text, x, want string }{
		{"postgres mysql sqlite", "SELECT ${x}", "1", "SELECT 1"},
		{"postgres mysql sqlite", "SELECT a_${x}_b, '${x}', 1 FROM ${x}.t; SELECT 2", "v", "SELECT a_v_b, 'v', 1 FROM v.t|SELECT 2"},
		{"postgres mysql sqlite", "SELECT ${x:literal}", "it", "SELECT 'it'"},
		{"postgres sqlite", "SELECT ${x:literal}", "it's; x", "SELECT 'it''s; x'"},
		{"postgres", "SELECT ${x:literal}", `a\'`, `SELECT E'a\\'''`},
		{"mysql", "SELECT ${x:literal}", `a\'`, `SELECT _utf8mb4 X'615c27'`},
		{"sqlite", "SELECT ${x:literal}", `a\'`, `SELECT 'a\'''`},
		{"postgres sqlite", "CREATE TABLE ${x:ident}.t (${x:ident} int)", `a"b`, `CREATE TABLE "a""b".t ("a""b" int)`},
		{"mysql", "CREATE TABLE ${x:ident}.t (${x:ident} int)", "a`b", "CREATE TABLE `a``b`.t (`a``b` int)"},
		{"postgres mysql sqlite", "SELECT '${$}{x} ${$}'", "v", "SELECT '${x} $'"},
		{"postgres mysql sqlite", "/* ${x} */ SELECT 1 -- ${x}\n + 1", "v", "SELECT 1 -- v\n + 1"},
		{"postgres mysql sqlite", "SELECT ${x}", "'a' || f(1, 2), \"b\"", "SELECT 'a' || f(1, 2), \"b\""},
		{"postgres mysql sqlite", "${x} 1", "SELECT", "SELECT 1"},
		{"postgres mysql sqlite", "SELECT 1 ${x}", "", "SELECT 1 "},
		{"postgres", "DO $$ BEGIN PERFORM ${x:literal}; END $$; SELECT 1", "v; w", "DO $$ BEGIN PERFORM 'v; w'; END $$|SELECT 1"},
		{"postgres", "SELECT $$${x}$$, $${$}{1}$$", "it's", "SELECT $$it's$$, $${1}$$"},
		{"postgres", "COPY ${x:ident} FROM stdin;\n${x}\n\\.\nSELECT 1;", "t", `COPY "t" FROM stdin|SELECT 1`},
		{"postgres", "SET search_path = ${x:ident}; SELECT 'a\\'", "t", `SET search_path = "t"|SELECT 'a\'`},
		{"mysql", "DELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT ${x}; SELECT 2; END//\nDELIMITER ;\nSELECT 3", "1", "CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END|SELECT 3"},
		{"mysql", "CREATE PROCEDURE ${x:ident}.p() BEGIN SELECT ${x}; SELECT 2; END; SELECT 3", "d", "CREATE PROCEDURE `d`.p() BEGIN SELECT d; SELECT 2; END|SELECT 3"},
		{"mysql", "/*!40101 SET NAMES ${x} */; SELECT 1", "utf8mb4", "/*!40101 SET NAMES utf8mb4 */|SELECT 1"},
		{"sqlite", "CREATE TRIGGER a AFTER INSERT ON ${x:ident} BEGIN SELECT ${x:literal}; SELECT 2; END; SELECT 3", "t", `CREATE TRIGGER a AFTER INSERT ON "t" BEGIN SELECT 't'; SELECT 2; END|SELECT 3`},
		{"sqlite", "SELECT [${x}]", "t", "SELECT [t]"},
		{"postgres mysql sqlite", "-- +begin\nSELECT ${x}; SELECT 2;\n-- +end\nSELECT 3", "1", "SELECT 1; SELECT 2;|SELECT 3"},
	} {
		for _, name := range strings.Fields(c.dialects) {
			list, _, err := expanded(t, driverOf(t, name), c.text, map[string]string{"x": c.x})
			var got []string
			for _, st := range list {
				got = append(got, st.Text)
			}
			if text := strings.Join(got, "|"); err != nil || text != c.want {
				t.Errorf("%s: %s with %q:\ngot  %s (%v)\nwant %s", name, c.text, c.x, text, err, c.want)
			}
		}
	}
}

// TestExpandRefuses has values that would change how the statement is read around them.
func TestExpandRefuses(t *testing.T) {
	const changed = "changes how the statement is read"
	for _, c := range []struct{ dialects, text, x, want string }{
		{"postgres mysql sqlite", "SELECT ${x}", "1; DROP TABLE t", changed},
		{"postgres mysql sqlite", "SELECT ${x}", "1;", changed},
		{"postgres mysql sqlite", "SELECT ${x} FROM t", "1 -- ", changed},
		{"postgres mysql sqlite", "SELECT ${x}, 2 /* a */ FROM t", "1 /*", changed},
		{"postgres mysql sqlite", "SELECT '${x}'", "a'; DROP TABLE t; --", changed},
		{"postgres mysql sqlite", "SELECT '${x}'", "a' || f() || 'b", changed},
		{"postgres mysql sqlite", "SELECT '${x}'", "it's", changed},
		{"postgres mysql sqlite", "SELECT \"${x}\"", `a" "b`, changed},
		{"postgres mysql", "SELECT '${x}'", `\`, changed},
		{"postgres mysql", "SELECT '${x}'", `\'; DROP TABLE t; -- `, changed},
		{"postgres mysql sqlite", "SELECT 1 /* ${x} */;", "*/ + f() /*", changed},
		{"postgres mysql sqlite", "SELECT 1 -- ${x}\n;", "a\n + f() --", changed},
		{"postgres mysql sqlite", "SELECT (${x})", "1 -- ", changed},
		{"postgres mysql sqlite", "${x}", "COMMIT", changed},
		{"postgres mysql sqlite", "${x}", "", changed},
		{"postgres mysql sqlite", "${x} TABLE t", "/* */", changed},
		{"postgres", "CREATE ${x} i ON t (a)", "INDEX CONCURRENTLY", changed},
		{"postgres", "${x} FROM stdin", "COPY t", changed},
		{"postgres", "COPY t FROM ${x};\nSELECT 1", "stdin", changed},
		{"postgres", "SELECT $$ ${x:literal} $$", "$$ || f() || $$", changed},
		{"postgres", "SELECT $$ ${x} $$", "$$ || f() || $$", changed},
		{"postgres", "SET ${x} = off; SELECT 'a'", "standard_conforming_strings", changed},
		{"postgres", "SET standard_conforming_strings = ${x}; SELECT 'a'", "off", changed},
		{"mysql", "SET sql_mode = ${x:literal}; SELECT 'a'", "ANSI_QUOTES", changed},
		{"mysql", "SET @old = ${x:literal}; SELECT 'a'", "NO_BACKSLASH_ESCAPES", changed},
		{"mysql", "SET sql_mode = 'NO_BACKSLASH_ESCAPES'; SELECT '${x}'", `\'; DROP TABLE t; -- `, changed},
		{"mysql", "DELIMITER //\nSELECT ${x}; SELECT 2//", "1; SELECT 3", changed},
		{"mysql", "CREATE PROCEDURE p() BEGIN SELECT ${x};\n SELECT 2; END", "1; DROP TABLE t --", changed},
		{"mysql", "CREATE PROCEDURE p() BEGIN SELECT ${x}; END", "1; END; SELECT 2; BEGIN SELECT 3", changed},
		{"mysql", "SELECT 1 # ${x}\n + 2", "a\n; SELECT 2 #", changed},
		{"mysql", "SELECT ${x}", "/*! 1; SELECT 2 */", changed},
		{"mysql", "${x}", "DELIMITER //", changed},
		{"sqlite", "CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT ${x}; END", "1; END; DROP TABLE t; SELECT 1", changed},
		{"sqlite", "SELECT [${x}]", "a] [b", changed},
		{"postgres mysql sqlite", "-- +begin\nSELECT ${x}; SELECT 2;\n-- +end\nSELECT 3", "1; SELECT 5", changed},
		{"postgres mysql sqlite", "-- +begin\n${x} 1\n-- +end\nSELECT 3", "COMMIT -- ", changed},
		{"postgres mysql sqlite", "-- +begin\nSELECT ${x}, 'open\n-- +end\nSELECT 3", "1; SELECT 2", changed},
		{"postgres mysql sqlite", "SELECT ${x}", "a\x00b", changed},

		{"postgres mysql sqlite", "SELECT '${x:literal}'", "", "f:1:9: ${x:literal} stands in quotes, and brings its own; leave"},
		{"postgres mysql sqlite", "SELECT \"${x:ident}\"", "", "f:1:9: ${x:ident} stands in quotes"},
		{"postgres mysql sqlite", "SELECT n${x:literal}", "", "f:1:9: ${x:literal} touches what stands beside it"},
		{"postgres mysql sqlite", "SELECT ${x:ident}a", "", "f:1:8: ${x:ident} touches"},
		{"postgres mysql sqlite", "SELECT ${x:ident}'a'", "", "f:1:8: ${x:ident} touches"},
		{"postgres mysql sqlite", "SELECT ${x:ident}${x:ident}", "", "f:1:18: ${x:ident} touches"},
		{"postgres", "SELECT $${x}$$", "", "f:1:9: the $ of ${x} ends the $$ before it; put a blank"},
		{"postgres", "SELECT $j${x}$j$", "", "f:1:10: the $ of ${x} ends the $j$ before it"},

		{"postgres mysql sqlite", "SELECT 1,\n  ${y}", "", `f:2:3: the variable "y" is not declared; did you mean "x"?`},
		{"postgres mysql sqlite", "SELECT ${unknown}", "", `f:1:8: the variable "unknown" is not declared; the header has to: -- variables: x, unknown`},
		{"postgres mysql sqlite", "SELECT ${x", "", "f:1:8: a ${ without its }; write ${name}, ${name:literal} or ${name:ident}; ${$} stands for a $"},
		{"postgres mysql sqlite", "SELECT ${x\n}", "", "f:1:8: a ${ without its }"},
		{"postgres mysql sqlite", "SELECT ${}", "", "f:1:8: a ${…} that names no variable"},
		{"postgres mysql sqlite", "SELECT ${ x }", "", "f:1:8: a ${…} that names no variable"},
		{"postgres mysql sqlite", "SELECT ${1}, 'ü${x}', '${ü}'", "", "f:1:8: a ${…} that names no variable; write ${name}, ${name:literal} or ${name:ident}; ${$} stands for a $\nf:1:24: a ${…}"},
		{"postgres mysql sqlite", "SELECT ${x:litteral}", "", `f:1:8: "litteral" is no form of a value; did you mean ${x:literal}?`},
		{"postgres mysql sqlite", "SELECT ${x:}", "", `f:1:8: "" is no form of a value`},
		{"postgres mysql sqlite", "SELECT ${x:-a}", "", `f:1:8: "-a" is no form of a value`},
	} {
		for _, name := range strings.Fields(c.dialects) {
			list, _, err := expanded(t, driverOf(t, name), c.text, map[string]string{"x": c.x})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %s with %q:\ngot  %v, %v\nwant %s", name, c.text, c.x, list, err, c.want)
				continue
			}
			if strings.Contains(err.Error(), c.x) && len(c.x) > 4 {
				t.Errorf("%s: %s: the error shows the value: %v", name, c.text, err)
			}
			if _, ok := err.(parser.ErrorList); !ok {
				t.Errorf("%s: %s: %T", name, c.text, err)
			}
		}
	}
}

// TestExpandNames tells which of several values it is.
func TestExpandNames(t *testing.T) {
	_, _, err := expanded(t, driverOf(t, "postgres"), "SELECT ${a},\n ${b}", map[string]string{"a": "1", "b": "2;"})
	if err == nil || !strings.HasPrefix(err.Error(), `f:2:2: the value of the variable "b" changes`) || strings.Contains(err.Error(), `"a"`) {
		t.Errorf("got %v", err)
	}
	_, _, err = expanded(t, driverOf(t, "postgres"), "SELECT ${a}${b} 1", map[string]string{"a": "-", "b": "-"})
	if err == nil || !strings.Contains(err.Error(), `"a" changes`) || !strings.Contains(err.Error(), `"b" changes`) {
		t.Errorf("together: got %v", err)
	}
}

func TestVariablesHeader(t *testing.T) {
	for _, c := range []struct{ header, want string }{
		{"-- variables: schema, _o1 ,X", "schema@2:15 _o1@2:23 X@2:28"},
		{"-- Variables:a", "a@2:14"},
		{"-- variables:", "f:2:14: variables names nothing here"},
		{"-- variables: a, , b", `f:2:18: "" cannot be the name of a variable`},
		{"-- variables: 1a", `f:2:15: "1a" cannot be the name of a variable; letters, digits and _`},
		{"-- variables: a-b", `f:2:15: "a-b" cannot be`},
		{"-- variables: ü", `f:2:15: "ü" cannot be`},
		{"-- variables: a, a", `f:2:18: the variable "a" is declared twice`},
		{"-- variables: a\n-- variables: b", `f:3:4: header key "variables" is given twice; first at line 2; several values stand in one line`},
		{"-- variable: a", `f:2:4: unknown header key "variable"; did you mean "variables"?`},
	} {
		rev, err := parser.Parse("f", []byte("-- revision: a1\n"+c.header+"\n-- +upgrade\n-- +downgrade\n"), nil)
		got := fmt.Sprint(err)
		if err == nil {
			var list []string
			for _, v := range rev.Variables {
				list = append(list, fmt.Sprintf("%s@%d:%d", v.Name, v.Pos.Line, v.Pos.Col))
			}
			got = strings.Join(list, " ")
			for _, s := range rev.Sections {
				if len(s.Variables) != len(rev.Variables) {
					t.Errorf("%s: the %s section has %v", c.header, s.Kind, s.Variables)
				}
			}
			text, _ := parser.Format(rev)
			again, err := parser.Parse("f", []byte(text), nil)
			if err != nil || len(again.Variables) != len(rev.Variables) {
				t.Errorf("%s: Format wrote\n%s", c.header, text)
			}
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%s: got %s, want %s", c.header, got, c.want)
		}
	}
}

// checkPlaces wants every offset of a statement with values to lead back: what is not of a value, to the same byte of the file; what is, to a
// placeholder that stands between the bytes around it.
func checkPlaces(t *testing.T, text string, list, sources []parser.Statement) {
	t.Helper()
	for n, st := range list {
		source := sources[n]
		last := -1
		for off := range len(st.Text) + 1 {
			pos := st.At(off)
			if pos.Offset < last {
				t.Fatalf("%q: offset %d leads to %d, the one before to %d", st.Text, off, pos.Offset, last)
			}
			last = pos.Offset
			at := pos.Offset - source.Pos.Offset
			if at < 0 || at > len(source.Text) {
				t.Fatalf("%q: offset %d leads to %d, outside of %q", st.Text, off, pos.Offset, source.Text)
			}
			if want := (parser.Position{File: "f", Line: 1, Col: 1}).Advance(text[:pos.Offset]); pos != want {
				t.Fatalf("%q: offset %d leads to %v, want %v", st.Text, off, pos, want)
			}
			if off < len(st.Text) && source.Text[at:at+1] != st.Text[off:off+1] && !strings.HasPrefix(source.Text[at:], "${") {
				t.Fatalf("%q: offset %d (%q) leads to %q", st.Text, off, st.Text[off], source.Text[at:])
			}
		}
		if want := source.At(len(source.Text)); st.At(len(st.Text)) != want && !strings.HasSuffix(source.Text, "}") {
			t.Fatalf("%q: its end leads to %v, want %v", st.Text, st.At(len(st.Text)), want)
		}
	}
}

func TestExpandPlaces(t *testing.T) {
	text := "SELECT ${x}, 'ü${empty}',\n ${x:literal} + ${empty}nope; SELECT\n'${$}{', ${x}${x}, a"
	list, sources, err := expanded(t, driverOf(t, "postgres"), text, map[string]string{"x": "äö\nü", "empty": ""})
	if err != nil {
		t.Fatal(err)
	}
	checkPlaces(t, text, list, sources)
	if at, want := list[0].At(strings.Index(list[0].Text, "nope")).String(), "f:2:25"; at != want {
		t.Errorf("nope at %s, want %s", at, want)
	}
	if at, want := list[0].At(strings.Index(list[0].Text, "ü")).String(), "f:1:8"; at != want {
		t.Errorf("in a value: at %s, want %s", at, want)
	}
}

// TestExpandLong has a statement of many tokens held no more than a few times over.
func TestExpandLong(t *testing.T) {
	text := "INSERT INTO ${x:ident} VALUES " + strings.Repeat("(1, 'a;', \"b\"),\n", 200_000) + "(${x:literal})"
	for _, driver := range all.Drivers() {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		list, _, err := expanded(t, driver, text, map[string]string{"x": "a b"})
		runtime.ReadMemStats(&after)
		if err != nil || len(list) != 1 || list[0].At(len(list[0].Text)).Line != 200_001 {
			t.Errorf("%s: %d statements, %v", driver.Name(), len(list), err)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 8*uint64(len(text)) {
			t.Errorf("%s: %d bytes for a statement of %d", driver.Name(), used, len(text))
		}
	}
}

// FuzzExpand puts any value into any text. If it is taken, it has added no statement and every place leads back; no mistake shows it.
func FuzzExpand(f *testing.F) {
	for _, text := range []string{"SELECT ${x}", "SELECT '${x}', ${x:literal} ${x:ident}; SELECT ${y}", "-- +begin\n${x}\n-- +end", "SELECT $$ ${x} $$", "/* ${x} */ SELECT -- ${y}\n1", "SELECT '${$}{x}'"} {
		for _, value := range []string{"a", "1; DROP", "'", "\\", "*/", "$$", "--", "", "ü`\"", "COMMIT"} {
			f.Add(text, value, "b")
		}
	}
	f.Fuzz(func(t *testing.T, text, x, y string) {
		for _, driver := range all.Drivers() {
			list, sources, err := expanded(t, driver, text, map[string]string{"x": x, "y": y})
			if err != nil {
				continue
			}
			checkPlaces(t, text, list, sources)
			for i, st := range list {
				if st.Text == sources[i].Text || strings.Contains(text, "+begin") || strings.Contains(strings.ToUpper(text), "DELIMITER") || strings.Contains(strings.ToUpper(text), "SET") {
					continue
				}
				again, err := parser.Split(parser.Position{File: "f", Offset: 1, Line: 1, Col: 2}, st.Text, driver.Dialect())
				if st.Copy {
					continue
				}
				if err != nil || len(again) != 1 || again[0].Class != st.Class {
					t.Fatalf("%s: %q became %q: %d statements, %v", driver.Name(), sources[i].Text, st.Text, len(again), err)
				}
			}
		}
	})
}
