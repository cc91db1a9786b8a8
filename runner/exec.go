package runner

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"

	"revise/drivers"
	"revise/parser"
)

// What an index of a batch stands for, where it is no statement of the section.
const (
	ownStatement = -1
	firstVerify  = -2 // and below: the next ones
)

// exec hands all steps to the driver at once, which decides how few round trips that takes.
func (r *Runner) exec(ctx context.Context, p *Plan, ledgerExists bool) error {
	var batches []drivers.Batch
	offset := 0
	if !ledgerExists {
		batches = append(batches, r.createBatch())
		offset = 1
	}
	indexes := make([][]int, len(p.Steps))
	started := r.opt.Now()
	start := func(i int) {
		if i < len(p.Steps) {
			r.current = position{p.Steps[i], p.Steps[i].Resume}
			r.opt.Events(StepStarted{Step: p.Steps[i], Number: i + 1, Of: len(p.Steps)})
		}
	}
	for i, s := range p.Steps {
		b, index := r.batch(s)
		indexes[i] = index
		b.Done = func(n int) {
			if index[n] >= s.Resume {
				r.current.index = index[n] + 1
				r.opt.Events(StatementDone{Step: s, Index: index[n]})
			}
		}
		b.Committed = func() {
			now := r.opt.Now()
			r.opt.Events(StepDone{Step: s, Number: i + 1, Of: len(p.Steps), Duration: now.Sub(started)})
			started = now
			start(i + 1)
		}
		batches = append(batches, b)
	}
	start(0)
	progress, err := r.conn.Exec(ctx, batches)
	r.current = position{index: -1}
	if err == nil {
		return nil
	}
	if progress.Batches < offset {
		return &LedgerError{Table: r.ledger.plain, Doing: "create", Err: err}
	}
	at := progress.Batches - offset
	if at >= len(p.Steps) {
		return err // all is applied; what failed is the putting back of the session
	}
	failed := r.failure(ctx, p, at, progress.Statements, indexes[at], err)
	r.opt.Events(StepFailed{Step: p.Steps[at], Err: failed})
	return failed
}

func (r *Runner) createBatch() drivers.Batch {
	return ownBatch(r.conn.Facts().TransactionalDDL, r.ledger.create()...)
}

// ownBatch is a batch of the runner's own statements.
func ownBatch(atomic bool, texts ...string) drivers.Batch {
	b := drivers.Batch{Atomic: atomic}
	for _, text := range texts {
		b.Statements = append(b.Statements, drivers.Statement{Text: text, Own: true})
	}
	return b
}

// batch is a step as the driver gets it: the section's statements and the ledger's own in one go. index says of each what it is.
func (r *Runner) batch(s *Step) (b drivers.Batch, index []int) {
	b.Atomic = s.Atomic
	b.LockTimeout, b.StatementTimeout = r.opt.LockTimeout, r.opt.StatementTimeout
	if d := s.Section.Settings.LockTimeout; d != nil {
		b.LockTimeout = *d
	}
	if d := s.Section.Settings.StatementTimeout; d != nil {
		b.StatementTimeout = *d
	}
	add := func(st drivers.Statement, i int) {
		b.Statements = append(b.Statements, st)
		index = append(index, i)
	}
	own := func(sql string) { add(drivers.Statement{Text: sql, Own: true}, ownStatement) }

	total := len(s.Statements)
	groups := s.groups()
	begun := s.Resume // inside a transaction nothing is ever in doubt
	if !s.Atomic && len(groups) > 0 {
		begun = groups[0]
	}
	own(r.ledger.begin(s, begun))
	for i, st := range s.Statements[:s.Resume] {
		if ofSession(st.Text) { // what is done stays done, but the session that it was set in is gone
			add(drivers.Statement{Text: st.Text}, i)
		}
	}
	for i := s.Resume; i < total; i++ {
		st := s.Statements[i]
		add(drivers.Statement{Text: st.Text, Copy: st.Copy, Data: st.Data}, i)
		if !s.Atomic && i+1 == groups[0] {
			groups = groups[1:]
			begun = i + 1
			if len(groups) > 0 {
				begun = groups[0]
			}
			own(r.ledger.progress(s, i+1, begun))
		}
	}
	for i, v := range s.Verify {
		add(drivers.Statement{Text: v.Text, Check: true}, firstVerify-i)
	}
	for _, sql := range r.ledger.finish(s) {
		own(sql)
	}
	return b, index
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
	words := strings.Fields(strings.ToUpper(text))
	if firstWord(text) == "CREATE" {
		return slices.Contains(words, "TEMPORARY") || slices.Contains(words, "TEMP")
	}
	return slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, "@") && w != "@" }) && slices.Contains(words, "INTO")
}

// groups are the numbers of statements at which the journal is written: behind each one, but not while table locks are held, under
// which the ledger cannot be written (MySQL error 1100).
func (s *Step) groups() []int {
	var ends []int
	held := false
	for i := s.Resume; i < len(s.Statements); i++ {
		switch s.Statements[i].Class {
		case parser.Hold:
			held = true
		case parser.Unhold:
			held = false
		}
		if !held || i+1 == len(s.Statements) {
			ends = append(ends, i+1)
		}
	}
	return ends
}

// failure says what is true after a step failed, having made sure of it.
func (r *Runner) failure(ctx context.Context, p *Plan, at, n int, index []int, err error) error {
	s := p.Steps[at]
	e := &StatementError{Step: s, Before: at, InDoubt: -1, Err: err}
	switch {
	case n >= len(index):
		e.Phase = InCommit
	case index[n] >= 0:
		e.Phase, e.Index = InStatement, index[n]
		e.Statement = &s.Statements[e.Index]
	case index[n] <= firstVerify:
		e.Phase, e.Index = InVerify, firstVerify-index[n]
		e.Statement = &s.Verify[e.Index]
	default:
		e.Phase = InLedger
	}
	unknown := errors.Is(err, drivers.ErrUnknown)
	lost := errors.Is(err, drivers.ErrLost)
	if s.Atomic {
		e.Unknown = unknown
		e.Applied = s.Resume
		if !unknown && !lost {
			r.logFailure(ctx, e)
		}
		return e
	}
	// Without a transaction the journal knows, for it went through the same session: what an open transaction of the revision's own took
	// back, it took back in the journal as well.
	if lost {
		e.Applied, e.InDoubt = lastDone(s, index, n), e.Index
		if e.Phase != InStatement {
			e.InDoubt = -1
		}
		return e
	}
	back, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanup)
	defer cancel()
	state, stateErr := r.State(back)
	if stateErr != nil {
		e.Applied = lastDone(s, index, n)
		e.Err = errors.Join(err, stateErr)
		return e
	}
	row, ok := state.Rows[s.Revision.ID.Name]
	if !ok { // it failed before its row was written, or, on the way down, behind its removal
		return e
	}
	e.Applied = row.Done
	if row.State == Applied {
		e.Applied = s.Resume
		r.logFailure(back, e)
		return e
	}
	// Where a kill hit the journal's own update, or the journal could not be written under table locks, the driver saw more.
	if seen := lastDone(s, index, n); seen > e.Applied && !s.ownTransaction(seen) {
		e.Applied = seen
	}
	e.Forgotten = slices.ContainsFunc(s.Statements[:e.Applied], func(st parser.Statement) bool { return forgotten(st.Text) })
	r.settle(back, e, row)
	return e
}

// lastDone is the number of statements known to be done when the driver came as far as n.
func lastDone(s *Step, index []int, n int) int {
	done := s.Resume
	for _, i := range index[:min(n, len(index))] {
		done = max(done, i+1)
	}
	return done
}

// ownTransaction reports whether, behind the first n statements, a transaction of the section's own is open: one that it began, or the one that
// is always open while autocommit is off (MySQL).
func (s *Step) ownTransaction(n int) bool {
	off := false
	for _, st := range s.Statements[:n] {
		if m := autocommit.FindStringSubmatch(st.Text); m != nil {
			off = m[1] != ""
		}
	}
	return off || openTransaction(s.Statements[:n]) >= 0
}

// autocommit finds an assignment to it; the submatch is there if it is switched off.
var autocommit = regexp.MustCompile(`(?i)\bautocommit\s*:?=\s*(0|off\b|false\b)?`)

// settle writes that no statement is in doubt: the server refused the one that was begun. If nothing is done, nothing is half-way.
func (r *Runner) settle(ctx context.Context, e *StatementError, row Row) {
	s := e.Step
	now := r.ledger.progress(s, e.Applied, e.Applied)
	switch {
	case e.Applied > 0:
	case s.up():
		now = r.ledger.remove(s.Revision.ID.Name)
	case !s.half:
		now = r.ledger.restore(s.before)
	}
	b := ownBatch(false, now, r.failureEntry(e))
	if _, err := r.conn.Exec(ctx, []drivers.Batch{b}); err != nil {
		if e.Applied < row.Begun {
			e.InDoubt = e.Applied // so the ledger says, and so the next run will
		}
		e.Err = errors.Join(e.Err, &LedgerError{Table: r.ledger.plain, Doing: "write", Err: err})
	}
}

// logFailure writes into the log that a step failed, which leaves nothing else behind. The failure counts, not its log.
func (r *Runner) logFailure(ctx context.Context, e *StatementError) {
	back, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanup)
	defer cancel()
	b := ownBatch(false, r.failureEntry(e))
	if _, err := r.conn.Exec(back, []drivers.Batch{b}); err != nil {
		e.Err = errors.Join(e.Err, &LedgerError{Table: r.ledger.plain + "_log", Doing: "write", Err: err})
	}
}

func (r *Runner) failureEntry(e *StatementError) string {
	s := e.Step
	return r.ledger.entry("failure", s.Revision.ID.Name, s.Revision.Message, e.Applied, len(s.Statements), s.identity(), e.Error())
}
