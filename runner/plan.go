package runner

import (
	"context"
	"errors"
	"io"
	"runtime"
	"sync"
	"sync/atomic"

	"revise/chain"
	"revise/parser"
)

// A Plan is what a command is going to do, in order. It is a value: making one changes nothing.
type Plan struct {
	Direction chain.Direction
	Target    string
	Steps     []*Step
	Settled   *Settled // a statement that an earlier run died in, and that the plan goes on behind or with; nil: there is none
	hooks     []PlannedHook
	state     *State
}

// State is what the ledger held when the plan was made.
func (p *Plan) State() *State { return p.state }

// A Step is one revision that goes up or down. It does not hold its statements: they are read, and cut, each time they are asked for.
type Step struct {
	Revision   *parser.Revision
	Direction  chain.Direction
	Section    *parser.Section
	Total      int  // statements of the section that run
	Queries    int  // of the verify section
	Atomic     bool // in one transaction with its ledger row
	Unwrapped  bool // the section's own BEGIN and COMMIT are left out, for it runs in our transaction
	Resume     int  // statements that an earlier run has done
	FromLedger bool // the text comes from the ledger, for no file defines the revision
	half       bool // the ledger has a half-way row
	told       bool // that it is through
	before     Row  // what the ledger said when the plan was made
	dialect    string
	statements *outline
	verify     *outline // nil: there is no such section
	hooks      []PlannedHook
	left       bool // the commands behind it have run
}

func (s *Step) up() bool { return s.Direction == chain.Up }

func (s *Step) halfwayState() RowState {
	if s.up() {
		return Upgrading
	}
	return Downgrading
}

// Walk hands the statements that run to f, those done already too, with their numbers from 0. It ends with the first error of f, and with one
// of reading the file. The data of a COPY can be read while f runs, not later. The statements hold the values of variables.
func (s *Step) Walk(f func(i int, st parser.Statement) error) error {
	return s.statements.run().each(f)
}

// WalkQueries is Walk for the queries of the verify section.
func (s *Step) WalkQueries(f func(i int, st parser.Statement) error) error {
	if s.verify == nil {
		return nil
	}
	return s.verify.run().each(f)
}

// Plan reads the ledger and says what reaching the target takes. All that can be wrong with the revisions concerned is found here, and
// reported together, before anything runs: mistakes of splitting, missing sections, statements that cannot run where they stand.
//
// What stands half-way may be another run's that is at it now: then the lock is waited for before anything is said of it.
func (r *Runner) Plan(ctx context.Context, direction chain.Direction, target string) (p *Plan, err error) {
	state, err := r.State(ctx)
	if err != nil {
		return nil, err
	}
	if _, half := state.Halfway(); !half {
		return r.plan(ctx, state, direction, target)
	}
	err = r.locked(ctx, func(ctx context.Context) error {
		if state, err = r.State(ctx); err != nil {
			return err
		}
		p, err = r.plan(ctx, state, direction, target)
		return err
	})
	return p, err
}

func (r *Runner) plan(ctx context.Context, state *State, direction chain.Direction, target string) (*Plan, error) {
	p := &Plan{Direction: direction, Target: target, state: state}
	half, isHalf := state.Halfway()
	if isHalf && half.InDoubt() {
		settled, err := r.Doubt(ctx, half)
		if err != nil {
			return nil, err
		}
		if settled == nil {
			// With what ran put back as it was, the doubt may settle itself.
			if s, err := r.halfway(half); err == nil && s != nil && half.Done > 0 && s.statements.resumeSum != half.DoneSum {
				return nil, s.prefixError(half)
			}
			return nil, r.InDoubt(half)
		}
		p.Settled, half = settled, settled.row
		state.Rows[half.Revision] = half
	}
	links, err := r.completed(state, direction)
	if err != nil {
		return nil, err
	}
	find := links.Upgrade
	if direction == chain.Down {
		find = links.Downgrade
	}
	steps, err := find(state.Applied(), target)
	if err != nil {
		return nil, err
	}
	// What stands half-way comes first or not at all: going on elsewhere would bury it.
	if isHalf && (len(steps) == 0 || steps[0].Revision.ID.Name != half.Revision || (half.State == Upgrading) != (direction == chain.Up)) {
		return nil, &HalfwayError{Row: half}
	}
	r.outlineAll(steps)
	var irreversible IrreversibleError
	var mistakes parser.ErrorList
	for _, cs := range steps {
		row, known := state.Rows[cs.Revision.ID.Name]
		s := r.step(cs.Revision, direction)
		s.before = row
		s.FromLedger = r.chain.Get(cs.Revision.ID.Name) == nil
		if known && row.State != Applied {
			s.half, s.Resume = true, row.Done
		}
		err := r.prepare(s)
		var list parser.ErrorList
		switch {
		case err == nil:
		case errors.Is(err, errIrreversible):
			irreversible.Revisions = append(irreversible.Revisions, cs.Revision)
			continue
		case errors.As(err, &list):
			mistakes = append(mistakes, list...)
			continue
		default:
			return nil, err
		}
		if s.Resume > 0 {
			if s.Resume > s.Total || s.statements.resumeSum != row.DoneSum {
				return nil, s.prefixError(row)
			}
		}
		p.Steps = append(p.Steps, s)
	}
	if len(irreversible.Revisions) > 0 {
		return nil, &irreversible
	}
	if err := r.fitValues(p.Steps, &mistakes); err != nil {
		return nil, err
	}
	if err := joinLists(mistakes.Err(), r.planHooks(p)); err != nil {
		return nil, err
	}
	if r.opt.SingleTransaction {
		return p, r.single(p)
	}
	return p, nil
}

var errIrreversible = errors.New("irreversible")

// step is a step that is not prepared yet.
func (r *Runner) step(rev *parser.Revision, direction chain.Direction) *Step {
	return &Step{Revision: rev, Direction: direction, dialect: r.driver.Name()}
}

// prepare finds the step's section and goes through it.
func (r *Runner) prepare(s *Step) error {
	kind := parser.Upgrade
	if !s.up() {
		kind = parser.Downgrade
	}
	d := r.driver.Dialect()
	s.Section = s.Revision.Section(kind, d.Name)
	if s.Section == nil && !s.up() {
		return errIrreversible
	}
	if s.Section == nil {
		return CheckUpgrade(s.Revision, d.Name)
	}
	s.Atomic = inTransaction(s.Section, r.conn.Facts().TransactionalDDL)
	if !s.Atomic && r.conn.Facts().Pooled {
		return &PooledError{Section: s.Section}
	}
	var err, verifyErr error
	s.statements, err = r.outline(s.Section, s.Resume)
	if v := s.Revision.Section(parser.Verify, d.Name); s.up() && v != nil {
		s.verify, verifyErr = r.outline(v, 0)
		s.Queries = s.verify.total
	}
	s.Total, s.Unwrapped = s.statements.total, s.statements.begin >= 0
	return joinLists(err, verifyErr)
}

// An outlined is a section that was gone through: with so many statements done.
type outlined struct {
	section *parser.Section
	resume  int
}

// outline is outlineOf, once for each section: a plan is made again under the lock, and a section may be a gigabyte.
func (r *Runner) outline(s *parser.Section, resume int) (*outline, error) {
	key := outlined{s, resume}
	if known, ok := r.outlines[key]; ok {
		return known, nil
	}
	o, err := r.newOutline(s, resume)
	if err == nil {
		r.outlines[key] = o
	}
	return o, err
}

func (r *Runner) newOutline(s *parser.Section, resume int) (*outline, error) {
	o, err := outlineOf(s, r.driver.Dialect(), r.conn.Facts().TransactionalDDL, resume)
	if len(s.Variables) > 0 {
		o.variables = r.variables
	}
	return &o, err
}

// outlineAll goes through the sections of steps on all processors at once. Those with mistakes are gone through again where they are reported, in order.
func (r *Runner) outlineAll(steps []chain.Step) {
	const few = 32 // that one processor has gone through before another is awake
	if len(steps) < few {
		return
	}
	made := make([]*outline, len(steps))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(steps)/few) {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(steps)); i = next.Add(1) - 1 {
				if s := steps[i].Section(r.driver.Name()); s != nil && r.outlines[outlined{section: s}] == nil {
					if o, err := r.newOutline(s, 0); err == nil {
						made[i] = o
					}
				}
			}
		})
	}
	workers.Wait()
	for _, o := range made {
		if o != nil {
			r.outlines[outlined{section: o.section}] = o
		}
	}
}

// CheckUpgrade reports a revision that has no upgrade section for a database: to pass over it in silence would be a guess.
func CheckUpgrade(r *parser.Revision, dialect string) error {
	if r.Section(parser.Upgrade, dialect) != nil {
		return nil
	}
	var list parser.ErrorList
	e := list.Add(r.ID.Pos, "revision %s has no -- +upgrade section for %s", r.ID.Name, dialect)
	e.Hint = "write one, empty if there is nothing to do: -- +upgrade " + dialect
	return list
}

// joinLists makes one list of two. An error that is no list goes before them.
func joinLists(errs ...error) error {
	var all parser.ErrorList
	for _, err := range errs {
		var list parser.ErrorList
		if !errors.As(err, &list) && err != nil {
			return err
		}
		all = append(all, list...)
	}
	return all.Err()
}

// completed is the chain with what the ledger applied and no file defines: its downgrade is in the ledger, so an older image, which lacks
// the file, can still go down. Going up needs none of it.
func (r *Runner) completed(state *State, direction chain.Direction) (*chain.Chain, error) {
	if direction == chain.Up {
		return r.chain, nil
	}
	unknown := r.chain.Unknown(state.Applied())
	if len(unknown) == 0 {
		return r.chain, nil
	}
	revs := append([]*parser.Revision(nil), r.chain.All()...)
	for _, id := range unknown {
		text := state.Rows[id].Downgrade
		if text == "" {
			return r.chain, nil // a stamped row: the chain says that no file defines it
		}
		rev, err := parser.Parse(r.ledger.plain+"/"+id, []byte(text), []string{r.driver.Name()})
		if err != nil {
			return nil, &LedgerError{Table: r.ledger.plain, Doing: "read", Err: err}
		}
		revs = append(revs, rev)
	}
	return chain.New(revs)
}

// fitValues adds to a list what is wrong with the values of the steps' variables: those that are missing, and, if there is nothing else wrong, those
// that a statement cannot hold. It reads no section that has none.
func (r *Runner) fitValues(steps []*Step, mistakes *parser.ErrorList) error {
	var revs []*parser.Revision
	for _, s := range steps {
		revs = append(revs, s.Revision)
	}
	if err := r.variables.missing(mistakes, revs); err != nil || len(*mistakes) > 0 {
		return err
	}
	for _, s := range steps {
		for _, o := range []*outline{s.statements, s.verify} {
			err := o.fit()
			var list parser.ErrorList
			if errors.As(err, &list) {
				*mistakes = append(*mistakes, list...)
			} else if err != nil {
				return err
			}
		}
	}
	return nil
}

// After are the revisions that are applied when all steps are through.
func (p *Plan) After() chain.Set {
	set := p.state.Applied()
	for _, s := range p.Steps {
		if s.up() {
			set[s.Revision.ID.Name] = true
		} else {
			delete(set, s.Revision.ID.Name)
		}
	}
	return set
}

// Edited are the applied revisions whose files have Changed since, in the order of the chain.
func (r *Runner) Edited(s *State) (list []*parser.Revision) {
	for _, rev := range r.chain.All() {
		if row, ok := s.Rows[rev.ID.Name]; ok && row.State == Applied && r.Changed(rev, row) {
			list = append(list, rev)
		}
	}
	return list
}

// Changed reports whether the section of an applied revision reads differently now than when it ran. Comments, blanks and line
// endings do not count. A section that cannot be split or read has changed; a stamped row has nothing to compare but its text then, and a squash
// that stands for rows of others has nothing.
func (r *Runner) Changed(rev *parser.Revision, row Row) bool {
	if len(row.Squashed) > 0 && !row.Gathered {
		return false
	}
	sec := rev.Section(parser.Upgrade, r.driver.Name())
	if sec == nil {
		return true
	}
	if sum, err := sec.ByteSum(); err != nil || sum.String() == row.ByteSum {
		return err != nil // nothing has to be split to know this
	}
	s := r.step(rev, chain.Up)
	if r.prepare(s) != nil {
		return true
	}
	sum, _, err := s.statements.sums()
	return err != nil || sum != row.Identity
}

// InDoubt is the error that a row in doubt makes of every plan, with the statement's place if the file still has it.
func (r *Runner) InDoubt(row Row) *InDoubtError {
	e := &InDoubtError{Row: row}
	if s, err := r.halfway(row); err == nil && s != nil {
		e.Statement, _ = s.statement(row.Done)
		e.Values = e.Statement != nil && s.statements.variables != nil
		e.Edited = e.Statement != nil && row.Sums != "" && !s.unchanged(row, row.Done)
	}
	return e
}

// halfway is the step that a half-way row is in; nil if no file defines the revision.
func (r *Runner) halfway(row Row) (*Step, error) {
	rev := r.chain.Get(row.Revision)
	if rev == nil {
		return nil, nil
	}
	direction := chain.Up
	if row.State == Downgrading {
		direction = chain.Down
	}
	s := r.step(rev, direction)
	s.Resume = row.Done
	return s, r.prepare(s)
}

// statement looks for statement n, as the file has it; nil if there are not so many.
func (s *Step) statement(n int) (*parser.Statement, error) { return s.statements.walk().find(n) }

// find looks for statement n in what is left of a walk.
func (w *walk) find(n int) (*parser.Statement, error) {
	var found *parser.Statement
	err := w.each(func(i int, st parser.Statement) error {
		if i < n {
			return nil
		}
		found = &st
		return io.EOF
	})
	if errors.Is(err, io.EOF) && found != nil {
		err = nil
	}
	return found, err
}
