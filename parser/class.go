package parser

import (
	"fmt"
	"slices"
	"strings"
)

// maxClassTokens is how far a pattern looks into a statement.
const maxClassTokens = 64

// A classifier holds the first tokens of a statement, as far as a pattern has asked for them, without the marks of conditional code.
type classifier struct {
	scan   scanner
	tokens [maxClassTokens]token
	n      int
	all    bool // there are no more
}

// classify finds the Class of a statement.
func (s *Splitter) classify(patterns []headPattern, text string) Class {
	if s.scan.fitsNone(patterns, text) {
		return Plain
	}
	c := &s.classes
	c.scan, c.n, c.all = s.scan.within(text), 0, false
	if !c.has(0) || c.tokens[0].kind != wordToken {
		return Plain
	}
	word := text[c.tokens[0].start:c.tokens[0].end]
	for i := range patterns {
		p := &patterns[i]
		if p.needs != "" && !contains(text, p.needs) {
			continue
		}
		if isWord(word, p.word) && c.match(p.rest, 1) {
			return p.class
		}
	}
	return Plain
}

// maxPlain is how many words behind the first are looked at as they stand.
const maxPlain = 3

// fitsNone reports for certain, by the words that the statement begins with as they stand, that no pattern fits: most statements are told so.
func (s *scanner) fitsNone(patterns []headPattern, text string) bool {
	var words [maxPlain]uint64
	known := 0
	_, at := s.plainWord(text, 0)
	for i := range patterns {
		fits := true
		for k := range patterns[i].rest {
			e := &patterns[i].rest[k]
			if k == known && known < maxPlain {
				words[known], at = s.plainWord(text, at)
				known++
			}
			if e.sign == manyTokens && patterns[i].needs != "" && !contains(text, patterns[i].needs) {
				fits = false
				break
			}
			if k == maxPlain || words[k] == 0 || e.sign != 0 {
				return false
			}
			if fits = slices.Contains(e.packed, words[k]); !fits {
				break
			}
		}
		if fits {
			return false
		}
	}
	return true
}

// plainWord is the word at an offset, packed, with blanks before it, and where it ends; 0 if something else stands there.
func (s *scanner) plainWord(text string, at int) (word uint64, end int) {
	at = s.behindBlanks(text, at)
	end = at
	for end < len(text) && text[end] < 0x80 && s.bytes[text[end]]&wordByte != 0 {
		end++
	}
	if end < len(text) && text[end] >= 0x80 { // it may be a byte order mark, which is a blank to some
		return 0, end
	}
	return packWord(text[at:end]), end
}

func (s *scanner) behindBlanks(text string, at int) int {
	for at < len(text) && s.bytes[text[at]] == blankByte {
		at++
	}
	return at
}

// maxContains is the length of a text, in bytes, up to which looking for a word is quicker than reading tokens.
const maxContains = 1 << 10

// contains reports whether a word is in a text, in any case. Of a long text it says so without looking.
func contains(text, word string) bool {
	if len(text) > maxContains {
		return true
	}
	first := word[0] | 0x20
	for i := 0; i+len(word) <= len(text); i++ {
		if text[i]|0x20 == first && strings.EqualFold(text[i:i+len(word)], word) {
			return true
		}
	}
	return false
}

// has reports whether there is a token i, among those that are looked at.
func (c *classifier) has(i int) bool {
	for i >= c.n && !c.all && c.n < len(c.tokens) {
		tok := c.scan.code()
		if tok.kind < wordToken {
			c.all = true
			break
		}
		c.tokens[c.n] = tok
		c.n++
	}
	return i < c.n
}

// match reports whether a pattern fits the tokens from i on. Parentheses that it does not mention are passed over.
func (c *classifier) match(pattern []element, i int) bool {
	for n, e := range pattern {
		if e.sign == manyTokens {
			for ; c.has(i); i++ {
				if c.match(pattern[n+1:], i) {
					return true
				}
			}
			return false
		}
		for c.has(i) && c.tokens[i].kind == openToken && !e.fits("(") {
			i = c.behindParentheses(i)
		}
		has := c.has(i)
		if e.sign == lastToken {
			return !has && c.all
		}
		if !has {
			return false
		}
		tok := c.tokens[i]
		if e.sign != anyToken && (tok.kind == quotedToken || tok.kind == stringToken || !e.fits(c.scan.text[tok.start:tok.end])) {
			return false
		}
		i++
	}
	return true
}

// fits compares a token with the words of an element, in any case.
func (e *element) fits(text string) bool {
	for _, w := range e.words {
		if len(w) == len(text) && strings.EqualFold(w, text) {
			return true
		}
	}
	return false
}

func (c *classifier) behindParentheses(i int) int {
	for depth := 0; c.has(i); i++ {
		switch c.tokens[i].kind {
		case openToken:
			depth++
		case closeToken:
			depth--
		}
		if depth == 0 {
			return i + 1
		}
	}
	return i
}

// A Transaction looks at the statements of a section that runs inside a transaction of ours.
type Transaction struct {
	dialect *Dialect
	seen    int
	begun   int       // number of the BEGIN that can be left out, from 1; 0: there is none
	last    Statement // with its text only if it may be a mistake
	foreign bool      // the last statement was the first, and switches foreign keys off (SQLite)
	errs    ErrorList
}

// NewTransaction returns a Transaction that has seen no statement yet. They will be of this dialect.
func NewTransaction(d *Dialect) *Transaction { return &Transaction{dialect: d} }

// maxMistakes is how many statements of one section are reported as being out of place.
const maxMistakes = 100

// Add takes the next statement.
func (t *Transaction) Add(s Statement) {
	t.report(t.last)
	t.seen++
	t.last = Statement{Class: Plain}
	switch s.Class {
	case Begin, Commit, Control, Outside:
		first := t.seen == 1 || t.seen == 2 && t.foreign
		t.last, t.foreign = s, t.seen == 1 && t.foreignKeysOff(s)
		if first && t.plainBegin(s) {
			t.begun = t.seen
		}
	}
}

func (t *Transaction) report(s Statement) {
	what := ""
	switch s.Class {
	case Begin, Commit, Control:
		what = "controls the transaction that the section runs in"
	case Outside:
		what = "cannot run inside a transaction"
	default:
		return
	}
	if len(t.errs) < maxMistakes {
		e := t.errs.Add(s.Pos, "%q %s", t.headline(s.Text), what)
		e.Hint = `put "-- transaction: off" into the header or "transaction=off" behind the section's marker`
	}
}

// End tells, behind the last statement, whether the section is exactly one BEGIN … COMMIT: then these two are to be left out, for the
// transaction is the runner's, and begin is the number of the BEGIN, from 0; otherwise it is -1. Before the BEGIN may stand what sqlite3 writes
// there in a dump, PRAGMA foreign_keys=OFF. Any other statement that controls a transaction, or that cannot run inside one, is a
// mistake; they are reported together, as an ErrorList.
func (t *Transaction) End() (begin int, err error) {
	begin = -1
	if t.begun > 0 && t.seen > t.begun && t.last.Class == Commit {
		begin = t.begun - 1
		t.errs = t.errs[t.begun:] // the BEGIN, and what is before it
	} else {
		t.report(t.last)
	}
	t.last = Statement{}
	if err := t.errs.Err(); err != nil {
		return -1, err
	}
	return begin, nil
}

// foreignKeysOff recognises the first line of a dump of SQLite.
func (t *Transaction) foreignKeysOff(s Statement) bool {
	return s.Class == Outside && strings.EqualFold(strings.Join(t.headWords(s.Text), ""), "PRAGMAforeign_keys=OFF")
}

// plainBegin reports whether a statement begins a transaction and says nothing of it that the runner's own would lose, such as an
// isolation level. How SQLite locks at BEGIN changes no outcome.
func (t *Transaction) plainBegin(s Statement) bool {
	if s.Class != Begin {
		return false
	}
	for _, w := range t.headWords(s.Text) {
		switch strings.ToUpper(w) {
		case "BEGIN", "START", "TRANSACTION", "WORK", "DEFERRED", "IMMEDIATE", "EXCLUSIVE":
		default:
			return false
		}
	}
	return true
}

// maxHeadline is the most words of a statement that its headline is made of.
const maxHeadline = 12

// headline names a statement in a message, by the keywords it begins with: "CREATE INDEX CONCURRENTLY", "ALTER DATABASE … SET TABLESPACE".
func (t *Transaction) headline(text string) string {
	var b strings.Builder
	gap := false
	for _, w := range t.headWords(text) {
		if !isHeadKeyword(w) {
			gap = true
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
			if gap {
				b.WriteString("… ")
			}
		}
		gap = false
		b.WriteString(strings.ToUpper(w))
	}
	if b.Len() == 0 {
		return fmt.Sprintf("%.40s", text)
	}
	return b.String()
}

// headWords are the first words and signs of a statement, without comments.
func (t *Transaction) headWords(text string) []string {
	scan := scanner{d: t.dialect, bytes: t.dialect.made().bytes, text: text, modes: defaultModes(t.dialect)}
	var words []string
	for len(words) < maxHeadline {
		word, kind := scan.word()
		if kind < wordToken {
			break
		}
		words = append(words, word)
	}
	return words
}

// isHeadKeyword reports whether a word is one that the statements of the classes Begin to Outside are known by.
func isHeadKeyword(word string) bool {
	switch strings.ToUpper(word) {
	case "BEGIN", "START", "TRANSACTION", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", "PREPARE", "PREPARED", "CHAIN", "XA",
		"TO", "AND", "CREATE", "DROP", "ALTER", "UNIQUE", "INDEX", "CONCURRENTLY", "REINDEX", "TABLE", "SCHEMA", "DATABASE", "SYSTEM", "VACUUM",
		"FULL", "TABLESPACE", "SET", "CLUSTER", "DISCARD", "ALL", "SUBSCRIPTION", "DETACH", "PARTITION", "ATTACH",
		"PUBLICATION", "REFRESH", "ADD", "PRAGMA", "JOURNAL_MODE", "FOREIGN_KEYS", "SYNCHRONOUS", "WAL_CHECKPOINT":
		return true
	}
	return false
}
