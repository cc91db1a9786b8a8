// Package drivers defines what a database must offer to be migrated. No database is in it: each lives in a folder below, and
// drivers/all lists those the program is built with.
//
// To add one: a folder with driver.go, conn.go, dialect.go and errors.go; a test that calls drivertest.Run; a folder of
// goldens under testdata/split; one line in drivers/all. Drivers are kept dumb: they know one database's protocol, its
// lexical rules and how it quotes, and nothing of revisions, chains or the ledger.
package drivers

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"revise/parser"
	"revise/schema"
)

// A Driver opens sessions on one kind of database. It is a value without state.
type Driver interface {
	// Name is the word that markers and output use, "postgres" for instance; it equals Dialect().Name.
	Name() string
	// Schemes are the URL schemes it answers to, without "://", the usual one first.
	Schemes() []string
	// Parse reads a database URL whose scheme is one of Schemes, by ParseServer or ParseFile as a rule. Errors hold no part of the URL
	// but its scheme.
	Parse(url string) (Address, error)
	// Dialect says how text for this database is split. The caller must not change it.
	Dialect() *parser.Dialect
	// Ident quotes a name, so that it reads the same whatever a session's settings are. Several parts make a qualified name.
	Ident(parts ...string) string
	// Literal writes s as a string literal that reads the same whatever a session's settings are. s holds no NUL.
	Literal(s string) string
	// Probe returns a query for one value that tells of a statement, as a file has it, whether it has taken effect: true, false, or NULL where
	// that cannot be told. "" means that no catalog knows. A statement that may be run again whatever became of it gives a query that is false. The
	// query reads names as the session does that the statement ran in; it holds no marker, and nothing is changed by it.
	Probe(statement string) string
	// Syntax is how this database spells the little SQL that the runner writes itself.
	Syntax() Syntax
	// Script writes for this database's own client, on a session like one of Open with this address.
	Script(w io.Writer, addr Address) Script
	// Plan says by which statements a schema becomes another one. It is pure: nothing is asked of a database. What it cannot bring about, and what it had to
	// guess, are its Remarks. Both snapshots are this driver's; the statements suit the server of from.
	Plan(from, to *schema.Snapshot, opt schema.Options) (*schema.Plan, error)
	// Rename writes the statement that gives a table or a column, as a snapshot has it, the last part of another one's name. "" if that cannot be.
	Rename(from, to *schema.Object) string
	// Scratch makes an empty database for trials beside the one of an address, with the same settings as far as they bear on a schema, and removes such ones as were left by
	// programs that are dead. Nothing but its Drop removes it while the program lives.
	Scratch(ctx context.Context, addr Address, opt Options) (*Scratch, error)
	// Open starts one session and asks the server for its Facts. A password never appears in its errors. An error that a
	// later try may not meet (refused connection, server starting up, name not found yet) wraps ErrUnavailable; one that
	// another try cannot mend (wrong password, no such database) does not. Every failure to reach or enter the database is a *ConnectError.
	Open(ctx context.Context, addr Address, opt Options) (Conn, error)
}

// A Syntax is how a database spells what differs in the runner's own SQL, beside Ident and Literal.
type Syntax struct {
	// NowMillis is an expression for the server's clock in milliseconds since 1970-01-01 UTC, an integer. It moves inside a
	// transaction, and on a clean session it is right.
	NowMillis string
	// BegunMillis is an expression for when the transaction began, by the same clock. "" where that clock is this machine's.
	BegunMillis string
	// Place is what stands before a number where a statement of the runner's own leaves a place for a value: "$" for $1. "" where it has to hold
	// its values itself.
	Place string
	// Returning says that the rows which an INSERT or a DELETE in WITH has changed can be what an INSERT takes.
	Returning bool
	// User is an expression for the name as whom the session came in.
	User string
	// ClockID is an expression for sixteen hex digits of the clock in nanoseconds since 1970, with a text behind them that $ stands for.
	ClockID string
	// NowText is the same clock as text in UTC: "2026-11-22T10:03:51.123Z".
	NowText string
	// Schema is where tables land as a rule. "" where that is the database's name.
	Schema string
	// Text is the type of a column for text without a limit.
	Text string
	// TransactionalDDL says what is usual for this kind of database; what counts for a session are its Facts.
	TransactionalDDL bool
	// Begin and Commit open and end a transaction inside a batch that is not Atomic, whatever the session's settings are. Joins are the first
	// words, in capitals, one or two, of statements that may stand in one: they neither commit nor refuse to run there. Where a statement and
	// the runner's entry that it is done share a transaction, one is never true without the other.
	Begin, Commit string
	Joins         []string
	// JoinsHold is a query that is true if no statement of Joins can have changed anything that a rollback would leave. "" where that is always so.
	JoinsHold string
	// Overflow is an expression that fails for every row, by the length of a text column called token, so that it is not evaluated before there is a row.
	// "" where no session's lock is ever unseen.
	Overflow string
	// LockTimeout is the usual one: how long a statement should wait for locks at a time. Zero where its waiting keeps nobody else waiting.
	LockTimeout time.Duration
	// TableOptions stand behind the closing parenthesis of CREATE TABLE. They make text compare byte by byte.
	TableOptions string
}

// A Conn is one session. It is not safe for concurrent use. Everything a run does goes through one Conn, in order, so that
// what a revision sets and what the session locks behave as they read in the file.
type Conn interface {
	// Exec runs the statements of the batches in order and stops at the first that fails. Nothing behind it runs. How many
	// round trips it takes is the driver's business; it takes no more than one per batch that has no
	// Check and no Copy; where DDL is transactional, a batch that is not Atomic takes one per statement that is not Joined, for nothing may run behind a failed one.
	//
	// Each batch starts on a clean session: what the one before set (search_path, role, sql_mode, timeouts, temporary objects, an open
	// transaction, table locks) is gone. Inside a batch, its Tail runs on a clean session as well;
	// where a session can work without committing (SET autocommit = 0), what it has done is committed before them.
	//
	// The Progress says how far it got, exactly, unless the error wraps ErrUnknown. After an error the session is usable and
	// outside of any transaction, unless the error wraps ErrUnknown or ErrLost. A failing statement is a *Error.
	// When ctx ends, the running statement is cancelled on the server; the error then wraps ctx's.
	Exec(ctx context.Context, batches []Batch) (Progress, error)
	// Query runs one statement and returns its rows as text, NULL as "". If a table it names is missing, the error wraps ErrNoTable.
	Query(ctx context.Context, sql string) ([][]string, error)
	// TryLock takes the session lock called key if it is free and returns at once. If another session has it, the error is a
	// *LockedError, which need not name the holder: many ask many times. The lock dies with the session, and with the process. Ahead is what the first
	// Query with the lock is likely to ask, as that of Options is; it is answered as things are when the lock is held.
	TryLock(ctx context.Context, key, ahead string) error
	// Holder tells who holds a lock, as far as that can be seen. It is nil if nobody does.
	Holder(ctx context.Context, key string) (*LockedError, error)
	// Unlock gives the lock back. That it was not held is an error.
	Unlock(ctx context.Context, key string) error
	// Snapshot reads the schema of the session's database, as it is at one moment, by a handful of queries whatever the number of objects. It leaves no trace, and the session
	// as it was.
	Snapshot(ctx context.Context, scope schema.Scope) (*schema.Snapshot, error)
	// Facts tells what this server is and can do. They do not change.
	Facts() Facts
	// Close ends the session. It may be called more than once.
	Close(ctx context.Context) error
}

// A Batch is the statements that belong together, as a rule those of one revision and of its ledger row. Done and Progress count
// them in this order: Statements, those that More gives, Tail.
type Batch struct {
	Statements []Statement
	// More, if not nil, gives the statements that follow Statements, some at a time, until it gives none: a batch need not fit into memory. It
	// is called on the caller's goroutine, when all that it gave before has been taken and its Data read; some of it may be still to run, and
	// batches before as well. What it gives stays as it is. Its error ends the batch as a failing statement would, without being one: what was
	// given before it is run first, and the error of Exec wraps it.
	More func() ([]Statement, error)
	// Tail are statements of the runner's own that run behind all others, on a clean session. Their texts may be set as late as More gives none.
	Tail []Statement
	// Atomic asks for all or nothing: on an error nothing of the batch has happened. To be asked for only where Facts say TransactionalDDL.
	Atomic bool
	// LockTimeout and StatementTimeout limit, while the batch runs, how long a statement waits for locks and how long it runs in all.
	// Zero leaves the server's own setting.
	LockTimeout, StatementTimeout time.Duration
	// Patient exempts from LockTimeout the statements whose waiting keeps nobody else waiting, and that would lose much if they gave up.
	Patient bool
	// KeysOff has foreign keys not enforced while the batch runs, so that a table can be built anew, and checked before its Tail instead: a row that refers to
	// nothing and did not before fails the batch, or, where it is not Atomic, any such row. It is for SQLite; elsewhere it means nothing.
	KeysOff bool
	// Watch, if not nil, is told what each of Statements and More did to the tables of the database, as far as the server shows it, before its Done. The statements
	// then run one by one, however long that takes; it is for a database in which nobody else works.
	Watch func(i int, e Effect)
	// Done, if not nil, is called on the caller's goroutine once per completed statement, in order, as soon as the driver
	// knows; for an atomic batch before the commit.
	Done func(i int)
	// Committed, if not nil, is called when the whole batch is through: after the commit, where it is atomic.
	Committed func()
}

// A Statement is one statement of a batch.
type Statement struct {
	Text string
	// Copy sends Data behind Text over the protocol's COPY (PostgreSQL). It is read once, in pieces, maybe on another goroutine, and never
	// when Exec has returned. Where reading it fails, so does the statement, with an error that wraps the reader's and is no Error.
	Copy bool
	Data io.Reader
	// Args are the values of the places in Text, of a statement of the runner's own. Such a text comes again with other values.
	Args []string
	// Check wants the first column of the first row to be true: no row, false, 0, an empty text and NULL fail the statement with an Error.
	Check bool
	// Joined says that the next statement of the batch belongs to this one: if it is not run, nor is this one kept. They are in a transaction that the
	// batch begins and ends, so they may be sent without waiting for an answer between them.
	Joined bool
	// Clean has the session made clean before it, as it is before the Tail.
	Clean bool
	// Own marks the runner's own statements, of which no notices are passed on.
	Own bool
}

// Progress is how far an Exec got: Batches are complete, and Statements of the next one. In an atomic batch that failed they are rolled
// back again. If all statements of batch Batches ran but Exec failed, the commit did.
type Progress struct {
	Batches    int
	Statements int
}

// Options are what a session needs besides an address.
type Options struct {
	// Notice receives what a server says beside its results: notices and warnings. May be nil. It is called while Exec runs, on
	// its goroutine, between the Done of the statement before and that of its own statement.
	Notice func(Notice)
	// Ahead is what the first Query is likely to ask: it travels with what the driver asks by itself when it opens the session, and that Query, if it comes before all
	// else, takes no round trip then. A driver may pass it over. "" for nothing.
	Ahead string
	// App is the name that the session shows in the server's list of sessions, where it has one.
	App string
}

// An Answer is what a query asked ahead has given: its rows, or why there are none.
type Answer struct {
	Text string // of the query
	Rows [][]string
	Err  error // as the driver's library gave it
}

// A Notice is something a server said that is no error.
type Notice struct {
	Severity string // as the server words it: NOTICE, WARNING, Note …
	Code     string
	Message  string
	Detail   string
	Hint     string
}

// Facts are what is known about a server and a session on it.
type Facts struct {
	// TransactionalDDL is false where DDL commits on its own (MySQL, MariaDB); statements are then journalled one by one.
	TransactionalDDL bool
	// AtomicDDL is true where each statement of DDL happens whole or not at all, also if the server dies in it.
	AtomicDDL bool
	// Pooled says that a pooler stands between, which may give each transaction another session of the server: what a session has, and its lock, may
	// be somebody else's next.
	Pooled bool
	// Cluster names the kind of cluster whose other nodes do not see the session's lock; "" if there is none.
	Cluster  string
	Product  string // "PostgreSQL", "MySQL", "MariaDB", "SQLite"
	Version  string // as the server writes it
	User     string // as whom the session came in; empty where there are no users
	Database string // its name, or the file
	Target   string // where it is, without a password; "" if the address says it all
	Schema   string // where a table lands that is created without a schema; "" if nowhere
}

// A Set is the drivers a program was built with.
type Set []Driver

// ByScheme finds the driver that answers to a URL scheme, or to its own name.
func (s Set) ByScheme(scheme string) (Driver, error) {
	var known []string
	for _, d := range s {
		if d.Name() == scheme || slices.Contains(d.Schemes(), scheme) {
			return d, nil
		}
		known = append(known, d.Schemes()...)
	}
	if scheme == "" {
		return nil, fmt.Errorf("the database URL does not start with a scheme; known are %s", strings.Join(known, ", "))
	}
	return nil, fmt.Errorf("unknown database scheme %q; known are %s", scheme, strings.Join(known, ", "))
}

// Dialects are the names of the set's drivers, as markers in revision files use them.
func (s Set) Dialects() []string {
	names := make([]string, len(s))
	for i, d := range s {
		names[i] = d.Name()
	}
	return names
}
