package cli

import (
	"context"
	"errors"
	"syscall"

	"revise/autogen"
	"revise/chain"
	"revise/config"
	"revise/drivers"
	"revise/parser"
	"revise/runner"
	"revise/squash"
)

// Exit codes, as docs/exit-codes.md tells them. Scripts build on them: they do not change.
const (
	exitDone        = 0
	exitFailed      = 1 // a statement failed, or the database is not in the state asked for
	exitUsage       = 2 // command line, configuration or files
	exitPending     = 3 // something is pending, and it was asked whether
	exitLocked      = 4 // the lock was not got in time
	exitInDoubt     = 5 // a statement is in doubt
	exitUnreachable = 6 // the database cannot be reached
	exitDrift       = 7 // a schema is not what it should be
	exitSignal      = 128
)

// errQuiet ends the program with exit code 2 when all has been said.
var errQuiet = errors.New("")

// A pendingError is the answer to --exit-code and --check-heads.
type pendingError struct{ msg string }

func (e *pendingError) Error() string { return e.msg }

func (p *program) exitCode(err error) int {
	var interrupted Interrupted
	if errors.Is(err, context.Canceled) && errors.As(context.Cause(p.ctx), &interrupted) {
		if interrupted.Signal == syscall.SIGTERM {
			return exitSignal + int(syscall.SIGTERM)
		}
		return exitSignal + int(syscall.SIGINT)
	}
	var stmt *runner.StatementError
	switch {
	case errors.As(err, &stmt):
		switch {
		case stmt.InDoubt >= 0:
			return exitInDoubt
		case errors.Is(err, drivers.ErrLost):
			return exitUnreachable
		}
		return exitFailed
	case as[*pendingError](err):
		return exitPending
	case as[*driftError](err):
		return exitDrift
	case as[*runner.LockTimeoutError](err):
		return exitLocked
	case as[*runner.InDoubtError](err):
		return exitInDoubt
	case as[*drivers.ConnectError](err), errors.Is(err, drivers.ErrLost):
		return exitUnreachable
	case errors.Is(err, errQuiet), as[*usageError](err), as[*forkError](err), as[*difference](err), as[*autogen.ScriptError](err), as[config.List](err), as[*config.Error](err), as[parser.ErrorList](err), as[*parser.Error](err),
		as[*runner.NoFilesError](err), as[*runner.PooledError](err), as[*runner.SingleError](err), as[*runner.FileError](err), as[*runner.IrreversibleError](err),
		as[*chain.UnknownError](err), as[*chain.AmbiguousError](err), as[*chain.HeadsError](err), as[*chain.BranchError](err), as[*chain.ReplacedError](err), as[*squash.MixedError](err), as[*squash.MissingError](err), as[*squash.UnfitError](err),
		as[*chain.ChoiceError](err), as[*chain.TargetError](err), as[*chain.OverlapError](err), as[*chain.RangeError](err):
		return exitUsage
	}
	return exitFailed
}

func as[T error](err error) bool {
	var t T
	return errors.As(err, &t)
}
