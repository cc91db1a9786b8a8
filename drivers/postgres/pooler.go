package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// wandering reports whether the connection goes to another session of the server with each transaction. It is asked where the session's number is not
// the one that the other side gave at the start (BackendKeyData): a pooler gives a number of its own. A second client keeps the session busy that the pool
// has used last; if ours is another one then, or the same that the second has, they are not ours to keep. What cannot be found out counts as yes: a lock
// that strands in a pool keeps everybody out.
func (c *conn) wandering(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	pid := func(p *pgconn.PgConn, sql string) string {
		results, err := p.Exec(ctx, sql).ReadAll()
		if err != nil || len(results) == 0 {
			return ""
		}
		last := results[len(results)-1]
		if len(last.Rows) != 1 {
			return ""
		}
		return string(last.Rows[0][0])
	}
	const who = "SELECT pg_catalog.pg_backend_pid()"
	ours := pid(c.pg, who)
	cfg := c.cfg.Copy()
	cfg.OnNotice = nil
	side, err := pgconn.ConnectConfig(ctx, cfg)
	if err != nil {
		return true
	}
	defer side.Close(ctx)
	theirs := pid(side, "BEGIN; "+who)
	again := pid(c.pg, who)
	pid(side, "ROLLBACK")
	return ours == "" || theirs == "" || again != ours || theirs == ours
}
