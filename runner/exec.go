package runner

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"revise/drivers"
)

// exec carries out all steps from one on: at once, or one by one where commands stand between them.
func (r *Runner) exec(ctx context.Context, p *Plan, from int, ledgerExists bool, settled *Settled) error {
	if !p.hasCommands() {
		return r.send(ctx, p, from, len(p.Steps), ledgerExists, settled)
	}
	for i := from; i < len(p.Steps); i++ {
		if err := r.commands(ctx, p, i, BeforeRevision); err != nil {
			return err
		}
		if err := r.send(ctx, p, i, i+1, ledgerExists || i > from, settled); err != nil {
			return err
		}
		if err := r.commands(ctx, p, i, AfterRevision); err != nil {
			return err
		}
		settled = nil
	}
	return nil
}

// send hands the steps from one up to another on to the driver at once, which decides how few round trips that takes.
func (r *Runner) send(ctx context.Context, p *Plan, from, to int, ledgerExists bool, settled *Settled) error {
	var batches []drivers.Batch
	if !ledgerExists {
		batches = append(batches, r.createBatch())
	}
	if settled != nil {
		batches = append(batches, r.settleBatch(p.Steps[from], settled))
		r.opt.Events(DoubtSettled{settled})
	}
	offset := len(batches)
	steps := p.Steps[from:to]
	feeds := make([]*feed, len(steps))
	defer func() { closeAll(feeds) }()
	started := r.opt.Now()
	start := func(i int) {
		if i < len(steps) {
			r.current = feeds[i]
			r.opt.Events(StepStarted{Step: steps[i], Number: from + i + 1, Of: len(p.Steps)})
		}
	}
	var all *whole
	if r.opt.SingleTransaction && len(steps) > 0 {
		var b drivers.Batch
		b, all = r.wholeBatch(p, from)
		feeds = all.feeds
		batches = append(batches, b)
	}
	for i, s := range steps {
		if all != nil {
			break
		}
		b, f := r.batch(s)
		feeds[i] = f
		b.Watch = r.watching(f)
		r.began[s.Revision.ID.Name] = true
		b.Done = func(n int) {
			done := f.through(n + 1)
			if done.index >= s.Resume {
				r.opt.Events(StatementDone{Step: s, Index: done.index, Pos: done.statement.Pos})
			}
			r.tellHooks(f, done)
		}
		b.Committed = func() {
			now := r.opt.Now()
			s.told = true
			r.opt.Events(StepDone{Step: s, Number: from + i + 1, Of: len(p.Steps), Duration: now.Sub(started)})
			started = now
			start(i + 1)
		}
		batches = append(batches, b)
	}
	if all == nil {
		start(0)
	}
	progress, err := r.conn.Exec(ctx, batches)
	r.current = nil
	if err == nil {
		return nil
	}
	if progress.Batches < offset {
		doing := "create"
		if ledgerExists {
			doing = "write"
		}
		return &LedgerError{Table: r.ledger.plain, Doing: doing, Err: err}
	}
	at, statements := progress.Batches-offset, progress.Statements
	if at >= len(batches)-offset {
		return err // all is applied; what failed is the putting back of the session
	}
	if all != nil {
		at, statements = all.step(progress.Statements)
	}
	f := feeds[at]
	if r.lease != nil {
		f.through(statements)
		var lost *LeaseLostError
		switch {
		case errors.As(context.Cause(ctx), &lost):
			return lost
		case len(f.queue) > 0 && f.queue[0].fence && !errors.Is(err, drivers.ErrLost) && ctx.Err() == nil:
			return &LeaseLostError{}
		}
	}
	if all != nil {
		return r.wholeFailure(all, len(steps), progress.Statements, err)
	}
	return r.failure(ctx, from+at, progress.Statements, f, err)
}

// settleBatch writes that a statement is in doubt no more.
func (r *Runner) settleBatch(s *Step, d *Settled) drivers.Batch {
	row := d.row
	text := fmt.Sprintf("%s: %s", s.Section.Pos, d)
	if d.Statement.Pos.IsValid() {
		text = fmt.Sprintf("%s: %s", d.Statement.Pos, d)
	}
	return ownBatch(false, r.ledger.progress(s, mark{done: row.Done, begun: row.Done, sum: row.DoneSum}),
		r.ledger.entry("resolve", row.Revision, row.Message, row.Done, row.Total, row.Identity, text))
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

// failure says what is true after a step failed when n statements of its batch were done, having made sure of it.
func (r *Runner) failure(ctx context.Context, at, n int, f *feed, err error) error {
	s := f.step
	e := &StatementError{Step: s, Before: at, InDoubt: -1, Err: err}
	f.through(n)
	seen := f.last
	e.locate(f, n)
	unknown := errors.Is(err, drivers.ErrUnknown)
	lost := errors.Is(err, drivers.ErrLost)
	if s.Atomic {
		e.Unknown = unknown
		e.Applied = s.Resume
		return e
	}
	// Without a transaction the journal knows, for it went through the same session: what an open transaction of the revision's own took
	// back, it took back in the journal as well.
	if lost { // and so the ledger will say more, when it can be asked
		e.Applied, e.Unknown = seen, e.Phase == InStatement
		return e
	}
	back, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanup)
	defer cancel()
	state, stateErr := r.State(back)
	if stateErr != nil {
		e.Applied = seen
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
		return e
	}
	// Where a kill hit the journal's own update, or the journal could not be written under table locks, the driver saw more.
	if seen > e.Applied {
		past, err := s.statements.pastOf(seen)
		if err != nil { // the file cannot be read any more; so the ledger says as well, and so the next run will
			e.InDoubt = e.Applied
			return e
		}
		if !past.own {
			e.Applied = seen
		}
	}
	if past, err := s.statements.pastOf(e.Applied); err == nil {
		e.Forgotten = past.forgotten
	}
	r.settle(back, e, row)
	return e
}

// locate says at what a step failed when n statements of its batch were done.
func (e *StatementError) locate(f *feed, n int) {
	if len(f.queue) == 0 && f.stage != ended && f.err == nil {
		_, _ = f.more() // it ended between two pieces: what would have come next
	}
	switch {
	case f.failed(e.Err):
		e.Phase = InFile
		if !errors.Is(e.Err, f.err) { // the driver made one of its own of it
			e.Err = errors.Join(f.err, e.Err)
		}
	case len(f.queue) == 0 && n >= f.done+len(f.tail):
		e.Phase = InCommit
	case len(f.queue) > 0 && f.queue[0].commits != nil:
		e.Phase, e.Index, e.Statement = InStatement, f.queue[0].commits.index, &f.queue[0].commits.statement
	case len(f.queue) > 0 && f.queue[0].hook != nil:
		at := f.queue[0].hook
		e.Phase, e.Hook, e.Index, e.HookStatements = InHook, at.hook.Hook, at.index, len(at.hook.Statements)
	case len(f.queue) == 0 || f.queue[0].index == ownStatement:
		e.Phase = InLedger
	case f.queue[0].index <= firstVerify:
		e.Phase, e.Index = InVerify, firstVerify-f.queue[0].index
	default:
		e.Phase, e.Index = InStatement, f.queue[0].index
	}
	if e.Phase == InStatement || e.Phase == InVerify || e.Phase == InHook {
		if e.Statement == nil {
			e.Statement = &f.queue[0].statement
		}
		e.at = e.place()
	}
}

// failed reports whether it was the file that made the batch fail: an error of its own, or one of the data that a statement was to read.
func (f *feed) failed(err error) bool {
	return f.err != nil && (errors.Is(err, f.err) || len(f.queue) == 0 || len(f.queue) == 1 && f.rest != nil)
}

// settle writes that no statement is in doubt: the server refused the one that was begun. If nothing is done, nothing is half-way.
func (r *Runner) settle(ctx context.Context, e *StatementError, row Row) {
	s := e.Step
	sum := row.DoneSum
	if e.Applied != row.Done {
		var err error
		if sum, err = s.statements.sumBehind(e.Applied); err != nil { // the file cannot be read any more
			e.Applied, e.InDoubt = row.Done, row.Done // so the ledger says, and so the next run will
			e.Err = errors.Join(e.Err, err)
			return
		}
	}
	now := r.ledger.progress(s, mark{done: e.Applied, begun: e.Applied, sum: sum})
	switch {
	case e.Applied > 0:
	case s.up():
		now = r.ledger.remove(s.Revision.ID.Name)
	case !s.half:
		now = r.ledger.restore(s.before)
	}
	b := ownBatch(false, now)
	if _, err := r.conn.Exec(ctx, []drivers.Batch{b}); err != nil {
		if e.Applied < row.Begun {
			e.InDoubt = e.Applied // so the ledger says, and so the next run will
		}
		e.Err = errors.Join(e.Err, &LedgerError{Table: r.ledger.plain, Doing: "write", Err: err})
	}
}

// logged is an error as the log keeps it: a server quotes what it does not understand, the values of variables too.
func (r *Runner) logged(e *StatementError) string {
	place := strings.TrimSuffix(e.Error(), e.Err.Error())
	return place + r.variables.masked(e.Err.Error())
}

// logFailure writes into the log that a step failed, which leaves nothing else behind. The failure counts, not its log.
func (r *Runner) logFailure(ctx context.Context, e *StatementError) {
	back, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanup)
	defer cancel()
	s := e.Step
	b := ownBatch(false, r.ledger.entry("failure", s.Revision.ID.Name, s.Revision.Message, e.Applied, s.Total, "", r.logged(e)))
	if _, err := r.conn.Exec(back, []drivers.Batch{b}); err != nil {
		e.Err = errors.Join(e.Err, &LedgerError{Table: r.ledger.plain + "_log", Doing: "write", Err: err})
	}
}
