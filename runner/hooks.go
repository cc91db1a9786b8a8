package runner

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"revise/chain"
	"revise/drivers"
	"revise/parser"
)

// A Moment is when a hook runs.
type Moment string

// The moments. A run has the first two and the last only if it has something to do.
const (
	BeforeRun      Moment = "before_run"      // under the lock, before the first revision
	AfterRun       Moment = "after_run"       // under the lock, behind the last one
	BeforeRevision Moment = "before_revision" // each time that a revision is begun
	AfterRevision  Moment = "after_revision"  // SQL: before its transaction is committed; a command: behind that
	OnFailure      Moment = "on_failure"      // when any of that has failed
)

// A Hook is SQL or a command that runs around a run or a revision.
type Hook struct {
	Name     string // as messages call it
	When     Moment
	Up, Down bool // on which way it runs
	// SQL is the hook's text, as HookSQL makes it; nil: it is a command. Around a revision it runs in that one's transaction, where there is
	// one, and around a run in one of its own, where DDL is transactional and its Settings do not switch it off.
	SQL *parser.Section
	// Command does what a hook without SQL does. The Runner starts no processes itself.
	Command func(ctx context.Context, c HookCall) error
}

func (h *Hook) runs(d chain.Direction) bool {
	return d == chain.Up && h.Up || d == chain.Down && h.Down
}

// A HookCall is what a Command gets to know.
type HookCall struct {
	Hook      *Hook
	Direction chain.Direction
	Target    string
	Step      *Step // of the revision that the hook stands at, or that failed; nil: there is none
	Failed    error // on a failure: what Apply is going to return
}

// HookSQL makes the text of a hook of a file of plain SQL. name is how messages call the file.
func HookSQL(name string, text []byte) *parser.Section {
	start := parser.Position{File: name, Line: 1, Col: 1}
	s := &parser.Section{Pos: start}
	if mark := []byte("\ufeff"); bytes.HasPrefix(text, mark) {
		text, start.Offset = text[len(mark):], len(mark)
	}
	s.Text, s.Start = parser.InMemory(string(text)), start
	return s
}

// A PlannedHook is a hook as a plan has it.
type PlannedHook struct {
	*Hook
	Statements []parser.Statement // of the SQL that run; none for a command
	Atomic     bool               // in a transaction
}

// Hooks are those of a moment around the run.
func (p *Plan) Hooks(m Moment) []PlannedHook { return atMoment(p.hooks, m) }

// Hooks are those of a moment around a revision.
func (s *Step) Hooks(m Moment) []PlannedHook { return atMoment(s.hooks, m) }

func atMoment(all []PlannedHook, m Moment) []PlannedHook {
	var list []PlannedHook
	for _, h := range all {
		if h.When == m {
			list = append(list, h)
		}
	}
	return list
}

// sqlHooks are those of a moment that run in the revision's batch.
func (s *Step) sqlHooks(m Moment) []PlannedHook {
	return slices.DeleteFunc(s.Hooks(m), func(h PlannedHook) bool { return h.SQL == nil })
}

// planHooks puts the hooks into a plan that has something to do. What is wrong with their SQL is found here, before anything runs.
func (r *Runner) planHooks(p *Plan) error {
	if len(p.Steps) == 0 {
		return nil
	}
	var mistakes parser.ErrorList
	for i := range r.opt.Hooks {
		h := &r.opt.Hooks[i]
		if !h.runs(p.Direction) {
			continue
		}
		made := map[bool]PlannedHook{}
		for _, s := range append([]*Step{nil}, p.Steps...) {
			around := h.When == BeforeRevision || h.When == AfterRevision
			if around == (s == nil) {
				continue
			}
			atomic := r.conn.Facts().TransactionalDDL
			if around {
				atomic = s.Atomic
			}
			planned, known := made[atomic]
			if !known {
				var err error
				planned, err = r.planHook(h, atomic)
				var list parser.ErrorList
				if err != nil && !errors.As(err, &list) {
					return err
				}
				mistakes = append(mistakes, list...)
				made[atomic] = planned
			}
			if around {
				s.hooks = append(s.hooks, planned)
			} else {
				p.hooks = append(p.hooks, planned)
			}
		}
	}
	return mistakes.Err()
}

// planHook cuts the SQL of a hook.
func (r *Runner) planHook(h *Hook, atomic bool) (PlannedHook, error) {
	planned := PlannedHook{Hook: h}
	if h.SQL == nil {
		return planned, nil
	}
	if err := noMarkers(h.SQL); err != nil {
		return planned, err
	}
	if planned.Atomic = inTransaction(h.SQL, atomic); !planned.Atomic && r.conn.Facts().Pooled {
		return planned, &PooledError{Section: h.SQL}
	}
	o, err := outlineOf(h.SQL, r.driver.Dialect(), atomic, 0)
	if err == nil {
		err = o.walk().each(func(_ int, st parser.Statement) error {
			planned.Statements = append(planned.Statements, st)
			return nil
		})
	}
	if err == nil && !planned.Atomic && h.When == BeforeRevision {
		err = leavesOpen(planned.Statements)
	}
	var list parser.ErrorList
	if errors.As(err, &list) {
		for _, e := range list {
			if strings.Contains(e.Hint, "transaction: off") {
				e.Hint = hookTransactionHint(h.When)
			}
		}
	}
	return planned, err
}

func hookTransactionHint(m Moment) string {
	if m == BeforeRevision || m == AfterRevision {
		return `such a hook runs in the revision's transaction; one around the run may say transaction = "off"`
	}
	return `write transaction = "off" into its [[hook]]`
}

// noMarkers refuses a file of revisions: both of its ways would run.
func noMarkers(s *parser.Section) error {
	text, err := s.Text.String()
	if err != nil {
		return err
	}
	pos := s.Start
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "-- +reset") {
			var list parser.ErrorList
			list.Add(pos, "a hook cannot reset the session").Hint = "-- +reset is for sections of a revision"
			return list
		}
		for _, k := range []parser.Kind{parser.Upgrade, parser.Downgrade, parser.Verify} {
			if strings.HasPrefix(line, "-- +"+k.String()) {
				var list parser.ErrorList
				list.Add(pos, "a hook has no sections: this is the file of a revision").Hint = "a hook is a file of plain SQL"
				return list
			}
		}
		pos = pos.Advance(line)
	}
	return nil
}

// leavesOpen refuses what a hook before a revision that no transaction holds must not leave behind: the journal between the revision's statements would
// not be written, or be taken back.
func leavesOpen(list []parser.Statement) error {
	var own ownTransactions
	var held, last parser.Statement
	for _, st := range list {
		was := own.isOpen()
		own.add(st)
		if own.isOpen() && !was {
			last = st
		}
		switch st.Class {
		case parser.Hold:
			held = st
		case parser.Unhold:
			held = parser.Statement{}
		}
	}
	var mistakes parser.ErrorList
	if own.isOpen() {
		mistakes.Add(last.Pos, "a hook before a revision cannot leave a transaction open, or autocommit off").Hint = "the revision's statements are journalled one by one; end it in the hook"
	}
	if held.Pos.IsValid() {
		mistakes.Add(held.Pos, "a hook before a revision cannot leave tables locked").Hint = "the revision's statements are journalled one by one; end with UNLOCK TABLES;"
	}
	return mistakes.Err()
}

// hooked runs the hooks of a run around it.
func (r *Runner) hooked(ctx context.Context, p *Plan, run func() error) error {
	err := r.runHooks(ctx, p, BeforeRun)
	if err == nil {
		err = run()
	}
	if err == nil {
		err = r.runHooks(ctx, p, AfterRun)
	}
	if err != nil {
		r.onFailure(ctx, p, err)
	}
	return err
}

// runHooks runs those of a moment around the run, until one fails.
func (r *Runner) runHooks(ctx context.Context, p *Plan, m Moment) error {
	for _, h := range p.Hooks(m) {
		call := HookCall{Hook: h.Hook, Direction: p.Direction, Target: p.Target}
		if err := r.runHook(ctx, h, call); err != nil {
			err.Done = 0
			if m == AfterRun {
				err.Done = len(p.Steps)
			}
			err.Of = len(p.Steps)
			return err
		}
	}
	return nil
}

// onFailure runs the hooks of a failure. What becomes of them changes nothing. An interrupted run gives them a little time.
func (r *Runner) onFailure(ctx context.Context, p *Plan, failed error) {
	hooks := p.Hooks(OnFailure)
	if len(hooks) == 0 {
		return
	}
	call := HookCall{Direction: p.Direction, Target: p.Target, Failed: failed}
	var statement *StatementError
	var hook *HookError
	switch {
	case errors.As(failed, &statement):
		call.Step = statement.Step
	case errors.As(failed, &hook):
		call.Step = hook.Step
	}
	_, leaseLost := context.Cause(ctx).(*LeaseLostError)
	if ctx.Err() != nil {
		within, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanup)
		defer cancel()
		ctx = within
	}
	for _, h := range hooks {
		if h.SQL != nil && (leaseLost || errors.Is(failed, drivers.ErrLost)) {
			r.opt.Events(HookFailed{Hook: h.Hook, Step: call.Step, Err: errNoSession})
			continue
		}
		call.Hook = h.Hook
		_ = r.runHook(ctx, h, call) // the event has said it
	}
}

// errNoSession says why SQL cannot run.
var errNoSession = errors.New("left out: the session, or its lock, is gone")

// runHook runs one hook by itself.
func (r *Runner) runHook(ctx context.Context, h PlannedHook, call HookCall) *HookError {
	started := r.opt.Now()
	r.opt.Events(HookStarted{Hook: h.Hook, Step: call.Step})
	var failed *HookError
	if h.SQL != nil {
		failed = r.execHook(ctx, h)
	} else if err := h.Command(ctx, call); err != nil {
		failed = &HookError{Hook: h.Hook, Err: err}
	}
	if failed != nil {
		failed.Step = call.Step
		r.opt.Events(HookFailed{Hook: h.Hook, Step: call.Step, Err: failed})
		return failed
	}
	r.opt.Events(HookDone{Hook: h.Hook, Step: call.Step, Duration: r.opt.Now().Sub(started)})
	return nil
}

// execHook runs SQL that belongs to no revision.
func (r *Runner) execHook(ctx context.Context, h PlannedHook) *HookError {
	b := drivers.Batch{Atomic: h.Atomic, StatementTimeout: r.opt.StatementTimeout, LockTimeout: r.ledger.syntax.LockTimeout, Patient: true}
	if r.opt.LockTimeout != nil {
		b.LockTimeout, b.Patient = *r.opt.LockTimeout, false
	}
	var index []int // of each statement of the batch: in the hook, -1 for a fence
	for i, st := range h.Statements {
		if r.lease != nil && (i == 0 || !h.Atomic) {
			b.Statements = append(b.Statements, r.lease.fence(r.ledger, h.Atomic))
			index = append(index, -1)
		}
		b.Statements = append(b.Statements, statementOf(st))
		index = append(index, i)
	}
	if len(b.Statements) == 0 {
		return nil
	}
	progress, err := r.conn.Exec(ctx, []drivers.Batch{b})
	if err == nil || progress.Batches > 0 {
		return asHookError(h, err)
	}
	e := &HookError{Hook: h.Hook, Atomic: h.Atomic, Statements: len(h.Statements), Index: len(h.Statements), Err: err}
	if n := progress.Statements; n < len(index) {
		if e.Index = index[n]; e.Index < 0 && !errors.Is(err, drivers.ErrLost) && ctx.Err() == nil {
			e.Err = &LeaseLostError{}
			return e
		}
		e.Index = max(e.Index, 0)
		e.Statement = &h.Statements[e.Index]
		e.at = placeOf(e.Statement, h.SQL, err)
	}
	return e
}

func asHookError(h PlannedHook, err error) *HookError {
	if err == nil {
		return nil
	}
	return &HookError{Hook: h.Hook, Atomic: h.Atomic, Statements: len(h.Statements), Index: len(h.Statements), Err: err}
}

// statementOf is a statement of a hook as the driver gets it.
func statementOf(st parser.Statement) drivers.Statement {
	d := drivers.Statement{Text: st.Text, Copy: st.Copy}
	if st.Copy {
		d.Data = strings.NewReader(st.Data)
	}
	return d
}

// hasCommands reports whether a command stands around the revisions of a plan: they cannot all be sent at once then.
func (p *Plan) hasCommands() bool {
	return slices.ContainsFunc(p.Steps, func(s *Step) bool {
		return slices.ContainsFunc(s.hooks, func(h PlannedHook) bool { return h.SQL == nil })
	})
}

// commands runs the commands of a moment at the step with number i.
func (r *Runner) commands(ctx context.Context, p *Plan, i int, m Moment) error {
	s := p.Steps[i]
	for _, h := range s.Hooks(m) {
		if h.SQL != nil {
			continue
		}
		if err := r.runHook(ctx, h, HookCall{Hook: h.Hook, Direction: p.Direction, Target: p.Target, Step: s}); err != nil {
			err.Done, err.Of = i, len(p.Steps)
			if m == AfterRevision {
				err.Done++
			}
			return err
		}
	}
	s.left = s.left || m == AfterRevision
	return nil
}

// owed runs what commands behind the first n steps have not run yet: a connection that broke in a commit left them out.
func (r *Runner) owed(ctx context.Context, p *Plan, n int) error {
	for i, s := range p.Steps[:n] {
		if s.left {
			continue
		}
		if err := r.commands(ctx, p, i, AfterRevision); err != nil {
			return err
		}
	}
	return nil
}

// A hookAt is a statement of a hook on its way.
type hookAt struct {
	hook  *PlannedHook
	index int
}

// hooks gives the next statement of the hooks of a moment, and goes on to another stage behind the last one.
func (f *feed) hooks(p *piece, m Moment, next stage) {
	list := f.step.sqlHooks(m)
	for f.hook < len(list) && f.hookNext == len(list[f.hook].Statements) {
		f.hook, f.hookNext = f.hook+1, 0
	}
	if f.hook == len(list) {
		f.hook, f.hookNext, f.stage = 0, 0, next
		return
	}
	h := &list[f.hook]
	st := h.Statements[f.hookNext]
	if !f.step.Atomic {
		if !f.own.isOpen() && !f.hookHolds {
			f.fence(p)
		}
		f.own.add(st)
		switch st.Class {
		case parser.Hold:
			f.hookHolds = true
		case parser.Unhold:
			f.hookHolds = false
		}
	}
	p.add(statementOf(st), sent{index: ownStatement, statement: st, hook: &hookAt{h, f.hookNext}})
	f.hookNext++
}

// tellHooks tells of the hook that begins with the statement that runs now, and of the one that ended with the one before.
func (r *Runner) tellHooks(f *feed, done sent) {
	if done.hook != nil {
		r.tellHookStarted(f, done.hook)
		if h := done.hook; h.index == len(h.hook.Statements)-1 {
			r.opt.Events(HookDone{Hook: h.hook.Hook, Step: f.step, Duration: r.opt.Now().Sub(f.hookSince)})
			f.hookTold = nil
		}
	}
	if len(f.queue) > 0 && f.queue[0].hook != nil {
		r.tellHookStarted(f, f.queue[0].hook)
	}
}

func (r *Runner) tellHookStarted(f *feed, at *hookAt) {
	if f.hookTold == at.hook.Hook {
		return
	}
	f.hookTold, f.hookSince = at.hook.Hook, r.opt.Now()
	r.opt.Events(HookStarted{Hook: at.hook.Hook, Step: f.step})
}

// HookStarted says that a hook is begun. Of one that rides in a revision's batch it comes when that is known.
type HookStarted struct {
	Hook *Hook
	Step *Step // that it stands at; nil around the run
}

// HookDone says that a hook is through. In a revision's transaction it may still be rolled back.
type HookDone struct {
	Hook     *Hook
	Step     *Step
	Duration time.Duration
}

// HookFailed says that a hook failed that rides in no revision's batch. Err is what Apply returns; but for OnFailure, which changes nothing.
type HookFailed struct {
	Hook *Hook
	Step *Step
	Err  error
}

func (HookStarted) event() {}
func (HookDone) event()    {}
func (HookFailed) event()  {}

// A HookError is a hook that failed, with what is true now. SQL around a revision fails with it, and is a *StatementError.
type HookError struct {
	Hook       *Hook
	Step       *Step             // that it stands at; nil around the run
	Statement  *parser.Statement // nil: a command, or the commit
	Index      int               // of the statement, from 0; those before it are through
	Statements int               // of the hook
	Atomic     bool              // they were taken back
	Done, Of   int               // steps of the plan that are complete, and all
	Err        error
	at         parser.Position
}

func (e *HookError) Error() string {
	msg := fmt.Sprintf("%s hook %s: %v", e.Hook.When, e.Hook.Name, e.Err)
	if e.at.IsValid() {
		msg = fmt.Sprintf("%s: %v", e.at, e.Err)
	}
	return msg
}

// At is the place of the failure in the hook's file; none for a command.
func (e *HookError) At() parser.Position { return e.at }

func (e *HookError) Unwrap() error { return e.Err }
