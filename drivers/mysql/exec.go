package mysql

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-sql-driver/mysql"

	"revise/drivers"
)

// Exec runs batches in packets of many statements. It takes an extra round trip behind a Check, behind a statement whose end in a packet is not
// certain (an unclosed conditional comment, a body in a language other than SQL), and behind a routine whose body is no block
// (MySQL). No batch can be Atomic: DDL commits.
//
// A statement the driver refuses (LOAD DATA LOCAL, one larger than max_allowed_packet) fails when its turn comes, without being sent.
//
// ROW_COUNT() and FOUND_ROWS() do not reach from one statement to the next, because markers run between them.
//
// A statement timeout is the driver's: it kills the statement that has run for too long. It counts from the end of the one before.
func (c *conn) Exec(ctx context.Context, batches []drivers.Batch) (drivers.Progress, error) {
	for _, b := range batches {
		if b.Atomic {
			return drivers.Progress{}, fmt.Errorf("%s has no transactional DDL: a batch cannot be atomic", c.facts.Product)
		}
	}
	c.ahead = nil
	r := &run{c: c, ctx: ctx, batches: batches}
	if c.gone != nil {
		return r.progress, c.gone
	}
	blockers := c.watchBlockers(batches)
	progress, err := r.all()
	if blockers != nil {
		found := blockers.Stop(c.answers.Load())
		var server *drivers.Error
		if errors.As(err, &server) && (server.Blocked || r.timedOut) {
			server.Blockers = found
		}
	}
	return progress, err
}

// all runs the batches.
func (r *run) all() (drivers.Progress, error) {
	r.pass()
	for r.progress.Batches < len(r.batches) {
		through, err := r.prepare()
		if err != nil {
			return r.progress, err
		}
		if through {
			r.tell()
			continue
		}
		p, err := r.fill()
		if err != nil {
			return r.progress, r.leave(err)
		}
		err = r.send(p)
		r.tell()
		if err != nil {
			return r.progress, err
		}
	}
	return r.progress, nil
}

// A run is one call of Exec.
type run struct {
	c        *conn
	ctx      context.Context
	batches  []drivers.Batch
	feeds    []*drivers.Feed // of the batches from progress.Batches on, as far as they were looked at
	progress drivers.Progress
	timedOut bool // a statement ran into its time limit
	watch    *watch
}

// leave cleans the session up where an error that is no statement's ends the run.
func (r *run) leave(err error) error {
	if !r.c.clean {
		if _, lost := r.c.tidy(); lost != nil {
			return errors.Join(err, lost)
		}
	}
	return err
}

// done counts the next statement as completed.
func (r *run) done() {
	b, i := &r.batches[r.progress.Batches], r.progress.Statements
	r.progress.Statements++
	feed := r.feed(r.progress.Batches)
	feed.Forget(r.progress.Statements)
	through := func() {
		if b.Done != nil {
			b.Done(i)
		}
		r.pass()
	}
	if b.Watch == nil || feed.Tail(i) {
		through()
		return
	}
	w := r.watch
	w.told = func() { // when its effect is known, for which the session has to be free
		b.Watch(i, w.effect)
		through()
	}
}

// pass goes on to the next batch behind one whose statements are all done.
func (r *run) pass() {
	for r.progress.Batches < len(r.batches) {
		if s, _, err := r.feed(r.progress.Batches).At(r.progress.Statements); s != nil || err != nil {
			return // the error is fill's
		}
		b := &r.batches[r.progress.Batches]
		r.progress = drivers.Progress{Batches: r.progress.Batches + 1}
		r.feeds = r.feeds[1:]
		if b.Committed != nil {
			b.Committed()
		}
	}
}

// A reading is how far the answers to a packet have been read.
type reading struct {
	r    *run
	p    *packet
	g    *guard
	next int // the first step that is not known to be done
	// from and count are the last probe and what it said; from is -1 before the first.
	from, count int
	warnings    [][]string
	truth       string // why the statement's Check fails, noRow until a row comes
	failed      error  // a Check's failure
	cut         *step  // a statement that a kill cut short and that made out as if it had come through
}

const (
	noRow   = "does not hold: the query returned no row"
	notTrue = "does not hold: the first column of the first row is false, 0, empty or NULL"
)

var errSwallowed = errors.New("a marker is missing: a statement took the ones behind it for its own text")

// send runs a packet. If it returns nil, the run goes on from where it has got to, as a rule behind the packet.
func (r *run) send(p *packet) error {
	c := r.c
	c.clean, c.trace = false, p.all
	c.quiet = c.quiet && p.quiet // whether or not it gets that far
	d := &reading{r: r, p: p, g: c.guard(r.ctx), from: -1, truth: noRow}
	d.arm()
	err := c.link.walk(context.Background(), p.text.String(), d.take)
	outcome := d.g.release()
	if err == nil && outcome < abandoned && d.atTail() {
		err = d.finishTail()
	}
	switch server := serverError(err); {
	case err == nil && d.next == len(p.steps):
		if d.failed != nil {
			return r.leave(d.failed)
		}
		c.clean, c.limits, c.trace = p.clean, p.limits, p.trace
		return nil
	case err != nil && (server == nil || fatal(server)), outcome >= abandoned:
		err = r.lost(err)
		if outcome != helpless && errors.Is(err, drivers.ErrUnknown) {
			c.finishOff()
		}
		return err
	case d.cut != nil:
		c.clean = false
		return r.leave(r.interrupted(d.cut, &drivers.Error{Code: strconv.Itoa(errInterrupted), Message: "the statement was interrupted", Offset: -1}))
	case server != nil && server.Number == errManyRows && d.next > 0 && p.steps[d.next-1].kind == markerStep:
		if r.ctx.Err() == nil {
			return nil // the statement was through when its time was up, and the stop came too late for it: go on behind it
		}
		return r.leave(fmt.Errorf("stopped between two statements: %w", r.ctx.Err()))
	default:
		return d.settle(server, outcome)
	}
}

// lost ends the session. What is running, or just ran, nobody knows.
func (r *run) lost(err error) error {
	unsent := errors.Is(err, driver.ErrBadConn) // the library's word for: not a byte has left
	err = r.c.lose(err)
	if !unsent {
		err = fmt.Errorf("%w: %w", drivers.ErrUnknown, err)
	}
	if r.ctx.Err() != nil {
		err = fmt.Errorf("%w: %w", r.ctx.Err(), err)
	}
	return err
}

// interrupted tells why a statement of ours was stopped.
func (r *run) interrupted(hit *step, err *drivers.Error) error {
	if r.ctx.Err() != nil {
		return fmt.Errorf("%w: %w", r.ctx.Err(), err)
	}
	r.timedOut = true
	err.Message = fmt.Sprintf("the statement timeout of %s was exceeded", hit.limit)
	return err
}

// take reads one result set.
func (d *reading) take(s *set) error {
	c, steps := d.r.c, d.p.steps
	if d.next < len(steps) && steps[d.next].kind == probeStep {
		if d.count = questions(s); d.count > 0 {
			d.from = d.next
		} else {
			d.from = -1 // a kill came just then: MySQL gives an empty answer and says no more
		}
		d.next++
		return nil
	}
	if index, ok := c.markerIndex(s.columns); ok {
		for i := d.next; i < len(steps); i++ {
			if steps[i].kind != markerStep {
				continue
			}
			if i != index {
				return errSwallowed
			}
			user := d.user()
			c.answers.Add(1)
			d.through(i, steps[i].stmt)
			d.next = i + 1
			if d.g.killed.Load() && user != nil && swallows(user.text) {
				d.cut = user
				return nil
			}
			d.complete(steps[i].stmt)
			d.arm()
			return nil
		}
		return errSwallowed
	}
	if len(s.columns) == 3 && narrow(strings.Join(s.columns, " ")) == "Level Code Message" {
		d.warnings = nil // those before were the answer to a SHOW WARNINGS of the statement's own
		for {
			row, err := s.next()
			if err != nil {
				return err
			}
			if row == nil {
				d.warned()
				return nil
			}
			d.warnings = append(d.warnings, row)
		}
	}
	if u := d.user(); u != nil && u.stmt.Check && d.truth == noRow {
		if row, err := s.next(); err != nil {
			return err
		} else if row != nil {
			d.truth = ""
			if !holds(narrow(row[0])) {
				d.truth = notTrue
			}
		}
	}
	return nil
}

// holds reads a value in text form.
func holds(v string) bool {
	if f, err := strconv.ParseFloat(v, 64); err == nil {
		return f != 0
	}
	return v != "" && !strings.EqualFold(v, "false")
}

// user is the step of the statement that runs, nil if there is none before the next marker. Of several it is the one that is not the runner's own.
func (d *reading) user() (u *step) {
	for i := d.next; i < len(d.p.steps) && d.p.steps[i].kind != markerStep; i++ {
		if s := &d.p.steps[i]; s.kind == userStep && (u == nil || u.stmt.Own) {
			u = s
		}
	}
	return u
}

// warned passes on that a statement is through, behind the answer to its SHOW WARNINGS, if no marker will.
func (d *reading) warned() {
	for i := d.next; i < len(d.p.steps) && d.p.steps[i].kind != markerStep; i++ {
		s := d.p.steps[i]
		if s.kind != warningStep {
			continue
		}
		if i+1 == len(d.p.steps) || d.p.steps[i+1].stmt != s.stmt {
			d.through(i, s.stmt)
			d.next = i + 1
			d.r.c.answers.Add(1)
			d.complete(s.stmt)
			d.arm()
		}
		return
	}
}

// through counts the statements as completed that have no marker of their own, up to a step of another statement.
func (d *reading) through(to int, of *drivers.Statement) {
	var last *drivers.Statement
	for _, s := range d.p.steps[d.next:to] {
		if s.stmt != nil && s.stmt != last && s.stmt != of {
			last = s.stmt
			d.r.done()
		}
	}
}

// arm starts the clock of the next statement.
func (d *reading) arm() {
	if s := d.user(); s != nil {
		d.g.arm(s.limit)
	} else {
		d.g.arm(0)
	}
}

// swallowForm matches statements that have no effect but to wait in a function that returns early, without an error, when it is killed.
var swallowForm = drivers.Form(`(?is)^\s*(?:SELECT|DO|SET)\b.*\b(?:SLEEP|GET_LOCK|[A-Z]+_POS_WAIT|[A-Z]+_GTID_WAIT|WAIT_FOR_EXECUTED_GTID_SET)\s*\(`)

func swallows(statement string) bool { return swallowForm().MatchString(statement) }

// complete passes on what came of a statement that is through.
func (d *reading) complete(s *drivers.Statement) {
	warnings := d.warnings
	d.warnings = nil
	if notice := d.r.c.opt.Notice; notice != nil && !s.Own {
		for _, w := range warnings {
			notice(drivers.Notice{Severity: narrow(w[0]), Code: narrow(w[1]), Message: narrow(w[2])})
		}
	}
	if s.Check && d.truth != "" {
		d.failed = &drivers.Error{Message: d.truth, Offset: -1, Err: drivers.ErrCheck}
		return
	}
	d.r.done()
}

// atTail reports whether the one statement that is left is the packet's last, which no marker follows.
func (d *reading) atTail() bool {
	for _, s := range d.p.steps[d.next:] {
		if s.kind == markerStep || s.kind == probeStep {
			return false
		}
	}
	return d.p.steps[len(d.p.steps)-1].kind == userStep
}

// finishTail sees to a last statement without a marker, behind which the packet ended without an error: asks for its warnings and, by the
// count of statements, whether it ran at all.
func (d *reading) finishTail() error {
	c, last := d.r.c, len(d.p.steps)-1
	g := c.guard(context.Background())
	defer g.release()
	asked := 0
	err := c.link.walk(context.Background(), "SHOW WARNINGS"+separator+countQuestions, func(s *set) error {
		if len(s.columns) == 2 {
			asked = questions(s)
			return nil
		}
		for {
			row, err := s.next()
			if row == nil || err != nil {
				return err
			}
			d.warnings = append(d.warnings, row)
		}
	})
	if err != nil {
		return err
	}
	if d.from >= 0 && asked-d.count-2 < last-d.from {
		return nil // a kill ended the packet before: d.next stays where it is
	}
	d.through(last, d.p.steps[last].stmt)
	d.next = len(d.p.steps)
	d.complete(d.p.steps[last].stmt)
	return nil
}

// settle finds out which step a packet ended at, and what is true now. server is nil where the packet ended early and nothing was said.
func (d *reading) settle(server *mysql.MySQLError, outcome outcome) error {
	r, c, steps := d.r, d.r.c, d.p.steps
	asked, lost := c.tidy()
	at, sure := d.position(asked, server == nil)
	hit := steps[at]
	if at > d.next && sure {
		d.through(at, hit.stmt)
	}
	if at >= d.next && (hit.kind == warningStep || hit.kind == markerStep || hit.kind == userStep && server == nil && sure) {
		// The statement was through, and what was hit is a query of ours.
		d.next = at + 1
		if !hit.stmt.Check {
			d.warnings = nil
			r.done()
		}
	}
	var err error
	switch {
	case server == nil:
		err = &drivers.Error{Code: strconv.Itoa(errInterrupted), Message: "interrupted between two statements", Offset: -1}
	case hit.kind == userStep:
		lifted := lift(server, hit.text, d.p.text.String()[hit.offset:])
		err = lifted
		if outcome == stopped && (r.ctx.Err() != nil || interrupted(server)) {
			err = r.interrupted(&hit, lifted)
		}
	case hit.kind == resetStep:
		err = fmt.Errorf("set the session up for the batch: %w", c.home.explain(server))
	default:
		err = lift(server, "", "")
	}
	if lost != nil {
		if err = fmt.Errorf("%w: %w", lost, err); hit.kind == resetStep {
			err = lost // it failed again, and says why
		}
	}
	if (server == nil || interrupted(server)) && !sure {
		err = fmt.Errorf("%w: %w", drivers.ErrUnknown, err)
	}
	if outcome == stopped && r.ctx.Err() != nil && !errors.Is(err, r.ctx.Err()) {
		err = fmt.Errorf("%w: %w", r.ctx.Err(), err)
	}
	return err
}

// position is the step that the server ran last: by its count of statements from the last probe on, which is exact also where a kill hit a
// query of ours; and without such a count the statement behind the last marker, which is not always sure. silent says that the server gave no error.
func (d *reading) position(asked int, silent bool) (at int, sure bool) {
	steps := d.p.steps
	if d.from < 0 && silent && d.next > 0 && steps[d.next-1].kind == probeStep {
		return d.next - 1, true // the probe was the last
	}
	if d.from >= 0 && asked > 0 {
		at = d.from + asked - d.count
		for i := d.from; i < min(at, len(steps)); i++ {
			if steps[i].fuzzy {
				return i, true
			}
		}
		if at >= d.next-1 && at >= 0 && at < len(steps) {
			return at, true
		}
	}
	for at = min(d.next, len(steps)-1); at < len(steps)-1 && steps[at].kind != userStep; at++ {
	}
	return at, !silent && at == len(steps)-1
}
