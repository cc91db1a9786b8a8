package sqlite

import (
	"errors"
	"slices"
	"strings"

	"revise/parser"
)

// A lexeme is a token of a definition.
type lexeme struct {
	parser.Token
	raw  string
	name string // as a name: without quotes, in lower case
	norm string // as it counts
	// maybe says that it is a name in double quotes where an expression can stand: to SQLite a string if it names nothing
	// (https://sqlite.org/quirks.html#dblquote).
	maybe bool
}

// is reports whether a lexeme is a keyword, or a name or sign that reads the same.
func (l lexeme) is(words ...string) bool {
	return (l.Kind == parser.Word || l.Kind == parser.Sign) && slices.Contains(words, l.norm)
}

// isName reports whether a lexeme can be a name.
func (l lexeme) isName() bool { return l.Kind == parser.Word || l.Kind == parser.Quoted }

// lexemes cuts a definition into tokens. Names lose their quotes, and all but strings their case.
func lexemes(text string) ([]lexeme, error) {
	tokens, err := parser.Tokens(text, Dialect())
	if err != nil {
		return nil, err
	}
	list := make([]lexeme, len(tokens))
	var module int // of a virtual table: what follows its name is text that only it understands
	for i, t := range tokens {
		raw := text[t.Start:t.End]
		l := lexeme{Token: t, raw: raw, norm: fold(raw)}
		l.name = l.norm
		var before lexeme
		if i > 0 {
			before = list[i-1]
		}
		switch {
		case module > 0 && i > module:
			l.norm = raw
			if t.Kind == parser.Quoted {
				l.name = fold(unquoted(raw))
			}
		case t.Kind == parser.String:
			l.norm = raw
		case t.Kind == parser.Quoted:
			l.name = fold(unquoted(raw))
			l.norm = bare(l.name)
			l.maybe = raw[0] == '"' && !naming(before)
			if before.is("default") { // no name can stand there
				l.norm, l.maybe = ident(unquoted(raw)), false
			}
		case t.Kind == parser.Word && before.is("default") && !l.is("true", "false", "null", "current_date", "current_time", "current_timestamp"):
			l.norm = raw // a string too
		case l.is("using") && len(list) > 2 && list[1].is("virtual"):
			module = i + 1
		}
		if before.is(".") || l.is(".") && i > 0 {
			l.maybe, list[i-1].maybe = false, false
		}
		list[i] = l
	}
	return list, nil
}

// naming reports whether a name, and no expression, stands behind a lexeme.
func naming(l lexeme) bool {
	return l.is("as", "constraint", "collate", "from", "join", "into", "update", "table", "view", "index", "trigger", "on", "references", "of")
}

// settle makes strings of the names in double quotes that name nothing, and reports whether there was one.
func settle(list []lexeme, known map[string]bool) (some bool) {
	for i, l := range list {
		if l.maybe && !known[l.name] {
			list[i].norm = ident(unquoted(l.raw))
			some = true
		}
	}
	return some
}

// aliases adds the names that a definition gives within itself.
func aliases(list []lexeme, known map[string]bool) {
	for i, l := range list {
		if !l.isName() || i == 0 {
			continue
		}
		if list[i-1].is("as", "constraint") || i+2 < len(list) && list[i+1].is("as") && list[i+2].Kind == parser.Open {
			known[l.name] = true
		}
	}
}

// unquoted is a name without its quotes.
func unquoted(raw string) string {
	if len(raw) < 2 {
		return raw
	}
	q, inner := raw[0], raw[1:len(raw)-1]
	if q == '[' {
		return inner
	}
	return strings.ReplaceAll(inner, string([]byte{q, q}), string(q))
}

// unquotedWord is a name as it is written, without its quotes.
func unquotedWord(l lexeme) string {
	if l.Kind == parser.Word {
		return l.raw
	}
	return unquoted(l.raw)
}

// joined is the normal form of tokens: they are parted by blanks.
func joined(list []lexeme) string {
	var b strings.Builder
	for i, l := range list {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(l.norm)
	}
	return b.String()
}

// A tableText is the text of CREATE TABLE, taken apart.
type tableText struct {
	columns     []part
	constraints []part
	tail        []lexeme // behind the parenthesis: STRICT, WITHOUT ROWID
	body        string   // from the parenthesis to the end, as it is
}

// A part is a column or a constraint of a table.
type part struct {
	text string // as it is, without comments at its ends
	list []lexeme
}

// has reports whether words follow each other in a part.
func (p part) has(words ...string) bool {
	for i := range len(p.list) - len(words) + 1 {
		if slices.EqualFunc(p.list[i:i+len(words)], words, func(l lexeme, w string) bool {
			return l.Kind != parser.String && l.Kind != parser.Quoted && l.norm == w
		}) {
			return true
		}
	}
	return false
}

// readTable takes a CREATE TABLE apart. nil: it has no list of columns.
func readTable(text string) (*tableText, error) {
	list, err := lexemes(text)
	if err != nil {
		return nil, err
	}
	return takeApart(text, list)
}

func takeApart(text string, list []lexeme) (*tableText, error) {
	open := slices.IndexFunc(list, func(l lexeme) bool { return l.Kind == parser.Open || l.is("as") })
	if open < 0 || list[open].Kind != parser.Open {
		return nil, nil
	}
	t := &tableText{body: text[list[open].Start:]}
	depth, from := 0, open+1
	for i := open; i < len(list); i++ {
		l := list[i]
		switch l.Kind {
		case parser.Open:
			depth++
		case parser.Close:
			depth--
		}
		if depth == 0 || depth == 1 && l.is(",") {
			t.take(text, list[from:i])
			from = i + 1
		}
		if depth == 0 {
			t.tail = list[i+1:]
			return t, nil
		}
	}
	return nil, errors.New("its parentheses do not match")
}

// take adds a part of the table.
func (t *tableText) take(text string, list []lexeme) {
	if len(list) == 0 {
		return
	}
	p := part{text: text[list[0].Start:list[len(list)-1].End], list: list}
	if list[0].is("constraint", "primary", "unique", "check", "foreign") {
		t.constraints = append(t.constraints, p)
		return
	}
	if list[0].Kind == parser.String { // SQLite takes it for a name where it has to be one
		list[0].name = fold(unquoted(list[0].raw))
		list[0].norm = bare(list[0].name)
	}
	list[0].maybe = false
	t.columns = append(t.columns, p)
}

// own is the definition of the table without its columns.
func (t *tableText) own() string {
	var b strings.Builder
	b.WriteString("table")
	for _, c := range t.constraints {
		b.WriteString("\n" + joined(c.list))
	}
	if len(t.tail) > 0 {
		b.WriteString("\n) " + joined(t.tail))
	}
	return b.String()
}

// fold is a name in lower case, as SQLite compares names: ASCII only.
func fold(name string) string {
	for i := range len(name) {
		if c := name[i]; c >= 'A' && c <= 'Z' {
			b := []byte(name)
			for ; i < len(b); i++ {
				if b[i] >= 'A' && b[i] <= 'Z' {
					b[i] += 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return name
}

// object is how a snapshot calls an object. Names that differ in case only are the same to SQLite.
func object(name string) string { return plain(fold(name)) }

// plain quotes a name if it has to be, or if it reads better so.
func plain(name string) string {
	if !isWord(name) || isKeyword(name) || isReserved(name) {
		return ident(name)
	}
	return name
}

// bare is a name without quotes, unless it would read as something else.
func bare(name string) string {
	if !isWord(name) || isReserved(name) {
		return ident(name)
	}
	return name
}

func isWord(name string) bool {
	for i, r := range name {
		if r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return name != ""
}

// isReserved reports whether SQLite never reads a word without quotes as a name, or, as TRUE, not where an expression stands
// (https://sqlite.org/lang_keywords.html, and what falls back to a name in its grammar).
func isReserved(name string) bool {
	switch strings.ToUpper(name) {
	case "ADD", "ALL", "ALTER", "AND", "AS", "AUTOINCREMENT", "BETWEEN", "CASE", "CHECK", "COLLATE", "COMMIT", "CONSTRAINT", "CREATE", "CROSS",
		"CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "DEFAULT", "DEFERRABLE", "DELETE", "DISTINCT", "DROP", "ELSE", "ESCAPE", "EXCEPT", "EXISTS",
		"FALSE", "FOREIGN", "FROM", "FULL", "GROUP", "HAVING", "IN", "INDEX", "INDEXED", "INNER", "INSERT", "INTERSECT", "INTO", "IS", "ISNULL", "JOIN",
		"LEFT", "LIMIT", "NATURAL", "NOT", "NOTHING", "NOTNULL", "NULL", "ON", "OR", "ORDER", "OUTER", "PRIMARY", "REFERENCES", "RETURNING", "RIGHT",
		"SELECT", "SET", "TABLE", "THEN", "TO", "TRANSACTION", "TRUE", "UNION", "UNIQUE", "UPDATE", "USING", "VALUES", "WHEN", "WHERE":
		return true
	}
	return false
}

// isKeyword reports whether a word is one that SQLite gives a meaning, but takes for a name where it has none.
func isKeyword(name string) bool {
	switch strings.ToUpper(name) {
	case "ABORT", "ACTION", "AFTER", "ALWAYS", "ANALYZE", "ASC", "ATTACH", "BEFORE", "BEGIN", "BY", "CASCADE", "CAST", "COLUMN", "CONFLICT", "CURRENT",
		"DATABASE", "DEFERRED", "DESC", "DETACH", "DO", "EACH", "END", "EXCLUDE", "EXCLUSIVE", "EXPLAIN", "FAIL", "FILTER", "FIRST", "FOLLOWING", "FOR",
		"GENERATED", "GLOB", "GROUPS", "IF", "IGNORE", "IMMEDIATE", "INITIALLY", "INSTEAD", "KEY", "LAST", "LIKE", "MATCH", "MATERIALIZED", "NO", "NULLS",
		"OF", "OFFSET", "OTHERS", "OVER", "PARTITION", "PLAN", "PRAGMA", "PRECEDING", "QUERY", "RAISE", "RANGE", "RECURSIVE", "REGEXP", "REINDEX",
		"RELEASE", "RENAME", "REPLACE", "RESTRICT", "ROLLBACK", "ROW", "ROWS", "SAVEPOINT", "TEMP", "TEMPORARY", "TIES", "TRIGGER", "UNBOUNDED",
		"VACUUM", "VIEW", "VIRTUAL", "WINDOW", "WITH", "WITHIN", "WITHOUT":
		return true
	}
	return false
}
