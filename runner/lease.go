package runner

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"revise/drivers"
)

// A lease is the lock of a run where a session's lock is not seen by all others: behind a pooler, which gives each transaction another session, and in a
// cluster. It is a row that everybody sees, taken for a time and renewed while the run goes on. Who has lost it must not write: each batch begins with a
// question for it, or each statement, in the server itself, where nobody's clock matters but the server's.
type lease struct {
	table string
	token string
	ttl   time.Duration

	mu   sync.Mutex
	lost error // why it is lost; nil as long as nobody knows better
}

// leaseTime is how long a lease holds when nobody renews it.
const leaseTime = 30 * time.Second

// leaseName is the row's key: there is one.
const leaseName = "run"

func newLease(l *ledger, ttl time.Duration) *lease {
	token := make([]byte, 16)
	rand.Read(token)
	if ttl <= 0 {
		ttl = leaseTime
	}
	return &lease{table: l.lock, token: hex.EncodeToString(token), ttl: ttl}
}

// leaseColumns are those of the table. token stands in a key: then taking a lease over conflicts, on PostgreSQL, with FOR KEY SHARE, and renewing does not.
func (l *ledger) leaseColumns() [][2]string {
	return [][2]string{
		{"name", "VARCHAR(16) NOT NULL PRIMARY KEY"},
		{"token", "VARCHAR(64) NOT NULL"}, // whose lease it is; empty: nobody's
		{"fence", "BIGINT NOT NULL"},      // grows each time that it is taken
		{"until_ms", "BIGINT NOT NULL"},   // server's clock, milliseconds since 1970 UTC
		{"since", "VARCHAR(32) NOT NULL"},
		{"db_user", "VARCHAR(255) NOT NULL"},
		{"os_user", "VARCHAR(255) NOT NULL"},
		{"host", "VARCHAR(255) NOT NULL"},
		{"tool", "VARCHAR(64) NOT NULL"},
		{"UNIQUE", "(name, token)"},
	}
}

func (l *ledger) leaseWhere(more string) string {
	return " WHERE name = " + l.text(leaseName) + more
}

func (x *lease) until(l *ledger) string {
	return l.syntax.NowMillis + " + " + strconv.FormatInt(x.ttl.Milliseconds(), 10)
}

func (x *lease) mine(l *ledger) string { return " AND token = " + l.text(x.token) }

func (x *lease) takeSQL(l *ledger) string {
	who := l.whoValues()
	return "UPDATE " + x.table + " SET token = " + l.text(x.token) + ", fence = fence + 1, until_ms = " + x.until(l) + ", since = " + l.syntax.NowText +
		", db_user = " + who[0] + ", os_user = " + who[1] + ", host = " + who[2] + ", tool = " + who[3] +
		l.leaseWhere(" AND (token = '' OR until_ms < "+l.syntax.NowMillis+")")
}

func (x *lease) renewSQL(l *ledger) string {
	return "UPDATE " + x.table + " SET until_ms = " + x.until(l) + l.leaseWhere(x.mine(l))
}

func (x *lease) releaseSQL(l *ledger) string {
	return "UPDATE " + x.table + " SET token = '', until_ms = 0" + l.leaseWhere(x.mine(l))
}

// fence are the statements that fail for who has lost the lease. In a transaction the first keeps others from taking it over before the end; where there is
// none, each statement is preceded by one that renews it, and that runs out of the range of its column if it is somebody else's.
func (x *lease) fence(l *ledger, atomic bool) drivers.Statement {
	if atomic {
		return drivers.Statement{Text: "SELECT 1 FROM " + x.table + l.leaseWhere(x.mine(l)) + " FOR KEY SHARE", Check: true, Own: true}
	}
	return drivers.Statement{Own: true, Text: "UPDATE " + x.table + " SET until_ms = " + x.until(l) + ", fence = CASE WHEN token = " + l.text(x.token) +
		" THEN fence ELSE " + l.syntax.Overflow + " END" + l.leaseWhere("")}
}

// A leaseRow is what the table says.
type leaseRow struct {
	token  string
	left   time.Duration // until it ends; below zero when it has
	holder string
}

func (r *Runner) leaseState(ctx context.Context, conn drivers.Conn) (*leaseRow, error) {
	l := r.ledger
	rows, err := conn.Query(ctx, "SELECT token, until_ms - "+l.syntax.NowMillis+", since, db_user, os_user, host, tool FROM "+l.lock+l.leaseWhere(""))
	if errors.Is(err, drivers.ErrNoTable) || err == nil && len(rows) == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	v := rows[0]
	ms, err := strconv.ParseInt(v[1], 10, 64)
	if err != nil {
		return nil, err
	}
	row := &leaseRow{token: v[0], left: time.Duration(ms) * time.Millisecond}
	row.holder = fmt.Sprintf("%s@%s, user %s, %s, since %s", v[4], v[5], v[3], v[6], v[2])
	return row, nil
}

func (row *leaseRow) locked(key string) *drivers.LockedError {
	return &drivers.LockedError{Key: key, Left: max(row.left, time.Second), Holder: fmt.Sprintf("%s, for %s more unless it renews its lease", row.holder, max(row.left, 0).Round(time.Second))}
}

// ownTransaction runs statements of the runner's in one transaction, where that can be.
func (r *Runner) ownTransaction(ctx context.Context, conn drivers.Conn, texts ...string) error {
	b := ownBatch(r.conn.Facts().TransactionalDDL, texts...)
	b.LockTimeout = time.Second // who waits for the row waits for its holder
	_, err := conn.Exec(ctx, []drivers.Batch{b})
	return err
}

// tryLease takes the lease if it is free, as Conn.TryLock takes a lock.
func (r *Runner) tryLease(ctx context.Context, x *lease) error {
	row, err := r.leaseState(ctx, r.conn)
	if err != nil {
		return err
	}
	if row == nil {
		if err := r.makeLease(ctx); err != nil {
			return err
		}
		if row, err = r.leaseState(ctx, r.conn); err != nil || row == nil {
			return errors.Join(err, errors.New("the table of the lease has no row"))
		}
	}
	if row.token != "" && row.left > 0 {
		return row.locked(r.ledger.plain)
	}
	var server *drivers.Error
	if err := r.ownTransaction(ctx, r.conn, x.takeSQL(r.ledger)); err != nil && !(errors.As(err, &server) && server.Blocked) {
		return err
	}
	if row, err = r.leaseState(ctx, r.conn); err != nil {
		return err
	}
	if row == nil || row.token != x.token {
		if row == nil {
			row = &leaseRow{}
		}
		return row.locked(r.ledger.plain)
	}
	return nil
}

// makeLease makes the table and its row. Of many who do so at once most fail; what counts is that it is there then.
func (r *Runner) makeLease(ctx context.Context) error {
	l := r.ledger
	var defs []string
	for _, c := range l.leaseColumns() {
		defs = append(defs, c[0]+" "+c[1])
	}
	values := append([]string{l.text(leaseName), "''", "0", "0", "''"}, "''", "''", "''", "''")
	var err error
	for range 20 {
		err = r.ownTransaction(ctx, r.conn, strings.TrimSpace("CREATE TABLE IF NOT EXISTS "+l.lock+" ("+strings.Join(defs, ", ")+") "+l.syntax.TableOptions))
		if err == nil {
			err = r.ownTransaction(ctx, r.conn, "INSERT INTO "+l.lock+" (name, token, fence, until_ms, since, db_user, os_user, host, tool) VALUES ("+strings.Join(values, ", ")+")")
		}
		row, stateErr := r.leaseState(ctx, r.conn)
		if stateErr != nil {
			return stateErr
		}
		if row != nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return &LedgerError{Table: l.plain + "_lock", Doing: "create", Err: err}
}

// keep renews the lease over a session of its own until stop is called. When it is lost, or cannot be renewed before it ends, cancel is called.
func (r *Runner) keep(ctx context.Context, x *lease, cancel context.CancelCauseFunc) (stop func()) {
	over, left := make(chan struct{}), make(chan struct{})
	if r.opt.Reopen == nil {
		return func() {}
	}
	lose := func(why error) {
		x.mu.Lock()
		defer x.mu.Unlock()
		x.lost = why
		cancel(why)
	}
	go func() {
		defer close(left)
		var conn drivers.Conn
		defer func() {
			if conn != nil {
				within, done := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
				defer done()
				conn.Close(within)
			}
		}()
		renewed := time.Now()
		tick := time.NewTicker(x.ttl / 5)
		defer tick.Stop()
		for {
			select {
			case <-over:
				return
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			within, done := context.WithTimeout(ctx, x.ttl/5)
			row, err := r.renew(within, x, &conn)
			done()
			switch {
			case err == nil && row != nil && row.token == x.token:
				renewed = time.Now()
			case err == nil:
				lose(&LeaseLostError{})
				return
			case time.Since(renewed) > x.ttl*4/5:
				lose(&LeaseLostError{Err: err})
				return
			}
		}
	}()
	return func() {
		close(over)
		<-left
	}
}

// renew renews the lease and reads it back, over a session that it opens where there is none.
func (r *Runner) renew(ctx context.Context, x *lease, conn *drivers.Conn) (*leaseRow, error) {
	if *conn == nil {
		var err error
		if *conn, err = r.opt.Reopen(ctx); err != nil {
			return nil, err
		}
	}
	err := r.ownTransaction(ctx, *conn, x.renewSQL(r.ledger))
	var row *leaseRow
	if err == nil {
		row, err = r.leaseState(ctx, *conn)
	}
	if errors.Is(err, drivers.ErrLost) {
		(*conn).Close(ctx)
		*conn = nil
	}
	return row, err
}

// BreakLease takes the lease away from a run that has not renewed it in time. It is false if there is nothing to break; a holder whose time is not over is a
// *drivers.LockedError.
func (r *Runner) BreakLease(ctx context.Context) (bool, error) {
	row, err := r.leaseState(ctx, r.conn)
	if err != nil || row == nil || row.token == "" {
		return false, err
	}
	if row.left > 0 {
		return false, row.locked(r.ledger.plain)
	}
	l := r.ledger
	err = r.ownTransaction(ctx, r.conn, "UPDATE "+l.lock+" SET token = '', until_ms = 0, fence = fence + 1"+
		l.leaseWhere(" AND token = "+l.text(row.token)+" AND until_ms < "+l.syntax.NowMillis))
	return err == nil, err
}

// A LeaseLostError says that another run may have taken the lease of this one: it has stopped, and writes nothing more.
type LeaseLostError struct{ Err error }

func (e *LeaseLostError) Error() string {
	msg := "the lease of this run was lost: it was not renewed in time, and another run may have taken it"
	if e.Err != nil {
		msg += ": " + e.Err.Error()
	}
	return msg
}

func (e *LeaseLostError) Unwrap() error { return e.Err }

// Hint says what to do about it.
func (*LeaseLostError) Hint() string {
	return "nothing was written behind that; see who works on the database: revise run lock status; when nobody does, run again"
}
