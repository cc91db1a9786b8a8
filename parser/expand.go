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
	for i := range list {
		if list[i].Form != dollarSign && !s.alike(st, filled(st, list[i:i+1], value)) {
			errs.addValue(list[i])
		}
	}
	if len(errs) == 0 { // only together
		for _, p := range list {
			if p.Form != dollarSign {
				errs.addValue(p)
			}
		}
	}
	if len(errs) == 0 {
		errs.Add(list[0].Pos, "with ${$} replaced by $ the statement reads otherwise").Hint = "write it in another way"
	}
	return st, errs
}

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
		before, ok := s.tokens(was.Text, m)
		if !ok {
			if i == 0 && !harmless(now) {
				return false
			}
			continue // the server is not in this mode
		}
		after, ok := s.tokens(now.Text, m)
		if !ok || !aligned(was.Text, now.Text, before, after, now.expansion.holes) {
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
	m.delimiter = ""
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

// tokens cuts a statement's text into tokens, whatever they mean together. It is false if one is unterminated.
func (s *Splitter) tokens(text string, m modes) (list []token, ok bool) {
	scan := s.scan.within(text)
	scan.modes = m
	for {
		switch tok := scan.next(); tok.kind {
		case endToken:
			return list, true
		case errorToken:
			return nil, false
		default:
			list = append(list, tok)
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

// aligned reports whether the tokens of a text with values are those of the file's text, but for what stands in the place of a placeholder or touches it.
// No value brings a semicolon of its own, and what was a comment stays one.
func aligned(was, now string, before, after []token, holes []hole) bool {
	code := make([]bool, len(holes)) // of each: it is in no comment
	wanted := make([]token, 0, len(before))
	next := 0 // the first hole that is not behind
	for _, tok := range before {
		for next < len(holes) && holes[next].to < tok.start {
			next++
		}
		required, mapped := true, token{kind: tok.kind, start: forth(holes, tok.start), end: forth(holes, tok.end)}
		single := strings.IndexByte("(),;", was[tok.start]) >= 0
		for i := next; i < len(holes) && holes[i].from <= tok.end; i++ {
			h := holes[i]
			switch {
			case tok.start < h.from && h.to < tok.end: // inside of what is quoted
				code[i] = true
			case tok.end == h.from:
				required = required && single
				mapped.end = h.start
			case tok.start == h.to:
				required = required && single
			default:
				required, code[i] = false, true
			}
		}
		if required {
			wanted = append(wanted, mapped)
		}
	}
	next = 0
	for _, tok := range after {
		if len(wanted) > 0 && wanted[0] == tok {
			wanted = wanted[1:]
			continue
		}
		if now[tok.start] == ';' {
			return false
		}
		for next < len(holes) && holes[next].end < tok.start {
			next++
		}
		free := false
		for i := next; i < len(holes) && holes[i].start <= tok.end; i++ {
			free = free || code[i]
		}
		if !free {
			return false
		}
	}
	return len(wanted) == 0
}

// misplaced finds placeholders that stand where a value would not be what their form says.
func (s *Splitter) misplaced(st Statement, list []Placeholder, errs *ErrorList) {
	m := s.readBy
	m.delimiter = ""
	tokens, ok := s.tokens(st.Text, m)
	if !ok {
		return // Expand is careful then
	}
	next := 0
	for i, p := range list {
		for next < len(tokens) && tokens[next].end < p.from {
			next++
		}
		glued := false
		for _, tok := range tokens[next:] {
			if tok.start > p.to {
				break
			}
			quoted := tok.kind == stringToken || tok.kind == quotedToken || tok.kind == continuedToken
			switch {
			case quoted && tok.start < p.from && p.to < tok.end:
				dollars := s.scan.dollarTagIn(st.Text, tok.start)
				switch {
				case dollars == "" && (p.Form == AsLiteral || p.Form == AsIdent):
					errs.Add(p.Pos, "%s stands in quotes, and brings its own", p).Hint = "leave the quotes around it out"
				case dollars != "" && p.from < tok.start+len(dollars) && p.Form != dollarSign:
					errs.Add(p.Pos, "the $ of %s ends the %s before it", p, dollars).Hint = "put a blank between them"
				}
			case tok.start >= p.from && tok.end <= p.to:
			case quoted || tok.kind == wordToken || isDigit(st.Text[tok.start]):
				glued = true
			}
		}
		if i > 0 && list[i-1].to == p.from && (list[i-1].Form == AsLiteral || list[i-1].Form == AsIdent || p.Form != Verbatim) && p.Form != dollarSign {
			glued = true
		}
		if glued && (p.Form == AsLiteral || p.Form == AsIdent) {
			errs.Add(p.Pos, "%s touches what stands beside it, and would be read together with it", p).Hint = "put a blank between them"
		}
	}
}
