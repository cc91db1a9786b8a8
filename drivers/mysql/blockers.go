package mysql

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"revise/drivers"
)

// watchBlockers watches whom this session waits for while batches run; nil if none of them gives way.
func (c *conn) watchBlockers(batches []drivers.Batch) *drivers.BlockerWatch {
	limit := drivers.ShortestLockTimeout(batches)
	if limit == 0 {
		return nil
	}
	limit = max(limit, time.Second) // the server counts in seconds
	var side *link
	ask := func(ctx context.Context) ([]drivers.Blocker, error) {
		if side == nil {
			var err error
			if side, err = c.dial.connect(ctx); err != nil {
				return nil, err
			}
		}
		list, err := c.blockers(ctx, side)
		if err != nil && serverError(err) == nil { // the connection, or its time was up
			side.close()
			side = nil
		}
		return list, err
	}
	end := func() {
		if side != nil {
			side.close()
		}
	}
	return drivers.WatchBlockers(limit, c.answers.Load, ask, end)
}

// blockers asks in the ways that the server has, as far as it lets us. A way that is refused tells nothing.
func (c *conn) blockers(ctx context.Context, side *link) ([]drivers.Blocker, error) {
	ways := []string{mysqlRowWaits, mysqlTableWaits}
	if c.mariadb() {
		ways = []string{mariadbRowWaits}
	}
	var list []drivers.Blocker
	seen := map[string]bool{}
	add := func(query string, perhaps bool) error {
		rows, err := side.rows(ctx, strings.ReplaceAll(query, "$ME", c.id))
		if err != nil {
			if serverError(err) == nil {
				return err
			}
			return nil
		}
		for _, r := range rows {
			if seen[r[0]] {
				continue
			}
			seen[r[0]] = true
			seconds, _ := strconv.Atoi(r[5])
			list = append(list, drivers.Blocker{
				Session: "connection " + r[0], User: r[1], From: r[2], State: r[3], Query: drivers.BlockerQuery(r[4]),
				Age: time.Duration(seconds) * time.Second, Perhaps: perhaps,
			})
		}
		return nil
	}
	for _, query := range ways {
		if err := add(query, false); err != nil {
			return nil, err
		}
	}
	if len(list) == 0 && c.mariadb() {
		// Who holds a metadata lock MariaDB tells only with a plugin: those with an open transaction or a statement that has run for longer may.
		waits, err := side.rows(ctx, "SELECT TIME FROM information_schema.PROCESSLIST WHERE ID = "+c.id+" AND STATE LIKE 'Waiting for%lock%'")
		if err != nil && serverError(err) == nil {
			return nil, err
		}
		if len(waits) == 1 {
			// Those of other databases only if this one has none: they are many on a shared server, and seldom the cause.
			for _, where := range []string{"AND p.DB = DATABASE()", ""} {
				if err := add(fmt.Sprintf(mariadbSuspects, where, waits[0][0]), true); err != nil {
					return nil, err
				}
				if len(list) > 0 {
					break
				}
			}
		}
	}
	return list, nil
}

// The columns are: connection, user, host, state, query, seconds.
const (
	mysqlThread = `t.PROCESSLIST_ID, COALESCE(t.PROCESSLIST_USER, ''), COALESCE(t.PROCESSLIST_HOST, ''),
		IF(t.PROCESSLIST_COMMAND = 'Sleep' AND x.trx_id IS NOT NULL, 'idle in transaction', COALESCE(LOWER(t.PROCESSLIST_COMMAND), '')),
		COALESCE(t.PROCESSLIST_INFO, (SELECT s.SQL_TEXT FROM performance_schema.events_statements_current s WHERE s.THREAD_ID = t.THREAD_ID LIMIT 1), ''),
		COALESCE(TIMESTAMPDIFF(SECOND, x.trx_started, NOW()), t.PROCESSLIST_TIME, 0)
		FROM performance_schema.threads t LEFT JOIN information_schema.INNODB_TRX x ON x.trx_mysql_thread_id = t.PROCESSLIST_ID`

	mysqlRowWaits = "SELECT " + mysqlThread + ` WHERE t.THREAD_ID IN (SELECT w.BLOCKING_THREAD_ID FROM performance_schema.data_lock_waits w
		JOIN performance_schema.threads me ON me.THREAD_ID = w.REQUESTING_THREAD_ID WHERE me.PROCESSLIST_ID = $ME) AND t.PROCESSLIST_ID <> $ME`

	mysqlTableWaits = "SELECT " + mysqlThread + ` WHERE t.PROCESSLIST_ID <> $ME AND t.THREAD_ID IN (SELECT held.OWNER_THREAD_ID FROM performance_schema.metadata_locks held
		JOIN performance_schema.metadata_locks want ON want.OBJECT_TYPE = held.OBJECT_TYPE AND want.OBJECT_SCHEMA <=> held.OBJECT_SCHEMA
			AND want.OBJECT_NAME <=> held.OBJECT_NAME AND want.LOCK_STATUS = 'PENDING' AND held.LOCK_STATUS = 'GRANTED'
		JOIN performance_schema.threads me ON me.THREAD_ID = want.OWNER_THREAD_ID WHERE me.PROCESSLIST_ID = $ME)`

	mariadbThread = `p.ID, p.USER, p.HOST, IF(p.COMMAND = 'Sleep' AND x.trx_id IS NOT NULL, 'idle in transaction', LOWER(p.COMMAND)), COALESCE(p.INFO, ''),
		COALESCE(TIMESTAMPDIFF(SECOND, x.trx_started, NOW()), p.TIME, 0)
		FROM information_schema.PROCESSLIST p LEFT JOIN information_schema.INNODB_TRX x ON x.trx_mysql_thread_id = p.ID`

	mariadbRowWaits = "SELECT " + mariadbThread + ` WHERE x.trx_id IN (SELECT w.blocking_trx_id FROM information_schema.INNODB_LOCK_WAITS w
		JOIN information_schema.INNODB_TRX me ON me.trx_id = w.requesting_trx_id WHERE me.trx_mysql_thread_id = $ME)`

	mariadbSuspects = "SELECT " + mariadbThread + ` WHERE p.ID NOT IN ($ME, CONNECTION_ID()) AND p.COMMAND NOT IN ('Daemon', 'Binlog Dump')
		AND COALESCE(p.STATE, '') NOT LIKE 'Waiting for%%lock%%' %s
		AND (x.trx_id IS NOT NULL OR p.COMMAND = 'Query' AND p.TIME >= %s) ORDER BY x.trx_started IS NULL, x.trx_started, p.TIME DESC LIMIT 5`
)
