package sqlite_test

import (
	"context"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	"revise/drivers"
	"revise/drivers/drivertest/schematest"
	"revise/drivers/sqlite"
	"revise/schema"
)

// schemaSubject is SQLite as a subject of schema tests. What it says of a schema itself are the texts of sqlite_schema, and what its PRAGMAs tell of tables.
func schemaSubject() schematest.Subject {
	return schematest.Subject{
		Driver: sqlite.Driver{},
		Fresh: func(t testing.TB) drivers.Address {
			addr, err := sqlite.Driver{}.Parse("sqlite:" + filepath.Join(t.TempDir(), "schema.db") + "?foreign_keys=on")
			if err != nil {
				t.Fatal(err)
			}
			return addr
		},
		Dump: dump,
	}
}

func dump(t testing.TB, addr drivers.Address) string {
	c, err := sqlite.Driver{}.Open(context.Background(), addr, drivers.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(context.Background())
	known := map[string]bool{"": true}
	names, err := c.Query(context.Background(), `SELECT name FROM sqlite_schema UNION SELECT x.name FROM sqlite_schema s, pragma_table_xinfo(s.name) x WHERE s.type = 'table'`)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		known[strings.ToLower(n[0])] = true
	}
	var out []string
	for _, query := range []string{
		`SELECT type, lower(name), lower(tbl_name), CASE type WHEN 'table' THEN '' ELSE sql END FROM sqlite_schema WHERE name NOT LIKE 'sqlite\_%' ESCAPE '\'`,
		`SELECT 'list', lower(name), type, ncol, wr, strict FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'`,
		`SELECT 'column', lower(s.name), x.cid, lower(x.name), lower(x.type), x."notnull", x.dflt_value, x.pk, x.hidden FROM sqlite_schema s, pragma_table_xinfo(s.name) x
		 WHERE s.type = 'table' AND s.name NOT LIKE 'sqlite\_%' ESCAPE '\'`,
		`SELECT 'key', lower(s.name), lower(x."table"), lower(x."from"), lower(x."to"), x.on_update, x.on_delete, x.match FROM sqlite_schema s, pragma_foreign_key_list(s.name) x WHERE s.type = 'table'`,
		`SELECT 'index', lower(s.name), CASE WHEN i.origin = 'c' THEN lower(i.name) ELSE '' END, i."unique", i.origin, i.partial, x.seqno, lower(x.name), x."desc", x.coll, x.key FROM sqlite_schema s, pragma_index_list(s.name) i, pragma_index_xinfo(i.name) x WHERE s.type = 'table' AND x.key`,
		`SELECT 'words', lower(s.name), s.sql FROM sqlite_schema s JOIN pragma_table_list l ON l.schema = 'main' AND l.name = s.name AND l.type <> 'shadow'
		 WHERE s.type = 'table' AND s.name NOT LIKE 'sqlite\_%' ESCAPE '\'`,
	} {
		rows, err := c.Query(context.Background(), query)
		if err != nil {
			t.Fatalf("%v\n%s", err, query)
		}
		for _, r := range rows {
			last := len(r) - 1
			if r[0] == "words" { // a column that was added stands behind the constraints: their order does not count
				list := strings.Split(bare(r[last], known), " ")
				list = list[slices.Index(list, "(")+1:] // without its name
				sort.Strings(list)
				r[last] = strings.Join(list, " ")
			} else if r[0] == "view" || r[0] == "index" || r[0] == "trigger" {
				r[last] = bare(r[last], known)
			}
			out = append(out, strings.Join(r, "|"))
		}
	}
	sort.Strings(out)
	return strings.Join(out, "\n")
}

// bare is a text without comments, quotes of names, commas and blanks that part nothing, in lower case but for strings. Names in double quotes that
// nothing is called are strings, unless they give a name.
func bare(text string, known map[string]bool) string {
	var b strings.Builder
	space := func() {
		if s := b.String(); s != "" && !strings.HasSuffix(s, " ") {
			b.WriteByte(' ')
		}
	}
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case strings.HasPrefix(text[i:], "--"):
			n := strings.IndexByte(text[i:], '\n')
			if n < 0 {
				n = len(text) - i
			}
			i += n
			space()
		case strings.HasPrefix(text[i:], "/*"):
			n := strings.Index(text[i:], "*/")
			i += n + 2
			space()
		case c == '\'':
			n := closing(text, i)
			space()
			b.WriteString(text[i:n])
			space()
			i = n
		case c == '"' || c == '`' || c == '[':
			n := closing(text, i)
			name := text[i+1 : n-1]
			if c != '[' {
				name = strings.ReplaceAll(name, string([]byte{c, c}), string(c))
			}
			space()
			switch word := strings.ToLower(name); {
			case strings.HasSuffix(b.String(), "default "), c == '"' && !known[word] && !strings.HasSuffix(b.String(), " as "):
				b.WriteString("string " + name)
			case word == "" || strings.ContainsAny(word, " \"'`[](),;-/*") || word == "distinct":
				b.WriteString("name " + word)
			default:
				b.WriteString(word)
			}
			space()
			i = n
		case strings.IndexByte(" \t\r\n,", c) >= 0:
			space()
			i++
		case strings.IndexByte("()=<>|+*/;.", c) >= 0:
			space()
			b.WriteByte(c)
			space()
			i++
		default:
			word := i
			for i < len(text) && strings.IndexByte(" \t\r\n,()=<>|+*/;.'\"`[", text[i]) < 0 && !strings.HasPrefix(text[i:], "--") {
				i++
			}
			w := text[word:i]
			if !strings.HasSuffix(b.String(), "default ") { // a string too
				w = strings.ToLower(w)
			}
			b.WriteString(w)
		}
	}
	return strings.TrimSpace(b.String())
}

// closing is behind the quote that ends what begins at i.
func closing(text string, i int) int {
	q := text[i]
	if q == '[' {
		return i + strings.IndexByte(text[i:], ']') + 1
	}
	for i++; i < len(text); i++ {
		if text[i] != q {
			continue
		}
		if i+1 == len(text) || text[i+1] != q {
			return i + 1
		}
		i++
	}
	return i
}

func TestSchemaPairs(t *testing.T) {
	schematest.Pairs(t, schemaSubject(), "../../testdata/schema/sqlite")
}

func TestSchemaHistories(t *testing.T) { schematest.Histories(t, schemaSubject(), "sqlite") }

// TestShadowsOfUnknownModules: what a virtual table keeps its data in is no table of the schema's, though the module is not in this SQLite.
func TestShadowsOfUnknownModules(t *testing.T) {
	c := open(t, "sqlite::memory:")
	for _, sql := range []string{
		"CREATE TABLE f_content (docid INTEGER PRIMARY KEY, c0a)", "CREATE TABLE f_other (n)", "PRAGMA writable_schema = ON",
		"INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('table', 'f', 'f', 0, 'CREATE VIRTUAL TABLE f USING fts4 (a)')",
		"PRAGMA writable_schema = RESET",
	} {
		if _, err := c.Query(context.Background(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	s := schematest.Snapshot(t, c, schema.Scope{})
	if got, want := strings.Join(s.Keys(), ", "), "column f_other.n, table f, table f_other"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
