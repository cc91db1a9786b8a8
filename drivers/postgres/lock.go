package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"revise/drivers"
)

// lockID maps a key to the number that advisory locks go by; they are apart for each database.
func lockID(key string) int64 {
	sum := sha256.Sum256([]byte("revise lock\x00" + key))
	return int64(binary.BigEndian.Uint64(sum[:8]))
}

// TryLock never waits in the server: a waiting pg_advisory_lock holds a snapshot, for which a CREATE INDEX CONCURRENTLY of the holder
// would wait for ever.
func (c *conn) TryLock(ctx context.Context, key, ahead string) error {
	if c.locks[key] {
		// The server would count: it took as many unlocks to let go.
		return fmt.Errorf("this session holds the lock %s already", key)
	}
	rows, err := c.Query(ctx, "SELECT pg_catalog.pg_try_advisory_lock("+strconv.FormatInt(lockID(key), 10)+")")
	if err != nil {
		return fmt.Errorf("take the lock %s: %w", key, err)
	}
	if rows[0][0] != "t" {
		return &drivers.LockedError{Key: key}
	}
	c.locks[key] = true
	if err := c.settleIn(ctx, ahead); err != nil {
		return fmt.Errorf("take the lock %s: %w", key, err)
	}
	return nil
}

// Holder reads who has an advisory lock from the server's list of locks, which everybody may see.
func (c *conn) Holder(ctx context.Context, key string) (*drivers.LockedError, error) {
	// objsubid is 1 for a lock taken by one 64-bit key, whose halves are classid and objid (manual, pg_locks).
	rows, err := c.Query(ctx, `SELECT l.pid, coalesce(a.usename::text, ''), coalesce(host(a.client_addr), 'a local socket'),
			to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS TZ'), coalesce(a.application_name, '')
		FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a USING (pid)
		WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
			AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
			AND (l.classid::bigint << 32) | l.objid::bigint = `+strconv.FormatInt(lockID(key), 10))
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	r := rows[0]
	held := &drivers.LockedError{Key: key, End: "SELECT pg_terminate_backend(" + r[0] + ");"}
	held.Holder = fmt.Sprintf("pid %s, user %s, from %s, connected since %s", r[0], r[1], r[2], r[3])
	if r[4] != "" {
		held.Holder += ", as " + r[4]
	}
	return held, nil
}

// Unlock asks the server even for a lock that is not ours, so that it is the server who knows.
func (c *conn) Unlock(ctx context.Context, key string) error {
	rows, err := c.Query(ctx, "SELECT pg_catalog.pg_advisory_unlock("+strconv.FormatInt(lockID(key), 10)+")")
	if err != nil {
		return fmt.Errorf("give back the lock %s: %w", key, err)
	}
	delete(c.locks, key)
	if rows[0][0] != "t" {
		return fmt.Errorf("the lock %s was not held by this session", key)
	}
	return nil
}

// lockWords finds statements that may take advisory locks, or give session locks away, ours among them. One look serves for both: texts are long.
func lockWords(text string) (takes, gives bool) {
	for i := range len(text) {
		switch text[i] {
		case 'd', 'D':
			gives = gives || foldedPrefix(text[i:], "discard")
		case 'k', 'K':
			takes = takes || foldedPrefix(text[max(i-12, 0):], "advisory_lock")
			gives = gives || foldedPrefix(text[max(i-14, 0):], "advisory_unlock")
		}
	}
	return takes, gives
}

// giveBack is what gives back the session's advisory locks but ours, however often each was taken, if a statement may have taken any: none or one.
func (c *conn) giveBack() []string {
	if !c.strayLocks {
		return nil
	}
	ours := "NULL"
	for _, key := range slices.Sorted(maps.Keys(c.locks)) {
		ours += ", " + strconv.FormatInt(lockID(key), 10)
	}
	const (
		whole  = "(l.classid::bigint << 32) | l.objid::bigint"
		signed = "((l.%s::bigint + 2147483648) %% 4294967296 - 2147483648)::integer" // a key of two halves is shown as if they were unsigned
	)
	halves := fmt.Sprintf(signed, "classid") + ", " + fmt.Sprintf(signed, "objid")
	return []string{"DO $$ BEGIN FOR i IN 1 .. 1000 LOOP PERFORM CASE" +
		" WHEN l.objsubid = 1 AND l.mode = 'ShareLock' THEN pg_catalog.pg_advisory_unlock_shared(" + whole + ")" +
		" WHEN l.objsubid = 1 THEN pg_catalog.pg_advisory_unlock(" + whole + ")" +
		" WHEN l.mode = 'ShareLock' THEN pg_catalog.pg_advisory_unlock_shared(" + halves + ")" +
		" ELSE pg_catalog.pg_advisory_unlock(" + halves + ") END" +
		" FROM pg_catalog.pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.pid = pg_catalog.pg_backend_pid()" +
		" AND NOT coalesce(l.objsubid = 1 AND (" + whole + ") IN (" + ours + "), false);" +
		" EXIT WHEN NOT FOUND; END LOOP; END $$"}
}

func foldedPrefix(text, prefix string) bool {
	return len(text) >= len(prefix) && strings.EqualFold(text[:len(prefix)], prefix)
}

// retake are queries that must be true: each takes a lock of ours again if a batch may have given it away and did. Asking pg_locks first, for
// a lock that is taken twice has to be given back twice.
func (c *conn) retake() []string {
	var queries []string
	for _, key := range slices.Sorted(maps.Keys(c.locks)) {
		id := strconv.FormatInt(lockID(key), 10)
		queries = append(queries, "SELECT CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.pid = pg_catalog.pg_backend_pid()"+
			" AND l.locktype = 'advisory' AND l.objsubid = 1 AND (l.classid::bigint << 32) | l.objid::bigint = "+id+")"+
			" THEN true ELSE pg_catalog.pg_try_advisory_lock("+id+") END")
	}
	return queries
}
