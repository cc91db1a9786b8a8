package mysql

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"revise/drivers"
)

// Scratch makes the database from a session that stays open and holds a lock of its name: whose lock nobody holds was left by a program that is dead. The lock is
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
	if holder.facts.Pooled || holder.facts.Cluster != "" {
		return nil, &drivers.ConnectError{Target: addr.String(), Msg: "databases for trials are told from left ones by a lock, which a cluster or a pooler does not keep",
			Hint: "name a single server: [scratch] url", Err: errors.New("no lock")}
	}
	// As long as the trial lasts the session is idle. Windows takes no longer time than 24 days.
	if _, err := holder.ask(ctx, "SET SESSION wait_timeout = 2147483"); err != nil {
		return nil, err
	}
	removed, err := holder.sweep(ctx)
	if err != nil {
		return nil, fmt.Errorf("look for scratch databases of dead programs: %w", err)
	}
	s := &scratch{driver: d, addr: addr, opt: opt, holder: holder}
	if err := s.make(ctx); err != nil {
		return nil, err
	}
	at := addr
	at.Name = s.name
	return &drivers.Scratch{Addr: at, Removed: removed, Drop: s.drop}, nil
}

// A scratch is a database for trials and the session that holds its lock.
type scratch struct {
	driver  Driver
	addr    drivers.Address // of the database beside it
	opt     drivers.Options
	holder  *conn
	name    string
	dropped bool
}

func (s *scratch) make(ctx context.Context) error {
	s.name = drivers.ScratchName()
	held, err := s.holder.ask(ctx, "SELECT GET_LOCK("+s.driver.Literal(s.name)+", 5)")
	if err != nil {
		return err
	}
	if len(held) != 1 || len(held[0]) != 1 || held[0][0][0] != "1" {
		return fmt.Errorf("the server did not give the lock %s", s.name)
	}
	rows, err := s.holder.ask(ctx, "SELECT default_character_set_name, default_collation_name FROM information_schema.schemata WHERE schema_name = DATABASE()")
	if err != nil {
		return err
	}
	create := "CREATE DATABASE " + back(s.name)
	if len(rows) == 1 && len(rows[0]) == 1 {
		create += " CHARACTER SET " + rows[0][0][0] + " COLLATE " + rows[0][0][1]
	}
	_, err = s.holder.ask(ctx, create)
	var server *drivers.Error
	if errors.As(err, &server) && (server.Code == accessDenied || server.Code == accessDeniedForUser) {
		user := s.holder.facts.User
		return &drivers.ConnectError{Target: s.addr.String(), Msg: "the user " + user + " may not create databases, which trials need", Err: err,
			Hint: "GRANT ALL ON `revise\\_scratch\\_%`.* TO " + user + ", or name another server for scratch databases: [scratch] url"}
	}
	return err
}

const (
	accessDeniedForUser = "1044"
	accessDenied        = "1227"
)

// drop ends what is still on the database, for an open transaction would keep it, and drops it. It takes its own time, however little the caller has left.
func (s *scratch) drop(ctx context.Context) error {
	if s.dropped {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	c := s.holder
	if c.gone != nil { // and its lock: a new session does it
		session, err := s.driver.Open(ctx, s.addr, s.opt)
		if err != nil {
			return err
		}
		c = session.(*conn)
	}
	defer c.Close(ctx)
	err := c.dropScratch(ctx, s.name)
	s.dropped = err == nil
	return err
}

// dropScratch ends all other sessions that are on a database, as far as the user may, and drops it.
func (c *conn) dropScratch(ctx context.Context, name string) error {
	if lists, err := c.ask(ctx, "SHOW PROCESSLIST"); err == nil && len(lists) > 0 {
		for _, r := range lists[0] {
			if _, err := strconv.Atoi(r[0]); err == nil && r[3] == name && r[0] != c.id {
				c.ask(ctx, "KILL "+r[0])
			}
		}
	}
	_, err := c.ask(ctx, "DROP DATABASE IF EXISTS "+back(name))
	return err
}

// sweep drops the databases of dead programs, as far as the user may.
func (c *conn) sweep(ctx context.Context) (removed []string, err error) {
	lists, err := c.ask(ctx, fmt.Sprintf("SELECT schema_name, IS_USED_LOCK(schema_name) IS NULL FROM information_schema.schemata WHERE LEFT(schema_name, %d) = '%s'",
		len(drivers.ScratchPrefix), drivers.ScratchPrefix))
	if err != nil || len(lists) == 0 {
		return nil, err
	}
	var left []string
	for _, r := range lists[0] {
		if r[1] == "1" {
			left = append(left, r[0])
		}
	}
	return drivers.DropScratches(left, func(name string) error { return c.dropScratch(ctx, name) })
}
