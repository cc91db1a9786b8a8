package parser

import "strings"

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
		value = strings.ToUpper(strings.Trim(value, `'"`))
		// The server takes any beginning of these that says which it is (parse_bool_with_len).
		off := value == "0" || len(value) > 1 && strings.HasPrefix("OFF", value) || value != "" &&
			(strings.HasPrefix("FALSE", value) || strings.HasPrefix("NO", value))
		s.scan.modes.backslash = off
	case isWord(first, "RESET"):
		if name, _ := scan.word(); isWord(name, "ALL") || isWord(name, "STANDARD_CONFORMING_STRINGS") {
			s.scan.modes.backslash = false
		}
	case isWord(first, "DISCARD"):
		if name, _ := scan.word(); isWord(name, "ALL") {
			s.scan.modes.backslash = false
		}
	}
}

// followSQLMode follows SET sql_mode, also as one of several assignments.
func (s *Splitter) followSQLMode(scan *scanner) {
	text, kind := scan.word()
	if isWord(text, "STATEMENT") { // holds for one statement only
		return
	}
	for kind >= wordToken {
		// An assignment begins here: [GLOBAL | SESSION | LOCAL] name, or @@[scope.]name.
		global := isWord(text, "GLOBAL") || isWord(text, "@@GLOBAL")
		if isWord(text, "GLOBAL") || isWord(text, "SESSION") || isWord(text, "LOCAL") {
			text, _ = scan.word()
		} else if isWord(text, "@@GLOBAL") || isWord(text, "@@SESSION") || isWord(text, "@@LOCAL") {
			scan.word()
			text, _ = scan.word()
		}
		is := isWord(text, "SQL_MODE") || isWord(text, "@@SQL_MODE") || text == "`sql_mode`"
		text, kind = scan.word()
		if is && !global && (text == "=" || text == ":=") {
			text, kind = s.sqlMode(scan)
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

// sqlMode reads the value of sql_mode and returns the token behind it. A literal or a name says it all. An expression that names @@sql_mode changes what
// holds: its literals are added, but those in REPLACE(…) and list_drop(…) are taken away. Anything else, such as a variable that holds an older
// value, means the default.
func (s *Splitter) sqlMode(scan *scanner) (string, tokenKind) {
	var add, remove []string
	var calls []string // the functions that are open
	onto := false
	for last, scope := "", ""; ; {
		text, kind := scan.word()
		if kind < wordToken || text == "," && len(calls) == 0 {
			modes := defaultModes(s.scan.d)
			if onto {
				modes = s.scan.modes
			}
			modes.delimiter = s.scan.modes.delimiter
			modes.set(remove, false)
			modes.set(add, true)
			s.setModes(modes)
			return text, kind
		}
		switch {
		case kind == openToken:
			calls = append(calls, strings.ToUpper(last))
		case kind == closeToken && len(calls) > 0:
			calls = calls[:len(calls)-1]
		case kind == stringToken || kind == quotedToken || kind == wordToken && len(calls) == 0:
			if isWord(text, "SQL_MODE") {
				onto = onto || scope != "" && !isWord(scope, "@@GLOBAL")
				break
			}
			list := strings.Split(strings.ToUpper(strings.Trim(text, "'\"`")), ",")
			if n := len(calls); n > 0 && (calls[n-1] == "REPLACE" || calls[n-1] == "LIST_DROP") {
				remove = append(remove, list...)
			} else {
				add = append(add, list...)
			}
		case isWord(text, "@@SQL_MODE"), isWord(text, "SQL_MODE") && last == "." && !isWord(scope, "@@GLOBAL"):
			onto = true
		}
		if strings.HasPrefix(text, "@@") {
			scope = text
		}
		last = text
	}
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
