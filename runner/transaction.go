package runner

import (
	"errors"
	"slices"
	"strings"

	"revise/drivers"
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

// left is the mistake that one is open somewhere: its work would be rolled back with the session, and the ledger would call it applied.
func (t *openTransaction) left(where string) (list parser.ErrorList) {
	if t.open {
		list.Add(t.began, "this transaction is still open %s", where).Hint = "end it with COMMIT;"
	}
	return list
}

// endsTransaction reports whether a ROLLBACK or ABORT ends the transaction; one TO a savepoint does not, AND CHAIN begins the next.
func endsTransaction(text string) bool {
	words := strings.Fields(strings.ToUpper(text))
	return (words[0] == "ROLLBACK" || words[0] == "ABORT") && !slices.Contains(words, "TO") && !slices.Contains(words, "CHAIN") ||
		words[0] == "PREPARE"
}

// An ownTransactions knows of the statements of a section, one after the other, whether a transaction of the section's own is open behind them: one
// that it began, or the one that is always open while autocommit is off (MySQL).
type ownTransactions struct {
	openTransaction
	off bool // autocommit is
	xa  bool // a distributed one was begun; where it ends is not looked for
}

func (t *ownTransactions) add(st parser.Statement) {
	t.openTransaction.add(st)
	t.replay(st)
	t.xa = t.xa || firstWord(st.Text) == "XA"
}

// replay adds a statement that an earlier run has done: its transaction is over, what it set is set again.
func (t *ownTransactions) replay(st parser.Statement) {
	if ofSession(st.Text) {
		if m := autocommit().FindStringSubmatch(st.Text); m != nil {
			t.off = m[1] != ""
		}
	}
}

func (t *ownTransactions) isOpen() bool { return t.off || t.xa || t.open }

// joins reports whether a statement may share a transaction with its entry in the journal, going by its first words: one of the
// list stands for all statements that begin with it.
func joins(list []string, st parser.Statement) bool {
	if st.Class != parser.Plain {
		return false
	}
	first, rest := drivers.CutWord(st.Text)
	second, _ := drivers.CutWord(rest)
	for _, words := range list {
		one, two, pair := strings.Cut(words, " ")
		if one == first && (!pair || two == second) {
			return true
		}
	}
	return false
}

// ofSession reports whether a statement only sets up the session (SET, USE, PREPARE; PRAGMA, ATTACH), also inside MySQL's /*!40101 … */.
func ofSession(text string) bool {
	switch firstWord(text) {
	case "SET", "USE", "PREPARE", "ATTACH", "DETACH", "PRAGMA":
		return true
	}
	return false
}

// leavesSession reports whether a statement only works on data, or on what is defined in the database.
func leavesSession(text string) bool {
	switch firstWord(text) {
	case "INSERT", "REPLACE", "UPDATE", "DELETE", "ALTER", "DROP", "TRUNCATE", "RENAME", "GRANT", "REVOKE":
		return true
	case "CREATE":
		return !forgotten(text)
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
var autocommit = drivers.Form(`(?i)\bautocommit\s*:?=\s*(0|off\b|false\b)?`)

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
	var own ownTransactions
	w := o.run()
	w.split.Reuse()
	for w.next < n {
		st, ok, err := w.Next()
		if errors.Is(err, errUnset) { // nothing is going to run
			err = nil
		}
		if err != nil || !ok {
			return p, err
		}
		if st.Clean {
			own, p.forgotten = ownTransactions{}, false
		}
		own.add(st)
		p.forgotten = p.forgotten || forgotten(st.Text)
	}
	p.own = own.isOpen()
	return p, nil
}
