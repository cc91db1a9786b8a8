package parser

import "strings"

// A tokenKind says as much of a token as splitting needs.
type tokenKind uint8

const (
	endToken        tokenKind = iota // the end of the text
	errorToken                       // what is unterminated; scanner.err says what
	terminatorToken                  // ';' where it counts, or the delimiter
	lineToken                        // a line "-- +begin", "-- +end" or "-- +reset"
	backslashToken                   // a backslash outside of everything
	wordToken                        // an unquoted name or keyword
	quotedToken                      // a quoted name
	stringToken                      // a string of any kind
	continuedToken                   // a string that goes on with the one before it, over a line break
	markToken                        // what begins or ends conditional code
	openToken                        // (
	closeToken                       // )
	otherToken                       // numbers, operators, variables, any other byte
)

// A token is a piece of the text, by offsets.
type token struct {
	kind       tokenKind
	start, end int
}

// A scanner cuts text into tokens, passing over blanks and comments. It keeps nothing but the small state below, and looks back no further than
// to where the token that it stands in began.
type scanner struct {
	d         *Dialect
	bytes     *[256]byteClass
	text      string
	modes     modes
	lineStart bool       // offset 0 is the start of a line
	gap       int        // behind which comments between statements are passed for good; -1: it does not matter
	ranOut    bool       // what is unterminated may go on behind the end of the text
	sum       *streamSum // takes what skim passes over; nil: nobody does
	lexState
}

// lexState is what reading a token changes; keeping a copy is enough to read it again.
type lexState struct {
	at          int
	fresh       bool // no token of the statement has been read
	conditional bool // inside /*! … */
	depth       int  // of open parentheses, where they matter
	paren       int  // offset of the outermost open one
	join        int  // offset of the quote that continues the string before; 0: none
	joinRule    quoteRule
	signs       int // up to here, + and - are operators by themselves
	err         lexError
}

// modes are what statements (SET …) and DELIMITER lines change.
type modes struct {
	delimiter      string // "" is ";"
	backslash      bool   // '…' takes backslash escapes
	doubleIsString bool
	oracle         bool
	brackets       bool // […] is a quoted name, with "]]" for "]"
}

// A lexError is a mistake at an offset of the text.
type lexError struct {
	at        int
	msg, hint string
}

func defaultModes(d *Dialect) modes {
	return modes{backslash: d.BackslashEscapes, doubleIsString: d.DoubleIsString}
}

// next reads a token. At an error it stays where it is.
func (s *scanner) next() token {
	for {
		if s.modes.delimiter != "" && strings.HasPrefix(s.text[s.at:], s.modes.delimiter) {
			// Before white space and comments: the mysql client takes "#" and "--" as delimiters, too.
			return s.take(terminatorToken, len(s.modes.delimiter))
		}
		if s.at >= len(s.text) {
			return token{endToken, s.at, s.at}
		}
		class := s.bytes[s.text[s.at]] &^ wordByte
		switch class {
		case blankByte:
			s.at++
			for s.d.InnerTab && s.at < len(s.text) && s.text[s.at] == '\v' {
				s.at++
			}
			continue
		case letterByte:
			if s.text[s.at] == byteOrderMark[0] && s.d.MarkIsBlank && strings.HasPrefix(s.text[s.at:], byteOrderMark) {
				s.at += len(byteOrderMark)
				continue
			}
		case dashByte:
			if s.dashComment() {
				if end := s.blockLine(); end > 0 {
					return s.take(lineToken, end-s.at)
				}
				s.skipLine()
				s.noteGap()
				continue
			}
		case hashByte:
			s.skipLine()
			s.noteGap()
			continue
		case slashByte:
			if strings.HasPrefix(s.text[s.at:], "/*") {
				tok, ok := s.slashComment()
				if !ok {
					s.noteGap()
					continue
				}
				return tok
			}
		}
		tok := s.lex(class)
		s.fresh = false
		if s.modes.delimiter != "" && tok.kind >= wordToken {
			s.cutAtDelimiter(&tok)
		}
		return tok
	}
}

// noteGap notes that a comment ends here, if no statement has begun.
func (s *scanner) noteGap() {
	if s.gap >= 0 && s.fresh && s.at < len(s.text) {
		s.gap = s.at
	}
}

// lex reads the token that begins with a byte of this class.
func (s *scanner) lex(class byteClass) token {
	start := s.at
	switch class {
	case letterByte:
		if s.at+1 < len(s.text) && s.text[s.at+1] == '\'' && s.isPrefix(s.text[s.at]) {
			return s.literal()
		}
		if s.d.TypedStrings && (s.text[s.at]|0x20) == 'u' && s.at+2 < len(s.text) && s.text[s.at+1] == '&' {
			switch s.text[s.at+2] {
			case '\'':
				return s.quote(stringToken, start, start+2, plainQuote)
			case '"':
				return s.quote(quotedToken, start, start+2, plainQuote)
			}
		}
		s.words()
		return token{wordToken, start, s.at}
	case digitByte:
		if s.d.DigitStarts {
			return s.numberOrName()
		}
		s.number()
		return token{otherToken, start, s.at}
	case quoteByte:
		return s.literal()
	case doubleByte:
		if !s.modes.doubleIsString {
			return s.quote(quotedToken, start, start, plainQuote)
		}
		return s.quote(stringToken, start, start, s.bareRule())
	case backquoteByte:
		return s.quote(quotedToken, start, start, plainQuote)
	case bracketByte:
		end := strings.IndexByte(s.text[start:], ']')
		if end < 0 {
			return s.fail(start, "unterminated quoted identifier")
		}
		return s.take(quotedToken, end+1)
	case dollarByte:
		return s.dollar()
	case variableByte:
		return s.variable()
	case atByte:
		s.atName()
		return token{otherToken, start, s.at}
	case openByte:
		s.parenthesis(class, start)
		return s.take(openToken, 1)
	case closeByte:
		s.parenthesis(class, start)
		return s.take(closeToken, 1)
	case semicolonByte:
		if s.modes.delimiter != "" || s.depth > 0 && s.d.Parens {
			return s.take(otherToken, 1)
		}
		return s.take(terminatorToken, 1)
	case backslashByte:
		if s.d.Delimiters && strings.HasPrefix(s.text[s.at:], `\N`) { // NULL
			return s.take(otherToken, 2)
		}
		return s.take(backslashToken, 1)
	default:
		if s.modes.brackets && s.text[start] == '[' {
			return s.brackets()
		}
		return s.operator()
	}
}

// brackets reads a name that is quoted as MariaDB's sql_mode MSSQL has it.
func (s *scanner) brackets() token {
	for at := s.at + 1; ; at += 2 {
		n := strings.IndexByte(s.text[at:], ']')
		if n < 0 {
			return s.fail(s.at, "unterminated quoted identifier")
		}
		if at += n; at+1 == len(s.text) || s.text[at+1] != ']' {
			return s.take(quotedToken, at+1-s.at)
		}
	}
}

// take makes a token of the next n bytes.
func (s *scanner) take(kind tokenKind, n int) token {
	s.at += n
	s.fresh = false
	return token{kind, s.at - n, s.at}
}

// fail reports what is unterminated.
func (s *scanner) fail(at int, msg string) token {
	s.err = lexError{at: at, msg: msg}
	s.ranOut = true
	return token{errorToken, s.at, s.at}
}

// words reads over the bytes of a name.
func (s *scanner) words() {
	for s.at < len(s.text) && s.bytes[s.text[s.at]]&wordByte != 0 {
		s.at++
	}
}

// number reads over a number with what is glued to it: a fraction, an exponent, letters. Where '$' may begin a dollar quote, it
// does not belong to the number, but to letters behind it (scan.l, integer_junk).
func (s *scanner) number() {
	start := s.at
	for s.at < len(s.text) {
		c := s.text[s.at]
		switch {
		case c == '$' && s.d.DollarQuotes && !gluedToNumber(s.text[start:s.at]):
			return
		case s.bytes[c]&wordByte != 0:
		case c == '.' && s.digitAt(s.at+1):
		case (c == '+' || c == '-') && s.text[s.at-1]|0x20 == 'e' && s.digitAt(s.at+1) && s.text[min(start+1, s.at)]|0x20 != 'x':
		default:
			return
		}
		s.at++
	}
}

// gluedToNumber reports whether a text that begins with a digit, up to a '$', goes on with a name.
func gluedToNumber(text string) bool {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case isDigit(c), c == '.', c == '+', c == '-':
		case c == '_' && i+1 < len(text) && isDigit(text[i+1]):
		case c|0x20 == 'e' && i+1 < len(text) && (isDigit(text[i+1]) || text[i+1] == '+' || text[i+1] == '-'):
		default:
			return true
		}
	}
	return false
}

// numberOrName reads what begins with a digit in MySQL (sql_lex.cc, MY_LEX_NUMBER_IDENT): digits with letters are a name, but
// for an exponent, and so is anything directly behind a point; behind the point of a number there are digits and an exponent only.
func (s *scanner) numberOrName() token {
	start := s.at
	if s.behindPoint(start) {
		s.words()
		return token{wordToken, start, s.at}
	}
	s.digits()
	if s.at < len(s.text) && s.text[s.at] == '.' && !strings.HasPrefix(s.text[s.at:], "..") {
		s.fraction()
		return token{otherToken, start, s.at}
	}
	digits := s.at
	if s.exponent(); s.at > digits {
		return token{otherToken, start, s.at}
	}
	if s.words(); s.at > digits {
		return token{wordToken, start, s.at}
	}
	return token{otherToken, start, s.at}
}

// behindPoint reports whether what begins at an offset is a part of a qualified name: a point, and not two, stands directly before it.
func (s *scanner) behindPoint(at int) bool {
	return at > 0 && s.text[at-1] == '.' && (at == 1 || s.text[at-2] != '.')
}

// fraction reads a point, digits and an exponent.
func (s *scanner) fraction() {
	s.at++
	s.digits()
	s.exponent()
}

func (s *scanner) digits() {
	for s.digitAt(s.at) {
		s.at++
	}
}

// exponent reads an exponent if there is one here.
func (s *scanner) exponent() {
	e := s.at
	if e == len(s.text) || s.text[e]|0x20 != 'e' {
		return
	}
	if e++; e < len(s.text) && (s.text[e] == '+' || s.text[e] == '-') {
		e++
	}
	if s.digitAt(e) {
		s.at = e
		s.digits()
	}
}

// atName reads @name or @@name of MySQL. Points belong to the name of a user variable, and to a host (sql_lex.cc, MY_LEX_HOSTNAME).
func (s *scanner) atName() {
	s.at++
	if s.at < len(s.text) && s.text[s.at] == '@' {
		s.at++
		s.words()
		return
	}
	for s.at < len(s.text) && (s.bytes[s.text[s.at]]&wordByte != 0 || s.text[s.at] == '.') {
		s.at++
	}
}

func (s *scanner) digitAt(i int) bool {
	return i < len(s.text) && s.text[i] >= '0' && s.text[i] <= '9'
}

// operator reads an operator, or one byte that is none.
func (s *scanner) operator() token {
	rest := s.text[s.at:]
	if s.conditional && strings.HasPrefix(rest, "*/") {
		s.conditional = false
		return s.take(markToken, 2)
	}
	if s.d.OperatorRuns {
		if s.at < s.signs {
			return s.take(otherToken, 1)
		}
		n, run := operatorRun(rest)
		s.signs = s.at + run
		return s.take(otherToken, n)
	}
	if s.d.DigitStarts && rest[0] == '.' && s.digitAt(s.at+1) && !s.behindName() {
		start := s.at
		s.fraction()
		return token{otherToken, start, s.at}
	}
	for _, op := range s.d.Operators {
		if op[0] == rest[0] && strings.HasPrefix(rest, op) {
			return s.take(otherToken, len(op))
		}
	}
	return s.take(otherToken, 1)
}

// behindName reports whether a name ends directly here: a point then leads to another.
func (s *scanner) behindName() bool {
	return s.at > 0 && (s.bytes[s.text[s.at-1]]&wordByte != 0 || s.text[s.at-1] == '`' || s.text[s.at-1] == '"')
}

// operatorRun measures an operator by the rule of PostgreSQL's scan.l: a run of operator characters, cut where a comment begins, and
// without + and - at its end unless one of ~ ! @ # % ^ & | ` ? is in it. What is cut off, up to the end of the run, are operators of one character.
func operatorRun(s string) (n, run int) {
	special := false
	for n < len(s) && strings.IndexByte("~!@#^&|`?+-*/%<>=", s[n]) >= 0 {
		if strings.HasPrefix(s[n:], "--") || strings.HasPrefix(s[n:], "/*") {
			break
		}
		special = special || strings.IndexByte("~!@#^&|`?%", s[n]) >= 0
		n++
	}
	if n == 0 {
		for _, op := range [...]string{"::", ":=", ".."} {
			if strings.HasPrefix(s, op) {
				return 2, 0
			}
		}
		return 1, 0
	}
	run = n
	for !special && n > 1 && (s[n-1] == '+' || s[n-1] == '-') {
		n--
	}
	return n, run
}

// variable reads a variable of SQLite (tokenize.c, CC_VARALPHA): "::" belongs to it, and a last "(…)" without white space.
func (s *scanner) variable() token {
	start, names := s.at, 0
	for s.at++; s.at < len(s.text); s.at++ {
		c := s.text[s.at]
		if s.bytes[c]&wordByte != 0 {
			names++
		} else if c == '(' && names > 0 {
			end := strings.IndexAny(s.text[s.at:], ") \t\n\v\f\r\x00")
			if end < 0 {
				s.at = len(s.text)
			} else {
				s.at += end
				if s.text[s.at] == ')' {
					s.at++
				}
			}
			break
		} else if strings.HasPrefix(s.text[s.at:], "::") {
			s.at++
		} else {
			break
		}
	}
	return token{otherToken, start, s.at}
}

// cutAtDelimiter ends a token where the delimiter begins inside of it: the mysql client looks for it at every byte outside of strings.
func (s *scanner) cutAtDelimiter(tok *token) {
	switch tok.kind {
	case stringToken, quotedToken, markToken:
		return
	}
	if s.text[tok.start] == '\\' { // \N: the client takes it whole
		return
	}
	upTo := min(tok.end+len(s.modes.delimiter)-1, len(s.text))
	if i := strings.Index(s.text[tok.start:upTo], s.modes.delimiter); i > 0 {
		tok.end = tok.start + i
		s.at = tok.end
	}
}

// code reads the next token that is no mark of conditional code.
func (s *scanner) code() token {
	tok := s.next()
	for tok.kind == markToken {
		tok = s.next()
	}
	return tok
}

// peek reads the next token that is no mark, without going on.
func (s *scanner) peek() token {
	kept := s.lexState
	tok := s.code()
	s.lexState = kept
	return tok
}
