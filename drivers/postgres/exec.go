package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"revise/drivers"
)

// An execution is one Exec.
type execution struct {
	c   *conn
	ctx context.Context // the caller's, which cancels
	pipeline
}

// A failure is an error and what was complete before it.
type failure struct {
	at  drivers.Progress
	err error
}

// Exec sends atomic batches in one pipeline. It waits for an answer behind a Check, around a COPY, and behind every statement of a batch that
// is not atomic: nothing may run behind a failed one, and some (CREATE INDEX CONCURRENTLY) bear nothing else in their transaction.
func (c *conn) Exec(ctx context.Context, batches []drivers.Batch) (drivers.Progress, error) {
	if c.pg.IsClosed() {
		return drivers.Progress{}, errClosed
	}
	if err := ctx.Err(); err != nil {
		return drivers.Progress{}, fmt.Errorf("cancelled: %w", err)
	}
	c.ahead = nil
	if err := c.keep(ctx); err != nil {
		return drivers.Progress{}, err
	}
	x := &execution{c: c, ctx: ctx}
	stop := c.watch(ctx)
	blockers := c.watchBlockers(batches)
	f := x.run(batches)
	if blockers != nil {
		if found := blockers.Stop(c.answers.Load()); f != nil {
			name(f.err, found)
		}
	}
	if f != nil {
		x.abandon()
	}
	asked := stop()
	if f != nil && !c.pg.IsClosed() {
		if err := c.restore(); err != nil {
			c.Close(ctx)
			f.err = fmt.Errorf("%w; %w: reset the session: %w", f.err, drivers.ErrLost, err)
		}
	}
	if asked && !c.pg.IsClosed() {
		if err := c.settle(); err != nil && f == nil {
			f = &failure{drivers.Progress{Batches: len(batches)}, c.ownError(ctx, err, "")}
		}
	}
	if f == nil {
		c.strayLocks = false // what a pipeline gives back is known to be given back only at its end
		return drivers.Progress{Batches: len(batches)}, nil
	}
	return f.at, f.err
}

func (x *execution) run(batches []drivers.Batch) *failure {
	for i := range batches {
		run := x.single
		if batches[i].Atomic {
			run = x.atomic
		}
		if f := run(i, &batches[i]); f != nil {
			return f
		}
	}
	return x.sync(drivers.Progress{Batches: len(batches)})
}

// atomic sends a batch as one transaction, without waiting for answers unless a statement needs one.
func (x *execution) atomic(i int, b *drivers.Batch) *failure {
	start := drivers.Progress{Batches: i}
	x.created = nil
	if f := x.own(start, append([]string{"BEGIN"}, limits("SET LOCAL", b)...)...); f != nil {
		return f
	}
	all, retake, f := x.each(i, b, func(o op, tail bool) *failure {
		if tail && o.at.Statements > 0 {
			list := forgetSequences()
			if x.c.dirty {
				list = x.c.resetInside(b)
			}
			if f := x.own(o.at, list...); f != nil {
				return f
			}
		}
		switch {
		case isCopy(o.stmt):
			return x.copy(o)
		case o.stmt.Check:
			if f := x.send(o); f != nil {
				return f
			}
			return x.drain() // the statements behind must not be on their way if the check fails
		}
		if f := x.prepare(o); f != nil {
			return f
		}
		return x.send(o)
	})
	if f != nil {
		return f
	}
	if f := x.send(op{text: "COMMIT", at: all, isCommit: true, done: b.Committed}); f != nil {
		return f
	}
	end := drivers.Progress{Batches: i + 1}
	if x.c.dirty {
		if f := x.own(end, x.c.resetBetween()...); f != nil {
			return f
		}
		x.c.dirty = false
	}
	for _, query := range retake {
		if f := x.send(op{text: query, at: end, lock: true}); f != nil {
			return f
		}
		if f := x.drain(); f != nil {
			return f
		}
	}
	return nil
}

// single runs the statements of a batch that is not atomic, each by itself, or those that are Joined up to their commit.
func (x *execution) single(i int, b *drivers.Batch) *failure {
	start, end := drivers.Progress{Batches: i}, drivers.Progress{Batches: i + 1}
	if f := x.sync(start); f != nil {
		return f
	}
	if list := limits("SET", b); len(list) > 0 {
		if _, err := x.c.pg.Exec(context.Background(), strings.Join(list, ";")).ReadAll(); err != nil {
			return &failure{start, x.c.ownError(x.ctx, err, "")}
		}
	}
	together := false // in a transaction of the batch's, whose answers nothing waits for
	_, retake, f := x.each(i, b, func(o op, tail bool) *failure {
		if tail && o.at.Statements > 0 && x.c.dirty {
			if err := x.c.restore(limits("SET", b)...); err != nil {
				return &failure{o.at, x.c.ownError(x.ctx, err, "")}
			}
		}
		switch {
		case isCopy(o.stmt):
			return x.copy(o)
		case o.stmt.Joined:
			together = true
			return x.send(o)
		case together:
			together, o.isCommit = false, true
			if f := x.send(o); f != nil {
				return f
			}
			return x.sync(o.at)
		}
		if isConcurrent(o.stmt) {
			return x.concurrent(o, b)
		}
		return x.alone(o)
	})
	if f != nil {
		return f
	}
	if b.Committed != nil {
		b.Committed()
	}
	if err := x.c.restore(); err != nil {
		return &failure{end, x.c.ownError(x.ctx, err, "")}
	}
	for _, query := range retake {
		if f := x.alone(op{text: query, at: end, lock: true}); f != nil {
			return f
		}
	}
	return nil
}

// each hands the statements of a batch to run, one by one, and returns where they end and the queries that take our locks again.
func (x *execution) each(i int, b *drivers.Batch, run func(o op, tail bool) *failure) (end drivers.Progress, retake []string, f *failure) {
	unlocks := false
	feed := b.Feed()
	var w *watch
	if b.Watch != nil {
		w = &watch{x: x, b: b}
	}
	for n := 0; ; n++ {
		at := drivers.Progress{Batches: i, Statements: n}
		s, tail, err := feed.At(n)
		if err != nil {
			if f := x.drain(); f != nil {
				return at, nil, f
			}
			return at, nil, &failure{at, err}
		}
		if s == nil {
			if unlocks {
				retake = x.c.retake()
			}
			return at, retake, nil
		}
		feed.Forget(n + 1)
		if !s.Own {
			x.c.look(s.Text)
		}
		takes, gives := lockWords(s.Text)
		unlocks = unlocks || gives
		x.c.strayLocks = x.c.strayLocks || takes
		o := statement(i, n, s, b)
		if w != nil && !feed.Tail(n) {
			f = w.statement(n, o, func(o op) *failure { return run(o, tail) })
		} else {
			f = run(o, tail)
		}
		if f != nil {
			return at, nil, f
		}
	}
}

// alone runs one statement and waits until the server is ready for the next: only then it is committed.
func (x *execution) alone(o op) *failure {
	if err := x.ctx.Err(); err != nil {
		return &failure{o.at, fmt.Errorf("cancelled before the next statement: %w", err)}
	}
	x.c.loud = o.isUsers()
	defer func() { x.c.loud = false }()
	var args [][]byte
	if o.stmt != nil {
		args = values(o.stmt)
	}
	known, err := o.judge(x.c.pg.ExecParams(context.Background(), o.text, args, nil, nil, nil))
	return x.settled(o, known, err)
}

// concurrent runs one of the statements that work beside others, without the batch's lock timeout where that is not meant for them.
func (x *execution) concurrent(o op, b *drivers.Batch) *failure {
	if f := x.dropLeftover(o); f != nil {
		return f
	}
	if !b.Patient || b.LockTimeout == 0 {
		return x.alone(o)
	}
	if _, err := x.c.pg.Exec(context.Background(), "SET lock_timeout = 0").ReadAll(); err != nil {
		return &failure{o.at, x.c.ownError(x.ctx, err, "")}
	}
	if f := x.alone(o); f != nil {
		return f
	}
	after := drivers.Progress{Batches: o.at.Batches, Statements: o.at.Statements + 1}
	if _, err := x.c.pg.Exec(context.Background(), strings.Join(limits("SET", &drivers.Batch{LockTimeout: b.LockTimeout}), ";")).ReadAll(); err != nil {
		return &failure{after, x.c.ownError(x.ctx, err, "")}
	}
	return nil
}

var concurrentForm = drivers.Form(`(?is)^(?:CREATE|DROP|REINDEX|ALTER)\b.*\bCONCURRENTLY\b`)

// isConcurrent knows a statement that waits for all transactions that are older than its own: it keeps nobody waiting meanwhile, and one that gives up has
// built an index for nothing. That another may be taken for one (the word is in a text) only has it wait.
func isConcurrent(s *drivers.Statement) bool {
	return !s.Own && len(s.Text) < 64<<10 && concurrentForm().MatchString(s.Text)
}

// copy runs a COPY with its data. It cannot stand in a pipeline, so what was sent is settled first; an open transaction stays open.
func (x *execution) copy(o op) *failure {
	if f := x.sync(o.at); f != nil {
		return f
	}
	if err := x.ctx.Err(); err != nil {
		return &failure{o.at, fmt.Errorf("cancelled before the next statement: %w", err)}
	}
	src := &source{ctx: x.ctx, from: o.stmt.Data}
	if !o.stmt.Copy || src.from == nil {
		src.from = strings.NewReader("")
	}
	x.c.loud = o.isUsers()
	_, err := x.c.pg.CopyFrom(context.Background(), src, o.text)
	x.c.loud = false
	if bad := src.end(); bad != nil && isCanceled(err) {
		return &failure{o.at, fmt.Errorf("read the data of COPY: %w", bad)}
	}
	f := x.settled(o, true, err)
	if own := (*drivers.Error)(nil); f != nil && o.stmt.Copy && errors.As(f.err, &own) {
		own.Line = copyLine(own.Context)
	}
	return f
}

// A source is the data of a COPY as the library reads it: on a goroutine of its own, which may outlive the call.
type source struct {
	ctx  context.Context
	mu   sync.Mutex
	from io.Reader // nil at the end
	bad  error     // why it could not be read
}

// Read fills all of p if it can, for each p travels by itself.
func (s *source) Read(p []byte) (n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for got := 1; n < len(p) && got > 0 && err == nil; n += got {
		if s.from == nil {
			return n, io.EOF
		}
		if s.ctx.Err() != nil {
			return n, errors.New("cancelled")
		}
		got, err = s.from.Read(p[n:])
	}
	if err != nil && err != io.EOF {
		// The server is told no more, for it would write it into its log.
		s.bad, err = err, errors.New("the data cannot be read")
	}
	return n, err
}

// end lets go of the data. It returns why it could not be read, nil if it could.
func (s *source) end() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.from = nil
	return s.bad
}

// settled is what comes of an op that was waited for. known is that of statementError.
func (x *execution) settled(o op, known bool, err error) *failure {
	var own *drivers.Error
	switch {
	case errors.As(err, &own):
		return &failure{o.at, err}
	case err != nil:
		return &failure{o.at, x.c.statementError(x.ctx, err, o.text, known)}
	case o.done != nil:
		o.done()
	}
	x.c.answers.Add(1)
	return nil
}

var copyForm = drivers.Form(`(?is)^(?:\s|--[^\r\n]*|/\*.*?\*/)*COPY\b`)

// isCopy knows any COPY, with data or without, from a file or to the client: the library's pipeline breaks at the answer to one, and its
// other ways wait for ever for the end of data that nobody sends.
func isCopy(s *drivers.Statement) bool {
	// A look at the first byte, for the pattern is slow where there are millions of statements.
	return s.Copy || s.Text != "" && strings.IndexByte("Cc-/ \t\n\f\r", s.Text[0]) >= 0 && copyForm().MatchString(s.Text)
}
