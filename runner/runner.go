// Package runner carries out plans. It owns the ledger and is the only package that writes it; it prints nothing: what happens is told
// through events, and what fails through errors with fields.
//
// The promise: whatever is applied is in the ledger. Where a database's DDL is transactional a revision and its row are one
// transaction. Where it is not, the row is journalled around each statement in the same batch, so that after a failure it is known
// which statements are done, and the next run goes on behind them.
package runner

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"revise/chain"
	"revise/drivers"
)

// Options of a Runner. The zero value works.
type Options struct {
	Table  string // the ledger's name; DefaultTable if empty
	Schema string // where it is; where the session would create it if empty
	// LockWait is how long to wait for another run to end. Zero tries once.
	LockWait time.Duration
	// LockTimeout and StatementTimeout hold for every section that says nothing itself. Zero leaves the server's own; without LockTimeout it is the
	// driver's usual one.
	LockTimeout      *time.Duration
	StatementTimeout time.Duration
	// LockRetry is how long in all a statement is tried again that another session blocks, where a lock timeout is set. Zero: not at all.
	LockRetry time.Duration
	// SingleTransaction has all of a run happen, or nothing. What cannot stand in a transaction is then a *SingleError.
	SingleTransaction bool
	// LeaseTime is how long a lease holds that is not renewed, where there is one; zero: half a minute.
	LeaseTime time.Duration
	// Reopen opens a session like the one of New when that one is lost. nil: a lost session ends the run.
	Reopen func(ctx context.Context) (drivers.Conn, error)
	// Hooks run around a run and its revisions, in their order.
	Hooks []Hook
	// Tag is written into the log with all that is done, and so is Extra, but for the values of variables of revision files, which are never written down.
	Tag   string
	Extra map[string]string
	// Variable gives the value of a variable of revision files that Extra does not give; false: it has none. nil: nobody does.
	Variable func(name string) (value string, ok bool, err error)
	// Keep has the schema noted down that a run or a stamp leaves behind, by which drift can be told from what revisions did. nil: it is not.
	Keep   *Keep
	Events func(Event)
	// Watch is told what each statement of a section did to the tables of the database, before its StatementDone. Each is then waited for by itself: it is for databases in
	// which nobody else works. nil: nobody looks.
	Watch func(Watched)
	Now   func() time.Time // time.Now if nil
	Who   Who
}

// Who says, in the ledger, who ran what.
type Who struct {
	OSUser string
	Host   string
	Tool   string // the program and its version
}

// A Runner works on one session. It is not safe for concurrent use.
type Runner struct {
	driver   drivers.Driver
	conn     drivers.Conn
	chain    *chain.Chain
	opt      Options
	ledger   *ledger
	outlines map[outlined]*outline
	current  *feed  // what runs now, for notices
	lease    *lease // nil: there is none, for the session's lock will do
	groups   bool   // several statements may share a transaction with their entry in the journal
	// variables of revision files; began are the revisions that ran with the values that they have now.
	variables *variables
	began     map[string]bool
}

// New makes a Runner on a session that the caller opened. Close ends it, or the one that Reopen has put in its place. Notices of the session reach the events if the caller gave it
// drivers.Options whose Notice calls the Runner's Notice.
func New(driver drivers.Driver, conn drivers.Conn, links *chain.Chain, opt Options) (*Runner, error) {
	if opt.Table == "" {
		opt.Table = DefaultTable
	}
	if opt.Events == nil {
		opt.Events = func(Event) {}
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	facts := conn.Facts()
	schema := opt.Schema
	if schema == "" {
		schema = facts.Schema
	}
	if schema == "" {
		return nil, fmt.Errorf("the ledger has no place: the session has no schema or database to create tables in; " +
			"name a database in the URL, or the ledger's schema in the configuration")
	}
	l := &ledger{
		driver: driver, syntax: driver.Syntax(), now: opt.Now, user: facts.User, who: opt.Who,
		table: driver.Ident(schema, opt.Table), log: driver.Ident(schema, opt.Table+"_log"), lock: driver.Ident(schema, opt.Table+"_lock"), kept: driver.Ident(schema, opt.Table+"_schema"), plain: schema + "." + opt.Table,
	}
	vars := newVariables(driver, opt)
	if links != nil {
		vars.declare(links.All()...)
	}
	l.tag, l.extra = opt.Tag, vars.shown
	return &Runner{
		driver: driver, conn: conn, chain: links, opt: opt, ledger: l, outlines: map[outlined]*outline{}, variables: vars, began: map[string]bool{},
	}, nil
}

// Close ends the session. It may be called more than once.
func (r *Runner) Close(ctx context.Context) error { return r.conn.Close(ctx) }

// Notice passes on what the server says. It is meant for drivers.Options.
func (r *Runner) Notice(n drivers.Notice) {
	e := ServerNotice{Index: -1, Notice: n}
	if r.current != nil {
		e.Step = r.current.step
		if s, ok := r.current.current(); ok {
			e.Index, e.Pos = max(s.index, -1), s.statement.Pos
		}
	}
	r.opt.Events(e)
}

// Ledger is the ledger's qualified name as people read it.
func (r *Runner) Ledger() string { return r.ledger.plain }

// Up carries out what is pending up to a target, and returns the plan that was carried out. Nothing pending takes no lock and writes nothing.
func (r *Runner) Up(ctx context.Context, target string) (*Plan, error) {
	p, err := r.Plan(ctx, chain.Up, target)
	if err != nil {
		return nil, err
	}
	return r.Apply(ctx, p)
}

// Down takes back what stands above a target.
func (r *Runner) Down(ctx context.Context, target string) (*Plan, error) {
	p, err := r.Plan(ctx, chain.Down, target)
	if err != nil {
		return nil, err
	}
	return r.Apply(ctx, p)
}

// Apply takes the lock, reads the ledger again and carries out the plan. If another run was faster, a plan shrinks to what is left;
// one that would become another (+1, or -1) is a *ChangedPlanError. A step that fails is a *StatementError, a hook beside one a *HookError.
// The plan returned is the one that was carried out, as far as it got.
func (r *Runner) Apply(ctx context.Context, p *Plan) (*Plan, error) {
	if len(p.Steps) == 0 {
		return p, nil
	}
	overtaken := r.overtaken(p)
	err := r.lockedUnless(ctx, func(ctx context.Context) (bool, error) {
		now, err := overtaken(ctx)
		if now != nil {
			p = now
		}
		return now != nil, err
	}, func(ctx context.Context) error {
		state, err := r.State(ctx)
		if err != nil {
			return err
		}
		now, err := r.plan(ctx, state, p.Direction, p.Target)
		if err != nil {
			return err
		}
		if !within(now.Steps, p.Steps) {
			return &ChangedPlanError{}
		}
		p = now
		if len(p.Steps) == 0 {
			return nil
		}
		r.opt.Events(Planned{Plan: p})
		if err := r.gatherFor(ctx, p); err != nil {
			return err
		}
		if err := r.mayGroup(ctx, p); err != nil {
			return err
		}
		if err := r.hooked(ctx, p, func() error { return r.carryOut(ctx, p, state.Exists) }); err != nil {
			return err
		}
		return r.keepSchema(ctx, p.After())
	})
	return p, err
}

// overtaken looks, while a plan waits for the lock, whether another run has done all that is in it. It gives the plan that is left then, which has no steps, and
// nil otherwise. So of many runs that begin at once nobody queues to find that there is nothing to do.
func (r *Runner) overtaken(p *Plan) func(context.Context) (*Plan, error) {
	rows := p.state.rows // there will be as many in the ledger
	for _, s := range p.Steps {
		switch {
		case s.up() && !s.half:
			rows++
		case !s.up():
			rows -= max(1, len(s.before.Squashed))
		}
	}
	const again = time.Second // a server may keep a log of what is missing
	var missed time.Time
	return func(ctx context.Context) (*Plan, error) {
		if r.opt.Now().Sub(missed) < again {
			return nil, nil
		}
		got, err := r.conn.Query(ctx, r.ledger.count())
		if errors.Is(err, drivers.ErrNoTable) {
			missed = r.opt.Now()
			return nil, nil
		}
		if err != nil {
			return nil, &LedgerError{Table: r.ledger.plain, Doing: "read", Err: err}
		}
		if got[0][0] != number(rows) {
			return nil, nil
		}
		state, err := r.State(ctx)
		if err != nil {
			return nil, err
		}
		if _, half := state.Halfway(); half {
			return nil, nil
		}
		now, err := r.plan(ctx, state, p.Direction, p.Target)
		if err != nil || len(now.Steps) > 0 {
			return nil, nil // what there is to say is said under the lock
		}
		return now, nil
	}
}

// mayGroup asks whether a rollback takes back all that a statement of usual data does, if a step needs to know.
func (r *Runner) mayGroup(ctx context.Context, p *Plan) (err error) {
	r.groups = false
	if r.conn.Facts().TransactionalDDL { // each statement by itself is what was asked for
		return nil
	}
	for _, s := range p.Steps {
		if !s.Atomic && s.Total > 1 {
			r.groups, err = r.joinsHeld(ctx)
			break
		}
	}
	var server *drivers.Error
	if errors.As(err, &server) {
		err = nil // nobody knows
	}
	return err
}

// within reports whether all steps are among others. They are not if the target was so many steps away, and another run went them.
func within(steps, others []*Step) bool {
	ids := map[string]bool{}
	for _, s := range others {
		ids[s.Revision.ID.Name] = true
	}
	for _, s := range steps {
		if !ids[s.Revision.ID.Name] {
			return false
		}
	}
	return true
}

// Busy tells which other run holds the lock now, as far as the driver can; nil if none does.
func (r *Runner) Busy(ctx context.Context) (*drivers.LockedError, error) {
	if r.needsLease() {
		row, err := r.leaseState(ctx, r.conn)
		if err != nil || row == nil || row.token == "" || row.left <= 0 {
			return nil, err
		}
		return row.locked(r.ledger.plain), nil
	}
	return r.conn.Holder(ctx, r.ledger.plain)
}

// Bounds of the wait between two tries for the lock, which is a part of the time waited: who waits for a short run is there soon behind it, and who waits
// for a long one asks seldom.
const (
	firstPoll = 25 * time.Millisecond
	lastPoll  = 200 * time.Millisecond
	pollPart  = 8
	tellEvery = 10 * time.Second
	cleanup   = 10 * time.Second // for what must be done though the run was interrupted
)

// needsLease reports whether others may not see the lock of a session.
func (r *Runner) needsLease() bool {
	facts := r.conn.Facts()
	return facts.Pooled || facts.Cluster != ""
}

// locked runs f under the lock. Where that is a lease, the context of f ends when it is lost.
func (r *Runner) locked(ctx context.Context, f func(ctx context.Context) error) error {
	return r.lockedUnless(ctx, nil, f)
}

// lockedUnless is locked, but that f is not run if it need not be any more: that is asked as long as another run has the lock.
func (r *Runner) lockedUnless(ctx context.Context, needless func(ctx context.Context) (bool, error), f func(ctx context.Context) error) (err error) {
	if taken, err := r.lock(ctx, needless); !taken || err != nil {
		return err
	}
	within, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stop := func() {}
	if r.lease != nil {
		stop = r.keep(within, r.lease, cancel)
	}
	defer func() {
		stop()
		lease := r.lease
		r.lease = nil
		if lost := new(LeaseLostError); errors.As(context.Cause(within), &lost) {
			err = lost
			return
		}
		if errors.Is(err, drivers.ErrLost) {
			return // and the lock with the session
		}
		// The lock is given back though the run was interrupted.
		back, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanup)
		defer cancel()
		unlockErr := error(nil)
		if lease != nil {
			unlockErr = r.ownTransaction(back, r.conn, lease.releaseSQL(r.ledger))
		} else {
			unlockErr = r.conn.Unlock(back, r.ledger.plain)
		}
		if unlockErr != nil {
			err = errors.Join(err, fmt.Errorf("give the lock back: %w", unlockErr))
		}
	}()
	return f(within)
}

// lock polls, for a wait inside the server can deadlock with what the holder does. It is not taken where it turned out to be needless meanwhile.
func (r *Runner) lock(ctx context.Context, needless func(ctx context.Context) (bool, error)) (taken bool, err error) {
	key := r.ledger.plain
	try := func() error { return r.conn.TryLock(ctx, key, r.ledger.query()) }
	if r.needsLease() {
		if x := r.lease; x != nil { // over a new connection: it may still be ours
			if row, err := r.leaseState(ctx, r.conn); err != nil || row != nil && row.token == x.token {
				return err == nil, err
			}
			return false, &LeaseLostError{}
		}
		x := newLease(r.ledger, r.opt.LeaseTime)
		try = func() error {
			err := r.tryLease(ctx, x)
			if err == nil {
				r.lease = x
			}
			return err
		}
	}
	start := r.opt.Now()
	told := start.Add(-tellEvery)
	for {
		err := try()
		if err == nil {
			return true, nil
		}
		var held *drivers.LockedError
		if !errors.As(err, &held) {
			return false, fmt.Errorf("take the lock: %w", err)
		}
		now := r.opt.Now()
		waited := now.Sub(start)
		late, tell := waited >= r.opt.LockWait, now.Sub(told) >= tellEvery
		if late || tell {
			told = now
			if held, err = r.named(ctx, held); err != nil {
				return false, fmt.Errorf("take the lock: %w", err)
			}
		}
		switch {
		case late:
			return false, &LockTimeoutError{Holder: held.Holder, Waited: waited, Err: held}
		case tell:
			r.opt.Events(LockWaiting{Holder: held.Holder, Waited: waited, Limit: r.opt.LockWait})
		}
		pause := min(max(waited/pollPart, firstPoll), lastPoll)
		jittered := pause/2 + rand.N(pause/2+1)
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-time.After(min(jittered, r.opt.LockWait-waited)):
		}
		if needless == nil {
			continue
		}
		if over, err := needless(ctx); over || err != nil {
			return false, err
		}
	}
}

// named adds to an error that a lock is held by whom, as far as that can be seen.
func (r *Runner) named(ctx context.Context, held *drivers.LockedError) (*drivers.LockedError, error) {
	if held.Holder != "" {
		return held, nil
	}
	holder, err := r.conn.Holder(ctx, held.Key)
	if server := new(drivers.Error); errors.As(err, &server) {
		err = nil // we may not know
	}
	if err != nil || holder == nil { // it may have let go meanwhile
		return held, err
	}
	return holder, nil
}
