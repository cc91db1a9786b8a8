package parser_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"revise/parser"
)

// classDialect knows a few words of each class.
func classDialect() *parser.Dialect {
	return &parser.Dialect{Classes: []parser.ClassPattern{
		{Pattern: "BEGIN", Class: parser.Begin},
		{Pattern: "COMMIT AND CHAIN", Class: parser.Control},
		{Pattern: "COMMIT|END [WORK]", Class: parser.Commit},
		{Pattern: "SAVEPOINT", Class: parser.Control},
		{Pattern: "CREATE [UNIQUE] INDEX CONCURRENTLY", Class: parser.Outside},
		{Pattern: "ALTER DATABASE * SET TABLESPACE", Class: parser.Outside},
		{Pattern: "CLUSTER $", Class: parser.Outside},
		{Pattern: "PRAGMA [* .] foreign_keys =|(", Class: parser.Outside},
	}}
}

func TestTransactional(t *testing.T) {
	const (
		controls = " controls the transaction that the section runs in"
		cannot   = " cannot run inside a transaction"
		hint     = `; put "-- transaction: off" into the header or "transaction=off" behind the section's marker`
	)
	for _, c := range []struct {
		name, sql string
		inner     string // texts, separated by |
		unwrapped bool
		errs      []string
	}{
		{name: "empty"},
		{name: "plain", sql: "a; b", inner: "a|b"},
		{name: "one pair", sql: "BEGIN; a; b; COMMIT", inner: "a|b", unwrapped: true},
		{name: "other words", sql: "begin /* c */ transaction; a; END WORK", inner: "a", unwrapped: true},
		{name: "empty pair", sql: "BEGIN; COMMIT", unwrapped: true},
		{name: "only begin", sql: "BEGIN", errs: []string{`1:1: "BEGIN"` + controls}},
		{name: "only commit", sql: "COMMIT", errs: []string{`1:1: "COMMIT"` + controls}},
		{name: "statement before", sql: "a; BEGIN; COMMIT", errs: []string{`1:4: "BEGIN"` + controls, `1:11: "COMMIT"` + controls}},
		{name: "dump of SQLite", sql: "PRAGMA foreign_keys=OFF; BEGIN TRANSACTION; a; COMMIT;", inner: "PRAGMA foreign_keys=OFF|a", unwrapped: true},
		{name: "other pragma", sql: "PRAGMA foreign_keys=ON; BEGIN; a; COMMIT;",
			errs: []string{`1:1: "PRAGMA FOREIGN_KEYS"` + cannot, `1:25: "BEGIN"` + controls, `1:35: "COMMIT"` + controls}},
		{name: "pragma inside", sql: "BEGIN; PRAGMA foreign_keys=OFF; COMMIT;", errs: []string{`1:8: "PRAGMA FOREIGN_KEYS"` + cannot}},
		{name: "two pairs", sql: "BEGIN; a; COMMIT; BEGIN; b;\nCOMMIT", errs: []string{`1:11: "COMMIT"` + controls, `1:19: "BEGIN"` + controls}},
		{name: "isolation would be lost", sql: "BEGIN ISOLATION LEVEL SERIALIZABLE; a; COMMIT",
			errs: []string{`1:1: "BEGIN"` + controls, `1:40: "COMMIT"` + controls}},
		{name: "chain", sql: "BEGIN; a; COMMIT AND CHAIN", errs: []string{`1:1: "BEGIN"` + controls, `1:11: "COMMIT AND CHAIN"` + controls}},
		{name: "inside a pair", sql: "BEGIN; SAVEPOINT é; COMMIT", errs: []string{`1:8: "SAVEPOINT"` + controls}},
		{name: "outside", sql: "a;\n CREATE UNIQUE INDEX CONCURRENTLY i ON t(a); alter -- x\n database \"d\" set tablespace s; CLUSTER",
			errs: []string{`2:2: "CREATE UNIQUE INDEX CONCURRENTLY"` + cannot, `2:46: "ALTER DATABASE … SET TABLESPACE"` + cannot, `3:33: "CLUSTER"` + cannot}},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			stmts, err := parser.Split(parser.Position{Line: 1, Col: 1}, c.sql, classDialect())
			if err != nil {
				t.Fatal(err)
			}
			check := parser.NewTransaction(classDialect())
			for _, s := range stmts {
				check.Add(s)
			}
			begin, err := check.End()
			unwrapped := begin >= 0
			inner := stmts
			if unwrapped {
				inner = slices.Delete(stmts[:len(stmts)-1], begin, begin+1)
			}
			if c.errs != nil {
				var list parser.ErrorList
				if !errors.As(err, &list) || unwrapped {
					t.Fatalf("got %v, %v; want an ErrorList", unwrapped, err)
				}
				if want := strings.Join(c.errs, hint+"\n") + hint; err.Error() != want {
					t.Errorf("got\n%v\nwant\n%s", err, want)
				}
				return
			}
			var texts []string
			for _, s := range inner {
				texts = append(texts, s.Text)
			}
			if got := strings.Join(texts, "|"); err != nil || got != c.inner || unwrapped != c.unwrapped {
				t.Errorf("got %s, %v, %v; want %s, %v", got, unwrapped, err, c.inner, c.unwrapped)
			}
		})
	}
}

func TestClassPatterns(t *testing.T) {
	long := strings.Repeat("x ", 100)
	for _, c := range []struct {
		pattern, sql string
		fits         bool
	}{
		{"A", "a", true},
		{"A", `"a"`, false},
		{"A", "a.b", true},
		{"A", "ab", false},
		{"A|B C", "b c", true},
		{"A|B C", "b", false},
		{"A [B] C", "a c", true},
		{"A [B|D] C", "a d c", true},
		{"A [B C] D", "a b d", false},
		{"A [B]", "a", true},
		{"A [B] $", "a b", true},
		{"A [B] $", "a b c", false},
		{"A [B] [C] $", "a c", true},
		{"A $", "a (b, (c))", true},
		{"A ( B )", "a (b) c", true},
		{"A ( ... B", "a (c, b) d", true},
		{"A ( ... B", "a b", false},
		{"A * B", "a 'x' b", true},
		{"A * B", "a b", false},
		{"A ... B", "a b", true},
		{"A ... B", "a 'b'", false},
		{"A ... B $", "a b c b", true},
		{"A ... X Y", "a " + long + "y", false},
		{"A $", "a " + long, false},
		{"A [* .] B =|(", "a m.b(1)", true},
		{"A [* .] B =|(", "a b = 1", true},
		{"A [* .] B =|(", "a b", false},
	} {
		d := &parser.Dialect{Classes: []parser.ClassPattern{{Pattern: c.pattern, Class: parser.Outside}}}
		stmts, err := parser.Split(parser.Position{Line: 1, Col: 1}, c.sql, d)
		if err != nil || len(stmts) != 1 {
			t.Fatalf("%q: %v, %v", c.sql, stmts, err)
		}
		if fits := stmts[0].Class == parser.Outside; fits != c.fits {
			t.Errorf("%q fits %q: %v, want %v", c.sql, c.pattern, fits, c.fits)
		}
	}
}
