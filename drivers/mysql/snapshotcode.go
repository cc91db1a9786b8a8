package mysql

import (
	"fmt"
	"slices"
	"strings"

	"revise/drivers"
	"revise/parser"
	"revise/schema"
)

// under is what a session had when code was made in it, and what the server runs it under.
type under struct {
	mode, zone, charset, collation string
	database                       string // the collation that the database had
	moded                          bool   // it has a mode, which may be empty
	broken                         string // a view that cannot be used
}

// code takes an object that is one text.
func (r *snapshotReader) code(kind, name, text string, u under) error {
	if text == "" {
		return fmt.Errorf("the user %s may not see it", r.user)
	}
	var err error
	switch kind {
	case "view":
		text, err = r.unqualified(r.ours(text))
	case "trigger":
		text, err = r.head(r.ours(text))
	case "sequence":
		text = plainSequence(strings.Replace(text, "CREATE SEQUENCE "+back(r.database)+".", "CREATE SEQUENCE ", 1), name)
	default:
		text = r.ours(text)
	}
	if err != nil {
		return err
	}
	o := &schema.Object{Kind: kind, Name: back(name), Path: []string{name}, Attrs: map[string]string{"sql": text}}
	def := []string{text}
	note := func(key, value string) {
		o.Attrs[key] = value
		def = append(def, "/* "+strings.ReplaceAll(key, "_", " ")+" "+value+" */")
	}
	if u.moded {
		note("sql_mode", u.mode)
	}
	// To a view the character set matters as that of its literals only, and a server writes names and keywords of it anew.
	if u.charset != "" && (kind != "view" || strings.ContainsAny(text, `'"`)) {
		note("names", u.charset+" "+u.collation)
	}
	if u.zone != "" {
		note("time_zone", u.zone)
	}
	if u.database != "" {
		note("database_collation", u.database)
	}
	if u.broken != "" {
		o.Attrs["broken"] = u.broken
	}
	o.Def = strings.Join(def, "\n")
	r.snap.Add(o)
	return nil
}

var definerForm = drivers.Form("^(?is)(CREATE\\s+(?:ALGORITHM=\\w+\\s+)?)DEFINER=((?:`(?:[^`]|``)*`|\"(?:[^\"]|\"\")*\")@(?:`(?:[^`]|``)*`|\"(?:[^\"]|\"\")*\"))\\s*")

// ours leaves out the definer where that is who asks.
func (r *snapshotReader) ours(text string) string {
	m := definerForm().FindStringSubmatchIndex(text)
	if m == nil {
		return text
	}
	if by := text[m[4]:m[5]]; by != back(r.user)+"@"+back(r.host) && by != double(r.user)+"@"+double(r.host) {
		return text
	}
	return text[:m[3]] + text[m[1]:]
}

// double quotes a name as code is shown that was made in Oracle's mode.
func double(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// head takes the database's name out of what stands before a trigger's body: MariaDB keeps it as somebody wrote it. The body is left alone, for what stands in it is meant.
func (r *snapshotReader) head(text string) (string, error) {
	end := len(text)
	if at := eachRowForm().FindStringIndex(text); at != nil {
		end = at[1]
	}
	tokens, err := parser.Tokens(text[:end], Dialect())
	if err != nil {
		return "", err
	}
	var cuts [][2]int
	for i := 1; i+2 < len(tokens); i++ {
		word := text[tokens[i].Start:tokens[i].End]
		before := strings.ToUpper(text[tokens[i-1].Start:tokens[i-1].End])
		if (before == "TRIGGER" || before == "EXISTS" || before == "ON") && bare(word) == r.database && text[tokens[i+1].Start:tokens[i+1].End] == "." {
			cuts = append(cuts, [2]int{tokens[i].Start, tokens[i+2].Start})
		}
	}
	return without(text, cuts), nil
}

// over matches what stands before something that is looked for: comments, and names in quotes, may hold the like of it.
const over = "(?:/\\*.*?\\*/|(?:--|#)[^\n]*\n|`[^`]*`|\"[^\"]*\"|[^`\"])*?"

var eachRowForm = drivers.Form(`(?is)^` + over + `\bFOR\s+EACH\s+ROW\b`)

// without is a text with some pieces cut out.
func without(text string, cuts [][2]int) string {
	var b strings.Builder
	from := 0
	for _, c := range cuts {
		b.WriteString(text[from:c[0]])
		from = c[1]
	}
	b.WriteString(text[from:])
	return b.String()
}

// unqualified takes the database's name out of a view's text, in which MariaDB writes it if a table of another database is there too, or one is missing. A table may be
// called as the database is: of two names with a dot between them the first is the database's only where a table or a function is named, of three it always is.
func (r *snapshotReader) unqualified(text string) (string, error) {
	if !strings.Contains(text, back(r.database)+".") {
		return text, nil
	}
	tokens, err := parser.Tokens(text, Dialect())
	if err != nil {
		return "", err
	}
	word := func(i int) string {
		if i < 0 || i >= len(tokens) {
			return ""
		}
		return text[tokens[i].Start:tokens[i].End]
	}
	var cuts [][2]int
	tables := []bool{false} // whether a table may come next, in the parentheses that are open
	for i := 0; i < len(tokens); i++ {
		top := len(tables) - 1
		switch t := tokens[i]; {
		case t.Kind == parser.Open:
			// Of FROM ( a table follows; in EXTRACT(YEAR FROM x) none does. A comma between tables is shown as a join.
			tables = append(tables, tables[top])
		case t.Kind == parser.Close:
			if top > 0 {
				tables = tables[:top]
			}
			tables[len(tables)-1] = false
		case t.Kind == parser.Word:
			switch strings.ToUpper(word(i)) {
			case "FROM":
				tables[top] = !slices.Contains([]string{"EXTRACT", "TRIM", "SUBSTRING", "SUBSTR", "MID"}, strings.ToUpper(opener(tokens, text, i)))
			case "JOIN", "STRAIGHT_JOIN":
				tables[top] = true
			default:
				tables[top] = false
			}
		case t.Kind == parser.Quoted:
			isOurs := word(i) == back(r.database) && word(i+1) == "." && i+2 < len(tokens) && tokens[i+2].Kind == parser.Quoted && word(i-1) != "."
			sequence := word(i-1) == "(" && slices.Contains([]string{"NEXTVAL", "LASTVAL", "SETVAL"}, strings.ToUpper(word(i-2)))
			if isOurs && (tables[top] || word(i+3) == "." || word(i+3) == "(" || sequence) {
				cuts = append(cuts, [2]int{t.Start, tokens[i+2].Start})
			}
			tables[top] = false
		}
	}
	return without(text, cuts), nil
}

// opener is the word before the parenthesis that token i stands in.
func opener(tokens []parser.Token, text string, i int) string {
	depth := 0
	for i--; i > 0; i-- {
		switch tokens[i].Kind {
		case parser.Close:
			depth++
		case parser.Open:
			if depth--; depth < 0 {
				return text[tokens[i-1].Start:tokens[i-1].End]
			}
		}
	}
	return ""
}

// quotedNames are the names in backquotes of a text, in order.
func quotedNames(text string) []string {
	var list []string
	for _, t := range partOf(text).list {
		if t.Kind == parser.Quoted {
			list = append(list, text[t.Start:t.End])
		}
	}
	return list
}

var startForm = drivers.Form(`(?s)^(` + over + ` ON SCHEDULE EVERY (?:'[^']*'|\S+) \w+) STARTS '[^']*'`)

// withoutStart is an event's text without the time at which it begins.
func withoutStart(text string) string { return startForm().ReplaceAllString(text, "$1") }

// plainSequence writes the keywords of a sequence's text, which the server shows in small letters, as those of all others.
func plainSequence(text, name string) string {
	head := "CREATE SEQUENCE " + back(name)
	values, options, ok := strings.Cut(strings.TrimPrefix(text, head), " ENGINE=")
	if !ok {
		return text
	}
	return head + strings.ToUpper(values) + " ENGINE=" + options
}
