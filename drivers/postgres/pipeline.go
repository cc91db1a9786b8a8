package postgres

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"revise/drivers"
)

const (
	// chunkBytes is how much SQL is sent at once. While the server runs one such chunk, the next is on its way; behind that one, the answers
	// to the first are read. A chain of usual revisions fits into a few, and neither side's buffers grow without bound.
	chunkBytes = 256 << 10
	// opBytes is what an op counts for beside its text, so that empty ones have an end too.
	opBytes = 16
	// newsDelay is how long an answer may lie at the server while it goes on with the next statements; newsMost is how many may lie there.
	newsDelay = 10 * time.Millisecond
	newsMost  = 64
)

// A pipeline is what an execution has under way.
type pipeline struct {
	pipe     *pgconn.Pipeline // nil between pipelines
	sent     []op             // answer not read
	bytes    int              // of sent
	unsent   int              // of bytes: they are in the library's buffer
	unsynced bool

	news  int       // ops at the end of sent whose answers somebody waits for and nobody has asked for
	held  int       // the most that news may be
	start string    // of the text before, as in beginning
	since time.Time // the last time that answers were read
}

// An op is one command on its way to the server.
type op struct {
	text     string
	at       drivers.Progress   // what is complete if this op fails
	stmt     *drivers.Statement // nil for the driver's own commands
	done     func()             // called when it succeeded
	isCommit bool
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

func (o *op) size() int { return opBytes + len(o.text) }

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
		x.since, x.held, x.start = time.Now(), 0, ""
	}
	start := beginning(o.text)
	if x.news > 0 && (x.news >= x.held || start != x.start) {
		x.ask()
	}
	x.start = start
	x.pipe.SendQueryParams(o.text, nil, nil, nil, nil)
	if o.isUsers() {
		x.news++
	}
	x.sent = append(x.sent, o)
	x.unsynced = true
	x.bytes += o.size()
	x.unsent += o.size()
	if x.unsent < chunkBytes {
		return nil
	}
	x.ask()
	return x.read(x.unsent)
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
	if err := x.pipe.Flush(); err != nil {
		return &failure{x.sent[0].at, x.c.statementError(x.ctx, err, "", false)}
	}
	x.unsent = 0
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
