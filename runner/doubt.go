package runner

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"revise/drivers"
	"revise/parser"
)

// A Settled is a statement that was in doubt, and of which the database has told whether it took effect.
type Settled struct {
	Step      *Step            // that it belongs to; nil if no file defines its revision any more
	Statement parser.Statement // as the file has it; without text if there is no such one any more
	Number    int              // of the statement, from 1
	Done      bool
	How       string // who told: "the catalog says so"
	row       Row    // as the ledger has to read now
}

func (d *Settled) String() string {
	word := "did not take effect"
	if d.Done {
		word = "took effect"
	}
	return fmt.Sprintf("statement %d, which a run died in, %s: %s", d.Number, word, d.How)
}

// How it was told.
const (
	byTransaction = "it and its entry in the ledger are one transaction"
	byCommit      = "its entry in the ledger is part of what it commits"
	byNothing     = "nothing came behind it"
	byAuthor      = "its probe says so"
	byCatalog     = "the catalog says so"
)

// probeTime limits a look at the catalog: one that waits for locks tells nothing.
const probeTime = 30 * time.Second

// Doubt asks the database about the statement of a row in doubt. nil means that nobody knows. No run may be at it: who writes what comes of it holds the
// lock.
func (r *Runner) Doubt(ctx context.Context, row Row) (*Settled, error) {
	if !row.InDoubt() {
		return nil, nil
	}
	d := &Settled{Number: row.Done + 1, row: row}
	s, err := r.halfway(row)
	if err != nil {
		s = nil // the file cannot be read as it is; that is told where it is to run
	}
	d.Step = s
	if s != nil {
		if st, err := s.statement(row.Done); err == nil && st != nil {
			d.Statement = *st
		}
	}
	if row.Joined {
		held, err := r.joinsHeld(ctx)
		if held || err != nil {
			return d.settled(false, byTransaction), err
		}
	}
	if s == nil || d.Statement.Text == "" || row.Begun > row.Done+1 || s.statements.resumeSum != row.DoneSum || !s.unchanged(row, row.Done) {
		return nil, nil
	}
	switch d.Statement.Class {
	case parser.Begin: // and what it began is gone
		return d.settled(false, byNothing), nil
	case parser.Commit:
		if past, err := s.statements.pastOf(row.Done); err == nil && past.own {
			return d.verdict(ctx, true, byCommit, nil)
		}
	}
	how := byAuthor
	probe, err := r.probe(s, d.Statement)
	if err != nil {
		return nil, unlessValues(err)
	}
	if probe.query == "" && r.conn.Facts().AtomicDDL {
		how = byCatalog
		if probe, err = r.catalogProbe(s, row.Done); err != nil {
			return nil, unlessValues(err)
		}
	}
	if probe.query == "" {
		return nil, nil
	}
	done, err := r.holds(ctx, s, probe)
	if err != nil || !done && how == byAuthor {
		return d.verdict(ctx, false, how, err)
	}
	if !done {
		// A catalog may know neither.
		probe.query = "SELECT NOT (\n" + probe.query + "\n)"
		if not, err := r.holds(ctx, s, probe); !not || err != nil {
			return d.verdict(ctx, false, how, errors.Join(err, errUnknown))
		}
	}
	return d.verdict(ctx, done, how, nil)
}

// errUnknown says that a probe tells nothing.
var errUnknown = errors.New("unknown")

// verdict makes what is known of an answer. A probe that fails tells nothing; a session that is lost, or a run that is cancelled, is an error.
func (d *Settled) verdict(ctx context.Context, done bool, how string, err error) (*Settled, error) {
	switch {
	case err == nil:
	case errors.Is(err, drivers.ErrLost), ctx.Err() != nil:
		return nil, err
	default:
		return nil, nil
	}
	if done {
		sum, err := d.Step.statements.sumBehind(d.Number)
		if err != nil {
			return nil, err
		}
		d.row.Done, d.row.DoneSum = d.Number, sum
	}
	return d.settled(done, how), nil
}

func (d *Settled) settled(done bool, how string) *Settled {
	d.Done, d.How = done, how
	d.row.Begun, d.row.Joined = d.row.Done, false
	return d
}

// joinsHeld asks whether a statement that shared a transaction with its entry is rolled back with it for certain.
func (r *Runner) joinsHeld(ctx context.Context) (bool, error) {
	query := r.ledger.syntax.JoinsHold
	if query == "" {
		return true, nil
	}
	rows, err := r.conn.Query(ctx, query)
	return err == nil && len(rows) == 1 && rows[0][0] == "1", err
}

// A probe is a query that tells what became of a statement.
type probe struct {
	query string // "" if there is none
	bound bool   // values of variables are in it, or in the statement that it is made of
}

// unlessValues is an error, but for the want of values that fit: then nobody knows.
func unlessValues(err error) error {
	var list parser.ErrorList
	if errors.Is(err, errUnset) || errors.As(err, &list) {
		return nil
	}
	return err
}

// catalogProbe is the driver's for the statement with a number from 0.
func (r *Runner) catalogProbe(s *Step, n int) (probe, error) {
	st, err := s.statements.run().find(n)
	if err != nil || st == nil {
		return probe{}, err
	}
	return probe{r.driver.Probe(st.Text), st.HasValues()}, nil
}

// probe is the query that the author has written for a statement.
func (r *Runner) probe(s *Step, st parser.Statement) (p probe, err error) {
	pos, query, err := probeOf(s.Section, st, 0)
	if err != nil || s.statements.variables == nil || query == "" {
		return probe{query: query}, err
	}
	p.query, p.bound, err = r.variables.query(pos, query, s.Section.Variables, s.statements.dialect)
	return p, err
}

// holds asks a query whose first value is to be true, in a session as the statements that are done have left it. With values of variables it is asked
// only where the statement ran with the same ones: an earlier run may have had others, and has written them nowhere.
func (r *Runner) holds(ctx context.Context, s *Step, p probe) (bool, error) {
	b := drivers.Batch{LockTimeout: probeTime, StatementTimeout: probeTime}
	err := s.Walk(func(i int, st parser.Statement) error {
		if i >= s.Resume {
			return errEnough
		}
		if st.Clean {
			b.Statements = nil
		}
		if ofSession(st.Text) {
			b.Statements = append(b.Statements, drivers.Statement{Text: st.Text, Own: true})
			p.bound = p.bound || st.HasValues()
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return false, err
	}
	if p.bound && !r.began[s.Revision.ID.Name] {
		return false, errUnknown
	}
	b.Statements = append(b.Statements, drivers.Statement{Text: p.query, Check: true, Own: true})
	_, err = r.conn.Exec(ctx, []drivers.Batch{b})
	if errors.Is(err, drivers.ErrCheck) {
		return false, nil
	}
	return err == nil, err
}

// errEnough ends a walk.
var errEnough = errors.New("enough")

// probeMark begins the line of a comment, directly before a statement, that holds the author's own probe.
const probeMark = "-- probe:"

// maxGap is how far before a statement its probe is looked for, in bytes.
const maxGap = 64 << 10

// probeOf is the query that the author has written for a statement, with its place; "" if there is none. What stands in the file before an offset has
// nothing to do with it.
func probeOf(s *parser.Section, st parser.Statement, floor int) (pos parser.Position, query string, err error) {
	at := int64(st.Pos.Offset - s.Start.Offset)
	gap := make([]byte, min(at, maxGap, int64(st.Pos.Offset-floor)))
	if len(gap) < len(probeMark) {
		return pos, "", nil
	}
	if n, err := s.Text.ReadAt(gap, at-int64(len(gap))); n < len(gap) {
		return pos, "", err
	}
	pos = st.Pos
	lines := strings.SplitAfter(string(gap), "\n")
	for i := len(lines) - 1; i >= 0; i-- {
		if pos.Offset -= len(lines[i]); i < len(lines)-1 {
			pos.Line--
		}
		line := strings.TrimSpace(lines[i])
		if query, ok := strings.CutPrefix(line, probeMark); ok {
			query = strings.TrimSpace(query)
			pos.Col = 1
			pos = pos.Advance(lines[i][:strings.LastIndex(lines[i], query)])
			return pos, strings.TrimRight(query, "; \t"), nil
		}
		if line != "" && !strings.HasPrefix(line, "--") {
			break // the end of the statement before
		}
	}
	return pos, "", nil
}

// unchanged reports for certain that the statement with a number from 0 reads as it did when the section was begun. Those before it do.
func (s *Step) unchanged(row Row, n int) bool {
	was := readSums(row.Sums)
	now, err := s.statements.sumsOf(was.each)
	n /= was.each
	return err == nil && n < len(was.sums) && n < len(now.sums) && was.sums[n] == now.sums[n]
}

// A Difference is one between the statements of a section that have run and those that stand in their place now.
type Difference struct {
	Was  int               // the number of the one that ran, from 1; of a new one, the one that it stands before
	Last int               // the number of the last one of several, of which at least one differs; else Was
	Now  *parser.Statement // what stands there now; nil if nothing does
	New  bool              // it stands there besides
}

func (d Difference) String() string {
	switch {
	case d.Last > d.Was && d.Now == nil:
		return fmt.Sprintf("statements %d to %d, which ran already: something of them is gone", d.Was, d.Last)
	case d.Last > d.Was:
		return fmt.Sprintf("%s: from here on, statements %d to %d, which ran already: something is changed, gone or new", d.Now.Pos, d.Was, d.Last)
	case d.New:
		return fmt.Sprintf("%s: this is new; it stands before statement %d, which ran already", d.Now.Pos, d.Was)
	case d.Now == nil:
		return fmt.Sprintf("statement %d, which ran already, is gone", d.Was)
	}
	return fmt.Sprintf("%s: statement %d reads differently now than when it ran", d.Now.Pos, d.Was)
}

func (s *Step) prefixError(row Row) *PrefixError {
	return &PrefixError{Row: row, Section: s.Section, Now: s.Total, Differences: s.differences(row)}
}

// differences compares the statements that ran with those that the section has now; none if they cannot be told.
func (s *Step) differences(row Row) []Difference {
	was := readSums(row.Sums)
	now, err := s.statements.sumsOf(was.each)
	switch {
	case err != nil, len(now.sums) == 0 && s.Total > 0:
		return nil
	case was.each > 1:
		return s.firstDifference(row, was, now)
	case len(was.sums) < row.Done:
		return nil
	}
	var list []Difference
	for _, c := range compare(was.sums[:row.Done], now.sums[:min(len(now.sums), row.Done+maxExtra)]) {
		d := Difference{Was: c.was + 1, New: c.was < 0}
		if c.was < 0 {
			d.Was = c.before + 1
		}
		d.Last = d.Was
		if c.now >= 0 {
			if d.Now, err = s.statement(c.now); err != nil {
				return nil
			}
		}
		list = append(list, d)
	}
	return list
}

// firstDifference is where sums over several statements each differ first; behind it they tell nothing, as one more statement moves all others.
func (s *Step) firstDifference(row Row, was, now sumList) []Difference {
	n := 0
	for (n+1)*was.each <= row.Done && n < len(was.sums) && n < len(now.sums) && was.sums[n] == now.sums[n] {
		n++
	}
	d := Difference{Was: n*was.each + 1, Last: min((n+1)*was.each, row.Done)}
	if d.Was > row.Done {
		return nil
	}
	var err error
	if d.Now, err = s.statement(d.Was - 1); err != nil {
		return nil
	}
	return []Difference{d}
}

// maxExtra is how many new statements are looked for among those that ran.
const maxExtra = 100

// A change is one between two lists: elements was and now, by their indexes, stand in the same place; -1 if there is none. before is the
// index in the first list that a new element stands before.
type change struct{ was, now, before int }

// maxCompared is how many elements of the first list compare looks at, from the first that differs on.
const maxCompared = 2000

// compare tells with the fewest changes what has become of a list: elements that read differently, are gone, or are new. What stands behind the last
// element of the first list is of no interest. Where very many differ, it tells the first ones in which the lists differ, and not the rest.
func compare(was, now []string) []change {
	same := 0
	for same < len(was) && same < len(now) && was[same] == now[same] {
		same++
	}
	was, now = was[same:], now[same:]
	if len(was) > maxCompared {
		was = was[:maxCompared]
	}
	now = now[:min(len(now), len(was)+maxExtra)]
	n, m := len(was), len(now)
	cost := make([][]int32, n+1) // of making a beginning of now[j:] of was[i:]
	for i := range cost {
		cost[i] = make([]int32, m+1)
	}
	for i := n - 1; i >= 0; i-- {
		cost[i][m] = int32(n - i)
		for j := m - 1; j >= 0; j-- {
			if was[i] == now[j] {
				cost[i][j] = cost[i+1][j+1]
			} else {
				cost[i][j] = 1 + min(cost[i+1][j+1], cost[i+1][j], cost[i][j+1])
			}
		}
	}
	var list []change
	add := func(was, now, before int) {
		c := change{was: -1, now: -1, before: same + before}
		if was >= 0 {
			c.was = same + was
		}
		if now >= 0 {
			c.now = same + now
		}
		list = append(list, c)
	}
	for i, j := 0, 0; i < n; {
		switch {
		case j < m && was[i] == now[j]:
			i++
			j++
		case j < m && cost[i][j] == 1+cost[i+1][j+1]:
			add(i, j, i)
			i++
			j++
		case j == m || cost[i][j] == 1+cost[i+1][j]:
			add(i, -1, i)
			i++
		default:
			add(-1, j, i)
			j++
		}
	}
	return list
}
