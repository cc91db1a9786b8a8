package parser

import (
	"math/bits"
	"strings"
)

// skim passes over what cannot end a statement, without making tokens of it, and stops where next has something to say: at the terminator, at the
// end of the text, at what is unterminated or has no place there. It is the same walk as that of next, for the bulk of all text: what a token is, is
// asked only where a byte may matter. It begins where a token does, and returns where the last token ended; end is that of the one before. It is
// false if something is unterminated, which err tells then.
func (s *scanner) skim(table *skimTable, end int) (int, bool) {
	text := s.text
	at := s.at
	from := at  // behind the last comment: what is between here and at is code and blanks
	floor := at // no token that goes on here began before
	s.fresh = false
	for {
		at = s.stop(table, at)
		s.at = at
		if at == len(text) {
			if s.sum != nil {
				s.sum.piece(s, from, at)
			}
			return s.lastCode(from, at, end), true
		}
		class := table[text[at]]
		if class&delimiterByte != 0 {
			if strings.HasPrefix(text[at:], s.modes.delimiter) {
				return s.lastCode(from, at, end), true
			}
			class &^= delimiterByte
		}
		switch class {
		case quoteByte:
			rule := s.bareRule()
			if s.d.TypedStrings {
				rule = s.ruleHere(floor)
			}
			behind := s.behindQuote(at, rule)
			if behind == 0 {
				s.fail(at, "unterminated string literal")
				return end, false
			}
			at, floor = behind, behind
			if s.mayGoOn(at) {
				s.at = at
				s.continuation(rule)
			}
		case blankByte: // only where a sum is made
			s.sum.piece(s, from, at)
			for at++; at < len(text) && table[text[at]] == blankByte; at++ {
			}
			from = at
		case semicolonByte:
			if s.sum == nil && (s.depth == 0 || !s.d.Parens) {
				return s.lastCode(from, at, end), true
			}
			at++
		case dollarByte:
			if s.inName(floor, at) {
				for at++; at < len(text) && s.bytes[text[at]]&wordByte != 0; at++ {
				}
				continue
			}
			if tok := s.dollar(); tok.kind == errorToken {
				return end, false
			}
			at, floor = s.at, s.at
		case variableByte:
			if s.bytes[text[at]]&wordByte != 0 && s.inWord(floor, at) {
				for at++; at < len(text) && s.bytes[text[at]]&wordByte != 0; at++ {
				}
				continue
			}
			s.variable()
			at, floor = s.at, s.at
		case doubleByte, backquoteByte, bracketByte:
			if tok := s.lex(class); tok.kind == errorToken {
				return end, false
			}
			at, floor = s.at, s.at
		case squareByte:
			if tok := s.brackets(); tok.kind == errorToken {
				return end, false
			}
			at, floor = s.at, s.at
		case dashByte:
			if at+1 == len(text) || text[at+1] != '-' || !s.dashComment() {
				at++
				continue
			}
			if s.sum == nil && s.blockLine() > 0 {
				return s.lastCode(from, at, end), true
			}
			end = s.pieceBefore(from, at, end)
			s.skipLine()
			at, from = s.at, s.at
		case hashByte:
			end = s.pieceBefore(from, at, end)
			s.skipLine()
			at, from = s.at, s.at
		case slashByte:
			if at+1 == len(text) || text[at+1] != '*' {
				at++
				continue
			}
			tok, ok := s.slashComment()
			switch {
			case !ok:
				end = s.pieceBefore(from, at, end)
				from = s.at
			case tok.kind == errorToken:
				return end, false
			}
			at = s.at
		case starByte:
			if s.conditional && at+1 < len(text) && text[at+1] == '/' {
				s.conditional = false
				at++
			}
			at++
		case backslashByte:
			if s.sum == nil && !(s.d.Delimiters && strings.HasPrefix(text[at:], `\N`)) {
				return s.lastCode(from, at, end), true
			}
			at = min(at+2, len(text))
		default:
			at++
		}
	}
}

// stop is the offset of the next byte that is in the table, from an offset on, but for parentheses, which it counts. It looks at eight bytes at a
// time, for the branches that a loop over bytes takes cost more than all else here.
func (s *scanner) stop(table *skimTable, at int) int {
	text := s.text
	for len(text)-at >= 8 {
		c := text[at : at+8]
		found := uint64(table[c[0]]) | uint64(table[c[1]])<<8 | uint64(table[c[2]])<<16 | uint64(table[c[3]])<<24 |
			uint64(table[c[4]])<<32 | uint64(table[c[5]])<<40 | uint64(table[c[6]])<<48 | uint64(table[c[7]])<<56
		for found != 0 {
			i := bits.TrailingZeros64(found) &^ 7
			if !s.parenthesis(byteClass(found>>i), at+i/8) {
				return at + i/8
			}
			found &^= 0xFF << i
		}
		at += 8
	}
	for at < len(text) && (table[text[at]] == 0 || s.parenthesis(table[text[at]], at)) {
		at++
	}
	return at
}

// parenthesis counts a byte of a class at an offset, if it is one.
func (s *scanner) parenthesis(class byteClass, at int) bool {
	switch class {
	case openByte:
		if s.depth == 0 {
			s.paren = at
		}
		s.depth++
	case closeByte:
		s.depth = max(s.depth-1, 0)
	default:
		return false
	}
	return true
}

// pieceBefore adds a piece that ends at a comment to the sum, if there is one, and returns where the last token ended.
func (s *scanner) pieceBefore(from, to, end int) int {
	if s.sum != nil {
		s.sum.piece(s, from, to)
	}
	return s.lastCode(from, to, end)
}

// lastCode is the end of the last token of a piece that holds no comment: end, if there is none in it.
func (s *scanner) lastCode(from, to, end int) int {
	for to > from && s.bytes[s.text[to-1]] == blankByte {
		to--
	}
	if to == from {
		return end
	}
	return to
}

// wordAt reports whether the byte at an offset that is not before floor is one of a name or number.
func (s *scanner) wordAt(floor, at int) bool { return at >= floor && s.bytes[s.text[at]]&wordByte != 0 }

// wordStart is where the run of bytes of names begins that ends at an offset.
func (s *scanner) wordStart(floor, at int) int {
	for s.wordAt(floor, at-1) {
		at--
	}
	return at
}

// inName reports whether the byte at an offset goes on with a name. '$' does not go on with a number, but with letters glued to one.
func (s *scanner) inName(floor, at int) bool {
	start := s.wordStart(floor, at)
	return start < at && (s.bytes[s.text[start]]&^wordByte == letterByte || gluedToNumber(s.text[start:at]))
}

// ruleHere is the rule of the string whose quote stands here, by what is before it, where strings have types.
func (s *scanner) ruleHere(floor int) quoteRule {
	at := s.at
	if s.join == at && at > 0 {
		return s.joinRule
	}
	if c := s.bytes[s.text[max(at-1, 0)]]; at > floor && (c&wordByte != 0 || s.text[at-1] == '&') {
		switch prefix := s.text[at-1] | 0x20; {
		case s.wordAt(floor, at-2):
		case prefix == 'e':
			return backslashQuote
		case prefix == 'b', prefix == 'x':
			return rawQuote
		}
		if s.text[at-1] == '&' && at-2 >= floor && s.text[at-2]|0x20 == 'u' && !s.wordAt(floor, at-3) {
			return plainQuote
		}
	}
	return s.bareRule()
}

// inWord reports whether the byte at an offset goes on with a name or number. Byte order marks before it may be blanks.
func (s *scanner) inWord(floor, at int) bool {
	start := s.wordStart(floor, at)
	for s.d.MarkIsBlank && strings.HasPrefix(s.text[start:at], byteOrderMark) {
		start += len(byteOrderMark)
	}
	return start < at
}
