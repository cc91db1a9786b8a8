package runner

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"revise/chain"
	"revise/drivers"
)

// A RowState says where a revision stands.
type RowState string

const (
	Applied     RowState = "applied"
	Upgrading   RowState = "upgrading"   // half-way up: no transaction held it together
	Downgrading RowState = "downgrading" // half-way down
)

// A Row is one revision in the ledger.
type Row struct {
	Revision  string        `json:"revision"`
	Message   string        `json:"message"`
	State     RowState      `json:"state"`
	Done      int           `json:"statements_done"`
	Begun     int           `json:"statement_begun"` // greater than Done: in doubt, if no run is at it
	Joined    bool          `json:"-"`               // the one that was begun, and the entry that it is done, are one transaction
	Total     int           `json:"statements_total"`
	Sums      string        `json:"-"` // a sumList of the statements that the section had when it was begun; "" if not kept
	Identity  string        `json:"identity_sum"`
	DoneSum   string        `json:"done_sum"`
	ByteSum   string        `json:"byte_sum"`
	Downgrade string        `json:"-"` // a revision file, for a row that no file of the chain defines; else ""
	AppliedAt string        `json:"applied_at"`
	Duration  time.Duration `json:"-"`
	DBUser    string        `json:"db_user"`
	OSUser    string        `json:"os_user"`
	Host      string        `json:"host"`
	Tool      string        `json:"tool"`
	// Squashed are the revisions with rows in the ledger that this one, a squash, stands for. Gathered is then true if it has a row of its own.
	Squashed []string `json:"squashed,omitempty"`
	Gathered bool     `json:"-"`
}

// InDoubt reports whether nobody knows if the statements behind Done, up to Begun, took effect.
func (r Row) InDoubt() bool { return r.State != Applied && r.Begun > r.Done }

// A State is what the ledger holds.
type State struct {
	Exists bool // the tables do
	Rows   map[string]Row
	rows   int // that the ledger has: without regard to squashes
}

// Applied is the set that the chain plans from: what is half-way down still counts, what is half-way up does not yet.
func (s *State) Applied() chain.Set {
	set := make(chain.Set, len(s.Rows))
	for id, r := range s.Rows {
		if r.State != Upgrading {
			set[id] = true
		}
	}
	return set
}

// Halfway returns the row that stands half-way, if there is one. There can be one only, for nothing goes on before it is settled.
func (s *State) Halfway() (Row, bool) {
	for _, r := range s.Rows {
		if r.State != Applied {
			return r, true
		}
	}
	return Row{}, false
}

// State reads the ledger. A database without one has applied nothing; no right to create anything is needed. Where all revisions are applied that a
// squash replaces, so is the squash: it is one Row. Where only some are, that is a *PartError.
func (r *Runner) State(ctx context.Context) (*State, error) {
	s, err := r.rows(ctx)
	if err == nil {
		err = s.squash(r.chain)
	}
	if err == nil {
		err = r.orphans(ctx, s)
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// orphans reads the downgrades of rows that no file defines, and notes their variables.
func (r *Runner) orphans(ctx context.Context, s *State) error {
	if r.chain == nil {
		return nil
	}
	var ids []string
	for id := range s.Rows {
		if r.chain.Get(id) == nil {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	const most = 500 // in one query
	for some := range slices.Chunk(ids, most) {
		rows, err := r.conn.Query(ctx, r.ledger.downgrades(some))
		if err != nil {
			return &LedgerError{Table: r.ledger.plain, Doing: "read", Err: err}
		}
		for _, v := range rows {
			row, ok := s.Rows[v[0]]
			if !ok {
				continue
			}
			if row.Downgrade, err = decodeText(v[1]); err != nil {
				return &LedgerError{Table: r.ledger.plain, Doing: "read", Err: fmt.Errorf("row %s: %w", v[0], err)}
			}
			s.Rows[v[0]] = row
			r.learn(row)
		}
	}
	return nil
}

// rows reads the ledger as it is.
func (r *Runner) rows(ctx context.Context) (*State, error) {
	s := &State{Rows: map[string]Row{}}
	rows, err := r.conn.Query(ctx, r.ledger.query())
	if errors.Is(err, drivers.ErrNoTable) {
		return s, nil
	}
	if err != nil {
		return nil, &LedgerError{Table: r.ledger.plain, Doing: "read", Err: err}
	}
	s.Exists, s.rows, s.Rows = true, len(rows), make(map[string]Row, len(rows))
	for _, v := range rows {
		row, err := readRow(v)
		if err != nil {
			return nil, &LedgerError{Table: r.ledger.plain, Doing: "read", Err: fmt.Errorf("row %s: %w", v[0], err)}
		}
		s.Rows[row.Revision] = row
	}
	return s, nil
}

// readRow reads the values of ledger.query.
func readRow(v []string) (Row, error) {
	var errs []error
	integer := func(s string) int64 {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			errs = append(errs, err)
		}
		return n
	}
	row := Row{
		Revision: v[0], Message: v[1], State: RowState(v[2]),
		Done: int(integer(v[3])), Begun: int(integer(v[4])), Joined: v[5] == "1", Total: int(integer(v[6])), Sums: v[7],
		Identity: v[8], DoneSum: v[9], ByteSum: v[10],
		AppliedAt: v[12], Duration: time.Duration(integer(v[13])) * time.Millisecond,
		DBUser: v[14], OSUser: v[15], Host: v[16], Tool: v[17],
	}
	switch row.State {
	case Applied, Upgrading, Downgrading:
	default:
		errs = append(errs, fmt.Errorf("unknown state %q", row.State))
	}
	return row, errors.Join(errs...)
}

// An Entry is one row of the log.
type Entry struct {
	ID       string        `json:"id"`
	At       string        `json:"logged_at"`
	Action   string        `json:"action"`
	Revision string        `json:"revision"`
	Message  string        `json:"message"`
	Done     int           `json:"statements_done"`
	Total    int           `json:"statements_total"`
	Duration time.Duration `json:"-"`
	Identity string        `json:"identity_sum"`
	Error    string        `json:"error,omitempty"`
	Tag      string        `json:"tag,omitempty"`
	Extra    string        `json:"extra,omitempty"` // a line "key=value" each, without the values of variables
	DBUser   string        `json:"db_user"`
	OSUser   string        `json:"os_user"`
	Host     string        `json:"host"`
	Tool     string        `json:"tool"`
}

// Log reads the audit trail, the oldest entry first. A database without a ledger has none.
func (r *Runner) Log(ctx context.Context) ([]Entry, error) {
	rows, err := r.conn.Query(ctx, "SELECT "+names(r.ledger.logColumns())+" FROM "+r.ledger.log+" ORDER BY id")
	if errors.Is(err, drivers.ErrNoTable) {
		return nil, nil
	}
	if err != nil {
		return nil, &LedgerError{Table: r.ledger.plain + "_log", Doing: "read", Err: err}
	}
	entries := make([]Entry, len(rows))
	for i, v := range rows {
		done, err1 := strconv.Atoi(v[5])
		total, err2 := strconv.Atoi(v[6])
		ms, err3 := strconv.ParseInt(v[7], 10, 64)
		if err := errors.Join(err1, err2, err3); err != nil {
			return nil, &LedgerError{Table: r.ledger.plain + "_log", Doing: "read", Err: fmt.Errorf("row %s: %w", v[0], err)}
		}
		entries[i] = Entry{
			ID: v[0], At: v[1], Action: v[2], Revision: v[3], Message: v[4], Done: done, Total: total,
			Duration: time.Duration(ms) * time.Millisecond, Identity: v[8], Error: v[9],
			Tag: v[10], Extra: v[11], DBUser: v[12], OSUser: v[13], Host: v[14], Tool: v[15],
		}
	}
	return entries, nil
}
