package parser

import (
	"maps"
	"sort"
	"strings"
)

// An expansion says where in a statement's text the values of variables stand, and what it was made of.
type expansion struct {
	source string // as the file has it
	holes  []hole
	values bool // one of them is a variable's
}

// A hole is a placeholder, by offsets: from, to in the file's text, start, end in the one with values.
type hole struct {
	from, to   int
	start, end int
}

// back is the offset in the file's text of one in the text with values. Of what a value holds it is that of the placeholder.
func (e *expansion) back(off int) int {
	i := sort.Search(len(e.holes), func(i int) bool { return e.holes[i].end > off })
	if i < len(e.holes) && e.holes[i].start <= off {
		return e.holes[i].from
	}
	if i == 0 {
		return off
	}
	return off - e.holes[i-1].end + e.holes[i-1].to
}

// forth is the offset in the text with values of one in the file's text that is in no placeholder.
func forth(holes []hole, off int) int {
	i := sort.Search(len(holes), func(i int) bool { return holes[i].to > off })
	if i == 0 {
		return off
	}
	return off - holes[i-1].to + holes[i-1].end
}

// HasValues reports whether a statement's text holds the values of variables.
func (s Statement) HasValues() bool { return s.expansion != nil && s.expansion.values }

// filled puts values into the places of a statement.
func filled(st Statement, list []Placeholder, value func(Placeholder) string) Statement {
	x := &expansion{source: st.Text}
	var b strings.Builder
	at := 0
	for _, p := range list {
		b.WriteString(st.Text[at:p.from])
		start := b.Len()
		if p.Form == dollarSign {
			b.WriteByte('$')
		} else {
			b.WriteString(value(p))
			x.values = true
		}
		x.holes = append(x.holes, hole{p.from, p.to, start, b.Len()})
		at = p.to
	}
	b.WriteString(st.Text[at:])
	st.Text, st.expansion = b.String(), x
	return st
}

// Expand puts values into the statement given last; value writes one as its Form says. The server has to read what stands around a value as the
// file has it: one statement of the same Class stays one, nothing is quoted or commented out that was not, and the modes for what follows are the
// same. A value that would change that, in any mode of quoting that the server may be in, is a mistake, an ErrorList that does not tell the value.
func (s *Splitter) Expand(st Statement, list []Placeholder, value func(Placeholder) string) (Statement, error) {
	if len(list) == 0 {
		return st, nil
	}
	full := filled(st, list, value)
	if s.alike(st, full) {
		return full, nil
	}
	var errs ErrorList
	for i := range min(len(list), maxTried) {
		if list[i].Form != dollarSign && !s.alike(st, filled(st, list[i:i+1], value)) {
			errs.addValue(list[i])
		}
	}
	if len(errs) == 0 { // only together, or one of very many
		seen := map[string]bool{"": true}
		for _, p := range list {
			if !seen[p.Name] {
				errs.addValue(p)
			}
			seen[p.Name] = true
		}
	}
	if len(errs) == 0 {
		errs.Add(list[0].Pos, "with ${$} replaced by $ the statement reads otherwise").Hint = "write it in another way"
	}
	return st, errs
}

// maxTried is how many values of a statement are tried alone, to find the one that is to blame.
const maxTried = 100

func (l *ErrorList) addValue(p Placeholder) {
	e := l.Add(p.Pos, "the value of the variable %q changes how the statement is read around it", p.Name)
	e.Hint = "a value must not end what it stands in, nor the statement"
	if p.Form == Verbatim {
		e.Hint += "; ${" + p.Name + ":literal} writes any text as a string, ${" + p.Name + ":ident} as a name"
	}
}

// alike reports whether a statement with values reads as the one that was given last.
func (s *Splitter) alike(was, now Statement) bool {
	if strings.IndexByte(now.Text, 0) >= 0 {
		return false
	}
	if s.raw || s.readBy.delimiter != "" {
		if !s.alikeInBlock(was, now) {
			return false
		}
	} else if !s.alikeAlone(was, now) {
		return false
	}
	for i, m := range s.quotings() {
		before := s.reading(was.Text, m)
		if !before.whole() {
			if i == 0 && !harmless(now) {
				return false
			}
			continue // the server is not in this mode
		}
		if !aligned(s.reading(was.Text, m), s.reading(now.Text, m), now.expansion.holes) {
			return false
		}
	}
	return true
}

// alikeAlone splits the text with values by the rules that held before the statement: it has to be one, of the same class, and to leave the same rules.
func (s *Splitter) alikeAlone(was, now Statement) bool {
	end := "\n;"
	if was.Copy {
		end = "\n;\n\\.\n"
	}
	again := NewSplitter(Position{Offset: 1, Line: 1, Col: 2}, now.Text+end, s.scan.d)
	again.setModes(s.readBy)
	again.kept = maps.Clone(s.kept)
	st, ok, err := again.Next()
	if !ok || err != nil || st.Text != strings.Trim(now.Text, " \t\r\n\f\v") || st.Class != was.Class || st.Copy != was.Copy {
		return false
	}
	if _, ok, err := again.Next(); ok || err != nil {
		return false
	}
	return again.scan.modes == s.scan.modes && maps.Equal(again.kept, s.kept)
}

// alikeInBlock is alikeAlone where the text may hold several statements, or one that the scanner does not understand.
func (s *Splitter) alikeInBlock(was, now Statement) bool {
	again := *s
	again.scan.modes = s.readBy
	again.kept = maps.Clone(s.kept)
	if again.classOf(now.Text) != was.Class {
		return false
	}
	again.follow(now.Text)
	return again.scan.modes == s.scan.modes && maps.Equal(again.kept, s.kept)
}

// quotings are the modes by which the statement was read, and those that a server may be in besides: its own settings may say otherwise.
func (s *Splitter) quotings() []modes {
	m := s.readBy
	list := []modes{m}
	if s.scan.d.Modes == NoModes {
		return list
	}
	m.backslash = !m.backslash
	list = append(list, m)
	if s.scan.d.Modes == SQLMode {
		m.doubleIsString = !m.doubleIsString
		list = append(list, m)
		m.backslash = !m.backslash
		list = append(list, m)
	}
	return list
}

// reading is a scanner over a statement's text in other modes, whatever its tokens mean together.
func (s *Splitter) reading(text string, m modes) *scanner {
	scan := s.scan.within(text)
	scan.modes = m
	scan.modes.delimiter = ""
	return &scan
}

// whole reports whether nothing in the rest of a text is unterminated.
func (s *scanner) whole() bool {
	for {
		switch s.next().kind {
		case endToken:
			return true
		case errorToken:
			return false
		}
	}
}

// harmless reports whether the values in a text, which the scanner cannot read, are of letters, digits, blanks, points and _ alone.
func harmless(st Statement) bool {
	for _, h := range st.expansion.holes {
		value := st.Text[h.start:h.end]
		if n := len(value); n > 1 && value[0] == value[n-1] && strings.IndexByte("'\"`", value[0]) >= 0 {
			value = value[1 : n-1] // a literal or a name, with its quotes
		}
		for i := 0; i < len(value); i++ {
			if c := value[i]; !isLetter(c) && !isDigit(c) && c < 0x80 && strings.IndexByte(" ._", c) < 0 {
				return false
			}
		}
	}
	return true
}

// An alignment compares the tokens of a statement's text with those of the text with values, and holds few of them.
type alignment struct {
	was    *scanner
	ended  bool
	holes  []hole
	next   int     // the first hole that is not behind
	code   []bool  // of each: it is in no comment
	wanted []token // read, and to come in the other text at these places
}

// read reads a token of the file's text. The other has to have it at its place, unless it stands in the place of a placeholder or touches it.
func (a *alignment) read() {
	tok := a.was.next()
	if a.ended = tok.kind == endToken; a.ended {
		return
	}
	for a.next < len(a.holes) && a.holes[a.next].to < tok.start {
		a.next++
	}
	required, mapped := true, token{kind: tok.kind, start: forth(a.holes, tok.start), end: forth(a.holes, tok.end)}
	single := strings.IndexByte("(),;", a.was.text[tok.start]) >= 0
	for i := a.next; i < len(a.holes) && a.holes[i].from <= tok.end; i++ {
		h := a.holes[i]
		switch {
		case tok.start < h.from && h.to < tok.end: // inside of what is quoted
			a.code[i] = true
		case tok.end == h.from:
			required = required && single
			mapped.end = h.start
		case tok.start == h.to:
			required = required && single
		default:
			required, a.code[i] = false, true
		}
	}
	if required {
		a.wanted = append(a.wanted, mapped)
	}
}

// aligned reports whether the tokens of a text with values are those of the file's text, but for what stands in the place of a placeholder or touches it.
// No value brings a semicolon of its own, and what was a comment stays one.
func aligned(was, now *scanner, holes []hole) bool {
	a := alignment{was: was, holes: holes, code: make([]bool, len(holes))}
	for next := 0; ; {
		tok := now.next()
		for n := len(a.wanted); !a.ended && (n == 0 || a.wanted[n-1].start <= tok.end); n = len(a.wanted) {
			a.read()
		}
		switch {
		case tok.kind == endToken:
			return len(a.wanted) == 0
		case tok.kind == errorToken:
			return false
		case len(a.wanted) > 0 && a.wanted[0] == tok:
			a.wanted = append(a.wanted[:0], a.wanted[1:]...) // one or two as a rule
			continue
		case now.text[tok.start] == ';':
			return false
		}
		for next < len(holes) && holes[next].end < tok.start {
			next++
		}
		free := false
		for i := next; i < len(holes) && holes[i].start <= tok.end; i++ {
			free = free || a.code[i]
		}
		if !free {
			return false
		}
	}
}

// misplaced finds placeholders that stand where a value would not be what their form says. Where the scanner cannot read the text it finds none, and
// Expand is careful.
func (s *Splitter) misplaced(st Statement, list []Placeholder, errs *ErrorList) {
	var found ErrorList
	scan := s.reading(st.Text, s.readBy)
	next, told := 0, make([]bool, len(list))
	touches := func(i int) {
		if p := list[i]; p.quotes() && !told[i] {
			found.Add(p.Pos, "%s touches what stands beside it, and would be read together with it", p).Hint = "put a blank between them"
			told[i] = true
		}
	}
	for i := 1; i < len(list); i++ {
		if list[i-1].to == list[i].from && list[i].Form != dollarSign && (list[i-1].quotes() || list[i].quotes()) {
			if list[i].quotes() {
				touches(i)
			} else {
				touches(i - 1)
			}
		}
	}
	for tok := scan.next(); tok.kind != endToken; tok = scan.next() {
		if tok.kind == errorToken {
			return
		}
		quoted := tok.kind == stringToken || tok.kind == quotedToken || tok.kind == continuedToken
		for next < len(list) && list[next].to < tok.start {
			next++
		}
		for i := next; i < len(list) && list[i].from <= tok.end; i++ {
			p := list[i]
			switch {
			case quoted && tok.start < p.from && p.to < tok.end:
				tag := scan.dollarTag(tok.start)
				switch {
				case tag == "" && p.quotes():
					found.Add(p.Pos, "%s stands in quotes, and brings its own", p).Hint = "leave the quotes around it out"
				case p.from < tok.start+len(tag) && p.Form != dollarSign:
					found.Add(p.Pos, "the $ of %s ends the %s before it", p, tag).Hint = "put a blank between them"
				}
			case tok.start >= p.from && tok.end <= p.to:
			case quoted || tok.kind == wordToken || isDigit(st.Text[tok.start]):
				touches(i)
			}
		}
	}
	*errs = append(*errs, found...)
}

// quotes reports whether the value is written with quotes.
func (p Placeholder) quotes() bool { return p.Form == AsLiteral || p.Form == AsIdent }
