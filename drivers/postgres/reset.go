package postgres

import (
	"fmt"
	"strings"
	"time"

	"revise/drivers"
)

// homeward are the parts of DISCARD ALL but one, which would give back the session's advisory locks: ours is among them. RESET ROLE is
// added, because SET SESSION AUTHORIZATION leaves no role even where the session began in one (ALTER ROLE … SET role). Cursors are
// closed before the temporary tables that they may read from are dropped.
var homeward = []string{
	"CLOSE ALL", "SET SESSION AUTHORIZATION DEFAULT", "RESET ROLE", "RESET ALL", "DEALLOCATE ALL", "UNLISTEN *",
	"DISCARD PLANS", "DISCARD TEMP", "DISCARD SEQUENCES",
}

// tempLast makes temporary tables and types hide no others: unless it is named, their schema is searched first.
const tempLast = "SELECT pg_catalog.set_config('search_path'," +
	" concat_ws(', ', nullif(pg_catalog.current_setting('search_path'), ''), 'pg_temp'), true)"

// resetInside gives the runner's own statements a clean session inside the transaction: a SET ROLE or a search_path in a revision must not
// reach them. Temporary tables stay, for one with deferred checks still to come cannot be dropped (55006). The batch's limits stay as well.
func (c *conn) resetInside(b *drivers.Batch) []string {
	list := []string{"CLOSE ALL", "SET SESSION AUTHORIZATION DEFAULT", "RESET ROLE", "RESET ALL", tempLast}
	return append(append(list, c.upkeep...), limits("SET LOCAL", b)...)
}

// forgetSequences has currval and lastval know nothing of what an INSERT has taken.
func forgetSequences() []string { return []string{"DISCARD SEQUENCES"} }

// resetBetween is for a pipeline. It has a transaction of its own: else it would be part of the next batch's (a BEGIN takes over what a
// pipeline has run since the last COMMIT), whose SET TRANSACTION would find that queries have run already.
func (c *conn) resetBetween() []string {
	clear(c.prepared)
	list := append([]string{"BEGIN"}, homeward...)
	return append(append(append(list, c.upkeep...), c.giveBack()...), "COMMIT")
}

// limits are the statements that set a batch's timeouts.
func limits(set string, b *drivers.Batch) []string {
	var list []string
	put := func(name string, d time.Duration) {
		if d > 0 {
			list = append(list, fmt.Sprintf("%s %s = %d", set, name, max(d.Milliseconds(), 1)))
		}
	}
	put("lock_timeout", b.LockTimeout)
	put("statement_timeout", b.StatementTimeout)
	return list
}

// restore makes the session clean outside of a pipeline, whatever it is in, and runs further statements of the driver's own there.
func (c *conn) restore(more ...string) error {
	if c.pg.TxStatus() != 'I' {
		if err := c.insist("ROLLBACK"); err != nil {
			return err
		}
	}
	clear(c.prepared)
	list := append(append(append([]string{}, homeward...), c.upkeep...), c.giveBack()...)
	err := c.insist(strings.Join(append(list, more...), ";"))
	c.strayLocks, c.dirty = c.strayLocks && err != nil, c.dirty && err != nil
	return err
}
