package runner

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"revise/drivers"
)

const (
	// Bounds of the wait before a blocked statement is tried again.
	firstRetry = 200 * time.Millisecond
	lastRetry  = 10 * time.Second
	// reopenTime is how long it is tried to reach a database again whose connection broke, maxReopen how often without getting any further.
	reopenTime = 30 * time.Second
	maxReopen  = 3
)

// carryOut runs a plan to its end, through what passes by itself: a statement that another session blocks, and a connection that breaks. Each time it
// goes on by what the ledger says then, under the lock, as a run begun anew would.
func (r *Runner) carryOut(ctx context.Context, p *Plan, ledgerExists bool) error {
	var blocked, broken attempts
	from, settled := 0, p.Settled
	for {
		err := r.exec(ctx, p, from, ledgerExists, settled)
		if err == nil {
			return nil
		}
		var failed *StatementError
		errors.As(err, &failed)
		lost := errors.Is(err, drivers.ErrLost)
		switch {
		case ctx.Err() != nil:
			return r.failed(ctx, err)
		case lost && r.opt.Reopen != nil && broken.count(r.opt.Now(), failed) <= maxReopen:
			if err := r.reopen(ctx, err); err != nil {
				return r.failed(ctx, err)
			}
		case !lost && failed != nil && r.mayRetry(failed) && blocked.within(r.opt.LockRetry, r.opt.Now(), failed):
			if err := r.pause(ctx, &blocked, failed); err != nil {
				return r.failed(ctx, err)
			}
		default:
			return r.failed(ctx, err)
		}
		state, err := r.State(ctx)
		if err != nil {
			return err
		}
		ledgerExists = state.Exists
		if from, settled, err = r.remaining(ctx, state, p); err != nil {
			return err
		}
		if err := r.owed(ctx, p, from); err != nil || from == len(p.Steps) {
			return err
		}
	}
}

// attempts counts how often a run has failed at the same place.
type attempts struct {
	revision       string
	applied, index int
	n              int
	since          time.Time // the first of them
}

func (a *attempts) count(now time.Time, e *StatementError) int {
	revision, applied, index := "", 0, 0
	if e != nil {
		revision, applied, index = e.Step.Revision.ID.Name, e.Applied, e.Index
	}
	if a.n == 0 || revision != a.revision || applied != a.applied || index != a.index {
		*a = attempts{revision: revision, applied: applied, index: index, since: now}
	}
	a.n++
	return a.n
}

// within counts, and reports whether the first failure at this place is no longer ago than a limit.
func (a *attempts) within(limit time.Duration, now time.Time, e *StatementError) bool {
	a.count(now, e)
	return now.Sub(a.since) < limit
}

// mayRetry reports whether a failed step may be tried again by itself: another session blocked it, a lock timeout had it give way, and nothing that it needs
// is gone.
func (r *Runner) mayRetry(e *StatementError) bool {
	var server *drivers.Error
	if !errors.As(e.Err, &server) || !server.Blocked || e.Forgotten || e.InDoubt >= 0 || e.Unknown || r.opt.LockRetry <= 0 {
		return false
	}
	limit, _ := r.lockTimeout(e.Step)
	return limit > 0
}

// pause waits before a blocked step is tried again, each time longer, and never as long as another run that is blocked by the same.
func (r *Runner) pause(ctx context.Context, a *attempts, e *StatementError) error {
	waited := r.opt.Now().Sub(a.since)
	most := min(firstRetry<<min(a.n-1, 10), lastRetry)
	pause := min(most/2+rand.N(most/2+1), r.opt.LockRetry-waited)
	r.opt.Events(Blocked{Step: e.Step, Failed: e, Waited: waited, Limit: r.opt.LockRetry, Pause: pause})
	select {
	case <-ctx.Done():
		e.Err = fmt.Errorf("%w: %w", ctx.Err(), e.Err)
		return e
	case <-time.After(pause):
		return nil
	}
}

// failed tells of the end of a run, in the log as well if the session is there.
func (r *Runner) failed(ctx context.Context, err error) error {
	var e *StatementError
	if !errors.As(err, &e) {
		return err
	}
	if !errors.Is(err, drivers.ErrLost) {
		r.logFailure(ctx, e)
	}
	r.opt.Events(StepFailed{Step: e.Step, Err: e})
	return err
}

// reopen puts a new session in the place of a lost one, and takes the lock again: the server may still be at what the old one has sent, and holds the
// lock for it as long. An error is the one that the run ends with.
func (r *Runner) reopen(ctx context.Context, cause error) error {
	r.conn.Close(ctx)
	r.opt.Events(Reconnecting{Err: cause})
	deadline := r.opt.Now().Add(reopenTime)
	for pause := firstRetry; ; pause = min(2*pause, 2*time.Second) {
		within, cancel := context.WithDeadline(ctx, deadline)
		conn, err := r.opt.Reopen(within)
		cancel()
		if err == nil {
			if was, is := r.conn.Facts(), conn.Facts(); was.Product != is.Product || was.Database != is.Database || was.Schema != is.Schema {
				conn.Close(ctx)
				return cause
			}
			r.conn = conn
			break
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%w: %w", ctx.Err(), cause)
		}
		if !errors.Is(err, drivers.ErrUnavailable) || r.opt.Now().Add(pause).After(deadline) {
			return cause
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", ctx.Err(), cause)
		case <-time.After(pause):
		}
	}
	if _, err := r.lock(ctx, nil); err != nil {
		return errors.Join(err, fmt.Errorf("the connection had broken: %w", cause))
	}
	return nil
}

// remaining is the number of the first step of a plan that the ledger does not say is through, which it prepares to go on where it is. What has
// happened besides has changed the plan.
func (r *Runner) remaining(ctx context.Context, state *State, p *Plan) (from int, settled *Settled, err error) {
	half, isHalf := state.Halfway()
	if isHalf && half.InDoubt() {
		if settled, err = r.Doubt(ctx, half); err != nil {
			return 0, nil, err
		}
		if settled == nil {
			return 0, nil, r.InDoubt(half)
		}
		half = settled.row
		state.Rows[half.Revision] = half
	}
	for i, s := range p.Steps {
		row, known := state.Rows[s.Revision.ID.Name]
		through := s.up() && known && row.State == Applied || !s.up() && !known
		switch {
		case through && i == from:
			if !s.told {
				s.told = true
				r.opt.Events(StepDone{Step: s, Number: i + 1, Of: len(p.Steps), Duration: row.Duration})
			}
			from++
			continue
		case through, isHalf && i > from && row.State != Applied && known, !s.up() && known && row.State == Upgrading, s.up() && known && row.State == Downgrading:
			return 0, nil, &ChangedPlanError{}
		case i > from:
			continue
		}
		again := r.step(s.Revision, s.Direction)
		again.before, again.FromLedger = row, s.FromLedger
		if again.half = known && row.State != Applied; again.half {
			again.Resume = row.Done
		}
		if err := r.prepare(again); err != nil {
			return 0, nil, err
		}
		if again.Resume > 0 && (again.Resume > again.Total || again.statements.resumeSum != row.DoneSum) {
			return 0, nil, again.prefixError(row)
		}
		if again.Resume > 0 {
			if past, err := again.statements.pastOf(again.Resume); err != nil || past.forgotten {
				return 0, nil, errors.Join(err, &HalfwayError{Row: row})
			}
		}
		again.hooks = s.hooks
		p.Steps[i] = again
	}
	if isHalf && (from == len(p.Steps) || p.Steps[from].Revision.ID.Name != half.Revision) {
		return 0, nil, &HalfwayError{Row: half}
	}
	return from, settled, nil
}
