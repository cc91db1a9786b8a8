package runner

import (
	"time"

	"revise/drivers"
	"revise/parser"
)

// An Event is something a user may want to see or log. The set is closed: LockWaiting, Planned, DoubtSettled, StepStarted, StatementDone,
// ServerNotice, Blocked, Reconnecting, StepDone, StepFailed, HookStarted, HookDone, HookFailed, SchemaNotKept. Events come in order, on the goroutine of the caller, while Apply runs.
type Event interface{ event() }

// LockWaiting says that another run holds the lock, and which. It comes at first and then every few seconds.
type LockWaiting struct {
	Holder string        // as the driver tells it; may be empty
	Waited time.Duration // so far
	Limit  time.Duration
}

// Planned says what is going to be done. It comes once, under the lock.
type Planned struct{ Plan *Plan }

// DoubtSettled says what the database has told of a statement in which a run died. The ledger is about to be told.
type DoubtSettled struct{ *Settled }

// Blocked says that a statement waited for another session's locks for as long as it may at a time. The step is tried again, from where the ledger
// says, after a pause.
type Blocked struct {
	Step   *Step
	Failed *StatementError // whose Err is a *drivers.Error with the blockers, where they are known
	Waited time.Duration   // since the first such failure
	Limit  time.Duration   // of Waited, behind which it is not tried again
	Pause  time.Duration
}

// Reconnecting says that the connection broke, and that the run goes on by what the ledger says when there is a new one.
type Reconnecting struct{ Err error }

// StepStarted says that a revision is begun. One that is tried again is begun again.
type StepStarted struct {
	Step   *Step
	Number int // of the step in the plan, from 1
	Of     int
}

// StatementDone says that a statement of a section is through. In a transaction it may still be rolled back.
type StatementDone struct {
	Step  *Step
	Index int // of the statement in the section, from 0
	Pos   parser.Position
}

// ServerNotice is what the server said beside its results.
type ServerNotice struct {
	Step   *Step
	Index  int             // of the statement that ran, in the section, from 0; -1 if it was none of them
	Pos    parser.Position // of what ran, in the file; no place if it is not from there
	Notice drivers.Notice
}

// StepDone says that a revision is through, for good.
type StepDone struct {
	Step     *Step
	Number   int
	Of       int
	Duration time.Duration
}

// StepFailed says that a revision failed. Err is what Apply returns.
type StepFailed struct {
	Step *Step
	Err  error
}

// SchemaNotKept says that all went well, but that the schema could not be noted down that drift is told by.
type SchemaNotKept struct{ Err error }

func (SchemaNotKept) event() {}
func (LockWaiting) event()   {}
func (Planned) event()       {}
func (DoubtSettled) event()  {}
func (Blocked) event()       {}
func (Reconnecting) event()  {}
func (StepStarted) event()   {}
func (StatementDone) event() {}
func (ServerNotice) event()  {}
func (StepDone) event()      {}
func (StepFailed) event()    {}
