package mysql

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"revise/drivers"
)

var lockNameForm = drivers.Form(`^[a-z0-9_.:@-]{1,64}$`)

// lockName is what a key is called on the server, where such locks are known to all databases: with the database's name in it, and not
// over 64 characters (MySQL's limit). The server does not tell upper case from lower, so a name that has both is hashed.
func (c *conn) lockName(key string) string {
	name := key + "@" + c.facts.Database
	if lockNameForm().MatchString(name) {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	return "revise:" + hex.EncodeToString(sum[:20])
}

// TryLock takes a user-level lock. A batch that calls RELEASE_ALL_LOCKS gives it away; the reset behind the batch takes it back, or fails.
func (c *conn) TryLock(ctx context.Context, key, ahead string) error {
	name := c.lockName(key)
	if c.locks[name] {
		return fmt.Errorf("this session holds the lock %s already", key)
	}
	got, err := c.value(ctx, "SELECT GET_LOCK("+Driver{}.Literal(name)+", 0)")
	if err != nil {
		return fmt.Errorf("take the lock %s: %w", key, err)
	}
	switch got {
	case "1":
		c.locks[name] = true
		return c.hurry(ctx, ahead)
	case "0":
		return &drivers.LockedError{Key: key}
	}
	return fmt.Errorf("take the lock %s: the server gave neither yes nor no", key)
}

// lockIdle is how long a session that holds a lock may be idle, in seconds, before the server ends it: one whose client is gone without a word would keep
// its lock for eight hours (wait_timeout). Between packets a run is idle for moments, and for ten seconds at most where a blocked statement is tried again.
const lockIdle = "60"

// hurry has the server end the session when nothing comes for a while, and asks what can change it, and what the caller will ask.
func (c *conn) hurry(ctx context.Context, ahead string) error {
	ask := "SET SESSION wait_timeout = " + lockIdle + separator + quietQuery
	if ahead != "" {
		ask += separator + ahead
	}
	answers, err := c.ask(ctx, ask)
	if ahead != "" && len(answers) > 0 && c.gone == nil && ctx.Err() == nil {
		c.ahead = &drivers.Answer{Text: ahead, Err: err}
		if err == nil && len(answers) == 2 {
			c.ahead.Rows = answers[1]
		}
		err = nil
	}
	if err != nil {
		return fmt.Errorf("take the lock: %w", err)
	}
	c.quiet = len(answers) > 0 && len(answers[0]) == 1 && answers[0][0][0] == "1"
	c.home.settings["wait_timeout"] = lockIdle
	return nil
}

// Holder asks for the connection that has a user-level lock, and, as far as the server lets us see, whose that is.
func (c *conn) Holder(ctx context.Context, key string) (*drivers.LockedError, error) {
	id, err := c.value(ctx, "SELECT IS_USED_LOCK("+Driver{}.Literal(c.lockName(key))+")")
	if err != nil || id == "" {
		return nil, err
	}
	held := &drivers.LockedError{Key: key, Holder: "connection " + id, End: "KILL " + id + ";"}
	if p, err := processOf(context.Background(), c.link, id); err == nil {
		held.Holder = fmt.Sprintf("connection %s, user %s, from %s", p.id, p.user, p.host)
	}
	return held, nil
}

// Unlock gives a lock back.
func (c *conn) Unlock(ctx context.Context, key string) error {
	name := c.lockName(key)
	delete(c.locks, name)
	got, err := c.value(ctx, "SELECT RELEASE_LOCK("+Driver{}.Literal(name)+")")
	if err != nil {
		return fmt.Errorf("give back the lock %s: %w", key, err)
	}
	if got != "1" {
		return fmt.Errorf("the lock %s was not held by this session", key)
	}
	return nil
}

// value is the one value that a query returns.
func (c *conn) value(ctx context.Context, sql string) (string, error) {
	rows, err := c.Query(ctx, sql)
	if err != nil {
		return "", err
	}
	if len(rows) != 1 || len(rows[0]) != 1 {
		return "", fmt.Errorf("the server gave %d rows", len(rows))
	}
	return rows[0][0], nil
}
