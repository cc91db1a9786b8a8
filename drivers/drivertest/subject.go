// Package drivertest holds the contract of drivers.Driver and drivers.Conn as tests. Each driver's folder runs them against a real database:
//
//	func TestContract(t *testing.T) { drivertest.Run(t, drivertest.Subject{Driver: Driver{}, Fresh: fresh, …}) }
//
// The servers come from the package drivertest/servers.
package drivertest

import (
	"slices"
	"testing"

	"revise/drivers"
)

// A Subject is a driver under test, and the little SQL that differs from database to database. What a session's Facts and its Address say
// decides about the rest. An empty snippet leaves the tests out that need it, where its comment allows that.
type Subject struct {
	Driver drivers.Driver
	// Fresh makes an empty database that goes when t ends, and returns how to enter it: with a user and a password, where there are such.
	Fresh func(t testing.TB) drivers.Address

	// File says that a database is a file: there is no connection to cut.
	File bool

	// Slow is a query that takes about thirty seconds unless it is stopped, Pause one that takes at least a twentieth of a second.
	Slow, Pause string
	// Begin starts a transaction that writes.
	Begin string
	// Notice makes the server say something that contains NoticeText. May be empty.
	Notice, NoticeText string
	// Settings are what a batch may do to its session.
	Settings []Setting
	// Hostile are statements after which a session reads literals, names or the clock in another way.
	Hostile []string
	// Backslashes is what the literal 'a\\b', written so, reads as in a session as it is opened.
	Backslashes string
	// Offset tells that the server says at which place a syntax error is.
	Offset bool
	// Deferred are statements that all succeed, in one transaction, and then fail its commit. May be empty.
	Deferred []string
	// Results are statements of which the last gives several result sets. May be empty.
	Results []string
	// Copy is a statement that takes lines of data into the table t: a number, a tab, a text. Empty where there is no such thing.
	Copy string
	// Bytes is an expression of a text or binary type whose literal holds the bytes 0xFF 0xFE as they are, and Hex an expression that
	// shows it as "FFFE". May be empty where every statement must be valid UTF-8.
	Bytes, Hex string

	locked  bool // sessions of tests hold a lock
	watched bool // batches are watched
}

// A Setting is something that statements can do to a session and that must not outlive their batch.
type Setting struct {
	Name string
	// Prepare are statements for a session before: what Set works on.
	Prepare []string
	// Set does it. Clean is a query that gives a true value as long as it is not done.
	Set, Clean string
	// Single tells that it cannot be done within a transaction.
	Single bool
}

// Run runs the contract against a driver.
func Run(t *testing.T, s Subject) {
	for _, part := range []struct {
		name    string
		run     func(*testing.T, Subject)
		applies bool // to this database
	}{
		{"Describe", testDescribe, true},
		{"Order", testOrder, true},
		{"Failure", testFailure, true},
		{"Place", testPlace, true},
		{"Commit", testCommit, len(s.Deferred) > 0},
		{"Check", testCheck, true},
		{"Text", testText, true},
		{"Results", testResults, true},
		{"Size", testSize, true},
		{"More", testMore, true},
		{"MoreFails", testMoreFails, true},
		{"Many", testMany, true},
		{"CancelMore", testCancelMore, true},
		{"Copy", testCopy, s.Copy != ""},
		{"CopyFails", testCopyFails, s.Copy != ""},
		{"CopyStops", testCopyStops, s.Copy != ""},
		{"CopyMuch", testCopyMuch, s.Copy != ""},
		{"Clean", testClean, true},
		{"Transaction", testOpenTransaction, true},
		{"Notice", testNotice, s.Notice != ""},
		{"Cancel", testCancel, true},
		{"CancelAtRandom", testCancelAtRandom, true},
		{"Timeouts", parallel(testTimeouts), true},
		{"Lock", parallel(testLock), true},
		{"LockAhead", parallel(testLockAhead), true},
		{"Query", testQuery, true},
		{"Ahead", testAhead, true},
		{"Quoting", testQuoting, true},
		{"Clock", testClock, true},
		{"Close", testClose, true},
		{"Connect", testConnect, true},
		{"Cut", parallel(testCut), !s.File},
		{"CutAtRandom", testCutAtRandom, !s.File},
		{"RoundTrips", testRoundTrips, !s.File},
	} {
		if !part.applies {
			continue
		}
		t.Run(part.name, func(t *testing.T) { part.run(t, s) })
		if slices.Contains([]string{"Order", "Failure", "Check", "Results", "More", "MoreFails", "Clean", "Transaction", "Notice", "Cancel", "CancelAtRandom", "Timeouts"}, part.name) {
			// Who has the lock may know more of the database, and do less to keep a session clean.
			held := s
			held.locked = true
			t.Run(part.name+"Locked", func(t *testing.T) { part.run(t, held) })
		}
		if slices.Contains([]string{"Order", "Failure", "Place", "Commit", "Check", "Text", "Results", "Size", "More", "MoreFails", "Copy", "CopyFails", "CopyStops", "Clean",
			"Transaction", "Notice", "Cancel", "CancelAtRandom", "Timeouts"}, part.name) {
			// To be watched changes nothing that can be seen.
			seen := s
			seen.watched = true
			t.Run(part.name+"Watched", func(t *testing.T) { part.run(t, seen) })
		}
	}
}

// parallel is for parts that mostly wait.
func parallel(part func(*testing.T, Subject)) func(*testing.T, Subject) {
	return func(t *testing.T, s Subject) {
		t.Parallel()
		part(t, s)
	}
}

// modes runs a test for batches that are not atomic and, where DDL is transactional, for those that are, each on a database of its own with
// the table t (n, s).
func (s Subject) modes(t *testing.T, run func(t *testing.T, e *env, atomic bool)) {
	t.Run("single", func(t *testing.T) { run(t, s.env(t), false) })
	if s.Driver.Syntax().TransactionalDDL {
		t.Run("atomic", func(t *testing.T) { run(t, s.env(t), true) })
	}
}
