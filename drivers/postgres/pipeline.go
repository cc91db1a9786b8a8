package postgres

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"revise/drivers"
)

const (
	// chunkBytes is how much SQL is sent without looking at answers. While the server runs one such chunk, the next is on its way; behind that one, the answers
	// to the first are read. A chain of usual revisions fits into a few, and neither side's buffers grow without bound.
	chunkBytes = 256 << 10
	// writeBytes is how much is written at once: the server is at the first revisions while the next ones are read.
	writeBytes = 16 << 10
	// opBytes is what an op counts for beside its text, so that empty ones have an end too.
	opBytes = 16
	// newsDelay is how long an answer may lie at the server while it goes on with the next statements; newsMost is how many may lie there.
	newsDelay = 10 * time.Millisecond
	newsMost  = 64
	newsFirst = 8 // as long as nothing is known
)

// A pipeline is what an execution has under way.
type pipeline struct {
	pipe     *pgconn.Pipeline // nil between pipelines
	sent     []op             // answer not read
	bytes    int              // of sent
	chunk    int              // of bytes: since answers were asked for
	unsent   int              // of bytes: they are in the library's buffer
	unsynced bool

	news    int       // ops at the end of sent whose answers somebody waits for and nobody has asked for
	held    int       // the most that news may be
	start   string    // of the text before, as in beginning
	created []string  // the tables that the batch has made
	since   time.Time // the last time that answers were read
}

// An op is one command on its way to the server.
type op struct {
	text     string
	at       drivers.Progress   // what is complete if this op fails
	stmt     *drivers.Statement // nil for the driver's own commands
	done     func()             // called when it succeeded
	isCommit bool
	prepares bool // text, under the name that it has in conn.prepared
	lock     bool // a query that must be true, else a lock of ours is lost
}

// statement is the op of a batch's statement.
func statement(i, n int, s *drivers.Statement, b *drivers.Batch) op {
	o := op{text: s.Text, at: drivers.Progress{Batches: i, Statements: n}, stmt: s}
	if b.Done != nil {
		o.done = func() { b.Done(n) }
	}
	return o
}

func (o *op) size() int {
	n := opBytes + len(o.text)
	if o.stmt != nil {
		for _, a := range o.stmt.Args {
			n += len(a)
		}
	}
	return n
}

// isUsers tells whose notices are passed on. A commit's are: deferred triggers run there.
func (o op) isUsers() bool { return o.isCommit || o.stmt != nil && !o.stmt.Own }

// own sends commands of the driver's own.
func (x *execution) own(at drivers.Progress, texts ...string) *failure {
	for _, t := range texts {
		if f := x.send(op{text: t, at: at}); f != nil {
			return f
		}
	}
	return nil
}

// send puts a command into the pipeline. When there is a chunk of them, it goes to the server, and the answers to the one before are read.
func (x *execution) send(o op) *failure {
	if err := x.ctx.Err(); err != nil {
		if f := x.drain(); f != nil {
			return f
		}
		return &failure{o.at, fmt.Errorf("cancelled before the next statement: %w", err)}
	}
	if x.pipe == nil {
		x.pipe = x.c.pg.StartPipeline(context.Background())
		x.since, x.held, x.start = time.Now(), newsFirst, ""
	}
	start := beginning(o.text)
	if quick := x.isQuick(o); x.news > 0 && !quick && (x.news >= x.held || start != x.start) {
		x.ask()
	}
	x.start = start
	x.put(o)
	if o.isUsers() {
		x.news++
	}
	x.sent = append(x.sent, o)
	x.unsynced = true
	x.bytes += o.size()
	x.unsent += o.size()
	x.chunk += o.size()
	if x.chunk >= chunkBytes {
		x.ask()
		return x.read(x.chunk)
	}
	if x.unsent >= writeBytes {
		return x.flush()
	}
	return nil
}

// put hands a command to the library. What comes again with other values is read and planned once by the server, as long as nothing may have thrown that away.
func (x *execution) put(o op) {
	switch {
	case o.prepares:
		x.pipe.SendPrepare(x.c.prepared[o.text], o.text, nil)
	case o.stmt == nil || len(o.stmt.Args) == 0:
		x.pipe.SendQueryParams(o.text, nil, nil, nil, nil)
	case x.c.prepared[o.text] != "" && !x.c.dirty:
		x.pipe.SendQueryPrepared(x.c.prepared[o.text], values(o.stmt), nil, nil)
	default:
		x.pipe.SendQueryParams(o.text, values(o.stmt), nil, nil, nil)
	}
}

func values(s *drivers.Statement) [][]byte {
	list := make([][]byte, len(s.Args))
	for i, a := range s.Args {
		list[i] = []byte(a)
	}
	return list
}

// prepare has the server prepare a statement that comes again, where it would stay prepared.
func (x *execution) prepare(o op) *failure {
	if o.stmt == nil || len(o.stmt.Args) == 0 || !x.c.quiet || x.c.dirty || x.c.prepared[o.text] != "" {
		return nil
	}
	x.c.prepared[o.text] = "revise_" + strconv.Itoa(len(x.c.prepared)+1)
	return x.send(op{text: o.text, at: o.at, prepares: true})
}

// flush writes what is in the library's buffer.
func (x *execution) flush() *failure {
	x.unsent = 0
	if err := x.pipe.Flush(); err != nil {
		return &failure{x.sent[0].at, x.c.statementError(x.ctx, err, "", false)}
	}
	return nil
}

// isQuick reports whether a command takes no time worth telling of: the driver's own but the first of a batch, the runner's, and what only has to do with a table that
// the batch has made, on which nobody else has a lock and in which there is little.
func (x *execution) isQuick(o op) bool {
	if !o.isUsers() || o.isCommit {
		return o.text != "BEGIN"
	}
	if len(o.text) >= maxQuick {
		return false
	}
	first, rest := drivers.CutWord(o.text)
	second, rest := drivers.CutWord(rest)
	if first == "CREATE" && second == "TABLE" && !mentions(rest, "select", "partition", "references", "inherits", "like") {
		if name, ok := tableName(rest); ok {
			x.created = append(x.created, name)
		}
		return true
	}
	return len(x.created) > 0 && mentions(o.text, x.created...) && !mentions(o.text, "select", "references", "with ")
}

// maxQuick is how long a quick statement is, in bytes.
const maxQuick = 4 << 10

// tableName is the name, as it is written, that stands behind CREATE TABLE.
func tableName(text string) (string, bool) {
	if first, rest := drivers.CutWord(text); first == "IF" { // NOT EXISTS: it may be there
		return rest, false
	}
	n := strings.IndexAny(text, " \t\r\n(")
	return strings.ToLower(text[:max(n, 0)]), n > 2
}

// mentions reports whether a text has one of these words, which are in small letters.
func mentions(text string, words ...string) bool {
	lower := strings.ToLower(text)
	for _, w := range words {
		if strings.Contains(lower, w) {
			return true
		}
	}
	return false
}

// ask has the server send its answers so far. It keeps them otherwise until it has 8 KB of them or nothing more to do: what is done before a statement
// that takes its time would be seen only behind it. It costs the server about as much as a small statement. Hence it is left out between
// statements that begin alike, as long as they are fast.
func (x *execution) ask() {
	x.pipe.SendFlushRequest()
	x.news = 0
}

// beginning is what statements that likely take about the same time have in common.
func beginning(text string) string { return text[:min(len(text), 16)] }

// drain reads the answers to all that was sent.
func (x *execution) drain() *failure {
	if len(x.sent) == 0 {
		return nil
	}
	x.ask()
	return x.read(0)
}

// read sends what is not yet sent and reads answers, until those to no more than so many bytes are left. All of it was asked for.
func (x *execution) read(left int) *failure {
	if f := x.flush(); f != nil {
		return f
	}
	x.chunk = 0
	count := 0
	for ; len(x.sent) > 0 && x.bytes > left; count++ {
		o := x.sent[0]
		x.c.loud = o.isUsers()
		err := x.answer(o)
		x.c.loud = false
		if f := x.settled(o, !o.isCommit, err); f != nil {
			return f
		}
		x.sent[0] = op{}
		x.sent = x.sent[1:]
		x.bytes -= o.size()
	}
	if count > 0 {
		now := time.Now()
		each := max(now.Sub(x.since)/time.Duration(count), 1)
		x.held = int(min(newsDelay/each, newsMost))
		x.since = now
	}
	return nil
}

// answer reads the answer to one command.
func (x *execution) answer(o op) error {
	res, err := x.pipe.GetResults()
	if err != nil {
		return err
	}
	if _, ok := res.(*pgconn.StatementDescription); ok && o.prepares {
		return nil
	}
	rr, ok := res.(*pgconn.ResultReader)
	if !ok {
		return fmt.Errorf("unexpected answer %T from the server", res)
	}
	_, err = o.judge(rr)
	return err
}

// judge reads a result to its end and tells whether it is what it has to be: a *drivers.Error if not, as nobody but us says. known is
// false if the command had completed when the error came, which then is the commit's.
func (o op) judge(rr *pgconn.ResultReader) (known bool, err error) {
	rows, holds := 0, false
	for rr.NextRow() {
		if values := rr.Values(); rows == 0 && len(values) > 0 {
			holds = truth(values[0])
		}
		rows++
	}
	tag, err := rr.Close()
	known = tag.String() == ""
	fail := func(message string) (bool, error) { return true, &drivers.Error{Message: message, Offset: -1} }
	switch check := o.stmt != nil && o.stmt.Check; {
	case err != nil:
		return known, err
	case o.isCommit && tag.String() != "COMMIT":
		return fail("the transaction was rolled back instead of committed")
	case o.lock && !holds:
		return fail("the batch gave away the lock of this run, and another session has it now")
	case check && rows == 0:
		return true, notHeld("does not hold: the query returned no row")
	case check && !holds:
		return true, notHeld("does not hold: the first column of the first row is false, 0, empty or NULL")
	}
	return true, nil
}

func notHeld(message string) error {
	return &drivers.Error{Message: message, Offset: -1, Err: drivers.ErrCheck}
}

// truth reads a value in text form.
func truth(v []byte) bool {
	switch strings.Trim(string(v), "0.-") {
	case "", "f", "false":
		return false
	}
	return true
}

// sync ends the pipeline in good order and reads all answers. at is what is complete once they are in.
func (x *execution) sync(at drivers.Progress) *failure {
	if x.pipe == nil {
		return nil
	}
	x.pipe.SendPipelineSync()
	x.unsynced, x.news = false, 0
	if len(x.sent) > 0 {
		if f := x.read(0); f != nil {
			return f
		}
	} else if err := x.pipe.Flush(); err != nil {
		return &failure{at, x.c.ownError(x.ctx, err, "")}
	}
	err := x.pipe.Close()
	x.pipe = nil
	if err != nil {
		return &failure{at, x.c.ownError(x.ctx, err, "")}
	}
	return nil
}

// abandon ends the pipeline after an error: the server has skipped, or will skip, all up to a Sync.
func (x *execution) abandon() {
	if x.pipe == nil || x.c.pg.IsClosed() {
		return
	}
	if x.unsynced {
		x.pipe.SendPipelineSync()
		if x.pipe.Flush() != nil {
			return
		}
	}
	_ = x.pipe.Close() // answers are errors by now, and known
	x.pipe = nil
}
