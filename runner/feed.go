package runner

import (
	"errors"
	"io"
	"strings"
	"time"

	"revise/drivers"
	"revise/parser"
)

// What the index of a statement that was sent stands for, where it is no statement of the section.
const (
	ownStatement = -1
	firstVerify  = -2 // and below: the next ones
)

// Bounds of what a driver is given at a time, in statements and in bytes of their text.
const (
	pieceStatements = 256
	pieceBytes      = 256 << 10
)

// A feed gives a driver the statements of a step, some at a time, and knows of each what it is until it is done: the section's own and, where
// no transaction holds them together, the journal's between them; the queries of the verify section behind them.
type feed struct {
	ledger *ledger
	lease  *lease // nil: there is none
	step   *Step
	stage  stage
	walk   *reading
	rest   io.Reader // of the statement given last: its data
	ahead  *ahead    // the next statement of the section, read and not given
	own    ownTransactions
	goal   int                 // how many statements are done when the journal is written the next time
	owed   bool                // it has to be written behind what was given last
	given  sent                // last, of the section
	joined bool                // what was given last is in a transaction of ours, which ends with that entry
	group  group               // what that transaction holds besides
	groups bool                // it may hold several statements
	queue  []sent              // given and not done
	done   int                 // statements of the batch that are done: the number of queue[0]
	last   int                 // statements of the section known to be done
	tail   []drivers.Statement // behind all these, of a step in one transaction; its texts are known when the section has been read to its end
	finish [2]string           // the texts that say that a step without one is through, known then as well
	plain  bool                // no statement so far may have changed the session in a way that the journal would see
	brief  bool                // the step is a transaction of its own: its row is written once, at the end
	begun  string              // when that began
	err    *FileError          // it could not go on
	again  []sent              // to be replayed

	hook, hookNext int       // the hook that is given, of those of its moment, and its next statement
	hookHolds      bool      // it has taken table locks
	hookTold       *Hook     // whose beginning was told
	hookSince      time.Time // and when
}

// An ahead is a statement that was read to know what kind it is.
type ahead struct {
	st     parser.Statement
	none   bool   // there is none: the section has ended
	joined bool   // it will share a transaction with its entry
	before string // the sum over the statements before it
}

// A group is what one transaction of ours holds, of statements that may share one with their entry in the journal: either all of them and the entry are
// kept, or none.
type group struct{ statements, bytes int }

// Bounds of a group.
const (
	groupLeast      = 1000 // statements of a section: in a shorter one each is journalled
	groupStatements = 500
	groupBytes      = 512 << 10
)

func (g *group) add(st parser.Statement) {
	g.statements++
	g.bytes += len(st.Text)
}

// A stage is what a feed gives next.
type stage int

const (
	opening   stage = iota // the hooks before the revision, where no transaction holds it
	beginning              // the journal's first entry
	leading                // the hooks before the revision, in its transaction
	replaying              // what the statements that are done already have set for the session
	running
	verifying
	closing   // the hooks behind the revision
	finishing // the journal's last entry, where no transaction holds the step
	ended
)

// A sent is a statement on its way.
type sent struct {
	index     int
	statement parser.Statement
	fence     bool    // it fails if the lease is lost
	joined    bool    // it is kept by a commit that follows
	commits   *sent   // of that commit: the statement
	hook      *hookAt // nil: it is of no hook
}

// A Watched is a statement of a section, and what it did.
type Watched struct {
	Step   *Step
	Index  int             // of the statement in its section, from 0
	Pos    parser.Position // in the file
	Effect drivers.Effect
}

// watching is a batch's Watch: what the runner's own statements do, and those of hooks, is nobody's business.
func (r *Runner) watching(f *feed) func(n int, e drivers.Effect) {
	if r.opt.Watch == nil {
		return nil
	}
	return func(n int, e drivers.Effect) {
		if s, ok := f.at(n); ok && s.index >= 0 {
			r.opt.Watch(Watched{Step: f.step, Index: s.index, Pos: s.statement.Pos, Effect: e})
		}
	}
}

// at is statement n of the batch, if it was given and is not done.
func (f *feed) at(n int) (s sent, ok bool) {
	if n -= f.done; n < 0 || n >= len(f.queue) {
		return s, false
	}
	return f.queue[n], true
}

// batch is a step as the driver gets it.
func (r *Runner) batch(s *Step) (drivers.Batch, *feed) {
	f := &feed{ledger: r.ledger, lease: r.lease, step: s, last: s.Resume, groups: r.groups && s.Total > groupLeast, plain: true}
	b := drivers.Batch{Atomic: s.Atomic, More: f.more, StatementTimeout: r.opt.StatementTimeout}
	b.LockTimeout, b.Patient = r.lockTimeout(s)
	b.KeysOff = s.Section.Settings.ForeignKeys == parser.Off
	if d := s.Section.Settings.StatementTimeout; d != nil {
		b.StatementTimeout = *d
	}
	f.brief = s.Atomic && !s.half && !r.opt.SingleTransaction && !r.ledger.later
	switch {
	case !s.Atomic: // its last entry is given like the others
	case f.brief && r.ledger.syntax.Returning:
		f.tail = make([]drivers.Statement, 1)
	default:
		f.tail = make([]drivers.Statement, 2)
	}
	b.Tail = f.tail
	return b, f
}

// lockTimeout is how long a statement of a step may wait for locks at a time; usual says that nobody has asked for it.
func (r *Runner) lockTimeout(s *Step) (limit time.Duration, usual bool) {
	switch {
	case s.Section.Settings.LockTimeout != nil:
		return *s.Section.Settings.LockTimeout, false
	case r.opt.LockTimeout != nil:
		return *r.opt.LockTimeout, false
	}
	return r.ledger.syntax.LockTimeout, true
}

// A piece is what a driver is given at a time.
type piece struct {
	feed  *feed
	list  []drivers.Statement
	bytes int
}

func (p *piece) add(st drivers.Statement, s sent) {
	p.list = append(p.list, st)
	p.bytes += len(st.Text) + len(s.statement.Data)
	p.feed.queue = append(p.feed.queue, s)
}

func (p *piece) own(sql string) {
	p.add(drivers.Statement{Text: sql, Own: true}, sent{index: ownStatement})
}

func (p *piece) full() bool {
	return len(p.list) >= pieceStatements || p.bytes >= pieceBytes || p.feed.rest != nil
}

// more is drivers.Batch.More. What could be read before an error is given before it: the journal has to be written behind what was given.
func (f *feed) more() ([]drivers.Statement, error) {
	var p piece
	if f.err == nil {
		p.feed = f
		if err := f.fill(&p); err != nil {
			f.fail(err)
		}
	}
	if f.err != nil && len(p.list) == 0 {
		return nil, f.err
	}
	return p.list, nil
}

// close ends what the feed has begun, wherever it is. It gives nothing afterwards.
func (f *feed) close() {
	if f.walk != nil {
		f.walk.end()
		f.walk, f.stage = nil, ended
	}
}

func closeAll(feeds []*feed) {
	for _, f := range feeds {
		if f != nil { // one is not made before those before it
			f.close()
		}
	}
}

func (f *feed) fail(err error) {
	if !errors.As(err, &f.err) {
		f.err = &FileError{File: f.step.Revision.File, Err: err}
	}
}

func (f *feed) fill(p *piece) error {
	if f.rest != nil {
		if _, err := io.Copy(io.Discard, f.rest); err != nil { // the sums are over all of it, whatever the driver has read
			return err
		}
		f.rest = nil
	}
	for !p.full() && f.stage != ended {
		switch f.stage {
		case opening:
			if f.step.Atomic {
				f.stage = beginning
				continue
			}
			f.hooks(p, BeforeRevision, beginning)
		case leading:
			if !f.step.Atomic {
				f.stage = replaying
				continue
			}
			f.hooks(p, BeforeRevision, replaying)
		case replaying:
			for _, a := range f.again {
				p.add(drivers.Statement{Text: a.statement.Text}, a)
			}
			f.again, f.stage = nil, running
		case closing:
			f.hooks(p, AfterRevision, finishing)
		case finishing:
			if !f.step.Atomic {
				f.finishes(p, true)
			}
			f.stage = ended
		case beginning:
			if err := f.begin(p); err != nil {
				return err
			}
		case running:
			if err := f.section(p); err != nil {
				return err
			}
		case verifying:
			if err := f.query(p); err != nil {
				return err
			}
		}
	}
	return nil
}

// begin opens the section, and gives the journal's first entry.
func (f *feed) begin(p *piece) error {
	s := f.step
	w := s.statements.run()
	w.split.KeepSum()
	f.stage = leading
	for w.next < s.Resume {
		i := w.next
		st, ok, err := w.Next()
		switch {
		case err != nil:
			return err
		case !ok:
			return errChanged
		}
		if st.Clean {
			f.own, f.again = ownTransactions{}, nil
		}
		f.own.replay(st)
		if ofSession(st.Text) { // what is done stays done, but the session that it was set in is gone
			f.again = append(f.again, sent{index: i, statement: st})
		}
	}
	f.walk = w.reading(!s.Atomic)
	sums := ""
	if !s.Atomic {
		list, err := s.statements.statementSums()
		if err != nil {
			return err
		}
		sums = list.String()
	}
	if err := f.look(); err != nil {
		return err
	}
	if f.brief {
		f.begun = f.ledger.begun()
		f.fence(p)
		return nil
	}
	sql, err := f.ledger.begin(s, f.mark(), sums)
	if err != nil {
		return err
	}
	f.fence(p)
	p.own(sql)
	return nil
}

// look reads the next statement, which stays ahead.
func (f *feed) look() error {
	s, w := f.step, f.walk
	a := &ahead{}
	i := w.next
	var ok bool
	var err error
	if a.st, ok, err = w.Next(); err != nil {
		return err
	}
	a.before = w.before
	if a.st.Clean {
		f.own = ownTransactions{}
	}
	switch a.none = !ok; {
	case a.none:
	case i >= s.Total:
		return errChanged
	case !s.Atomic:
		a.joined = !f.own.isOpen() && !s.statements.underLocks(i) && joins(f.ledger.syntax.Joins, a.st)
	}
	f.ahead = a
	return nil
}

// mark is what the journal says before the statement that is ahead runs. Inside a transaction of the whole section nothing is ever in doubt.
func (f *feed) mark() mark {
	s := f.step
	done := f.walk.next
	if !f.ahead.none {
		done--
	}
	m := mark{done: done, begun: done, sum: f.ahead.before}
	if !s.Atomic && !f.ahead.none {
		m.begun, m.joined = s.statements.journalled(done), f.ahead.joined
	}
	f.goal = m.begun
	return m
}

// section gives the next statement of the section.
func (f *feed) section(p *piece) error {
	s, w := f.step, f.walk
	if f.ahead == nil {
		if err := f.look(); err != nil {
			return err
		}
	}
	if f.owed && f.goesOn() {
		f.owed = false
	}
	if f.owed && f.closes() {
		if err := f.end(); err != nil {
			return err
		}
		f.finishes(p, !f.joined)
		f.owed, f.stage = false, ended
		return nil
	}
	if f.owed {
		p.own(f.ledger.progress(s, f.mark()))
		if s.statements.underLocks(f.given.index) { // it can be written where the locks are gone only
			p.list[len(p.list)-1].Clean = f.ahead.st.Clean
		}
		if f.joined {
			f.commit(p)
		}
		f.owed, f.joined, f.group = false, false, group{}
		return nil
	}
	a := f.ahead
	f.ahead = nil
	if a.none {
		return f.end()
	}
	i, st := w.next-1, a.st
	first := len(p.list)
	if !s.Atomic {
		if !f.own.isOpen() && !s.statements.underLocks(i) && f.group.statements == 0 {
			f.fence(p) // before the transaction, for in it the row would be locked as long as the statement runs, and nobody could renew the lease
		}
		f.own.add(st)
	}
	if a.joined && f.group.statements == 0 {
		p.add(drivers.Statement{Text: f.ledger.syntax.Begin, Own: true, Joined: true}, sent{index: ownStatement})
	}
	d := drivers.Statement{Text: st.Text, Copy: st.Copy, Joined: a.joined}
	if st.Copy {
		d.Data = strings.NewReader(st.Data)
		if st.Rest != nil {
			f.rest = &watched{f, st.Rest}
			d.Data = io.MultiReader(d.Data, f.rest)
			st.Rest = nil
		}
	}
	f.given = sent{index: i, statement: st, joined: a.joined}
	p.add(d, f.given)
	p.list[first].Clean = st.Clean
	f.joined = a.joined
	f.owed = !s.Atomic && w.next >= f.goal
	if f.joined {
		f.group.add(st)
	}
	f.groups = f.groups && !mayMakeTables(st.Text)
	f.plain = f.plain && leavesSession(st.Text)
	return nil
}

// end is what follows from a section that was read to its end.
func (f *feed) end() error {
	w := f.walk.walk
	f.walk.end()
	f.stage, f.walk = verifying, nil
	if err := w.unchanged(); err != nil {
		return err
	}
	sum, bytes := w.sums()
	if f.brief {
		list, err := f.ledger.once(f.step, sum, bytes, f.begun)
		copy(f.tail, list)
		return err
	}
	f.finish = f.ledger.finish(f.step, sum, bytes)
	if f.step.Atomic {
		for i, text := range f.finish {
			f.tail[i] = drivers.Statement{Text: text, Own: true}
		}
	}
	return nil
}

// closes reports whether nothing stands between the statement given last and the journal's last entry, no query, no hook and no check of foreign keys: then
// that entry tells of the statement as well.
func (f *feed) closes() bool {
	s := f.step
	return f.ahead.none && f.plain && s.verify == nil && len(s.sqlHooks(AfterRevision)) == 0 && s.Section.Settings.ForeignKeys != parser.Off &&
		!s.statements.underLocks(f.given.index)
}

// finishes gives the journal's last entry: in a transaction of its own, on a clean session, or in the one that is open.
func (f *feed) finishes(p *piece, own bool) {
	joined := func(text string, clean bool) { // neither text is true without the other
		p.own(text)
		last := &p.list[len(p.list)-1]
		last.Joined, last.Clean = true, clean
	}
	if own {
		joined(f.ledger.syntax.Begin, true)
	}
	for _, text := range f.finish {
		joined(text, false)
	}
	if own {
		p.own(f.ledger.syntax.Commit)
	} else {
		f.commit(p)
	}
}

// goesOn reports whether the statement that is ahead shares the transaction that is open.
func (f *feed) goesOn() bool {
	a := f.ahead
	return f.groups && f.joined && a.joined && !a.st.Clean && f.group.statements < groupStatements && f.group.bytes < groupBytes &&
		isRows(f.given.statement.Text) && isRows(a.st.Text)
}

// isRows reports whether a statement only adds the rows that it names, for certain. What goes through a table is not put together: who wrote it may have cut it into
// pieces so that no transaction is long.
func isRows(text string) bool {
	word := firstWord(text)
	if word != "INSERT" && word != "REPLACE" {
		return false
	}
	head := strings.ToLower(text[:min(len(text), rowsHead)])
	return strings.Contains(head, "values") && !strings.Contains(head, "select") && !strings.Contains(head, "table")
}

// rowsHead is where the word that says so stands in a statement, in bytes.
const rowsHead = 1 << 10

// mayMakeTables reports whether a statement may make a table that no transaction holds, in a database that had none. In a group its rows would stay when the
// group is rolled back.
func mayMakeTables(text string) bool {
	switch firstWord(text) {
	case "INSERT", "REPLACE", "UPDATE", "DELETE", "SELECT":
		return false // they are many, and long
	case "CALL", "EXECUTE", "BEGIN", "DO":
		return true
	}
	return strings.Contains(strings.ToLower(text), "engine")
}

// fence keeps a run that has lost its lease from writing.
func (f *feed) fence(p *piece) {
	if f.lease != nil {
		p.add(f.lease.fence(f.ledger, f.step.Atomic), sent{index: ownStatement, fence: true})
	}
}

// commit ends the transaction of the statement given last and its entry. What fails here failed that statement: a deferred constraint, as a rule.
func (f *feed) commit(p *piece) {
	last := len(p.list) - 1
	p.list[last].Joined = true
	given := f.given
	p.add(drivers.Statement{Text: f.ledger.syntax.Commit, Own: true}, sent{index: ownStatement, commits: &given})
}

// query gives the next query of the verify section.
func (f *feed) query(p *piece) error {
	if f.walk == nil {
		if f.step.verify == nil {
			f.stage = closing
			return nil
		}
		f.walk = f.step.verify.run().reading(false)
	}
	i := f.walk.next
	st, ok, err := f.walk.Next()
	switch {
	case err != nil:
		return err
	case !ok:
		f.stage = closing
		return nil
	}
	p.add(drivers.Statement{Text: st.Text, Check: true, Clean: st.Clean}, sent{index: firstVerify - i, statement: st})
	return nil
}

// watched reads data of a file, and tells the feed of an error, of which a driver may make one of its own.
type watched struct {
	feed *feed
	r    io.Reader
}

func (w *watched) Read(b []byte) (int, error) {
	n, err := w.r.Read(b)
	if err != nil && !errors.Is(err, io.EOF) && w.feed.err == nil {
		w.feed.fail(err)
		err = w.feed.err
	}
	return n, err
}

// through says that the first n statements of the batch are done, and returns the last of them.
func (f *feed) through(n int) (s sent) {
	s.index = ownStatement
	for f.done < n && len(f.queue) > 0 {
		s = f.queue[0]
		f.queue[0] = sent{} // it may hold much text
		f.queue = f.queue[1:]
		f.done++
		switch {
		case s.index >= 0 && !s.joined:
			f.last = max(f.last, s.index+1)
		case s.commits != nil:
			f.last = max(f.last, s.commits.index+1)
		}
	}
	return s
}

// current is the statement that runs now, or will next, of what was given.
func (f *feed) current() (s sent, ok bool) {
	for _, s := range f.queue {
		if s.index != ownStatement || s.hook != nil {
			return s, true
		}
	}
	return s, false
}
