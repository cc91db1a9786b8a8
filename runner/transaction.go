package runner

import (
	"regexp"
	"slices"
	"strings"

	"revise/parser"
)

// An openTransaction follows the transactions that a section begins and ends itself.
type openTransaction struct {
	open  bool
	began parser.Position
}

// add takes the next statement.
func (t *openTransaction) add(st parser.Statement) {
	switch {
	case st.Class == parser.Begin:
		t.open, t.began = true, st.Pos
	case st.Class == parser.Commit, st.Class == parser.Control && endsTransaction(st.Text):
		t.open = false
	}
}

// mistake is that the section ends inside of one: its work would be rolled back with the session, and the ledger would call it applied.
func (t *openTransaction) mistake() error {
	if !t.open {
		return nil
	}
	var list parser.ErrorList
	list.Add(t.began, "this transaction is still open at the end of the section").Hint = "end it with COMMIT;"
	return list
}

// endsTransaction reports whether a ROLLBACK or ABORT ends the transaction; one TO a savepoint does not, AND CHAIN begins the next.
func endsTransaction(text string) bool {
	words := strings.Fields(strings.ToUpper(text))
	return (words[0] == "ROLLBACK" || words[0] == "ABORT") && !slices.Contains(words, "TO") && !slices.Contains(words, "CHAIN") ||
		words[0] == "PREPARE"
}

// ofSession reports whether a statement only sets up the session (SET, USE, PREPARE), also inside MySQL's /*!40101 … */.
func ofSession(text string) bool {
	switch firstWord(text) {
	case "SET", "USE", "PREPARE":
		return true
	}
	return false
}

func firstWord(text string) string {
	text = strings.TrimLeft(strings.TrimPrefix(text, "/*!"), "0123456789 \t\r\n")
	if i := strings.IndexAny(text, " \t\r\n(/"); i >= 0 {
		text = text[:i]
	}
	return strings.ToUpper(text)
}

// forgotten reports whether a statement made something that ends with the session and that running it again would not bring back: a
// temporary table, or a variable that a query filled.
func forgotten(text string) bool {
	if firstWord(text) == "CREATE" {
		words := strings.Fields(strings.ToUpper(text))
		return slices.Contains(words, "TEMPORARY") || slices.Contains(words, "TEMP")
	}
	if !strings.Contains(text, "@") {
		return false // looked at first, for a statement of data is long
	}
	words := strings.Fields(strings.ToUpper(text))
	return slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, "@") && w != "@" }) && slices.Contains(words, "INTO")
}

// autocommit finds an assignment to it; the submatch is there if it is switched off.
var autocommit = regexp.MustCompile(`(?i)\bautocommit\s*:?=\s*(0|off\b|false\b)?`)

// A past is what the statements done have left behind.
type past struct {
	// own: a transaction of the section's own is open behind them: one that it began, or the one that is always open while autocommit is
	// off (MySQL).
	own bool
	// forgotten: one of them made what is gone with the session.
	forgotten bool
}

// pastOf looks at the first n statements again.
func (o *outline) pastOf(n int) (past, error) {
	var p past
	var open openTransaction
	off := false
	w := o.walk()
	w.split.Reuse()
	for w.next < n {
		st, ok, err := w.Next()
		if err != nil || !ok {
			return p, err
		}
		open.add(st)
		p.forgotten = p.forgotten || forgotten(st.Text)
		if ofSession(st.Text) {
			if m := autocommit.FindStringSubmatch(st.Text); m != nil {
				off = m[1] != ""
			}
		}
	}
	p.own = off || open.open
	return p, nil
}
