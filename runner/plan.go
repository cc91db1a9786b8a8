package runner

import (
	"context"
	"errors"
	"slices"
	"strings"

	"revise/chain"
	"revise/parser"
)

// A Plan is what a command is going to do, in order. It is a value: making one changes nothing.
type Plan struct {
	Direction chain.Direction
	Target    string
	Steps     []*Step
}

// A Step is one revision that goes up or down.
type Step struct {
	Revision   *parser.Revision
	Direction  chain.Direction
	Section    *parser.Section
	Statements []parser.Statement
	Verify     []parser.Statement
	Atomic     bool // in one transaction with its ledger row
	Unwrapped  bool // the section's own BEGIN and COMMIT are left out, for it runs in our transaction
	Resume     int  // statements that an earlier run has done
	FromLedger bool // the text comes from the ledger, for no file defines the revision
	half       bool // the ledger has a half-way row
	before     Row  // what the ledger said when the plan was made
	dialect    string
}

func (s *Step) up() bool { return s.Direction == chain.Up }

func (s *Step) halfwayState() RowState {
	if s.up() {
		return Upgrading
	}
	return Downgrading
}

// identity is the sum over all statements.
func (s *Step) identity() string { return s.doneSum(len(s.Statements)) }

// doneSum is the sum over the first n statements, "" for none.
func (s *Step) doneSum(n int) string {
	if n == 0 {
		return ""
	}
	return s.Statements[n-1].Sum.String()
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
		return r.plan(state, direction, target)
	}
	err = r.locked(ctx, func() error {
		if state, err = r.State(ctx); err != nil {
			return err
		}
		p, err = r.plan(state, direction, target)
		return err
	})
	return p, err
}

func (r *Runner) plan(state *State, direction chain.Direction, target string) (*Plan, error) {
	p := &Plan{Direction: direction, Target: target}
	half, isHalf := state.Halfway()
	if isHalf && half.InDoubt() {
		return nil, r.InDoubt(half)
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
			if s.Resume > len(s.Statements) || s.doneSum(s.Resume) != row.DoneSum {
				return nil, &PrefixError{Row: row, Section: s.Section, Now: len(s.Statements)}
			}
		}
		p.Steps = append(p.Steps, s)
	}
	if len(irreversible.Revisions) > 0 {
		return nil, &irreversible
	}
	if err := mistakes.Err(); err != nil {
		return nil, err
	}
	return p, nil
}

var errIrreversible = errors.New("irreversible")

// step is a step that is not prepared yet.
func (r *Runner) step(rev *parser.Revision, direction chain.Direction) *Step {
	return &Step{Revision: rev, Direction: direction, dialect: r.driver.Name()}
}

// prepare finds the step's section and cuts it.
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
	transactional := r.conn.Facts().TransactionalDDL
	s.Atomic = atomic(s.Section, transactional)
	var err error
	s.Statements, s.Unwrapped, err = split(s.Section, d, transactional)
	if v := s.Revision.Section(parser.Verify, d.Name); s.up() && v != nil {
		var verifyErr error
		s.Verify, _, verifyErr = split(v, d, transactional)
		err = joinLists(err, verifyErr)
	}
	return err
}

// atomic reports whether a section runs in a transaction.
func atomic(s *parser.Section, transactional bool) bool {
	return transactional && s.Settings.Transaction != parser.Off
}

// split cuts a section into the statements that run, and finds those that cannot run where they stand.
func split(s *parser.Section, d *parser.Dialect, transactional bool) (stmts []parser.Statement, unwrapped bool, err error) {
	stmts, err = s.Split(d)
	if err != nil {
		return nil, false, err
	}
	if !atomic(s, transactional) {
		return stmts, false, leftOpen(stmts)
	}
	return parser.Transactional(stmts)
}

// leftOpen finds a transaction that a section without one of ours begins and does not end: its work would be rolled back with the session,
// and the ledger would call it applied.
func leftOpen(stmts []parser.Statement) error {
	open := openTransaction(stmts)
	if open < 0 {
		return nil
	}
	var list parser.ErrorList
	list.Add(stmts[open].Pos, "this transaction is still open at the end of the section").Hint = "end it with COMMIT;"
	return list
}

// openTransaction is the index of the statement that began the transaction which is open behind all of them, -1 if none is.
func openTransaction(stmts []parser.Statement) int {
	open := -1
	for i, st := range stmts {
		switch {
		case st.Class == parser.Begin:
			open = i
		case st.Class == parser.Commit, st.Class == parser.Control && endsTransaction(st.Text):
			open = -1
		}
	}
	return open
}

// endsTransaction reports whether a ROLLBACK or ABORT ends the transaction; one TO a savepoint does not, AND CHAIN begins the next.
func endsTransaction(text string) bool {
	words := strings.Fields(strings.ToUpper(text))
	return (words[0] == "ROLLBACK" || words[0] == "ABORT") && !slices.Contains(words, "TO") && !slices.Contains(words, "CHAIN") ||
		words[0] == "PREPARE"
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

// Check finds, without a database, what is wrong with a section on a database of this dialect: the mistakes that Plan would report.
func Check(s *parser.Section, d *parser.Dialect, transactional bool) error {
	_, _, err := split(s, d, transactional)
	return err
}

// joinLists makes one list of two.
func joinLists(errs ...error) error {
	var all parser.ErrorList
	for _, err := range errs {
		var list parser.ErrorList
		if errors.As(err, &list) {
			all = append(all, list...)
		}
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

// Changed reports whether the section of an applied revision reads differently now than when it ran. Comments, blanks and line
// endings do not count. A section that cannot be split has changed; a stamped row has nothing to compare but its text then.
func (r *Runner) Changed(rev *parser.Revision, row Row) bool {
	sec := rev.Section(parser.Upgrade, r.driver.Name())
	if sec == nil {
		return true
	}
	if sec.ByteSum().String() == row.ByteSum {
		return false // nothing has to be split to know this
	}
	s := r.step(rev, chain.Up)
	return r.prepare(s) != nil || s.identity() != row.Identity
}

// InDoubt is the error that a row in doubt makes of every plan, with the statement's place if the file still has it.
func (r *Runner) InDoubt(row Row) *InDoubtError {
	e := &InDoubtError{Row: row}
	if s, err := r.halfway(row); err == nil && s != nil && row.Done < len(s.Statements) {
		e.Statement = &s.Statements[row.Done]
	}
	return e
}

// halfway is the step that a half-way row is in, cut into its statements; nil if no file defines the revision.
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
	return s, r.prepare(s)
}
