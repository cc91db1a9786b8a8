package postgres

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"revise/parser"
)

// again is the probe of a statement that may run again whatever became of it.
const again = "SELECT false"

// Probe looks into the system catalogs. It knows what cannot share a transaction with its entry in the ledger; all else is never in doubt.
func (Driver) Probe(statement string) string {
	if harmlessForm(statement) {
		return again
	}
	d, ok := parser.ReadDDL(statement, Dialect())
	if !ok || d.Temporary {
		return ""
	}
	switch {
	case d.Verb == "CREATE" && d.Kind == "INDEX" && !d.Lenient:
		// A build that failed leaves an index that is not valid, which is dropped before the next.
		table, name := relation(d.On), foldLiteral(d.Names[0])
		return fmt.Sprintf("SELECT CASE WHEN %s IS NULL THEN NULL ELSE EXISTS (SELECT FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid"+
			" WHERE x.indrelid = %[1]s AND x.indisvalid AND i.relname = %s) END", table, name)
	case d.Verb == "CREATE" && d.Kind == "INDEX":
		// IF NOT EXISTS passes over an invalid one as well; that is dropped first.
		return again
	case d.Verb == "DROP" && d.Kind == "INDEX" && !d.Lenient && len(d.Names) == 1:
		return inOneSchema(d.Names[0], relation(d.Names[0])+" IS NULL")
	case d.Verb == "ALTER" && d.Kind == "TYPE" && d.Lenient:
		return again
	case d.Verb == "ALTER" && d.Kind == "TYPE":
		return fmt.Sprintf("SELECT CASE WHEN %s IS NULL THEN NULL ELSE EXISTS (SELECT FROM pg_catalog.pg_enum WHERE enumtypid = %[1]s AND enumlabel = %s) END",
			fmt.Sprintf("pg_catalog.to_regtype(%s)", literal(foldedPath(d.Names[0]))), literal(d.Value))
	case d.Verb == "ALTER" && d.Kind == "TABLE" && len(d.Actions) == 1 && d.Actions[0].Verb == "DETACH":
		child, parent := relation(d.Actions[0].To), relation(d.Names[0])
		return fmt.Sprintf("SELECT CASE WHEN %s IS NULL OR %s IS NULL THEN NULL ELSE NOT EXISTS (SELECT FROM pg_catalog.pg_inherits"+
			" WHERE inhrelid = %[1]s AND inhparent = %[2]s) END", child, parent)
	case d.Verb == "CREATE" && d.Kind == "MATERIALIZED VIEW" && !d.Lenient:
		return inOneSchema(d.Names[0], relation(d.Names[0])+" IS NOT NULL")
	case d.Verb == "DROP" && d.Kind == "MATERIALIZED VIEW" && !d.Lenient && len(d.Names) == 1:
		return inOneSchema(d.Names[0], relation(d.Names[0])+" IS NULL")
	}
	catalog, column := "", ""
	switch d.Kind {
	case "DATABASE":
		catalog, column = "pg_database", "datname"
	case "TABLESPACE":
		catalog, column = "pg_tablespace", "spcname"
	case "SUBSCRIPTION":
		catalog, column = "pg_subscription", "subname"
	default:
		if d.Lenient && d.Verb != "ALTER" {
			return again
		}
		return ""
	}
	if d.Lenient {
		return again
	}
	not := ""
	if d.Verb == "DROP" {
		not = "NOT "
	} else if d.Verb != "CREATE" {
		return ""
	}
	return fmt.Sprintf("SELECT %sEXISTS (SELECT FROM pg_catalog.%s WHERE %s = %s)", not, catalog, column, foldLiteral(d.Names[0]))
}

// harmlessForm knows, by its first words, a statement that leaves things as they are when it runs a second time.
func harmlessForm(statement string) bool {
	words := strings.Fields(strings.ToUpper(statement[:min(len(statement), 200)]))
	if len(words) == 0 {
		return false
	}
	switch first, _, _ := strings.Cut(words[0], "("); first {
	case "VACUUM", "ANALYZE", "REINDEX", "CLUSTER", "REFRESH", "CHECKPOINT", "SET", "RESET", "SHOW", "DISCARD", "LOAD", "EXPLAIN":
		return true
	case "ALTER":
		return len(words) > 1 && words[1] == "SYSTEM"
	}
	return false
}

// inOneSchema is a test of an object that a name leads to. Without a schema it is one that the search path holds, and what it led to before is not
// known if that has several.
func inOneSchema(n parser.Name, test string) string {
	if len(n) > 1 {
		return "SELECT " + test
	}
	return "SELECT CASE WHEN pg_catalog.cardinality(pg_catalog.current_schemas(false)) = 1 THEN " + test + " END"
}

// relation is the number of a table, index or view, as the session finds it.
func relation(n parser.Name) string {
	return "pg_catalog.to_regclass(" + literal(foldedPath(n)) + ")"
}

// foldedPath is a name as the server reads it back, quoted.
func foldedPath(n parser.Name) string {
	parts := make([]string, len(n))
	for i, p := range n {
		parts[i] = folded(p)
	}
	return ident(parts...)
}

func foldLiteral(n parser.Name) string { return literal(folded(n[len(n)-1])) }

// maxName is NAMEDATALEN - 1: what is longer is cut, at a character.
const maxName = 63

// folded is a part of a name as the catalogs have it. Letters beyond ASCII stay as they are: in UTF-8 the server folds none (downcase_identifier).
func folded(p parser.NamePart) string {
	s := p.Text
	if !p.Quoted {
		s = strings.Map(func(r rune) rune {
			if r >= 'A' && r <= 'Z' {
				return r + 'a' - 'A'
			}
			return r
		}, s)
	}
	for len(s) > maxName {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
	}
	return s
}
