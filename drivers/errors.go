package drivers

import (
	"errors"
	"time"
)

var (
	// ErrUnknown is wrapped by an Exec error after which nobody can tell from this session how far it got behind the Progress: the
	// connection broke while it ran, and a server carries out what it has received. What took effect is a prefix of what was sent.
	ErrUnknown = errors.New("outcome unknown")
	// ErrLost is wrapped where the session is gone.
	ErrLost = errors.New("connection lost")
	// ErrNoTable is wrapped by Query errors about a missing table.
	ErrNoTable = errors.New("no such table")
	// ErrCheck is wrapped by the Error of a statement whose Check does not hold.
	ErrCheck = errors.New("the check does not hold")
	// ErrUnavailable is wrapped where the database cannot be reached now but may be later.
	ErrUnavailable = errors.New("database not available")
)

// An Error is what a server said about a statement. It prints as "message (code)".
type Error struct {
	Code    string // SQLSTATE, error number; empty if there is none
	Message string
	Detail  string
	Hint    string
	Context string // where in a function or in COPY data it happened, as the server words it
	Offset  int    // bytes into the statement's text, -1 if the server names no place
	Line    int    // of the data that the statement was given (COPY), from 1; 0 if that is not known
	Blocked bool   // the statement waited in vain for what another session holds: nothing is wrong with it
	// Blockers are the sessions that a statement waited for, where Blocked, as far as the driver could see them.
	Blockers []Blocker
	Err      error // the driver library's own error; may be nil
}

func (e *Error) Error() string {
	if e.Code == "" {
		return e.Message
	}
	return e.Message + " (" + e.Code + ")"
}

func (e *Error) Unwrap() error { return e.Err }

// A Blocker is a session that another one waits for.
type Blocker struct {
	Session string        // as a person would name it to the server to end it: "pid 4711", "connection 12"
	User    string        // empty where it is not known, like all that follows
	From    string        // address, or host
	App     string        // what it calls itself
	State   string        // "idle in transaction", "active": as the server words it
	Query   string        // that it runs, or ran last
	Age     time.Duration // how long its transaction has been open, else its query running
	Perhaps bool          // the server does not say who blocks; this one may, by what it does
}

// A ConnectError is a failure to reach or enter a database. It never holds a password.
type ConnectError struct {
	Target string // where to, without the password
	Msg    string // what went wrong, in one line
	Hint   string // what to do about it; may be empty
	Err    error
}

func (e *ConnectError) Error() string { return "cannot connect to " + e.Target + ": " + e.Msg }
func (e *ConnectError) Unwrap() error { return e.Err }

// A LockedError says that another session holds a lock, and which, as far as the server tells.
type LockedError struct {
	Key    string
	Holder string // "pid 4711, user app, from 10.0.0.3, since 12:03:44"; empty if unknown
	End    string // the command that ends the session of the holder; empty if unknown
	// Left is how long a lease holds unless it is renewed; 0 for a lock, which a session holds as long as it lives.
	Left time.Duration
}

func (e *LockedError) Error() string {
	if e.Holder == "" {
		return "another session holds the lock " + e.Key
	}
	return "another session holds the lock " + e.Key + ": " + e.Holder
}
