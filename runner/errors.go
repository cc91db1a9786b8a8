package runner

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"

	"revise/drivers"
	"revise/parser"
)

// A Phase says at what a step failed.
type Phase int

const (
	InStatement Phase = iota // one of the section's statements
	InVerify                 // a query of the verify section
	InCommit                 // the commit: a deferred constraint, as a rule
	InLedger                 // a statement of the ledger's own
	InFile                   // reading the file, or it was changed while it ran
	InHook                   // a statement of a hook that rides in the step's batch
)

// A StatementError is a step that did not get through, with what is true in the database now.
type StatementError struct {
	Step      *Step
	Phase     Phase
	Statement *parser.Statement // nil but in the phases InStatement, InVerify and InHook; of COPY data it has the beginning only
	Index     int               // of the statement in its section, from 0
	Hook      *Hook             // in the phase InHook: the one that the statement is of
	Applied   int               // statements of the section that are applied now, and stay so
	Forgotten bool              // a done statement made a temporary table or filled a variable, which is gone with the session
	InDoubt   int               // index of the statement of which nobody knows; -1: none
	Unknown   bool              // nobody knows whether the step's transaction was committed: the connection broke in the commit
	Before    int               // steps of the plan that are complete
	Whole     int               // steps of the plan that one transaction held, and that were rolled back together; 0: each has its own
	Err       error             // a *drivers.Error as a rule
	at        parser.Position

	HookStatements int // of the Hook
}

func (e *StatementError) Error() string {
	if e.Phase == InFile {
		return e.Err.Error()
	}
	at := e.Step.Revision.File
	if pos := e.At(); pos.IsValid() {
		at = pos.String()
	}
	return fmt.Sprintf("%s: %v", at, e.Err)
}

// At is the place of the failure in the file: where the server points, else where the statement begins. Without a statement there is none.
func (e *StatementError) At() parser.Position { return e.at }

// place finds it.
func (e *StatementError) place() parser.Position { return placeOf(e.Statement, e.Section(), e.Err) }

// placeOf is where the server points in a statement of a section, else where the statement begins.
func placeOf(st *parser.Statement, s *parser.Section, err error) parser.Position {
	var server *drivers.Error
	if !errors.As(err, &server) {
		return st.Pos
	}
	if server.Line > 0 && st.Copy {
		if pos, ok := lineBehind(s, st.DataPos, server.Line-1); ok {
			return pos
		}
	}
	if server.Offset > 0 {
		return st.At(server.Offset)
	}
	return st.Pos
}

// lineBehind is the beginning of the line that stands n lines behind a place at the beginning of one.
func lineBehind(s *parser.Section, pos parser.Position, n int) (parser.Position, bool) {
	buf := make([]byte, 64<<10)
	pos.Line += n
	for n > 0 {
		got, _ := s.Text.ReadAt(buf, int64(pos.Offset-s.Start.Offset))
		if got == 0 {
			return pos, false
		}
		used := 0
		for ; n > 0; n-- {
			i := bytes.IndexByte(buf[used:got], '\n')
			if i < 0 {
				used = got
				break
			}
			used += i + 1
		}
		pos.Offset += used
	}
	return pos, true
}

// Section is the section that the failed statement stands in.
func (e *StatementError) Section() *parser.Section {
	if e.Phase == InHook {
		return e.Hook.SQL
	}
	if e.Phase == InVerify {
		return e.Step.Revision.Section(parser.Verify, e.Step.dialect)
	}
	return e.Step.Section
}

func (e *StatementError) Unwrap() error { return e.Err }

// An InDoubtError says that an earlier run died in a statement and that nobody knows whether it took effect. Nothing was done.
type InDoubtError struct {
	Row Row
	// Statement is the one in doubt, as the file has it now; nil if the file has no such statement any more.
	Statement *parser.Statement
	Edited    bool // what the file has there is not what ran
	Values    bool // its file declares variables, and that run may have had other values
}

func (e *InDoubtError) Error() string {
	what := fmt.Sprintf("statement %d of %d", e.Row.Begun, e.Row.Total)
	if e.Row.Begun > e.Row.Done+1 {
		what = fmt.Sprintf("statements %d to %d of %d", e.Row.Done+1, e.Row.Begun, e.Row.Total)
	}
	at := ""
	if e.Statement != nil {
		at = e.Statement.Pos.String() + ": "
	}
	edited := ""
	if e.Edited {
		edited = ", and the file has another one in its place now"
	}
	if e.Values {
		edited += ", maybe with other values of variables"
	}
	return fmt.Sprintf("%s%s of revision %s may or may not have taken effect: a run died in it%s", at, what, e.Row.Revision, edited)
}

// Hint says how to look and how to settle it.
func (e *InDoubtError) Hint() string {
	return "look into the database whether it did, then: revise run resolve --done (it did) or revise run resolve --not-done"
}

// A HalfwayError says that a revision stands half-way and has to be finished before what was asked for.
type HalfwayError struct{ Row Row }

func (e *HalfwayError) Error() string {
	return fmt.Sprintf("revision %s is half-way %s: %d of %d statements are done",
		e.Row.Revision, map[RowState]string{Upgrading: "up", Downgrading: "down"}[e.Row.State], e.Row.Done, e.Row.Total)
}

// Hint gives the command that finishes it.
func (e *HalfwayError) Hint() string {
	if e.Row.State == Downgrading {
		return "finish it first: revise run down 1"
	}
	return fmt.Sprintf("finish it first: mend its file, then revise run up %s; or take back by hand what is done, then revise run stamp REVISION with the one before it", e.Row.Revision)
}

// A PrefixError says that a half-way revision cannot go on, because statements that ran already read differently now.
type PrefixError struct {
	Row     Row
	Section *parser.Section
	Now     int // statements that the section has now
	// Differences are those between the statements that ran and what stands in the file; none if they cannot be told, for a very large section.
	Differences []Difference
}

func (e *PrefixError) Error() string {
	if e.Now < e.Row.Done {
		return fmt.Sprintf("%s: %d statements of revision %s ran already, but the section has only %d now",
			e.Section.Pos, e.Row.Done, e.Row.Revision, e.Now)
	}
	if e.Row.Done == 1 {
		return fmt.Sprintf("%s: the first statement of revision %s ran already, and it has been changed since", e.Section.Pos, e.Row.Revision)
	}
	return fmt.Sprintf("%s: the first %d statements of revision %s ran already, and they have been changed since",
		e.Section.Pos, e.Row.Done, e.Row.Revision)
}

// Hint says what the two ways on are.
func (e *PrefixError) Hint() string {
	if e.Row.Done == 1 {
		return "put the first statement back as it was and change only what stands behind it"
	}
	return fmt.Sprintf("put the first %d statements back as they were and change only what stands behind them", e.Row.Done)
}

// An IrreversibleError lists the revisions that a plan would have to take back and that have no downgrade section.
type IrreversibleError struct{ Revisions []*parser.Revision }

func (e *IrreversibleError) Error() string {
	var names []string
	for _, r := range e.Revisions {
		names = append(names, fmt.Sprintf("%s (%s)", r.ID.Name, r.File))
	}
	if len(names) == 1 {
		return "revision " + names[0] + " has no -- +downgrade section: it is irreversible"
	}
	return "these revisions have no -- +downgrade section and are irreversible: " + parser.Some(names, ", and")
}

// Hint says what can be done.
func (e *IrreversibleError) Hint() string {
	return "write a -- +downgrade section (an empty one does nothing, on purpose), or choose a target above"
}

// A LockTimeoutError says that another run held the lock for as long as this one was to wait.
type LockTimeoutError struct {
	Holder string
	Waited time.Duration
	Err    error
}

func (e *LockTimeoutError) Error() string {
	msg := fmt.Sprintf("another run holds the lock; waited %s", e.Waited.Round(time.Millisecond))
	if e.Holder != "" {
		msg += ": held by " + e.Holder
	}
	return msg
}

// Hint says what to do about it.
func (e *LockTimeoutError) Hint() string {
	return "let the other run end and run again, or wait longer: --lock-wait 10m"
}

func (e *LockTimeoutError) Unwrap() error { return e.Err }

// A PooledError says that a section without a transaction cannot run through a pooler, which may give each statement another session of the server.
type PooledError struct{ Section *parser.Section }

func (e *PooledError) Error() string {
	return fmt.Sprintf("%s: this section runs without a transaction, and the address leads to a pooler, which may give each statement another session of the server: what it sets"+
		" would be lost, or be left to others", e.Section.Pos)
}

// Hint says where to connect instead.
func (*PooledError) Hint() string {
	return "connect to the server itself; nothing was written"
}

// A ChangedPlanError says that the database moved between a plan's making and its carrying out.
type ChangedPlanError struct{}

func (*ChangedPlanError) Error() string {
	return "the database has changed since the plan was made; nothing was done"
}

// Hint says what to do about it.
func (*ChangedPlanError) Hint() string { return "look at what is applied now: revise run status" }

// A LedgerError is a failure to read or write the ledger.
type LedgerError struct {
	Table string
	Doing string // "read", "create", "write"
	Err   error
}

func (e *LedgerError) Error() string { return fmt.Sprintf("%s ledger %s: %v", e.Doing, e.Table, e.Err) }
func (e *LedgerError) Unwrap() error { return e.Err }

// Hint says which rights it takes, where the server refused one.
func (e *LedgerError) Hint() string {
	var server *drivers.Error
	if !errors.As(e.Err, &server) || !strings.Contains(server.Message, "denied") {
		return ""
	}
	return fmt.Sprintf("the user must be allowed to create, read and write %s and %s_log; ledger.schema and ledger.table name another place", e.Table, strings.TrimSuffix(e.Table, "_log"))
}

// errChanged says that a file is not what it was when the command began to read it.
var errChanged = errors.New("the file was changed while the command ran")

// A FileError is a revision file that could be read at first, and then could not, or was another.
type FileError struct {
	File string
	Err  error
}

func (e *FileError) Error() string { return e.File + ": " + e.Err.Error() }
func (e *FileError) Unwrap() error { return e.Err }

// Hint says what to do about it.
func (*FileError) Hint() string { return "leave the file alone while a command runs, and run it again" }
