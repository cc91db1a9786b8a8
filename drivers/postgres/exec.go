package postgres

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

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
	x := &execution{c: c, ctx: ctx}
	stop := c.watch(ctx)
	f := x.run(batches)
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
	if f := x.own(start, append([]string{"BEGIN"}, limits("SET LOCAL", b)...)...); f != nil {
		return f
	}
	tail := b.OwnTail()
	for n := range b.Statements {
		o := statement(i, n, b)
		if n == tail && n > 0 {
			if f := x.own(o.at, x.c.resetInside(b)...); f != nil {
				return f
			}
		}
		var f *failure
		switch {
		case isCopy(o.stmt):
			f = x.copy(o)
		case o.stmt.Check:
			if f = x.send(o); f == nil {
				f = x.drain() // the statements behind must not be on their way if the check fails
			}
		default:
			f = x.send(o)
		}
		if f != nil {
			return f
		}
	}
	all := drivers.Progress{Batches: i, Statements: len(b.Statements)}
	if f := x.send(op{text: "COMMIT", at: all, isCommit: true, done: b.Committed}); f != nil {
		return f
	}
	end := drivers.Progress{Batches: i + 1}
	if f := x.own(end, x.c.resetBetween()...); f != nil {
		return f
	}
	for _, query := range x.c.retake(b) {
		if f := x.send(op{text: query, at: end, lock: true}); f != nil {
			return f
		}
		if f := x.drain(); f != nil {
			return f
		}
	}
	return nil
}

// single runs the statements of a batch that is not atomic, each by itself.
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
	tail := b.OwnTail()
	for n := range b.Statements {
		o := statement(i, n, b)
		if n == tail && n > 0 {
			if err := x.c.restore(limits("SET", b)...); err != nil {
				return &failure{o.at, x.c.ownError(x.ctx, err, "")}
			}
		}
		run := x.alone
		if isCopy(o.stmt) {
			run = x.copy
		}
		if f := run(o); f != nil {
			return f
		}
	}
	if b.Committed != nil {
		b.Committed()
	}
	if err := x.c.restore(); err != nil {
		return &failure{end, x.c.ownError(x.ctx, err, "")}
	}
	for _, query := range x.c.retake(b) {
		if f := x.alone(op{text: query, at: end, lock: true}); f != nil {
			return f
		}
	}
	return nil
}

// alone runs one statement and waits until the server is ready for the next: only then it is committed.
func (x *execution) alone(o op) *failure {
	if err := x.ctx.Err(); err != nil {
		return &failure{o.at, fmt.Errorf("cancelled before the next statement: %w", err)}
	}
	x.c.loud = o.isUsers()
	defer func() { x.c.loud = false }()
	known, err := o.judge(x.c.pg.ExecParams(context.Background(), o.text, nil, nil, nil, nil))
	return x.settled(o, known, err)
}

// copy runs a COPY with its data. It cannot stand in a pipeline, so what was sent is settled first; an open transaction stays open.
func (x *execution) copy(o op) *failure {
	if f := x.sync(o.at); f != nil {
		return f
	}
	if err := x.ctx.Err(); err != nil {
		return &failure{o.at, fmt.Errorf("cancelled before the next statement: %w", err)}
	}
	data := ""
	if o.stmt.Copy {
		data = o.stmt.Data
	}
	x.c.loud = o.isUsers()
	_, err := x.c.pg.CopyFrom(context.Background(), strings.NewReader(data), o.text)
	x.c.loud = false
	return x.settled(o, true, err)
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
	return nil
}

var copyForm = regexp.MustCompile(`(?is)^(?:\s|--[^\r\n]*|/\*.*?\*/)*COPY\b`)

// isCopy knows any COPY, with data or without, from a file or to the client: the library's pipeline breaks at the answer to one, and its
// other ways wait for ever for the end of data that nobody sends.
func isCopy(s *drivers.Statement) bool { return s.Copy || copyForm.MatchString(s.Text) }
