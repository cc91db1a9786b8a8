package parser

import (
	"fmt"
	"math/bits"
	"strings"
)

// A quoteRule says what ends a literal.
type quoteRule uint8

const (
	plainQuote     quoteRule = iota // the quote; doubled it stands for itself
	backslashQuote                  // the same, and a backslash takes the next byte with it
	rawQuote                        // the quote, doubled or not
)

// bareRule is the rule of a string without a prefix.
func (s *scanner) bareRule() quoteRule {
	if s.modes.backslash {
		return backslashQuote
	}
	return plainQuote
}

// literal reads '…' with the prefix of one letter that may stand before it.
func (s *scanner) literal() token {
	if s.text[s.at] == '\'' {
		if s.join == s.at && s.join > 0 {
			return s.quote(continuedToken, s.at, s.at, s.joinRule)
		}
		return s.quote(stringToken, s.at, s.at, s.bareRule())
	}
	rule := s.bareRule()
	if s.d.TypedStrings {
		switch s.text[s.at] | 0x20 {
		case 'e':
			rule = backslashQuote
		case 'b', 'x':
			rule = rawQuote
		}
	}
	return s.quote(stringToken, s.at, s.at+1, rule)
}

// quote reads to the end of a quoted piece that begins at start and whose opening quote is at open.
func (s *scanner) quote(kind tokenKind, start, open int, rule quoteRule) token {
	end := s.behindQuote(open, rule)
	switch {
	case end > 0:
	case kind == quotedToken:
		return s.fail(open, "unterminated quoted identifier")
	default:
		return s.fail(open, "unterminated string literal")
	}
	s.at = end
	if kind != quotedToken && s.mayGoOn(end) {
		s.continuation(rule)
	}
	return token{kind, start, end}
}

// behindQuote is the offset behind a quoted piece whose opening quote is at an offset, 0 if it does not end.
func (s *scanner) behindQuote(open int, rule quoteRule) int {
	text := s.text
	q := text[open]
	for at := open + 1; ; {
		end := indexFrom(text, at, q)
		if end < 0 {
			return 0
		}
		if rule == backslashQuote && text[end-1] == '\\' {
			escaped := false
			for b := end - 1; b >= at && text[b] == '\\'; b-- {
				escaped = !escaped
			}
			if escaped {
				at = end + 1
				continue
			}
		}
		if rule == rawQuote || end+1 >= len(text) || text[end+1] != q {
			return end + 1
		}
		at = end + 2
	}
}

// indexFrom is the offset of the next byte c from an offset on, -1 if there is none. What is quoted is short as a rule, so that a call of
// strings.IndexByte would take longer than the search.
func indexFrom(text string, at int, c byte) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	same := uint64(c) * ones
	for range 4 {
		if len(text)-at < 8 {
			break
		}
		b := text[at : at+8]
		x := (uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
			uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56) ^ same
		if zero := (x - ones) &^ x & highs; zero != 0 { // the lowest bit is that of the first byte that is zero in x
			return at + bits.TrailingZeros64(zero)/8
		}
		at += 8
	}
	if i := strings.IndexByte(text[at:], c); i >= 0 {
		return at + i
	}
	return -1
}

// mayGoOn tells quickly of most literals that end at an offset that they do not go on behind it.
func (s *scanner) mayGoOn(end int) bool {
	return s.d.TypedStrings && end < len(s.text) && (s.bytes[s.text[end]] == blankByte || s.text[end] == '-')
}

// continuation looks whether the literal that ends here goes on: behind blanks and "--" comments with at least one line break
// (scan.l, quotecontinue). The part to come is read by the same rule. A "/*" comment joins nothing.
func (s *scanner) continuation(rule quoteRule) {
	broken := false
	for i := s.at; i < len(s.text); {
		c := s.text[i]
		switch {
		case c == '\n' || c == '\r':
			broken = true
			i++
		case s.bytes[c] == blankByte:
			i++
		case c == '-' && strings.HasPrefix(s.text[i:], "--"):
			n := strings.IndexAny(s.text[i:], "\r\n")
			if n < 0 {
				return
			}
			i += n
		case c == '\'' && broken:
			s.join, s.joinRule = i, rule
			return
		default:
			return
		}
	}
}

// dollar reads what begins with '$' in PostgreSQL: a parameter, a dollar-quoted string, or nothing known.
func (s *scanner) dollar() token {
	start := s.at
	if s.digitAt(start + 1) {
		for s.at++; s.digitAt(s.at); s.at++ {
		}
		return token{otherToken, start, s.at}
	}
	if tag := s.dollarTag(start); tag != "" {
		return s.dollarQuote(tag)
	}
	return s.take(otherToken, 1)
}

// dollarTag returns the delimiter of a dollar-quoted string at an offset, "" if there is none. In MySQL the tag may begin with a digit.
func (s *scanner) dollarTag(start int) string {
	if start >= len(s.text) || s.text[start] != '$' {
		return ""
	}
	for i := start + 1; i < len(s.text); i++ {
		c := s.text[i]
		if c == '$' {
			return s.text[start : i+1]
		}
		if s.bytes[c]&wordByte == 0 || i == start+1 && s.d.DollarQuotes && isDigit(c) {
			return ""
		}
	}
	return ""
}

// dollarQuote reads a dollar-quoted string that begins here.
func (s *scanner) dollarQuote(tag string) token {
	n := strings.Index(s.text[s.at+len(tag):], tag)
	if n < 0 {
		return s.fail(s.at, "unterminated dollar-quoted string "+tag)
	}
	return s.take(stringToken, len(tag)+n+len(tag))
}

// dashComment reports whether the dash here begins a comment.
func (s *scanner) dashComment() bool {
	if !strings.HasPrefix(s.text[s.at:], "--") {
		return false
	}
	// Where a statement would start, the mysql client drops every line that begins with "--" (add_line).
	if !s.d.DashNeedsBlank || s.fresh || s.at+2 == len(s.text) {
		return true
	}
	c := s.text[s.at+2]
	return c <= ' ' || c == 0x7F
}

// skipLine goes to the end of the line.
func (s *scanner) skipLine() {
	rest := s.text[s.at:]
	n := 0
	if s.d.ReturnEndsLine { // two searches would go to the end of the text for each line of one that has only \r
		n = strings.IndexAny(rest, "\r\n")
	} else {
		n = strings.IndexByte(rest, '\n')
	}
	if n < 0 {
		n = len(rest)
	}
	s.at += n
}

// slashComment passes over a comment that begins with "/*". It gives a token (and true) for what is code, and for a mistake.
func (s *scanner) slashComment() (token, bool) {
	rest := s.text[s.at:]
	if s.d.ConditionalCode {
		if n := conditionalMark(rest); n > 0 {
			s.conditional = true
			return s.take(markToken, n), true
		}
	}
	if !s.d.NestedComments {
		end := strings.Index(rest[2:], "*/")
		switch {
		case end >= 0:
			s.at += 2 + end + 2
		case !s.d.OpenComment:
			return s.fail(s.at, "unterminated /* comment"), true
		case len(rest) == 2: // two operators (tokenize.c)
			return s.take(otherToken, 1), true
		default:
			s.at = len(s.text)
		}
		return token{}, false
	}
	depth, i := 1, 2
	for depth > 0 {
		n := strings.IndexByte(rest[i:], '*')
		if n < 0 {
			tok := s.fail(s.at, "unterminated /* comment")
			s.err.hint = fmt.Sprintf("comments nest; %d of them are open at the end", depth)
			return tok, true
		}
		star := i + n
		switch {
		case star > i && rest[star-1] == '/':
			depth++
			i = star + 1
		case star+1 < len(rest) && rest[star+1] == '/':
			depth--
			i = star + 2
		default:
			i = star + 1
		}
	}
	s.at += i
	return token{}, false
}

// conditionalMark measures the beginning of conditional code: "/*!", "/*!40101", "/*M!100100". The line
// "/*!999999\- enable the sandbox mode */" of mariadb-dump is a comment (client/mysql.cc, com_sandbox).
func conditionalMark(s string) int {
	n := len("/*!")
	if strings.HasPrefix(s, "/*M!") {
		n++
	} else if !strings.HasPrefix(s, "/*!") {
		return 0
	}
	if strings.HasPrefix(s[n:], `999999\-`) {
		return 0
	}
	for most := n + 6; n < len(s) && n < most && s[n] >= '0' && s[n] <= '9'; n++ {
	}
	return n
}
