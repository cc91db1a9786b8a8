package runner

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"sort"
	"strconv"
	"strings"

	"revise/parser"
)

// An outline is what going through a section once has told. The statements themselves are not kept: a section may be larger than memory.
type outline struct {
	section   *parser.Section
	dialect   *parser.Dialect
	variables *variables // of a section that has placeholders; nil: none
	valued    bool       // its values are known to fit
	total     int        // statements that run
	begin     int        // the number of the BEGIN that does not run, nor the last, its COMMIT; -1: there is none
	sum       string     // over all, those two too; "" if there are none, and where it was not asked for
	resume    int        // statements that are done already
	resumeSum string     // over those; "" for none, and if there are not so many
	held      []stretch
}

// The ledger keeps a short sum of each statement while a section that no transaction holds is half-way, to name what was changed.
const (
	sumDigits = 12       // of a sum, in hex: it names, and does not decide
	maxSums   = 20_000   // in the ledger; where there are more statements, a sum is one over several
	maxSummed = 64 << 20 // bytes of a section: reading it once more takes as long as half a second
)

// A sumList holds sums of each statements together, one behind the other.
type sumList struct {
	each int
	sums []string
}

// String is what the ledger keeps, "" for no sums.
func (l sumList) String() string {
	all := strings.Join(l.sums, "")
	if l.each > 1 {
		return fmt.Sprintf("%d:%s", l.each, all)
	}
	return all
}

// readSums reads what String wrote. What is cut off is left out.
func readSums(text string) sumList {
	l := sumList{each: 1}
	if each, sums, ok := strings.Cut(text, ":"); ok {
		n, err := strconv.Atoi(each)
		if err != nil || n < 2 {
			return l
		}
		l.each, text = n, sums
	}
	for ; len(text) >= sumDigits; text = text[sumDigits:] {
		l.sums = append(l.sums, text[:sumDigits])
	}
	return l
}

// statementSums are those of all statements; none for a large section.
func (o *outline) statementSums() (sumList, error) { return o.sumsOf(1 + max(0, o.total-1)/maxSums) }

// sumsOf are those of so many statements together.
func (o *outline) sumsOf(each int) (sumList, error) {
	l := sumList{each: each}
	if o.section.Text.Size() > maxSummed {
		return l, nil
	}
	w := o.walk()
	w.split.Reuse()
	w.split.KeepEach()
	together, n := sha256.New(), 0
	for {
		_, ok, err := w.Next()
		if err != nil {
			return l, err
		}
		if n == each || !ok && n > 0 {
			l.sums = append(l.sums, hex.EncodeToString(together.Sum(nil))[:sumDigits])
			together.Reset()
			n = 0
		}
		if !ok {
			return l, nil
		}
		io.WriteString(together, w.split.StatementSum().String())
		n++
	}
}

// A stretch is a run of statements, from one number up to another, under table locks: the journal cannot be written there (MySQL error 1100).
type stretch struct{ from, to int }

// outlineOf goes through a section and finds what cannot run where it stands: mistakes, and other errors are those of reading the file.
func outlineOf(s *parser.Section, d *parser.Dialect, transactional bool, resume int) (outline, error) {
	o := outline{section: s, dialect: d, resume: resume, begin: -1}
	split := s.Splitter(d)
	split.Reuse()
	if resume > 0 {
		split.KeepSum()
	}
	transaction := parser.NewTransaction(d)
	var open openTransaction
	in := inTransaction(s, transactional)
	var places placeChecker
	var left parser.ErrorList // transactions that a reset would take back
	for {
		st, ok, err := split.Next()
		if err != nil {
			return o, joinLists(places.errs.Err(), err)
		}
		if !ok {
			break
		}
		if st.Clean && !in {
			left = append(left, open.left("where the session is reset")...)
			open = openTransaction{}
			o.release(o.total)
		}
		if len(s.Variables) > 0 {
			if err := places.check(split, s, st, d); err != nil {
				return o, err
			}
		}
		if in {
			transaction.Add(st)
		} else {
			open.add(st)
			o.hold(st)
		}
		if o.total++; o.total == resume {
			if err := drain(st); err != nil {
				return o, err
			}
			o.resumeSum = split.Sum().String()
		}
	}
	if o.total > 0 && resume > 0 {
		o.sum = split.Sum().String()
	}
	o.release(o.total + 1)
	if !in {
		left = append(left, open.left("at the end of the section")...)
		return o, joinLists(places.errs.Err(), left.Err())
	}
	var err error
	if o.begin, err = transaction.End(); err != nil || len(places.errs) > 0 {
		return o, joinLists(places.errs.Err(), err)
	}
	if o.begin >= 0 {
		o.total -= 2
		o.resumeSum = "" // what ran without a transaction ran with these two
	}
	return o, nil
}

// drain reads what is left of a statement's data, so that the sum is one over all of it.
func drain(st parser.Statement) error {
	if st.Rest == nil {
		return nil
	}
	_, err := io.Copy(io.Discard, st.Rest)
	return err
}

// hold notes that the statement with number total takes table locks, or gives them back.
func (o *outline) hold(st parser.Statement) {
	if o.total < o.resume {
		return
	}
	last := len(o.held) - 1
	open := last >= 0 && o.held[last].to < 0
	switch {
	case st.Class == parser.Hold && !open:
		o.held = append(o.held, stretch{o.total, -1})
	case st.Class == parser.Unhold:
		o.release(o.total + 1)
	}
}

// release notes that no table locks are held from the statement with a number on.
func (o *outline) release(n int) {
	if last := len(o.held) - 1; last >= 0 && o.held[last].to < 0 {
		o.held[last].to = n
	}
}

// stretchAt is the stretch that a statement stands in, if it stands in one.
func (o *outline) stretchAt(n int) (stretch, bool) {
	i := sort.Search(len(o.held), func(i int) bool { return o.held[i].to > n })
	if i < len(o.held) && o.held[i].from <= n {
		return o.held[i], true
	}
	return stretch{}, false
}

// journalled is the number of statements that will be done when the journal is written the next time, when done are: one more as a rule.
func (o *outline) journalled(done int) int {
	if s, held := o.stretchAt(done); held {
		return min(s.to, o.total)
	}
	return min(done+1, o.total)
}

// underLocks reports whether a statement stands in such a stretch.
func (o *outline) underLocks(n int) bool {
	_, held := o.stretchAt(n)
	return held
}

// A walk goes through the statements of a section that run.
type walk struct {
	outline *outline
	split   *parser.Splitter
	next    int  // the number of the next statement
	begun   bool // the BEGIN that does not run is behind
	values  bool // statements are given with the values of variables
}

// walk gives the statements as the file has them.
func (o *outline) walk() *walk {
	return &walk{outline: o, split: o.section.Splitter(o.dialect)}
}

// run is walk with the values of variables in the statements: as the server gets them.
func (o *outline) run() *walk {
	w := o.walk()
	w.values = o.variables != nil
	return w
}

// Next returns the next statement, or false behind the last.
func (w *walk) Next() (parser.Statement, bool, error) {
	if w.outline.begin == w.next && !w.begun {
		w.begun = true
		if _, ok, err := w.split.Next(); !ok || err != nil {
			return parser.Statement{}, false, err
		}
	}
	if w.outline.begin >= 0 && w.next == w.outline.total {
		return parser.Statement{}, false, nil
	}
	st, ok, err := w.split.Next()
	if ok {
		w.next++
	}
	if ok && w.values && err == nil {
		st, err = w.outline.variables.expand(w.split, w.outline.section.Variables, st)
	}
	return st, ok, err
}

// unchanged makes sure, when Next has said that there are no more, that the section's bytes are those of the outline: a file may be changed while
// it runs.
func (w *walk) unchanged() error {
	if w.next < w.outline.total {
		return errChanged
	}
	for {
		_, ok, err := w.split.Next() // the COMMIT that does not run; and what is more than there was
		if err != nil {
			return err
		}
		if !ok {
			break
		}
	}
	if w.split.Check() != w.outline.section.Check() {
		return errChanged
	}
	return nil
}

// sums are those over all statements, "" if there are none, and over the bytes, when unchanged has found nothing. They take KeepSum.
func (w *walk) sums() (statements, bytes string) {
	if w.outline.total > 0 || w.outline.begin >= 0 {
		statements = w.split.Sum().String()
	}
	return statements, w.split.ByteSum().String()
}

// sums reads the section again for those over all statements, "" if there are none, and over the bytes.
func (o *outline) sums() (statements, bytes string, err error) {
	w := o.walk()
	w.split.Reuse()
	w.split.KeepSum()
	for {
		if _, ok, err := w.Next(); err != nil {
			return "", "", err
		} else if !ok {
			break
		}
	}
	if err := w.unchanged(); err != nil {
		return "", "", err
	}
	statements, bytes = w.sums()
	return statements, bytes, nil
}

// each hands all statements of a walk with their numbers to f, until an error.
func (w *walk) each(f func(i int, st parser.Statement) error) error {
	for i := 0; ; i++ {
		st, ok, err := w.Next()
		if err != nil || !ok {
			return err
		}
		if err := f(i, st); err != nil {
			return err
		}
	}
}

// sumBehind is the sum over the first n statements, "" for none, and if there are not so many.
func (o *outline) sumBehind(n int) (string, error) {
	switch {
	case n == 0:
		return "", nil
	case n == o.resume:
		return o.resumeSum, nil
	case n == o.total && o.sum != "":
		return o.sum, nil
	}
	w := o.walk()
	w.split.Reuse()
	w.split.KeepSum()
	for w.next < n {
		st, ok, err := w.Next()
		if err != nil || !ok {
			return "", err
		}
		if w.next == n {
			if err := drain(st); err != nil {
				return "", err
			}
		}
	}
	return w.split.Sum().String(), nil
}

// inTransaction reports whether a section runs in a transaction of ours.
func inTransaction(s *parser.Section, transactional bool) bool {
	return transactional && s.Settings.Transaction != parser.Off
}

// Check finds, without a database, what is wrong with a section on a database of this dialect: the mistakes that Plan would report. An error
// that is no parser.ErrorList is one of reading the file.
func Check(s *parser.Section, d *parser.Dialect, transactional bool) error {
	_, err := outlineOf(s, d, transactional, 0)
	return err
}
