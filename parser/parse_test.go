package parser_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"revise/drivers/all"
	"revise/parser"
)

var dialects = []string{"postgres", "mysql", "sqlite"}

func parse(t *testing.T, src string) *parser.Revision {
	t.Helper()
	r, err := parser.Parse("f.sql", []byte(src), dialects)
	if err != nil {
		t.Fatalf("Parse: %v", err)
	}
	return r
}

func TestParse(t *testing.T) {
	const src = `-- revision: 641f5c82c88e
-- revises: bb73aa30e9cb,  be10
-- message: add title: to "fibtable"
-- created: 2026-11-22T10:03:51Z
-- labels: shop
-- depends_on: aa11
-- lock_timeout: 5s
-- Author: Zoë
--
-- some prose, nothing: more

-- +upgrade
ALTER TABLE é;
-- +upgrade postgres, sqlite transaction=off lock_timeout=1m
SELECT 1;

-- +downgrade
-- +verify
SELECT 2`
	r := parse(t, src)
	if r.ID.Name != "641f5c82c88e" || r.ID.Pos.String() != "f.sql:1:14" {
		t.Errorf("id %q at %s", r.ID.Name, r.ID.Pos)
	}
	var parents []string
	for _, p := range r.Revises {
		parents = append(parents, p.Name+"@"+p.Pos.String())
	}
	if want := []string{"bb73aa30e9cb@f.sql:2:13", "be10@f.sql:2:28"}; !reflect.DeepEqual(parents, want) {
		t.Errorf("revises: got %v, want %v", parents, want)
	}
	if r.Message != `add title: to "fibtable"` || r.Created != "2026-11-22T10:03:51Z" {
		t.Errorf("message %q, created %q", r.Message, r.Created)
	}
	if r.Labels[0].Name != "shop" || r.DependsOn[0].Name != "aa11" {
		t.Errorf("labels %v, depends_on %v", r.Labels, r.DependsOn)
	}
	if len(r.Annotations) != 1 || r.Annotations[0].Key != "Author" || r.Annotations[0].Value != "Zoë" {
		t.Errorf("annotations: %v", r.Annotations)
	}
	if len(r.Sections) != 4 {
		t.Fatalf("%d sections", len(r.Sections))
	}
	texts := []string{"ALTER TABLE é;\n", "SELECT 1;\n\n", "", "SELECT 2"}
	for i, s := range r.Sections {
		text := read(t, s.Text)
		if text != texts[i] {
			t.Errorf("section %d: got %q, want %q", i, text, texts[i])
		}
		if got := src[s.Start.Offset : s.Start.Offset+len(text)]; got != text {
			t.Errorf("section %d starts at %d, where %q stands", i, s.Start.Offset, got)
		}
	}
	if d := *r.Sections[0].Settings.LockTimeout; d != 5*time.Second {
		t.Errorf("lock_timeout of the first section: %v", d)
	}
	if s := r.Sections[1].Settings; *s.LockTimeout != time.Minute || s.Transaction != parser.Off {
		t.Errorf("settings of the second section: %+v", s)
	}
	for dialect, want := range map[string]int{"postgres": 1, "sqlite": 1, "mysql": 0} {
		if got := r.Section(parser.Upgrade, dialect); got != r.Sections[want] {
			t.Errorf("upgrade for %s is at %v", dialect, got.Pos)
		}
	}
	if s := r.Section(parser.Verify, "mysql"); s == nil || s.Start.String() != "f.sql:19:1" {
		t.Errorf("verify: %v", s)
	}
}

func TestParseEdges(t *testing.T) {
	for name, src := range map[string]string{
		"marker without newline":    "-- revision: a1\n-- +upgrade",
		"crlf":                      "-- revision: a1\r\n-- +upgrade\r\n",
		"bom":                       "\uFEFF-- revision: a1\n-- +upgrade\n",
		"bom and crlf":              "\uFEFF-- revision: a1\r\n\r\n-- +upgrade\r\n",
		"no blank behind dashes":    "--revision:a1\n-- +upgrade\n",
		"key in capitals":           "-- Revision: a1\n-- +upgrade\n",
		"licence in a comment":      "/* Copyright: me\n; */\n-- revision: a1\n-- +upgrade\n",
		"arithmetic in a comment":   "-- revision: a1\n-- +upgrade\n-- + 3 rows\n-- +1\n",
		"empty revises":             "-- revision: a1\n-- revises:\n-- +upgrade\n",
		"bytes that are no UTF-8":   "-- revision: a1\n-- +upgrade\nSELECT '\xff\xfe';",
		"header line after marker":  "-- revision: a1\n-- +upgrade\n-- revision: b2\n",
		"begin and end in sections": "-- revision: a1\n-- +upgrade\n-- +begin\nx;\n-- +end\n",
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			r := parse(t, src)
			if r.ID.Name != "a1" || len(r.Revises) != 0 || len(r.Sections) != 1 {
				t.Errorf("got id %q, revises %v, %d sections", r.ID.Name, r.Revises, len(r.Sections))
			}
			if r.Section(parser.Downgrade, "sqlite") != nil {
				t.Error("a downgrade out of nothing")
			}
		})
	}
}

func TestParseErrors(t *testing.T) {
	const head = "-- revision: a1\n"
	for _, c := range []struct{ name, src, want string }{
		{"misspelt key", "-- revision: a1\n-- revise: b\n-- +upgrade\n",
			`f.sql:2:4: unknown header key "revise"; did you mean "revises"?`},
		{"dash for underscore", head + "-- depends-on: b\n-- +upgrade\n",
			`f.sql:2:4: unknown header key "depends-on"; did you mean "depends_on"?`},
		{"key twice", head + "-- revises: b\n-- revises: c\n-- +upgrade\n",
			`f.sql:3:4: header key "revises" is given twice; first at line 2; several values stand in one line, separated by commas`},
		{"no revision", "-- +upgrade\nSELECT 1;",
			`f.sql:1:1: no "-- revision: ID" line before the first marker; every revision file starts with one`},
		{"empty file", "",
			`f.sql:1:1: no "-- revision: ID" line before the first marker; every revision file starts with one`},
		{"empty revision", "-- revision:\n-- +upgrade\n", `f.sql:1:13: the revision has no id`},
		{"reserved id", "-- revision: head\n-- +upgrade\n",
			`f.sql:1:14: "head" cannot be named under revision: it is a word with a meaning of its own on the command line`},
		{"bad id", "-- revision: a-1\n-- +upgrade\n",
			`f.sql:1:14: "a-1" cannot be named under revision: it holds '-'; letters, digits, _ and . are allowed`},
		{"long id", "-- revision: " + strings.Repeat("a", 65) + "\n-- +upgrade\n",
			`f.sql:1:14: "` + strings.Repeat("a", 65) + `" cannot be named under revision: it is longer than 64 characters`},
		{"empty parent", head + "-- revises: b,,c\n-- +upgrade\n", `f.sql:2:15: revises names nothing here`},
		{"no upgrade", head, `f.sql:1:1: no -- +upgrade section; put a line "-- +upgrade" before the statements; it may be followed by none`},
		{"SQL before marker", head + "SELECT 1;\nSELECT 2;\n-- +upgrade\n",
			`f.sql:2:1: SQL before the first marker; put a line "-- +upgrade" before it`},
		{"unknown marker", head + "-- +upgrade\n-- +downgrad\n",
			`f.sql:3:4: unknown marker -- +downgrad; did you mean -- +downgrade?`},
		{"marker of another tool", head + "-- +goose Up\n-- +upgrade\n",
			`f.sql:2:4: unknown marker -- +goose; known are -- +upgrade, -- +downgrade, -- +verify, -- +begin, -- +end, -- +reset`},
		{"indented marker", head + "-- +upgrade\n  -- +downgrade\n",
			`f.sql:3:1: a marker must begin its line, as: -- +downgrade; with one blank and no indent; a comment that only looks like one needs other words`},
		{"marker without blank", head + "-- +upgrade\n--+downgrade\n",
			`f.sql:3:1: a marker must begin its line, as: -- +downgrade; with one blank and no indent; a comment that only looks like one needs other words`},
		{"capital marker", head + "-- +Upgrade\n-- +upgrade\n",
			`f.sql:2:4: unknown marker -- +Upgrade; did you mean -- +upgrade?`},
		{"two upgrades", head + "-- +upgrade\n-- +upgrade\n", `f.sql:3:1: a second -- +upgrade section; the first is at line 2`},
		{"two for one database", head + "-- +upgrade sqlite\n-- +upgrade mysql,sqlite\n",
			`f.sql:3:1: a second -- +upgrade section for sqlite; the first is at line 2`},
		{"unknown database", head + "-- +upgrade postgress\n",
			`f.sql:2:13: unknown database "postgress" behind -- +upgrade; did you mean "postgres"?`},
		{"comment behind marker", head + "-- +upgrade zz\n",
			`f.sql:2:13: unknown database "zz" behind -- +upgrade; known are postgres, mysql, sqlite; a comment goes on a line of its own`},
		{"unknown setting", head + "-- +upgrade transactions=off\n",
			`f.sql:2:13: unknown setting "transactions" of a section; did you mean "transaction"?`},
		{"bad switch", head + "-- +upgrade transaction=flase\n", `f.sql:2:25: transaction is "flase"; it can be on or off`},
		{"bad duration", head + "-- lock_timeout: 5\n-- +upgrade\n",
			`f.sql:2:18: lock_timeout is "5", which is no duration; write it as 500ms, 5s or 2m; 0 leaves it to the server`},
		{"setting twice", head + "-- +upgrade transaction=on transaction=on\n", `f.sql:2:28: setting "transaction" is given twice`},
		{"begin outside", head + "-- +begin\n-- +upgrade\n", `f.sql:2:4: -- +begin stands outside of a section`},
		{"reset outside", head + "-- +reset\n-- +upgrade\n", `f.sql:2:4: -- +reset stands outside of a section`},
		{"squash on something", head + "-- revises: b\n-- replaces: c, d\n-- +upgrade\n",
			`f.sql:2:13: a revision that replaces others stands on none, and this one names "b"; put what it stands on into replaces as well`},
		{"squash that depends", head + "-- replaces: c, d\n-- depends_on: b\n-- +upgrade\n",
			`f.sql:3:16: a revision that replaces others stands on none, and this one names "b"; put what it stands on into replaces as well`},
		{"replaces itself", head + "-- replaces: c, x(d, a1)\n-- +upgrade\n", `f.sql:2:22: the revision replaces itself`},
		{"replaces twice", head + "-- replaces: c, x(d)\n-- replaces: x(e), d\n-- +upgrade\n", `f.sql:3:20: replaces "d" twice; first at line 2`},
		{"replaces nothing", head + "-- replaces:\n-- +upgrade\n", `f.sql:2:13: replaces names nothing here`},
		{"a comma at the end of replaces", head + "-- replaces: c,\n-- +upgrade\n", `f.sql:2:16: replaces names nothing here`},
		{"an empty group", head + "-- replaces: x()\n-- +upgrade\n", `f.sql:2:16: replaces names nothing here`},
		{"an open group", head + "-- replaces: c, x(d\n-- +upgrade\n", `f.sql:2:18: this parenthesis is not closed on its line`},
		{"a group without a name", head + "-- replaces: (c)\n-- +upgrade\n", `f.sql:2:14: replaces names nothing here`},
		{"a parenthesis too many", head + "-- replaces: x(c)), d\n-- +upgrade\n", `f.sql:2:18: a comma is missing here, or a parenthesis is too many`},
		{"no comma behind a group", head + "-- replaces: x(c) d\n-- +upgrade\n", `f.sql:2:19: a comma is missing here, or a parenthesis is too many`},
		{"a bad id replaced", head + "-- replaces: c, d-e\n-- +upgrade\n",
			`f.sql:2:17: "d-e" cannot be named under replaces: it holds '-'; letters, digits, _ and . are allowed`},
		{"deep", head + "-- replaces: x0(x1(x2(x3(x4(x5(x6(x7(x8(x9(y0(y1(y2(y3(y4(y5(y6(y7(y8(y9(z0(z1(z2(z3(z4(z5(z6(z7(z8(z9(w0(w1(w2(w3\n-- +upgrade\n", `f.sql:2:112: squashes stand in one another here more than 32 deep`},
		{"utf-16 with mark", "\xff\xfe-\x00", `f.sql:1:1: the file is UTF-16; save it as UTF-8`},
		{"utf-16 without mark", "-\x00-\x00", `f.sql:1:1: the file looks like UTF-16; save it as UTF-8`},
		{"NUL", head + "-- +upgrade\né\x00", `f.sql:3:2: NUL byte in SQL text`},
		{"header not UTF-8", head + "-- message: ab\xff\n-- +upgrade\n",
			`f.sql:2:15: header and markers must be UTF-8, and this byte is not; save the file as UTF-8`},
		{"several", "-- revise: b\n-- +upgrad\n",
			"f.sql:1:1: no \"-- revision: ID\" line before the first marker; every revision file starts with one\n" +
				"f.sql:1:4: unknown header key \"revise\"; did you mean \"revises\"?\n" +
				"f.sql:2:4: unknown marker -- +upgrad; did you mean -- +upgrade?"},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			r, err := parser.Parse("f.sql", []byte(c.src), dialects)
			var list parser.ErrorList
			if !errors.As(err, &list) || r != nil {
				t.Fatalf("got %v, %v; want an ErrorList", r, err)
			}
			if err.Error() != c.want {
				t.Errorf("got  %s\nwant %s", err, c.want)
			}
		})
	}
}

func TestFormat(t *testing.T) {
	second := time.Second
	want := &parser.Revision{
		ID:       parser.Ref{Name: "c3"},
		Revises:  []parser.Ref{{Name: "a1"}, {Name: "b2"}},
		Labels:   []parser.Ref{{Name: "shop"}},
		Message:  "two\nlines",
		Created:  "2026-11-22T10:03:51Z",
		Settings: parser.Settings{Transaction: parser.Off},
		Sections: []*parser.Section{
			{Kind: parser.Upgrade, Text: parser.InMemory("SELECT 1")},
			{Kind: parser.Downgrade, Dialects: []string{"sqlite"}, Settings: parser.Settings{LockTimeout: &second}},
		},
	}
	text := format(t, want)
	got := parse(t, text)
	if got.ID.Name != "c3" || len(got.Revises) != 2 || got.Message != "two lines" || got.Settings.Transaction != parser.Off {
		t.Errorf("read back: %+v\n%s", got, text)
	}
	if len(got.Sections) != 2 || read(t, got.Sections[0].Text) != "SELECT 1\n\n" || *got.Sections[1].Settings.LockTimeout != second {
		t.Errorf("sections read back: %+v\n%s", got.Sections, text)
	}
	if again := format(t, got); again != text {
		t.Errorf("written again:\n%s\nnot:\n%s", again, text)
	}
}

// What a squash replaces is written into lines that can be read, and read as it was.
func TestReplaces(t *testing.T) {
	ref := func(name string, of ...parser.Replaced) parser.Replaced {
		return parser.Replaced{Ref: parser.Ref{Name: name}, Of: of}
	}
	var many []parser.Replaced
	for i := range 40 {
		many = append(many, ref(fmt.Sprintf("revision%d", i)))
	}
	for _, list := range [][]parser.Replaced{
		{ref("a")},
		{ref("a"), ref("s", ref("b"), ref("t", ref("c"), ref("d"))), ref("e")},
		many[:30],
		{ref("a"), ref("s", many...), ref("e")},
	} {
		text := format(t, &parser.Revision{ID: parser.Ref{Name: "sss"}, Replaces: list, Sections: []*parser.Section{{Kind: parser.Upgrade}}})
		for line := range strings.Lines(text) {
			if len(line) > 130 {
				t.Errorf("a line of %d bytes: %s", len(line), line)
			}
		}
		got := parse(t, text).Replaces
		var names func(list []parser.Replaced) string
		names = func(list []parser.Replaced) (s string) {
			for _, r := range list {
				s += " " + r.Name
				if len(r.Of) > 0 {
					s += " (" + names(r.Of) + " )"
				}
			}
			return s
		}
		if names(got) != names(list) {
			t.Errorf("got %s\nwant %s\nfrom %s", names(got), names(list), text)
		}
	}
	r := parse(t, "-- revision: s\n-- replaces: a , t( b,c ) ,d\n-- Replaces: t(e)\n-- +upgrade\n")
	var all []string
	parser.Each(r.Replaces, func(r parser.Replaced) { all = append(all, r.Name+"@"+r.Pos.String()) })
	if got, want := strings.Join(all, " "), "a@f.sql:2:14 t@f.sql:2:18 b@f.sql:2:21 c@f.sql:2:23 e@f.sql:3:16 d@f.sql:2:28"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func read(t *testing.T, text parser.Text) string {
	t.Helper()
	s, err := text.String()
	if err != nil || int64(len(s)) != text.Size() {
		t.Fatalf("text of %d bytes, %d read: %v", text.Size(), len(s), err)
	}
	return s
}

func format(t *testing.T, r *parser.Revision) string {
	t.Helper()
	s, err := parser.Format(r)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func FuzzParse(f *testing.F) {
	f.Add("-- revision: a1\n-- +upgrade mysql transaction=off\nx;\n-- +downgrade\n")
	f.Fuzz(func(t *testing.T, src string) {
		r, err := parser.Parse("f", []byte(src), dialects)
		if (r == nil) == (err == nil) {
			t.Fatalf("revision %v and error %v", r, err)
		}
		again, errAgain := parser.ParseFile("f", strings.NewReader(src), dialects)
		if fmt.Sprint(err) != fmt.Sprint(errAgain) {
			t.Fatalf("error %v when read at once, %v when read in pieces", err, errAgain)
		}
		if r == nil {
			return
		}
		if format(t, r) != format(t, again) {
			t.Fatalf("read in pieces:\n%s\nat once:\n%s", format(t, again), format(t, r))
		}
		for _, s := range r.Sections {
			if text := read(t, s.Text); src[s.Start.Offset:s.Start.Offset+len(text)] != text {
				t.Fatalf("section at %s is not the text there", s.Start)
			}
		}
	})
}

// What is wrong a thousand times over is reported in time in proportion, once for each line.
func TestManyMistakes(t *testing.T) {
	text := "-- revision: a1\n-- revises: " + strings.Repeat("a2,", 50_000) + "a2\n" + strings.Repeat("-- +upgrade\n", 20_000)
	_, err := parser.Parse("f", []byte(text), dialects)
	var list parser.ErrorList
	if !errors.As(err, &list) || len(list) != 19_999 {
		t.Errorf("got %d mistakes, want 19999", len(list))
	}
	if want := "f:20002:1: a second -- +upgrade section; the first is at line 3"; list[len(list)-1].Error() != want {
		t.Errorf("got %v, want %s", list[len(list)-1], want)
	}
}

// ReadDDL takes any text, whatever its words are.
func TestReadDDLOfAnything(t *testing.T) {
	words := strings.Fields("CREATE OR REPLACE TEMPORARY UNIQUE INDEX CONCURRENTLY ON ONLY TABLE VIEW MATERIALIZED DROP ALTER RENAME TO ADD COLUMN CONSTRAINT PRIMARY KEY FOREIGN CHECK " +
		"PARTITION IF NOT EXISTS CHANGE MODIFY TYPE VALUE DEFINER = CURRENT_USER @ ( ) , . a `b``c` \"d\" 'e' /*!50001 */ -- 1 ; $$ DETACH")
	random := rand.New(rand.NewPCG(3, 4))
	read := 0
	for _, driver := range all.Drivers() {
		for range 20_000 {
			var text []string
			for range 1 + random.IntN(14) {
				text = append(text, words[random.IntN(len(words))])
			}
			if _, ok := parser.ReadDDL(strings.Join(text, " "), driver.Dialect()); ok {
				read++
			}
			driver.Probe(strings.Join(text, " "))
		}
	}
	if read < 100 {
		t.Errorf("only %d texts were read", read)
	}
}
