package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"revise/drivers"
)

// watchBlockers watches whom this session waits for while batches run; nil if none of them gives way.
func (c *conn) watchBlockers(batches []drivers.Batch) *drivers.BlockerWatch {
	limit := drivers.ShortestLockTimeout(batches)
	if limit == 0 || c.facts.Pooled { // its own number says nothing there
		return nil
	}
	var side *pgconn.PgConn
	ask := func(ctx context.Context) ([]drivers.Blocker, error) {
		if side == nil || side.IsClosed() {
			cfg := c.cfg.Copy()
			cfg.OnNotice = nil
			var err error
			if side, err = pgconn.ConnectConfig(ctx, cfg); err != nil {
				return nil, err
			}
		}
		return blockersOf(ctx, side, c.pg.PID())
	}
	end := func() {
		if side != nil {
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			defer cancel()
			side.Close(ctx)
		}
	}
	return drivers.WatchBlockers(limit, c.answers.Load, ask, end)
}

// blockersOf asks for the sessions that one waits for, and for those that these wait for: who waits for nobody comes first. A prepared transaction has no
// session, and the number 0 (manual, pg_blocking_pids).
func blockersOf(ctx context.Context, side *pgconn.PgConn, pid uint32) ([]drivers.Blocker, error) {
	results, err := side.Exec(ctx, fmt.Sprintf(`WITH RECURSIVE w (pid, depth) AS (
			SELECT b, 1 FROM unnest(pg_catalog.pg_blocking_pids(%d)) b
			UNION SELECT b, w.depth + 1 FROM w, unnest(pg_catalog.pg_blocking_pids(w.pid)) b WHERE w.depth < 4 AND w.pid <> 0),
		one (pid, depth) AS (SELECT pid, min(depth) FROM w WHERE pid <> %[1]d GROUP BY pid)
		SELECT one.pid, coalesce(a.usename::text, ''), coalesce(pg_catalog.host(a.client_addr), CASE WHEN a.backend_type = 'client backend' THEN 'a local socket' ELSE '' END),
			coalesce(nullif(a.application_name, ''), nullif(a.backend_type, 'client backend'), ''), coalesce(a.state, ''), coalesce(a.query, ''),
			coalesce(extract(epoch FROM pg_catalog.clock_timestamp() - coalesce(a.xact_start, a.query_start))::bigint, 0),
			coalesce((SELECT pg_catalog.string_agg(pg_catalog.quote_literal(gid), ', ') FROM pg_catalog.pg_prepared_xacts WHERE one.pid = 0), '')
		FROM one LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = one.pid
		ORDER BY pg_catalog.cardinality(pg_catalog.pg_blocking_pids(one.pid)) > 0, one.depth, one.pid LIMIT 10`, pid)).ReadAll()
	if err != nil {
		return nil, err
	}
	var list []drivers.Blocker
	for _, row := range results[len(results)-1].Rows {
		text := func(i int) string { return string(row[i]) }
		seconds, _ := strconv.Atoi(text(6))
		b := drivers.Blocker{
			Session: "pid " + text(0), User: text(1), From: text(2), App: text(3), State: text(4), Query: drivers.BlockerQuery(text(5)),
			Age: time.Duration(seconds) * time.Second,
		}
		if text(0) == "0" {
			b = drivers.Blocker{Session: "a prepared transaction (" + text(7) + ")"}
		}
		list = append(list, b)
	}
	return list, nil
}

// name puts the blockers into the error of a statement that waited for them.
func name(err error, blockers []drivers.Blocker) {
	var server *drivers.Error
	if errors.As(err, &server) && (server.Blocked || server.Code == queryCanceled) {
		server.Blockers = blockers
	}
}
