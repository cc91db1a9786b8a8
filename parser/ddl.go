package parser

import (
	"slices"
	"strings"
)

// A DDL is what a statement says that makes, drops, renames or alters something, as far as its first words and its names tell. It is for
// looking into a catalog whether the statement has taken effect, so what is not certain is left out.
type DDL struct {
	Verb string // CREATE, DROP, ALTER, RENAME
	Kind string // TABLE, VIEW, INDEX, …
	// Lenient: IF [NOT] EXISTS or OR REPLACE: the statement may run again.
	Lenient      bool
	Temporary    bool
	Concurrently bool
	Names        []Name // what it is about; of RENAME the old ones
	To           []Name // of RENAME the new ones
	On           Name   // the table of an index or trigger
	// Columns are those that CREATE TABLE or CREATE INDEX names, in their order; nil if they cannot be told for certain.
	Columns []string
	Actions []Action // of ALTER TABLE
	// Value is that of ALTER TYPE … ADD VALUE.
	Value string
}

// A Name is one of a database's objects: its parts without their quotes. What is not quoted stands as it was written.
type Name []NamePart

// A NamePart is one part of a Name.
type NamePart struct {
	Text   string
	Quoted bool
}

// An Action is one of those that ALTER TABLE lists.
type Action struct {
	Verb    string // ADD, DROP, RENAME, CHANGE, DETACH, AGAIN (may run again), UNKNOWN
	Kind    string // COLUMN, INDEX, CONSTRAINT (foreign keys and checks as well), PRIMARY KEY, PARTITION, TABLE (RENAME TO)
	Lenient bool
	Name    string // without quotes; "" where it has none
	To      Name   // of RENAME and CHANGE; one part but for a table
}

// ReadDDL reads a statement. It is false for one that is none, and for one of which it is not certain what it is about.
func ReadDDL(text string, d *Dialect) (DDL, bool) {
	scan := scanner{d: d, bytes: d.made().bytes, text: text, modes: defaultModes(d)}
	r := &ddlReader{scan: &scan}
	r.next()
	ddl := r.statement()
	return ddl, !r.lost
}

// A ddlReader reads tokens with one ahead. It is lost when something stands there that it does not know.
type ddlReader struct {
	scan *scanner
	tok  token
	lost bool
}

func (r *ddlReader) next() {
	r.tok = r.scan.next()
	switch r.tok.kind {
	case errorToken, lineToken, backslashToken, markToken: // conditional code may or may not be read
		r.lost = true
	}
}

func (r *ddlReader) text() string { return r.scan.text[r.tok.start:r.tok.end] }

func (r *ddlReader) over() bool { return r.lost || r.tok.kind < wordToken }

// is reports whether the next token is one of these words or signs, not quoted.
func (r *ddlReader) is(words ...string) bool {
	if r.over() || r.tok.kind == quotedToken || r.tok.kind == stringToken {
		return false
	}
	text := r.text()
	return slices.ContainsFunc(words, func(w string) bool { return isWord(text, w) })
}

// accept takes words that follow each other, all or none but the first.
func (r *ddlReader) accept(words ...string) bool {
	if !r.is(words[0]) {
		return false
	}
	r.next()
	for _, w := range words[1:] {
		if !r.is(w) {
			r.lost = true
			return false
		}
		r.next()
	}
	return true
}

// word takes the next token as a word in capitals.
func (r *ddlReader) word() string {
	if r.over() || r.tok.kind != wordToken {
		r.lost = true
		return ""
	}
	w := strings.ToUpper(r.text())
	r.next()
	return w
}

// name takes a qualified name.
func (r *ddlReader) name() Name {
	var n Name
	for {
		part, ok := r.part()
		if !ok {
			r.lost = true
			return nil
		}
		n = append(n, part)
		if !r.is(".") {
			return n
		}
		r.next()
	}
}

func (r *ddlReader) part() (NamePart, bool) {
	if r.over() {
		return NamePart{}, false
	}
	text := r.text()
	switch r.tok.kind {
	case wordToken:
		if strings.HasPrefix(strings.ToUpper(text), "U&") {
			return NamePart{}, false
		}
		r.next()
		return NamePart{Text: text}, true
	case quotedToken:
		q := text[:1]
		if q != `"` && q != "`" || len(text) < 2 {
			return NamePart{}, false
		}
		r.next()
		return NamePart{Text: strings.ReplaceAll(text[1:len(text)-1], q+q, q), Quoted: true}, true
	}
	return NamePart{}, false
}

// plain takes a name of one part.
func (r *ddlReader) plain() string {
	part, ok := r.part()
	if !ok || r.is(".") {
		r.lost = true
	}
	return part.Text
}

func (r *ddlReader) statement() DDL {
	d := DDL{Verb: r.word()}
	switch d.Verb {
	case "CREATE":
		r.create(&d)
	case "DROP":
		r.drop(&d)
	case "ALTER":
		r.alter(&d)
	case "RENAME":
		if !r.accept("TABLE") && !r.accept("TABLES") {
			r.lost = true
			return d
		}
		d.Kind = "TABLE"
		d.Lenient = r.ifExists()
		for {
			d.Names = append(d.Names, r.name())
			if !r.accept("TO") {
				r.lost = true
			}
			d.To = append(d.To, r.name())
			if r.lost || !r.accept(",") {
				break
			}
		}
		r.end()
	default:
		r.lost = true
	}
	return d
}

// end wants nothing more.
func (r *ddlReader) end() {
	if !r.over() {
		r.lost = true
	}
}

func (r *ddlReader) ifExists() bool { return r.accept("IF", "EXISTS") }

func (r *ddlReader) ifNotExists() bool { return r.accept("IF", "NOT", "EXISTS") }

// objects are the words that stand for a kind of object of one name.
func objects() []string {
	return []string{"TABLE", "VIEW", "PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", "SEQUENCE", "DATABASE", "SCHEMA", "TABLESPACE", "SUBSCRIPTION"}
}

func (r *ddlReader) create(d *DDL) {
	if r.accept("OR", "REPLACE") {
		d.Lenient = true
	}
	unique := false
	for !r.lost {
		switch {
		case r.accept("TEMPORARY"), r.accept("TEMP"):
			d.Temporary = true
		case r.accept("UNIQUE"), r.accept("FULLTEXT"), r.accept("SPATIAL"):
			unique = true
		case r.accept("DEFINER", "="):
			r.account()
		case r.accept("ALGORITHM", "="):
			r.word()
		case r.accept("SQL", "SECURITY"):
			r.word()
		case r.accept("AGGREGATE"):
		case r.accept("MATERIALIZED", "VIEW"):
			d.Kind = "MATERIALIZED VIEW"
			d.Lenient = r.ifNotExists() || d.Lenient
			d.Names = []Name{r.name()}
			return
		case r.accept("INDEX"):
			d.Kind = "INDEX"
			r.createIndex(d)
			return
		default:
			if unique {
				r.lost = true
				return
			}
			d.Kind = r.word()
			if !slices.Contains(objects(), d.Kind) {
				r.lost = true
				return
			}
			d.Lenient = r.ifNotExists() || d.Lenient
			d.Names = []Name{r.name()}
			r.behindCreate(d)
			return
		}
	}
}

// account passes over user@host, CURRENT_USER or a role.
func (r *ddlReader) account() {
	if r.over() {
		r.lost = true
		return
	}
	r.next()
	if r.accept("(") && !r.accept(")") {
		r.lost = true
	}
	for !r.over() && strings.HasPrefix(r.text(), "@") {
		alone := r.text() == "@"
		r.next()
		if alone {
			r.next()
		}
	}
}

func (r *ddlReader) behindCreate(d *DDL) {
	switch d.Kind {
	case "TABLE":
		if r.accept("(") {
			d.Columns = r.columns()
		}
	case "TRIGGER":
		for !r.over() && !r.is("ON") {
			r.next()
		}
		if r.accept("ON") {
			d.On = r.name()
		}
	}
}

// columns are the names of the columns in the definition of a table, nil if it holds what they cannot be told of.
func (r *ddlReader) columns() []string {
	var list []string
	for {
		if r.is("LIKE", "SELECT", "WITH", "(") {
			return nil
		}
		none := r.is("CONSTRAINT", "PRIMARY", "UNIQUE", "KEY", "INDEX", "FULLTEXT", "SPATIAL", "FOREIGN", "CHECK", "PERIOD", "EXCLUDE")
		if part, ok := r.part(); !ok {
			return nil
		} else if !none {
			list = append(list, part.Text)
		}
		if !r.toComma() {
			break
		}
	}
	for !r.over() { // AS SELECT … gives more columns
		if r.is("SELECT", "LIKE", "AS") {
			return nil
		}
		r.next()
	}
	if r.lost {
		return nil
	}
	return list
}

// toComma passes over all up to behind the next comma that is in no parentheses; it is false at the end of the list.
func (r *ddlReader) toComma() bool {
	for depth := 0; !r.over(); {
		switch {
		case r.is("("):
			depth++
		case r.is(")") && depth == 0:
			r.next()
			return false
		case r.is(")"):
			depth--
		case r.is(",") && depth == 0:
			r.next()
			return true
		}
		r.next()
	}
	return false
}

// behindParenthesis passes over all up to the one that closes what was opened.
func (r *ddlReader) behindParenthesis() {
	for depth := 1; !r.over() && depth > 0; r.next() {
		switch {
		case r.is("("):
			depth++
		case r.is(")"):
			depth--
		}
	}
}

func (r *ddlReader) createIndex(d *DDL) {
	d.Concurrently = r.accept("CONCURRENTLY")
	d.Lenient = r.ifNotExists() || d.Lenient
	if r.is("ON") { // the server makes a name
		r.lost = true
		return
	}
	d.Names = []Name{r.name()}
	for !r.over() && !r.is("ON") { // USING BTREE
		r.next()
	}
	if !r.accept("ON") {
		r.lost = true
		return
	}
	r.accept("ONLY")
	d.On = r.name()
}

func (r *ddlReader) drop(d *DDL) {
	if r.accept("TEMPORARY") {
		d.Temporary = true
	}
	switch {
	case r.accept("MATERIALIZED", "VIEW"):
		d.Kind = "MATERIALIZED VIEW"
	default:
		if d.Kind = r.word(); d.Kind == "TABLES" {
			d.Kind = "TABLE"
		}
	}
	if d.Kind != "INDEX" && d.Kind != "MATERIALIZED VIEW" && !slices.Contains(objects(), d.Kind) {
		r.lost = true
		return
	}
	d.Concurrently = d.Kind == "INDEX" && r.accept("CONCURRENTLY")
	d.Lenient = r.ifExists()
	for {
		d.Names = append(d.Names, r.name())
		if r.lost || !r.accept(",") {
			break
		}
	}
	if d.Kind == "INDEX" && r.accept("ON") {
		d.On = r.name()
	}
}

func (r *ddlReader) alter(d *DDL) {
	for r.accept("ONLINE") || r.accept("OFFLINE") || r.accept("IGNORE") {
	}
	switch d.Kind = r.word(); d.Kind {
	case "TABLE":
	case "TYPE":
		d.Names = []Name{r.name()}
		if !r.accept("ADD", "VALUE") {
			r.lost = true
			return
		}
		d.Lenient = r.ifNotExists()
		if r.over() || r.tok.kind != stringToken || r.text()[0] != '\'' {
			r.lost = true
			return
		}
		text := r.text()
		d.Value = strings.ReplaceAll(text[1:len(text)-1], "''", "'")
		return
	default:
		r.lost = true
		return
	}
	d.Lenient = r.ifExists()
	r.accept("ONLY")
	d.Names = []Name{r.name()}
	if r.is("WAIT", "NOWAIT") { // MariaDB
		r.lost = true
		return
	}
	for !r.over() {
		d.Actions = append(d.Actions, r.action())
	}
}

// action reads one of ALTER TABLE and passes over the rest of it.
func (r *ddlReader) action() Action {
	a := r.actionHead()
	r.toComma()
	return a
}

func (r *ddlReader) actionHead() Action {
	switch {
	case r.accept("ADD"):
		return r.add()
	case r.accept("DROP"):
		return r.dropAction()
	case r.accept("DETACH", "PARTITION"):
		a := Action{Verb: "DETACH", Kind: "PARTITION", To: r.name()}
		return a
	case r.accept("CHANGE"):
		r.accept("COLUMN")
		a := Action{Verb: "CHANGE", Kind: "COLUMN", Lenient: r.ifExists(), Name: r.plain()}
		a.To = Name{NamePart{Text: r.plain()}}
		if strings.EqualFold(a.Name, a.To[0].Text) {
			a.Verb = "AGAIN"
		}
		return a
	case r.accept("RENAME"):
		return r.rename()
	case r.is("MODIFY", "ALTER", "ENGINE", "COMMENT", "CONVERT", "DEFAULT", "CHARSET", "CHARACTER", "COLLATE", "AUTO_INCREMENT", "ROW_FORMAT", "ALGORITHM", "LOCK",
		"FORCE", "ENABLE", "DISABLE", "ORDER", "STATS_PERSISTENT", "KEY_BLOCK_SIZE"):
		return Action{Verb: "AGAIN"}
	}
	return Action{Verb: "UNKNOWN"}
}

func (r *ddlReader) add() Action {
	a := Action{Verb: "ADD"}
	switch {
	case r.accept("COLUMN"):
		a.Kind = "COLUMN"
		a.Lenient = r.ifNotExists()
		if r.is("(") {
			r.next()
			a.Name = r.plain()
			r.behindParenthesis()
			return a
		}
		a.Name = r.plain()
	case r.accept("CONSTRAINT"):
		a.Kind = "CONSTRAINT"
		a.Lenient = r.ifNotExists()
		if r.is("PRIMARY", "UNIQUE", "FOREIGN", "CHECK") { // the server makes a name
			return Action{Verb: "UNKNOWN"}
		}
		a.Name = r.plain()
		if r.is("PRIMARY") {
			a.Kind, a.Name = "PRIMARY KEY", ""
		}
	case r.accept("PRIMARY", "KEY"):
		a.Kind = "PRIMARY KEY"
	case r.accept("PARTITION"):
		a.Kind = "PARTITION"
		a.Lenient = r.ifNotExists()
		if !r.accept("(") || !r.accept("PARTITION") {
			return Action{Verb: "UNKNOWN"}
		}
		a.Name = r.plain()
		r.behindParenthesis()
	case r.is("UNIQUE", "FULLTEXT", "SPATIAL", "INDEX", "KEY"):
		a.Kind = "INDEX"
		if !r.is("INDEX", "KEY") {
			r.next()
		}
		if !r.accept("INDEX") {
			r.accept("KEY")
		}
		a.Lenient = r.ifNotExists()
		if r.is("(", "USING") {
			return Action{Verb: "UNKNOWN"}
		}
		a.Name = r.plain()
	case r.is("FOREIGN", "CHECK", "SYSTEM", "PERIOD", "("):
		return Action{Verb: "UNKNOWN"}
	default:
		a.Kind, a.Lenient = "COLUMN", r.ifNotExists()
		a.Name = r.plain()
	}
	return a
}

func (r *ddlReader) dropAction() Action {
	a := Action{Verb: "DROP"}
	switch {
	case r.accept("COLUMN"):
		a.Kind = "COLUMN"
	case r.accept("INDEX"), r.accept("KEY"):
		a.Kind = "INDEX"
	case r.accept("CONSTRAINT"), r.accept("CHECK"), r.accept("FOREIGN", "KEY"):
		a.Kind = "CONSTRAINT"
	case r.accept("PARTITION"):
		a.Kind = "PARTITION"
	case r.accept("PRIMARY", "KEY"):
		a.Kind = "PRIMARY KEY"
		return a
	case r.is("SYSTEM", "PERIOD"):
		return Action{Verb: "UNKNOWN"}
	default:
		a.Kind = "COLUMN"
	}
	a.Lenient = r.ifExists()
	a.Name = r.plain()
	return a
}

func (r *ddlReader) rename() Action {
	a := Action{Verb: "RENAME"}
	switch {
	case r.accept("COLUMN"):
		a.Kind = "COLUMN"
	case r.accept("INDEX"), r.accept("KEY"):
		a.Kind = "INDEX"
	default:
		if !r.accept("TO") && !r.accept("AS") {
			r.accept("=")
		}
		a.Kind, a.To = "TABLE", r.name()
		return a
	}
	a.Lenient = r.ifExists()
	a.Name = r.plain()
	if !r.accept("TO") {
		r.lost = true
	}
	a.To = Name{NamePart{Text: r.plain()}}
	return a
}
