package runner

import (
	"errors"
	"time"

	"revise/drivers"
	"revise/parser"
)

// A SingleError says that a run cannot be one transaction.
type SingleError struct {
	Section  *parser.Section // that runs without one; nil: nothing does on this database, or a command
	Commands bool            // hooks are commands that have to run between two commits
}

func (e *SingleError) Error() string {
	if e.Commands {
		return "one transaction cannot hold the run: a hook is a command that runs between two revisions, when the first is committed"
	}
	if e.Section == nil {
		return "one transaction cannot hold a run on this database: it commits each statement of DDL by itself"
	}
	if e.Section.Settings.ForeignKeys == parser.Off {
		return e.Section.Pos.String() + ": one transaction cannot hold the run: this section switches foreign_keys, which does nothing inside of one"
	}
	return e.Section.Pos.String() + ": one transaction cannot hold the run: this section runs without one"
}

// Hint says what can be done.
func (e *SingleError) Hint() string {
	if e.Commands {
		return "write the hook in SQL, have it run around the run, or leave it out: --no-hooks; nothing was done"
	}
	if e.Section == nil {
		return "leave --single-transaction out: statements are journalled one by one, and a run goes on where the last one ended"
	}
	return "run what is before it with --single-transaction, and it without; nothing was done"
}

// single finds what keeps a plan from being one transaction.
func (r *Runner) single(p *Plan) error {
	if !r.conn.Facts().TransactionalDDL {
		return &SingleError{}
	}
	for _, s := range p.Steps {
		if !s.Atomic || s.Section.Settings.ForeignKeys == parser.Off && r.driver.Name() == "sqlite" {
			return &SingleError{Section: s.Section}
		}
	}
	if p.hasCommands() {
		return &SingleError{Commands: true}
	}
	return nil
}

// A whole gives a driver all steps of a run as one batch. Between two of them the session is made clean.
type whole struct {
	feeds []*feed
	first []int // of each step that was begun: the number of its first statement in the batch
	given int   // statements
}

// whole makes one batch of steps. Of their timeouts the shortest count.
func (r *Runner) whole(steps []*Step) (drivers.Batch, *whole) {
	w := &whole{}
	all := drivers.Batch{Atomic: true, Patient: true}
	shorter := func(to *time.Duration, d time.Duration) {
		if d > 0 && (*to == 0 || d < *to) {
			*to = d
		}
	}
	for _, s := range steps {
		b, f := r.batch(s)
		w.feeds = append(w.feeds, f)
		shorter(&all.LockTimeout, b.LockTimeout)
		shorter(&all.StatementTimeout, b.StatementTimeout)
		all.Patient = all.Patient && b.Patient
	}
	ended := false // the step begun last has given all but its tail
	all.More = func() ([]drivers.Statement, error) {
		if len(w.first) == 0 || ended {
			if len(w.first) == len(w.feeds) {
				return nil, nil
			}
			w.first, ended = append(w.first, w.given), false
		}
		f := w.feeds[len(w.first)-1]
		list, err := f.more()
		if err != nil {
			return nil, err
		}
		begins := w.given == w.first[len(w.first)-1]
		if ended = len(list) == 0; ended {
			list = f.tail
		}
		list = append([]drivers.Statement(nil), list...)
		list[0].Clean = list[0].Clean || w.given > 0 && (begins || ended)
		w.given += len(list)
		return list, nil
	}
	return all, w
}

// step is the number of the step that statement n of the batch belongs to, and its number in it.
func (w *whole) step(n int) (step, statement int) {
	step = max(0, len(w.first)-1)
	for step > 0 && w.first[step] > n {
		step--
	}
	if len(w.first) == 0 {
		return 0, n
	}
	return step, n - w.first[step]
}

// wholeBatch is the batch of a run in one transaction, with its events.
func (r *Runner) wholeBatch(p *Plan, from int) (drivers.Batch, *whole) {
	steps := p.Steps[from:]
	b, w := r.whole(steps)
	begun := r.opt.Now()
	took := make([]time.Duration, len(steps))
	at := -1
	start := func(i int) {
		if i < len(steps) && i > at {
			at = i
			r.current = w.feeds[i]
			r.opt.Events(StepStarted{Step: steps[i], Number: from + i + 1, Of: len(p.Steps)})
		}
	}
	start(0)
	b.Done = func(n int) {
		i, statement := w.step(n)
		start(i)
		done := w.feeds[i].through(statement + 1)
		if done.index >= 0 {
			r.opt.Events(StatementDone{Step: steps[i], Index: done.index, Pos: done.statement.Pos})
		}
		r.tellHooks(w.feeds[i], done)
		now := r.opt.Now()
		took[i] += now.Sub(begun)
		begun = now
	}
	b.Committed = func() {
		for i, s := range steps {
			s.told = true
			r.opt.Events(StepDone{Step: s, Number: from + i + 1, Of: len(p.Steps), Duration: took[i]})
		}
	}
	return b, w
}

// wholeFailure is what failure is for a run in one transaction.
func (r *Runner) wholeFailure(w *whole, steps int, n int, err error) error {
	i, statement := w.step(n)
	f := w.feeds[i]
	e := &StatementError{Step: f.step, InDoubt: -1, Err: err, Whole: steps, Unknown: errors.Is(err, drivers.ErrUnknown)}
	f.through(statement)
	e.locate(f, statement)
	return e
}
