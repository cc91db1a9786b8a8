package cli

import (
	"fmt"
	"time"

	"revise/drivers"
)

type lockCommands struct {
	Status lockStatusCmd `cmd:"" help:"Show who holds the lock."`
	Break  lockBreakCmd  `cmd:"" help:"Take the lock away from a run that is dead."`
}

type lockStatusCmd struct{}

func (*lockStatusCmd) Run(p *program) error {
	return p.onDatabase(func(s *session) error {
		held, err := s.runner.Busy(p.ctx)
		if err != nil {
			return err
		}
		if p.flags.JSON {
			out := struct {
				Held   bool   `json:"held"`
				Holder string `json:"holder,omitempty"`
				End    string `json:"end,omitempty"` // what ends the holder's session
			}{Held: held != nil}
			if held != nil {
				out.Holder, out.End = held.Holder, held.End
			}
			p.json(out)
			return nil
		}
		if held == nil {
			p.print("nobody holds the lock of %s\n", s.runner.Ledger())
			return nil
		}
		p.print("the lock of %s is held%s\n", s.runner.Ledger(), holderOf(held))
		return nil
	})
}

func holderOf(held *drivers.LockedError) string {
	if held.Holder == "" {
		return ", and the database does not say by whom"
	}
	return " by " + clean(held.Holder)
}

type lockBreakCmd struct{}

// Run breaks a lease that its holder has not renewed in time. A lock that belongs to a session of the database, or to a process, goes with it: of that it
// says who has it, and how to end that one.
func (*lockBreakCmd) Run(p *program) error {
	return p.onDatabase(func(s *session) error {
		held, err := s.runner.Busy(p.ctx)
		if err != nil {
			return err
		}
		if held != nil {
			return &heldError{held}
		}
		broken, err := s.runner.BreakLease(p.ctx)
		if err != nil {
			return err
		}
		if p.flags.JSON {
			p.json(struct {
				Ledger string `json:"ledger"`
				Broken bool   `json:"broken"`
			}{s.runner.Ledger(), broken})
			return nil
		}
		if broken {
			p.print("the lock of %s was taken away from a run that has not renewed its lease; should it go on, it writes nothing more\n", s.runner.Ledger())
			return nil
		}
		p.print("nobody holds the lock of %s: there is nothing to break\n", s.runner.Ledger())
		return nil
	})
}

// A heldError refuses to break a lock whose holder is alive.
type heldError struct{ held *drivers.LockedError }

func (e *heldError) Error() string {
	if e.held.End == "" {
		return "the lock is held" + holderOf(e.held)
	}
	return "the lock is held" + holderOf(e.held) + ": it lives as long as that session, and ends with it"
}

// Hint says how to end that session.
func (e *heldError) Hint() string {
	switch {
	case e.held.Left > 0:
		return fmt.Sprintf("let that run end; if it is dead, its lease ends by itself in %s, and the next run takes it", e.held.Left.Round(time.Second))
	case e.held.End == "":
		return "let that run end, or end its session"
	}
	return fmt.Sprintf("let that run end, or end its session, which costs it the statement that it is at: %s", e.held.End)
}
