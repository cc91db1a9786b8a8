package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"revise/drivers"
)

// Scratch makes the database from a session that stays open and holds an advisory lock named after it: whose lock nobody holds was left by a program that is dead. The lock is
// taken before the database is made, so there is no moment in which another one could take it for such.
func (d Driver) Scratch(ctx context.Context, addr drivers.Address, opt drivers.Options) (_ *drivers.Scratch, err error) {
	opt.Ahead = ""
	session, err := d.Open(ctx, addr, opt)
	if err != nil {
		return nil, err
	}
	holder := session.(*conn)
	defer func() {
		if err != nil {
			holder.Close(ctx)
		}
	}()
	if holder.facts.Pooled {
		return nil, &drivers.ConnectError{Target: addr.String(), Msg: "a pooler stands between, through which no scratch database can be made",
			Hint: "name the server itself: [scratch] url", Err: errors.New("pooled")}
	}
	removed, err := holder.sweep(ctx)
	if err != nil {
		return nil, fmt.Errorf("look for scratch databases of dead programs: %w", err)
	}
	name := drivers.ScratchName()
	if _, err := holder.Query(ctx, "SELECT pg_catalog.pg_advisory_lock("+scratchKey(name)+")"); err != nil {
		return nil, err
	}
	if err := holder.createScratch(ctx, name, addr); err != nil {
		return nil, err
	}
	at := addr
	at.Name = name
	drop := func(ctx context.Context) error {
		if holder.pg.IsClosed() {
			return nil
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
		defer cancel()
		err := holder.dropScratch(ctx, name)
		return errors.Join(err, holder.Close(ctx))
	}
	return &drivers.Scratch{Addr: at, Removed: removed, Drop: drop}, nil
}

// scratchKey is the key of the lock of a scratch database.
func scratchKey(name string) string { return strconv.FormatInt(lockID("scratch "+name), 10) }

// createScratch makes an empty database with the encoding, the collation and the settings of the session's.
func (c *conn) createScratch(ctx context.Context, name string, addr drivers.Address) error {
	rows, err := c.Query(ctx, `SELECT pg_catalog.pg_encoding_to_char(d.encoding), d.datcollate, d.datctype, coalesce(to_jsonb(d) ->> 'datlocprovider', 'c'),
 coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale', '') FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()`)
	if err != nil {
		return err
	}
	r := rows[0]
	sql := "CREATE DATABASE " + ident(name) + " TEMPLATE template0 ENCODING " + literal(r[0]) + " LC_COLLATE " + literal(r[1]) + " LC_CTYPE " + literal(r[2])
	switch r[3] {
	case "i":
		sql += " LOCALE_PROVIDER icu ICU_LOCALE " + literal(r[4])
	case "b":
		sql += " LOCALE_PROVIDER builtin BUILTIN_LOCALE " + literal(r[4])
	}
	if _, err := c.Query(ctx, sql); err != nil {
		var server *drivers.Error
		if errors.As(err, &server) && server.Code == insufficientPrivilege {
			return &drivers.ConnectError{Target: addr.String(), Msg: "the user " + c.facts.User + " may not create databases, which trials need", Err: err,
				Hint: "ALTER ROLE " + ident(c.facts.User) + " CREATEDB, or name another server for scratch databases: [scratch] url"}
		}
		return err
	}
	settings, err := c.Query(ctx, `SELECT pg_catalog.unnest(s.setconfig) FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase AND s.setrole = 0
 WHERE d.datname = pg_catalog.current_database()`)
	for _, s := range settings {
		if err != nil {
			break
		}
		key, value, _ := strings.Cut(s[0], "=")
		value = literal(value)
		if key == "search_path" { // a list of names, as it is kept
			_, value, _ = strings.Cut(s[0], "=")
		}
		_, err = c.Query(ctx, "ALTER DATABASE "+ident(name)+" SET "+ident(key)+" TO "+value)
	}
	if err != nil {
		return errors.Join(err, c.dropScratch(context.WithoutCancel(ctx), name))
	}
	return nil
}

const insufficientPrivilege = "42501"

// dropScratch ends what sessions there are on a database, and drops it.
func (c *conn) dropScratch(ctx context.Context, name string) error {
	sql := "DROP DATABASE IF EXISTS " + ident(name)
	if c.version >= 130000 {
		sql += " WITH (FORCE)"
	} else if _, err := c.Query(ctx, "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE datname = "+literal(name)); err != nil {
		return err
	}
	_, err := c.Query(ctx, sql)
	return err
}

// sweep drops the databases of dead programs, as far as the user may.
func (c *conn) sweep(ctx context.Context) (removed []string, err error) {
	all, err := c.Query(ctx, "SELECT datname FROM pg_catalog.pg_database WHERE datname LIKE "+literal(strings.ReplaceAll(drivers.ScratchPrefix, "_", `\_`)+"%"))
	if err != nil || len(all) == 0 {
		return nil, err
	}
	// An advisory lock is one of a database, and the holder may have come in through another one than we did: all of the server's are looked at. It is looked at behind the
	// list of names: a lock is taken before its database is made.
	locks, err := c.Query(ctx, "SELECT (classid::bigint << 32) | objid::bigint FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1")
	if err != nil {
		return nil, err
	}
	held := map[string]bool{}
	for _, l := range locks {
		held[l[0]] = true
	}
	var left []string
	for _, r := range all {
		if !held[scratchKey(r[0])] {
			left = append(left, r[0])
		}
	}
	return drivers.DropScratches(left, func(name string) error { return c.dropScratch(ctx, name) })
}
