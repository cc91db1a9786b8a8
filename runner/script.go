package runner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"revise/chain"
	"revise/drivers"
	"revise/parser"
	"revise/schema"
)

// A Scripter writes runs as scripts for the database's own client instead of carrying them out: no database is asked. What a script does, and what it
// leaves in the ledger, is what a run from the same place does, but that the ledger knows the user of the script from the database and who wrote it.
//
// A script begins with a look at the ledger: if not exactly what it begins from is applied, it ends there and has changed nothing.
type Scripter struct {
	r         *Runner
	script    drivers.Script
	schema    string
	condition string // for a table without a schema to be made there
}

// NewScripter makes one that writes to w, for a database as the address describes it. Of opt, the table, the schema, the timeouts, the clock and the
// names count.
func NewScripter(w io.Writer, driver drivers.Driver, addr drivers.Address, links *chain.Chain, opt Options) (*Scripter, error) {
	s := &Scripter{script: driver.Script(w, addr)}
	s.schema = opt.Schema
	if s.schema == "" {
		s.schema, s.condition = s.script.Place()
	}
	if s.schema == "" {
		return nil, fmt.Errorf("the script does not know where the ledger is: name a database in the URL, or the ledger's schema in the configuration")
	}
	if opt.LockTimeout == nil { // nobody tries again what gives up
		opt.LockTimeout = new(time.Duration)
	}
	opt.Events, opt.Reopen = nil, nil
	conn := onPaper{facts: drivers.Facts{TransactionalDDL: driver.Syntax().TransactionalDDL, AtomicDDL: true, Schema: s.schema}}
	r, err := New(driver, conn, links, opt)
	if err != nil {
		return nil, err
	}
	r.ledger.later = true
	s.r = r
	return s, nil
}

// Run writes the way in a direction from what a database has applied to a target. from are revisions, which are applied with all that they need; base, or
// none, is an empty database. It returns the plan.
func (s *Scripter) Run(direction chain.Direction, from []string, target string) (*Plan, error) {
	state, start, err := s.start(from)
	if err != nil {
		return nil, err
	}
	plan, err := s.r.plan(context.Background(), state, direction, target)
	if err != nil {
		return nil, err
	}
	last := state.Applied()
	for _, step := range plan.Steps {
		last[step.Revision.ID.Name] = direction == chain.Up
	}
	title := fmt.Sprintf("revise run %s %s:%s", direction, start, target)
	if err := s.begin(title, start, state, at(s.r.chain, last)); err != nil {
		return nil, err
	}
	gathered, err := s.r.gatherTexts(plan)
	if err != nil {
		return nil, err
	}
	if len(gathered) > 0 {
		if err := s.script.Exec(ownBatch(s.r.conn.Facts().TransactionalDDL, gathered...)); err != nil {
			return nil, err
		}
	}
	if s.r.opt.SingleTransaction && len(plan.Steps) > 0 {
		b, w := s.r.whole(plan.Steps)
		if err := s.exec(b, plan.Steps[0], w.feeds...); err != nil {
			return nil, err
		}
		return plan, s.end(at(s.r.chain, last))
	}
	for i, step := range plan.Steps {
		if err := s.step(step, i+1, len(plan.Steps)); err != nil {
			return nil, err
		}
	}
	return plan, s.end(at(s.r.chain, last))
}

// Stamp writes what Runner.Stamp does.
func (s *Scripter) Stamp(from, targets []string) (*StampResult, error) {
	state, start, err := s.start(from)
	if err != nil {
		return nil, err
	}
	res, err := s.r.stampPlan(state, targets, false)
	if err != nil {
		return nil, err
	}
	texts, err := s.r.stampTexts(state, res, false)
	if err != nil {
		return nil, err
	}
	last := state.Applied()
	for _, id := range res.Removed {
		delete(last, id)
	}
	for _, id := range res.Added {
		last[id] = true
	}
	end := at(s.r.chain, last)
	if err := s.begin(fmt.Sprintf("revise run stamp %s:%s", start, strings.Join(targets, ",")), start, state, end); err != nil {
		return nil, err
	}
	if len(texts) > 0 {
		if err := s.script.Exec(ownBatch(s.r.conn.Facts().TransactionalDDL, texts...)); err != nil {
			return nil, err
		}
	}
	return res, s.end(end)
}

// start is what a ledger says where revisions are applied with all that they need, and how a place is called.
func (s *Scripter) start(from []string) (*State, string, error) {
	state := &State{Rows: map[string]Row{}}
	var ids []string
	for _, name := range from {
		revs, err := s.r.chain.FindAll(name)
		if err != nil {
			return nil, "", err
		}
		for _, r := range revs {
			ids = append(ids, r.ID.Name)
		}
	}
	for _, r := range s.r.chain.Ancestors(ids...) {
		row := Row{Revision: r.ID.Name, Message: r.Message, State: Applied}
		parser.Each(r.Replaces, func(gone parser.Replaced) { row.Squashed = append(row.Squashed, gone.Name) })
		state.Rows[r.ID.Name] = row
	}
	state.Exists = len(state.Rows) > 0
	return state, at(s.r.chain, state.Applied()), nil
}

// at is how a place is called: its current revisions, or base.
func at(links *chain.Chain, applied chain.Set) string {
	var ids []string
	for _, r := range links.Current(applied) {
		ids = append(ids, r.ID.Name)
	}
	if len(ids) == 0 {
		return "base"
	}
	return strings.Join(ids, ",")
}

// begin writes what comes before the first revision: the lock, and the look at the ledger.
func (s *Scripter) begin(title, start string, state *State, end string) error {
	l := s.r.ledger
	if err := s.script.Begin([]string{title, fmt.Sprintf("from %s to %s; it changes nothing in a database that is not at %[1]s", start, end)}); err != nil {
		return err
	}
	if s.condition != "" {
		if err := s.script.Require(s.condition, fmt.Sprintf("this script is for a ledger in %s, and tables are made elsewhere here: see the setting ledger.schema", s.schema)); err != nil {
			return err
		}
	}
	if err := s.script.Lock(l.plain, "another run holds the lock: nothing was changed"); err != nil {
		return err
	}
	elsewhere := fmt.Sprintf("this script begins at %s, and the database is elsewhere: nothing was changed", start)
	all := [][]string{nil} // what the ledger may hold
	for _, r := range s.r.chain.All() {
		if _, ok := state.Rows[r.ID.Name]; ok {
			all = product(all, forms(r.ID.Name, r.Replaces))
		}
	}
	switch {
	case len(all) == 0:
		return &SquashedError{}
	case len(all[0]) == 0:
		if err := s.script.Exec(s.r.createBatch()); err != nil {
			return err
		}
		return s.script.Require("(SELECT COUNT(*) FROM "+l.table+") = 0", elsewhere)
	}
	if err := s.script.Require(s.script.HasTable(s.schema, s.r.opt.Table), elsewhere); err != nil {
		return err
	}
	exactly := make([]string, len(all))
	for i, ids := range all {
		exactly[i] = l.holds(ids)
	}
	return s.script.Require(strings.Join(exactly, " OR "), elsewhere)
}

// A SquashedError says that a ledger may say in too many ways that a database is where a script begins: by the rows of squashes, or by those of what
// they replace.
type SquashedError struct{}

func (e *SquashedError) Error() string {
	return "a script cannot be written from there: too many squashes may stand in a ledger as what they replace"
}

// Hint says what can be done.
func (e *SquashedError) Hint() string {
	return "mark them in the database, revise run stamp ID, and take the replaced ids out of their files"
}

// step writes a revision.
func (s *Scripter) step(step *Step, number, of int) error {
	if err := s.script.Say(fmt.Sprintf("%s %s (%d of %d)", step.Direction, step.Revision.ID.Name, number, of)); err != nil {
		return err
	}
	b, f := s.r.batch(step)
	return s.exec(b, step, f)
}

// exec writes a batch, of feeds that begin with the one of a step.
func (s *Scripter) exec(b drivers.Batch, step *Step, feeds ...*feed) error {
	defer closeAll(feeds)
	err := s.script.Exec(b)
	for _, f := range feeds {
		if f.err != nil {
			return f.err
		}
	}
	var unwritable *drivers.ScriptError
	if errors.As(err, &unwritable) {
		for _, f := range feeds {
			if f.stage != beginning {
				step = f.step
			}
		}
		return fmt.Errorf("%s: %w", step.Section.Pos, err)
	}
	return err
}

func (s *Scripter) end(at string) error {
	if err := s.script.Say("the database is at " + at); err != nil {
		return err
	}
	return s.script.End()
}

// onPaper is a session that is none: what is written on paper is asked nothing.
type onPaper struct{ facts drivers.Facts }

var errOnPaper = errors.New("there is no database")

func (onPaper) Exec(context.Context, []drivers.Batch) (drivers.Progress, error) {
	return drivers.Progress{}, errOnPaper
}
func (onPaper) Query(context.Context, string) ([][]string, error) { return nil, errOnPaper }
func (onPaper) TryLock(context.Context, string, string) error     { return errOnPaper }
func (onPaper) Holder(context.Context, string) (*drivers.LockedError, error) {
	return nil, errOnPaper
}
func (onPaper) Unlock(context.Context, string) error { return errOnPaper }
func (p onPaper) Facts() drivers.Facts               { return p.facts }

func (onPaper) Snapshot(context.Context, schema.Scope) (*schema.Snapshot, error) {
	return nil, errOnPaper
}
func (onPaper) Close(context.Context) error { return nil }
