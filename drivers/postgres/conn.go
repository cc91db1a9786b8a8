package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"revise/drivers"
)

// A conn is one session.
type conn struct {
	pg         *pgconn.PgConn
	opt        drivers.Options
	cfg        *pgconn.Config
	answers    atomic.Int64 // grows with each answer to a statement
	facts      drivers.Facts
	version    int               // of the server, as server_version_num has it
	loud       bool              // notices are passed on: what runs is a statement of a revision
	upkeep     []string          // what sets settings of ours again that a RESET ALL has undone; one statement or none
	ahead      *drivers.Answer   // to what the caller was to ask first
	checks     bool              // the server can look whether its client is there
	kept       bool              // it was told to
	strayLocks bool              // a statement may have taken advisory locks of its own
	locks      map[string]bool   // the keys of the session locks that are ours
	quiet      bool              // no function of the database might change a session
	prepared   map[string]string // the names of statements of the runner's own that the server has prepared, by their texts
	dirty      bool              // something may have changed this one since it was clean
}

// begin asks who and where we are. Once there is a lock, the server is made to notice a dead client (keep): an idle session within some eleven seconds, one in a
// long statement likewise (client_connection_check_interval, PostgreSQL 14 and later). Else a lock would outlive its holder by hours.
func (c *conn) begin(ctx context.Context) error {
	facts := `SELECT current_setting('server_version'), current_database(), session_user,
		coalesce(current_schema(), ''), (SELECT count(*) FROM pg_catalog.pg_settings WHERE name = 'client_connection_check_interval'),
		current_setting('server_version_num'), pg_catalog.pg_backend_pid(), pg_catalog.version()`
	r, err := c.first(ctx, facts)
	if err != nil {
		return err
	}
	if c.version, err = strconv.Atoi(r[5]); err != nil {
		return fmt.Errorf("server_version_num: %w", err)
	}
	c.facts = drivers.Facts{
		TransactionalDDL: true, AtomicDDL: true, Product: "PostgreSQL", Version: r[0], Database: r[1], User: r[2], Schema: r[3],
	}
	for _, name := range []string{"CockroachDB", "YugabyteDB"} { // whose advisory locks are none, or the node's
		if strings.Contains(r[7], name) || name == "YugabyteDB" && strings.Contains(r[7], "-YB-") {
			c.facts.Cluster, c.facts.Product = name, name
		}
	}
	// A server gives its own number at the start (BackendKeyData), a pooler one that it made up. Whether that hands each transaction another session cannot be
	// found out for certain, only that it did.
	if c.facts.Pooled = r[6] != strconv.Itoa(int(c.pg.PID())); c.facts.Pooled {
		return nil // settings might be others' next
	}
	c.checks = r[4] == "1"
	return nil
}

// first asks who and where we are, and with it what the caller will ask.
func (c *conn) first(ctx context.Context, facts string) (row []string, err error) {
	alone := func() ([]string, error) {
		rows, err := c.Query(ctx, facts)
		if err != nil {
			return nil, err
		}
		return rows[0], nil
	}
	if c.opt.Ahead == "" {
		return alone()
	}
	stop := c.watch(ctx)
	results, err := c.simple(facts + ";\n" + c.opt.Ahead)
	if stop() && !c.pg.IsClosed() {
		if late := c.settle(); err == nil {
			err = late
		}
	}
	switch {
	case ctx.Err() != nil, c.pg.IsClosed():
		if err == nil {
			err = errClosed
		}
		return nil, c.ownError(ctx, err, facts)
	case len(results) == 0: // the server did not get beyond reading it
		return alone()
	}
	c.ahead = &drivers.Answer{Text: c.opt.Ahead, Err: err}
	if err == nil && len(results) == 2 {
		c.ahead.Rows = results[1]
	}
	return results[0][0], nil
}

// upkeepQuery has the server notice a dead client; "" where it does already, or need not.
func (c *conn) upkeepQuery() string {
	if c.kept || c.facts.Pooled {
		return ""
	}
	set := "SELECT pg_catalog.set_config('tcp_keepalives_idle', '5', false), pg_catalog.set_config('tcp_keepalives_interval', '2', false)," +
		" pg_catalog.set_config('tcp_keepalives_count', '3', false)"
	if c.checks {
		set += ", pg_catalog.set_config('client_connection_check_interval', '1s', false)"
	}
	return set
}

// keeps notes what has become of the upkeepQuery. A platform without these socket options refuses them (client_connection_check_interval needs poll's
// POLLRDHUP); the session works without.
func (c *conn) keeps(query string, err error) {
	if err == nil {
		c.upkeep = []string{query}
	}
	c.kept = true
}

// keep has the server notice a dead client, once something hangs on it.
func (c *conn) keep(ctx context.Context) error {
	query := c.upkeepQuery()
	if query == "" {
		return nil
	}
	_, err := c.Query(ctx, query)
	if err != nil && (c.pg.IsClosed() || ctx.Err() != nil) {
		return err
	}
	c.keeps(query, err)
	return nil
}

// several asks questions in one round trip, each in a transaction of its own. An error is one of the session; those of the questions are in their answers.
func (c *conn) several(ctx context.Context, queries ...string) ([]drivers.Answer, error) {
	stop := c.watch(ctx)
	answers, err := c.pipelined(queries)
	if stop() && !c.pg.IsClosed() {
		if late := c.settle(); err == nil {
			err = late
		}
	}
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, c.ownError(ctx, err, "")
	}
	return answers, nil
}

func (c *conn) pipelined(queries []string) ([]drivers.Answer, error) {
	pipe := c.pg.StartPipeline(context.Background())
	for _, query := range queries {
		pipe.SendQueryParams(query, nil, nil, nil, nil)
		pipe.SendPipelineSync()
	}
	err := pipe.Flush()
	answers := make([]drivers.Answer, len(queries))
	for i := 0; i < len(queries) && err == nil; i++ {
		a := &answers[i]
		a.Text = queries[i]
		var results any
		if results, a.Err = pipe.GetResults(); a.Err == nil {
			a.Rows, a.Err = rowsOf(results.(*pgconn.ResultReader))
		}
		if server := new(pgconn.PgError); a.Err != nil && !errors.As(a.Err, &server) {
			err = a.Err
			break
		}
		_, err = pipe.GetResults() // the end of its transaction
	}
	return answers, errors.Join(err, pipe.Close())
}

// settleIn does what a session needs that has just taken the lock: it has the server notice if we are gone, and asks what might change the session and what the caller
// will ask.
func (c *conn) settleIn(ctx context.Context, ahead string) error {
	queries := []string{"SELECT " + quietQuery}
	if ahead != "" {
		queries = append(queries, ahead)
	}
	upkeep := c.upkeepQuery()
	if upkeep != "" {
		queries = append(queries, upkeep)
	}
	answers, err := c.several(ctx, queries...)
	if err != nil {
		return err
	}
	if answers[0].Err != nil {
		return c.ownError(ctx, answers[0].Err, queries[0])
	}
	c.quiet = answers[0].Rows[0][0] == "t"
	if ahead != "" {
		c.ahead = &answers[1]
	}
	if upkeep != "" {
		c.keeps(upkeep, answers[len(answers)-1].Err)
	}
	return nil
}

func (c *conn) Facts() drivers.Facts { return c.facts }

// Close says good-bye even if ctx has ended, for then the server need not find out by itself.
func (c *conn) Close(ctx context.Context) error {
	if c.pg.IsClosed() {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return c.pg.Close(ctx)
}

func (c *conn) notice(n *pgconn.Notice) {
	if !c.loud || c.opt.Notice == nil {
		return
	}
	c.opt.Notice(drivers.Notice{Severity: n.Severity, Code: n.Code, Message: n.Message, Detail: n.Detail, Hint: n.Hint})
}

func (c *conn) Query(ctx context.Context, sql string) ([][]string, error) {
	if c.pg.IsClosed() {
		return nil, errClosed
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("cancelled: %w", err)
	}
	ahead := c.ahead
	c.ahead = nil
	if ahead != nil && ahead.Text == sql {
		return c.told(ctx, sql, ahead.Rows, ahead.Err)
	}
	stop := c.watch(ctx)
	results, err := c.simple(sql)
	if stop() && !c.pg.IsClosed() {
		if late := c.settle(); err == nil {
			err = late
		}
	}
	var rows [][]string
	if n := len(results); err == nil && n > 0 {
		rows = results[n-1]
	}
	return c.told(ctx, sql, rows, err)
}

// told is what a query gives.
func (c *conn) told(ctx context.Context, sql string, rows [][]string, err error) ([][]string, error) {
	if err != nil {
		err = c.ownError(ctx, err, sql)
		var server *drivers.Error
		if errors.As(err, &server) && server.Code == undefinedTable {
			err = fmt.Errorf("%w: %w", drivers.ErrNoTable, err)
		}
		return nil, err
	}
	return rows, nil
}

// simple runs SQL that may hold several statements, and returns the rows of each that gives any or might, up to the first that fails.
func (c *conn) simple(sql string) (results [][][]string, err error) {
	all := c.pg.Exec(context.Background(), sql)
	for all.NextResult() {
		rows, err := rowsOf(all.ResultReader())
		if err != nil {
			break // Close says it as well
		}
		results = append(results, rows)
	}
	return results, all.Close()
}

// rowsOf reads the rows of a result as text, NULL as "". A row is one piece of memory, not one for each value: there may be many thousands.
func rowsOf(rr *pgconn.ResultReader) (rows [][]string, err error) {
	columns := len(rr.FieldDescriptions())
	var text []byte
	var cells []string // for the next rows
	for rr.NextRow() {
		text = text[:0]
		values := rr.Values()
		for _, value := range values {
			text = append(text, value...)
		}
		if len(cells) < columns {
			cells = make([]string, min(len(rows)+1, 64)*columns)
		}
		row, all := cells[:columns:columns], string(text)
		cells = cells[columns:]
		for i, value := range values {
			row[i], all = all[:len(value)], all[len(value):]
		}
		rows = append(rows, row)
	}
	_, err = rr.Close()
	return rows, err
}
