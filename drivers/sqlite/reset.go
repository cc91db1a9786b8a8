package sqlite

import (
	"context"
	"errors"
	"fmt"
)

// sessionPragmas are the PRAGMAs that change how a session reads or writes, and that can be read back. In their order, for query_only
// would keep the rest from being undone. What a file's session may set besides goes with its handle.
var sessionPragmas = []string{
	"query_only", "foreign_keys", "defer_foreign_keys", "recursive_triggers", "ignore_check_constraints", "legacy_alter_table",
	"writable_schema", "trusted_schema", "reverse_unordered_selects", "count_changes", "full_column_names", "short_column_names",
	"read_uncommitted", "automatic_index", "cell_size_check", "synchronous", "cache_size", "cache_spill", "temp_store", "secure_delete",
	"analysis_limit", "max_page_count", "hard_heap_limit",
}

// pragmas reads the session's settings. A PRAGMA this SQLite does not know has none.
func (h *handle) pragmas() (map[string]string, error) {
	values := map[string]string{}
	for _, name := range sessionPragmas {
		err := h.run("PRAGMA "+name, func(stmt uintptr) { values[name] = h.text(stmt, 0) })
		if err != nil {
			return nil, err
		}
	}
	return values, nil
}

// reset gives the next batch a clean session: no transaction, and nothing left of what statements have set, attached or made for the
// session only. It costs nothing if they did none of it. For a file that is a new handle; a database in memory is cleaned in place.
func (c *conn) reset() error {
	if c.h == nil {
		return nil // lost already, which the error that is under way says
	}
	ctx, limit := c.ctl.ctx, c.ctl.limit
	c.ctl.ctx, c.ctl.limit = context.WithoutCancel(ctx), 0
	defer func() { c.ctl.ctx, c.ctl.limit = ctx, limit }()
	if err := c.rollback(nil); err != nil || !c.ctl.touched {
		return err
	}
	var err error
	if c.path == inMemory {
		err = errors.Join(c.restore(), c.detach())
	} else {
		c.h.close()
		err = c.open(0)
		if err == nil && !lasting(c.set.journal) {
			err = c.setJournal()
		}
	}
	if err != nil {
		return c.lose(fmt.Errorf("clean up the session: %w", err))
	}
	c.ctl.touched = false
	return nil
}

// lasting tells whether a journal mode is one that the file itself remembers, or the one of any new session.
func lasting(journal string) bool { return journal == "" || journal == "wal" || journal == "delete" }

// restore undoes settings and drops temporary objects. It works inside a transaction.
func (c *conn) restore() error {
	now, err := c.h.pragmas()
	if err != nil {
		return err
	}
	for _, name := range sessionPragmas {
		// Switching defer_foreign_keys off forgets the violations it has put off. It ends with the transaction by itself.
		// Switching foreign_keys does nothing in one, and waits for its end.
		if now[name] == c.baseline[name] || (name == "defer_foreign_keys" || name == "foreign_keys") && c.h.inTransaction() {
			continue
		}
		if err := c.h.run("PRAGMA "+name+" = "+c.baseline[name], nil); err != nil {
			return err
		}
	}
	// This one cannot be read.
	if err := c.h.run("PRAGMA case_sensitive_like = 0", nil); err != nil {
		return err
	}
	c.h.waitAgain()
	return c.dropTemporary()
}

func (c *conn) dropTemporary() error {
	// Virtual tables go before the tables that they keep their data in, which are gone then.
	var drops []string
	err := c.h.run("SELECT type, name FROM temp.sqlite_schema WHERE type IN ('trigger', 'view', 'table') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"+
		" ORDER BY type = 'table', sql NOT LIKE 'CREATE VIRTUAL%'", func(stmt uintptr) {
		drops = append(drops, "DROP "+c.h.text(stmt, 0)+" IF EXISTS temp."+ident(c.h.text(stmt, 1)))
	})
	for _, drop := range drops {
		err = errors.Join(err, c.h.run(drop, nil))
	}
	return err
}

func (c *conn) detach() error {
	var attached []string
	err := c.h.run("SELECT name FROM pragma_database_list WHERE name NOT IN ('main', 'temp')", func(stmt uintptr) {
		attached = append(attached, c.h.text(stmt, 0))
	})
	for _, name := range attached {
		err = errors.Join(err, c.h.run("DETACH "+ident(name), nil))
	}
	return err
}
