package parser

import (
	"strconv"
	"strings"
)

// within returns a scanner over a statement that was read before, by the modes that hold now.
func (s *scanner) within(text string) scanner {
	inner := *s
	inner.text, inner.lexState, inner.lineStart = text, lexState{}, false
	inner.modes.delimiter = ""
	return inner
}

// word reads the next token and returns its text.
func (s *scanner) word() (string, tokenKind) {
	tok := s.code()
	return s.text[tok.start:tok.end], tok.kind
}

// follow lets a statement change the modes by which the next ones are read.
func (s *Splitter) follow(text string) {
	if s.scan.d.Modes == NoModes {
		return
	}
	scan := s.scan.within(text)
	first, kind := scan.word()
	if kind != wordToken {
		return
	}
	switch s.scan.d.Modes {
	case StandardStrings:
		s.followStandardStrings(first, &scan)
	case SQLMode:
		if isWord(first, "SET") {
			s.followSQLMode(&scan)
		}
	}
}

// followStandardStrings follows SET and RESET standard_conforming_strings, as psql does. Old dumps switch it off.
func (s *Splitter) followStandardStrings(first string, scan *scanner) {
	switch {
	case isWord(first, "SET"):
		name, _ := scan.word()
		if isWord(name, "SESSION") || isWord(name, "LOCAL") {
			name, _ = scan.word()
		}
		if !isWord(strings.Trim(name, `"`), "STANDARD_CONFORMING_STRINGS") {
			return
		}
		if sign, _ := scan.word(); sign != "=" && !isWord(sign, "TO") {
			return
		}
		value, _ := scan.word()
		if value == "-" || value == "+" {
			value, _ = scan.word()
		}
		value = strings.ToUpper(unquoted(value))
		// The server takes any beginning of these that says which it is (parse_bool_with_len).
		off := value != "" && strings.Trim(value, "0") == "" || len(value) > 1 && strings.HasPrefix("OFF", value) || value != "" &&
			(strings.HasPrefix("FALSE", value) || strings.HasPrefix("NO", value))
		s.scan.modes.backslash = off
	case isWord(first, "RESET"):
		if name, _ := scan.word(); isWord(name, "ALL") || isWord(strings.Trim(name, `"`), "STANDARD_CONFORMING_STRINGS") {
			s.scan.modes.backslash = false
		}
	case isWord(first, "DISCARD"):
		if name, _ := scan.word(); isWord(name, "ALL") {
			s.scan.modes.backslash = false
		}
	}
}

// unquoted is what a literal of PostgreSQL holds, as far as a word without escapes goes.
func unquoted(literal string) string {
	if strings.HasPrefix(literal, "$") {
		if tag := literal[:strings.IndexByte(literal[1:], '$')+2]; len(literal) >= 2*len(tag) {
			return literal[len(tag) : len(literal)-len(tag)]
		}
	}
	if i := strings.IndexAny(literal, `'"`); i >= 0 {
		literal = literal[i:] // behind E or U&
	}
	return strings.Trim(literal, `'"`)
}

// followSQLMode follows SET sql_mode, also as one of several assignments, and variables that keep a value of it, as dumps have them.
func (s *Splitter) followSQLMode(scan *scanner) {
	text, kind := scan.word()
	if isWord(text, "STATEMENT") { // holds for one statement only
		return
	}
	scope := "" // GLOBAL and the like hold for the bare names behind them, too
	for kind >= wordToken {
		if kind == wordToken && isScope(text) {
			scope = strings.ToUpper(text)
			text, _ = scan.word()
		}
		of, user := scope, false
		if name, is := strings.CutPrefix(text, "@@"); is {
			of = ""
			switch {
			case isScope(name):
				of = strings.ToUpper(name)
				scan.word() // the point
				text, _ = scan.word()
			case name == "":
				text, _ = scan.word()
			default:
				text = name
			}
		} else if name, user = strings.CutPrefix(text, "@"); user {
			if text = name; name == "" {
				text, _ = scan.word()
			}
		}
		name := strings.ToUpper(strings.Trim(text, "`'\""))
		text, kind = scan.word()
		if mode := name == "SQL_MODE" && (of == "" || of == "SESSION" || of == "LOCAL"); (mode || user) && (text == "=" || text == ":=") {
			var value modes
			value, text, kind = s.sqlMode(scan)
			switch {
			case !user:
				value.delimiter = s.scan.modes.delimiter
				s.setModes(value)
			case len(s.kept) < maxKept:
				if s.kept == nil {
					s.kept = map[string]modes{}
				}
				s.kept[strings.Clone(name)] = value // the window may be written over
			}
		}
		for depth := 0; kind >= wordToken && (text != "," || depth > 0); text, kind = scan.word() {
			if kind == openToken {
				depth++
			} else if kind == closeToken {
				depth--
			}
		}
		if kind >= wordToken {
			text, kind = scan.word()
		}
	}
}

// maxModes is the length, in bytes, that a list of modes does not come to: all their names take some 700.
const maxModes = 1 << 12

// maxKept is of how many variables the value is kept.
const maxKept = 1000

func isScope(word string) bool {
	switch strings.ToUpper(word) {
	case "GLOBAL", "SESSION", "LOCAL", "PERSIST", "PERSIST_ONLY":
		return true
	}
	return false
}

// sqlMode reads a value of sql_mode, and the token behind it. A literal, a name or a number says it all. An expression that names @@sql_mode, or a
// variable that was set before, changes what that holds: its literals are added, but those in REPLACE(…) and list_drop(…) are taken away. Anything
// else means the default.
func (s *Splitter) sqlMode(scan *scanner) (value modes, text string, kind tokenKind) {
	value = defaultModes(s.scan.d)
	var add, remove []string
	var calls []string // the functions that are open
	for last, scope := "", ""; ; {
		text, kind = scan.word()
		if kind < wordToken || text == "," && len(calls) == 0 {
			value.set(remove, false)
			value.set(add, true)
			return value, text, kind
		}
		switch {
		case kind == openToken:
			calls = append(calls, strings.ToUpper(last))
		case kind == closeToken && len(calls) > 0:
			calls = calls[:len(calls)-1]
		case len(text) > maxModes: // no list of modes
		case kind == stringToken || kind == quotedToken || kind == wordToken && len(calls) == 0:
			word := strings.ToUpper(strings.Trim(text[strings.IndexAny(text, "'\"`")+1:], "'\"`"))
			switch kept, has := s.kept[word]; {
			case word == "SQL_MODE" && scope != "":
				if !isWord(scope, "@@GLOBAL") {
					value = s.scan.modes
				}
			case last == "@" && has:
				value = kept
			case len(calls) > 0 && (calls[len(calls)-1] == "REPLACE" || calls[len(calls)-1] == "LIST_DROP"):
				remove = append(remove, strings.Split(word, ",")...)
			default:
				add = append(add, strings.Split(word, ",")...)
			}
		case isWord(text, "@@SQL_MODE"), isWord(text, "SQL_MODE") && last == "." && !isWord(scope, "@@GLOBAL"):
			value = s.scan.modes
		case strings.HasPrefix(text, "@@"):
			scope = text
		case text[0] == '@':
			if kept, has := s.kept[strings.ToUpper(text[1:])]; has {
				value = kept
			}
		case isDigit(text[0]):
			add = append(add, modesOf(text)...)
		}
		last = text
	}
}

// modesOf are the modes of a number that matter for reading (sql_class.h, MODE_…).
func modesOf(number string) (names []string) {
	n, err := strconv.ParseUint(number, 10, 64)
	if err != nil {
		return nil
	}
	for _, m := range [...]struct {
		bit  uint64
		name string
	}{{1 << 2, "ANSI_QUOTES"}, {1 << 8, "POSTGRESQL"}, {1 << 9, "ORACLE"}, {1 << 10, "MSSQL"}, {1 << 11, "DB2"}, {1 << 12, "MAXDB"}, {1 << 18, "ANSI"},
		{1 << 20, "NO_BACKSLASH_ESCAPES"}} {
		if n&m.bit != 0 {
			names = append(names, m.name)
		}
	}
	return names
}

// set switches what the named modes of sql_mode mean for reading.
func (m *modes) set(names []string, on bool) {
	for _, name := range names {
		switch strings.TrimSpace(name) {
		case "ORACLE":
			m.oracle, m.doubleIsString = on, !on
		case "MSSQL":
			m.brackets, m.doubleIsString = on, !on
		case "ANSI", "ANSI_QUOTES", "DB2", "MAXDB", "POSTGRESQL":
			m.doubleIsString = !on
		case "NO_BACKSLASH_ESCAPES":
			m.backslash = !on
		}
	}
}
