package mysql

import (
	"fmt"
	"slices"
	"strings"

	"revise/parser"
	"revise/schema"
)

// plain takes the marks of conditional code from a text of the server's own, which runs what stands between them, and the database's name before sequences.
func (r *snapshotReader) plain(text string) (string, []parser.Token, error) {
	tokens, err := parser.Tokens(text, Dialect())
	if err != nil {
		return "", nil, err
	}
	p := part{text: text, list: tokens}
	var cuts [][2]int
	for i, t := range tokens {
		if t.Kind == parser.Quoted && p.kind(i-1) == parser.Open && p.word(i+1) == "." && strings.HasSuffix(p.word(i-2), "val") && p.word(i) == back(r.database) {
			cuts = append(cuts, [2]int{t.Start, tokens[i+2].Start})
		}
		if t.Kind != parser.CodeMark {
			continue
		}
		cut := [2]int{t.Start, t.End}
		if text[t.Start] == '/' {
			for cut[1] < len(text) && text[cut[1]] == ' ' {
				cut[1]++
			}
		} else {
			for cut[0] > 0 && text[cut[0]-1] == ' ' {
				cut[0]--
			}
		}
		cuts = append(cuts, cut)
	}
	if cuts == nil {
		return text, tokens, nil
	}
	text = without(text, cuts)
	tokens, err = parser.Tokens(text, Dialect())
	return text, tokens, err
}

// table takes a SHOW CREATE TABLE apart.
func (r *snapshotReader) table(name, text string) error {
	text, tokens, err := r.plain(text)
	if err != nil {
		return err
	}
	o := &schema.Object{Kind: "table", Name: back(name), Path: []string{name}, Attrs: map[string]string{}}
	items, behind, err := listed(text, tokens)
	if err != nil {
		return err
	}
	place := 0
	for at, list := range items {
		p := part{text: text, list: list}
		made := r.part(o, name, p)
		if made.Kind == "column" {
			place++
			made.Place = place
		} else {
			made.Attrs["at"] = fmt.Sprintf("%04d", at)
		}
		r.snap.Add(made)
	}
	r.options(o, name, part{text: text, list: tokens[behind:]})
	r.snap.Add(o)
	return nil
}

// options are what stands behind the parentheses.
func (r *snapshotReader) options(o *schema.Object, name string, p part) {
	var def []string
	for i := 0; i < len(p.list); i++ {
		if p.word(i) == "PARTITION" && p.word(i+1) == "BY" {
			text := p.from(i)
			r.snap.Add(&schema.Object{Kind: "partitioning", Name: o.Name, Path: []string{name}, Parent: o.Key(), Def: text, Attrs: map[string]string{"table": o.Name}, Needs: []string{o.Key()}})
			break
		}
		if p.word(i) == "WITH" && p.word(i+1) == "SYSTEM" {
			o.Attrs["versioned"] = "true"
			i += 2
			continue
		}
		key := p.word(i)
		switch p.word(i + 1) {
		case "CHARSET", "DIRECTORY", "ENCRYPTION":
			i++
			key += " " + p.word(i)
		}
		if p.word(i+1) == "=" {
			i++
		}
		i++
		from := i
		if i < len(p.list) && p.list[i].Kind == parser.Open {
			for i+1 < len(p.list) && p.list[i].Kind != parser.Close {
				i++
			}
		}
		value := p.text[p.list[min(from, len(p.list)-1)].Start:p.list[min(i, len(p.list)-1)].End]
		if key == "AUTO_INCREMENT" {
			continue // it counts rows
		}
		o.List = append(o.List, key, value)
		def = append(def, key+"="+value)
	}
	slices.Sort(def)
	o.Def = strings.Join(def, " ")
	if o.Attrs["versioned"] != "" {
		o.Def += " WITH SYSTEM VERSIONING"
	}
}

// A part is some tokens of a text.
type part struct {
	text string
	list []parser.Token
}

// partOf cuts a text; one that cannot be cut has no tokens.
func partOf(text string) part {
	tokens, err := parser.Tokens(text, Dialect())
	if err != nil {
		return part{text: text}
	}
	return part{text: text, list: tokens}
}

// word is the text of a token, "" behind the last.
func (p part) word(i int) string {
	if i < 0 || i >= len(p.list) {
		return ""
	}
	return p.text[p.list[i].Start:p.list[i].End]
}

func (p part) kind(i int) parser.TokenKind {
	if i < 0 || i >= len(p.list) {
		return parser.Sign
	}
	return p.list[i].Kind
}

// from is the text from a token on.
func (p part) from(i int) string { return p.text[p.list[i].Start:p.list[len(p.list)-1].End] }

// open is the index of the first parenthesis that opens; -1 if there is none.
func (p part) open() int {
	return slices.IndexFunc(p.list, func(t parser.Token) bool { return t.Kind == parser.Open })
}

// closed is the index of the parenthesis that closes the one at i.
func (p part) closed(i int) int {
	depth := 0
	for ; i < len(p.list); i++ {
		switch p.list[i].Kind {
		case parser.Open:
			depth++
		case parser.Close:
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(p.list) - 1
}

// pieces are the texts between the commas of the parentheses that open at i.
func (p part) pieces(i int) []string {
	var list []string
	end := p.closed(i)
	from := i + 1
	for j := i + 1; j <= end; j++ {
		if p.kind(j) == parser.Open {
			j = p.closed(j)
			continue
		}
		if (j == end || p.word(j) == ",") && j > from {
			list = append(list, p.text[p.list[from].Start:p.list[j-1].End])
			from = j + 1
		}
	}
	return list
}

// listed takes what stands in the outermost parentheses apart at its commas. behind is the number of the token behind them.
func listed(text string, tokens []parser.Token) (items [][]parser.Token, behind int, err error) {
	depth, from := 0, 0
	for i, t := range tokens {
		switch {
		case t.Kind == parser.Open:
			if depth++; depth == 1 {
				from = i + 1
			}
		case t.Kind == parser.Close:
			if depth--; depth == 0 {
				if i > from {
					items = append(items, tokens[from:i])
				}
				return items, i + 1, nil
			}
		case depth == 1 && text[t.Start:t.End] == ",":
			items = append(items, tokens[from:i])
			from = i + 1
		}
	}
	return nil, 0, fmt.Errorf("its parentheses do not match")
}

// part is a column, a key or a constraint of a table.
func (r *snapshotReader) part(table *schema.Object, name string, p part) *schema.Object {
	o := &schema.Object{Parent: table.Key(), Def: p.from(0), Attrs: map[string]string{"table": table.Name}, Needs: []string{table.Key()}}
	called := func(kind, quoted string) {
		o.Kind, o.Name, o.Path = kind, table.Name+"."+quoted, []string{name, bare(quoted)}
		o.Attrs["name"] = quoted
	}
	switch first := p.word(0); {
	case p.kind(0) == parser.Quoted:
		called("column", first)
		o.Attrs["raw"] = o.Def
		o.Def = withCharset(p, r.columns[name][o.Path[1]])
		if at := generated(p); at > 0 {
			o.Attrs["generated"] = p.word(at)
		}
	case first == "PERIOD":
		called("period", "`SYSTEM_TIME`")
		if p.kind(2) == parser.Quoted {
			called("period", p.word(2))
		}
	case first == "CONSTRAINT" && p.word(2) == "FOREIGN":
		called("foreign key", p.word(1))
		r.refers(o, p)
	case first == "CONSTRAINT":
		called("check", p.word(1))
	default:
		called("index", "`PRIMARY`")
		if first != "PRIMARY" {
			called("index", p.word(slices.IndexFunc(p.list, func(t parser.Token) bool { return t.Kind == parser.Quoted })))
		}
		o.List = p.pieces(p.open())
	}
	return o
}

// refers takes a foreign key apart: its List are its columns, and then those that they refer to.
func (r *snapshotReader) refers(o *schema.Object, p part) {
	own := p.pieces(p.open())
	at := p.closed(p.open()) + 2 // behind REFERENCES
	if p.word(at+1) == "." {
		o.Attrs["elsewhere"] = "true" // in another database
		at += 2
	}
	o.Attrs["to"] = bare(p.word(at))
	o.List = append(own, p.pieces(at+1)...)
	if o.Attrs["elsewhere"] == "" && !r.tables[o.Attrs["to"]] {
		o.Attrs["dangling"] = "true"
	}
}

// generated is where a column's definition says how it is computed: VIRTUAL, STORED, PERSISTENT. 0 if it is not.
func generated(p part) int {
	for i := 1; i < len(p.list); i++ {
		if p.kind(i) != parser.Open {
			continue
		}
		end := p.closed(i)
		if w := p.word(end + 1); p.word(i-1) == "AS" && (w == "VIRTUAL" || w == "STORED" || w == "PERSISTENT") {
			return end + 1
		}
		i = end
	}
	return 0
}

// withCharset is the definition of a column with its character set and collation said, whether the server says them or not: MySQL does if somebody once did.
func withCharset(p part, set [2]string) string {
	if set[0] == "" || len(p.list) < 2 {
		return p.from(0)
	}
	var b strings.Builder
	at := 1 // the last token of the type
	if p.kind(2) == parser.Open {
		at = p.closed(2)
	}
	b.WriteString(p.text[p.list[0].Start:p.list[at].End] + " CHARACTER SET " + set[0] + " COLLATE " + set[1])
	from := p.list[at].End
	for i := at + 1; i < len(p.list); i++ {
		if p.kind(i) == parser.Open {
			i = p.closed(i)
			continue
		}
		skip := 0
		switch {
		case p.word(i) == "CHARACTER" && p.word(i+1) == "SET":
			skip = 2
		case p.word(i) == "COLLATE" && p.kind(i) == parser.Word:
			skip = 1
		}
		if skip > 0 && i+skip < len(p.list) {
			b.WriteString(strings.TrimRight(p.text[from:p.list[i].Start], " "))
			i += skip
			from = p.list[i].End
		}
	}
	b.WriteString(p.text[from:p.list[len(p.list)-1].End])
	return b.String()
}
