package parser

import (
	"fmt"
	"strings"
)

// maxClassTokens is how far a pattern looks into a statement.
const maxClassTokens = 64

// A classifier holds the first tokens of a statement, without the marks of conditional code.
type classifier struct {
	text   string
	tokens [maxClassTokens]token
	n      int
	all    bool // there are no more
}

// classify finds the Class of a statement. Only a statement whose first word begins a pattern is looked at further.
func (s *scanner) classify(text string) Class {
	scan := s.within(text)
	first, kind := scan.word()
	if kind != wordToken {
		return Plain
	}
	var c classifier
	for i := range s.d.Classes {
		p := &s.d.Classes[i]
		word, _, _ := strings.Cut(p.Pattern, " ")
		if !isOneOf(first, word) {
			continue
		}
		if c.n == 0 {
			c.text = text
			scan = s.within(text)
			c.read(&scan)
		}
		if c.match(p.Pattern, 0) {
			return p.Class
		}
	}
	return Plain
}

func (c *classifier) read(scan *scanner) {
	for {
		tok := scan.code()
		switch {
		case tok.kind < wordToken:
			c.all = true
			return
		case c.n == len(c.tokens):
			return
		}
		c.tokens[c.n] = tok
		c.n++
	}
}

// match reports whether a pattern fits the tokens from i on.
func (c *classifier) match(pattern string, i int) bool {
	if pattern == "" {
		return true
	}
	element, rest, _ := strings.Cut(pattern, " ")
	if pattern[0] == '[' {
		inner, behind, _ := strings.Cut(pattern[1:], "]")
		behind = strings.TrimPrefix(behind, " ")
		return c.match(strings.TrimSuffix(inner+" "+behind, " "), i) || c.match(behind, i)
	}
	if element == "..." {
		for ; i < c.n; i++ {
			if c.match(rest, i) {
				return true
			}
		}
		return false
	}
	if i < c.n && c.tokens[i].kind == openToken && !isOneOf("(", element) {
		return c.match(pattern, c.behindParentheses(i))
	}
	if element == "$" {
		return i == c.n && c.all
	}
	if i == c.n {
		return false
	}
	tok := c.tokens[i]
	if element != "*" && (tok.kind == quotedToken || tok.kind == stringToken || !isOneOf(c.text[tok.start:tok.end], element)) {
		return false
	}
	return c.match(rest, i+1)
}

func (c *classifier) behindParentheses(i int) int {
	for depth := 0; i < c.n; i++ {
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

// isOneOf compares a token with the alternatives of an element, in any case.
func isOneOf(text, element string) bool {
	for {
		word, more, found := strings.Cut(element, "|")
		if len(word) == len(text) && strings.EqualFold(word, text) {
			return true
		}
		if !found {
			return false
		}
		element = more
	}
}

// Transactional prepares the statements of a section that runs inside a transaction. A section that is exactly one BEGIN … COMMIT gives
// the statements between, and true: the transaction is the runner's. Any other statement that controls a transaction, or that
// cannot run inside one, is a mistake; all of them are reported, as an ErrorList. Sums stay as they are.
func Transactional(stmts []Statement) (inner []Statement, unwrapped bool, err error) {
	inner = stmts
	if n := len(stmts); n >= 2 && plainBegin(stmts[0]) && stmts[n-1].Class == Commit {
		inner, unwrapped = stmts[1:n-1], true
	}
	var errs ErrorList
	for _, s := range inner {
		var e *Error
		switch s.Class {
		case Begin, Commit, Control:
			e = errs.Add(s.Pos, "%q controls the transaction that the section runs in", headline(s.Text))
		case Outside:
			e = errs.Add(s.Pos, "%q cannot run inside a transaction", headline(s.Text))
		default:
			continue
		}
		e.Hint = `put "-- transaction: off" into the header or "transaction=off" behind the section's marker`
	}
	if err := errs.Err(); err != nil {
		return nil, false, err
	}
	return inner, unwrapped, nil
}

// plainBegin reports whether a statement begins a transaction and says nothing of it that the runner's own would lose, such as an
// isolation level. How SQLite locks at BEGIN changes no outcome.
func plainBegin(s Statement) bool {
	if s.Class != Begin {
		return false
	}
	for _, w := range headWords(s.Text) {
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
func headline(text string) string {
	var b strings.Builder
	gap := false
	for _, w := range headWords(text) {
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

// headWords are the first words and signs of a statement, without comments. The rules of any dialect do: what a statement begins with is
// alike in all.
func headWords(text string) []string {
	d := &Dialect{ConditionalCode: true, Backquotes: true}
	scan := scanner{d: d, bytes: byteClasses(d), text: text, modes: defaultModes(d)}
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
