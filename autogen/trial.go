// Package autogen works with whole schemas in databases for trials: it drafts the revision that leads from one schema to another, says what a database
// differs in from its revisions, and proves that revisions can be taken back. Nothing here touches the database that is worked on but to read its schema.
package autogen

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"revise/chain"
	"revise/drivers"
	"revise/parser"
	"revise/runner"
	"revise/schema"
)

// A Site says where trials are made, and what of a schema counts.
type Site struct {
	Driver  drivers.Driver
	Addr    drivers.Address // a database; those for trials are made beside it
	Options drivers.Options
	Ledger  Ledger // of the database that is worked on
	Filter  schema.Filter
	// Privileges says that owners and grants count.
	Privileges bool
	// Run are the options of runs in trials. Where the ledger is, is not theirs to say.
	Run runner.Options
	// Removed, if not nil, is told which databases of dead programs were removed.
	Removed func(names []string)
}

// A Ledger says which tables are the runner's, and not the schema's.
type Ledger struct{ Schema, Table string }

// Keep is what of a schema counts: not the ledger, wherever it is, nor what the filter leaves out.
func (s *Site) Keep() runner.Keep {
	scope := schema.Scope{Privileges: s.Privileges}
	table := s.Ledger.Table
	if table == "" {
		table = runner.DefaultTable
	}
	for _, name := range runner.Tables(table) {
		scope.Without = append(scope.Without, []string{name}) // of a database without schemas
		for _, in := range []string{s.Ledger.Schema, s.Driver.Syntax().Schema} {
			if in != "" {
				scope.Without = append(scope.Without, []string{in, name})
			}
		}
	}
	return runner.Keep{Scope: scope, Filter: s.Filter}
}

// A Trial is a database that nobody else knows. Close removes it.
type Trial struct {
	site    *Site
	scratch *drivers.Scratch
	conn    drivers.Conn
}

// Trial makes an empty database.
func (s *Site) Trial(ctx context.Context) (*Trial, error) {
	scratch, err := s.Driver.Scratch(ctx, s.Addr, s.Options)
	if err != nil {
		return nil, fmt.Errorf("make a scratch database: %w", err)
	}
	if len(scratch.Removed) > 0 && s.Removed != nil {
		s.Removed(scratch.Removed)
	}
	t := &Trial{site: s, scratch: scratch, conn: scratch.Session}
	if t.conn == nil {
		if t.conn, err = s.Driver.Open(ctx, scratch.Addr, drivers.Options{App: s.Options.App}); err != nil {
			return nil, errors.Join(err, t.Close(ctx))
		}
	}
	if in := s.ledgerSchema(); in != "" {
		if err := t.exec(ctx, drivers.Batch{Statements: []drivers.Statement{{Text: "CREATE SCHEMA IF NOT EXISTS " + s.Driver.Ident(in)}}}); err != nil {
			return nil, errors.Join(err, t.Close(ctx))
		}
	}
	return t, nil
}

// ledgerSchema is where the ledger of a trial is, if that is a schema that has to be made. Where a schema is a database, a trial keeps to its own.
func (s *Site) ledgerSchema() string {
	usual := s.Driver.Syntax().Schema
	if usual == "" || s.Addr.File || s.Ledger.Schema == usual {
		return ""
	}
	return s.Ledger.Schema
}

// Close removes the database, also when ctx is over.
func (t *Trial) Close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	if t.conn != nil && t.scratch.Session == nil {
		t.conn.Close(ctx)
	}
	if err := t.scratch.Drop(ctx); err != nil {
		return fmt.Errorf("remove the scratch database %s: %w", t.scratch.Addr.Name, err)
	}
	return nil
}

// Runner makes a runner for a chain on the trial.
func (t *Trial) Runner(links *chain.Chain) (*runner.Runner, error) {
	return runner.New(t.site.Driver, t.conn, links, t.options())
}

// options are those of the trial's runners.
func (t *Trial) options() runner.Options {
	opt := t.site.Run
	opt.Table, opt.Schema = t.site.Ledger.Table, t.site.ledgerSchema()
	opt.Reopen, opt.Hooks, opt.SingleTransaction = nil, nil, false
	return opt
}

// Snapshot reads the schema.
func (t *Trial) Snapshot(ctx context.Context) (*schema.Snapshot, error) {
	return t.site.Keep().Read(ctx, t.conn)
}

func (t *Trial) exec(ctx context.Context, batches ...drivers.Batch) error {
	_, err := t.conn.Exec(ctx, batches)
	return err
}

// Apply runs the parts of a plan as revisions would be.
func (t *Trial) Apply(ctx context.Context, parts ...schema.Part) error {
	return drivers.Apply(ctx, t.conn, parts...)
}

// A Script is SQL that makes a schema.
type Script struct {
	Name string // of its file, or what else a message calls it
	Text string
}

// A ScriptError is a statement of a script that the database refuses.
type ScriptError struct {
	Pos  parser.Position // where the server points, else where the statement begins
	Text string          // of the script
	Err  error
}

func (e *ScriptError) Error() string { return fmt.Sprintf("%s: %v", e.Pos, e.Err) }
func (e *ScriptError) Unwrap() error { return e.Err }

// Load runs scripts, one behind the other, on the empty trial. A mistake in one is a parser.ErrorList or a *ScriptError.
func (t *Trial) Load(ctx context.Context, scripts []Script) error {
	for _, s := range scripts {
		list, err := parser.Split(start(s), s.Text, t.site.Driver.Dialect())
		if err != nil {
			return err
		}
		if err := t.load(ctx, s, list); err != nil {
			return err
		}
	}
	return nil
}

// load runs statements in one transaction, for that is fast, and where that cannot be one by one.
func (t *Trial) load(ctx context.Context, s Script, list []parser.Statement) error {
	if len(list) == 0 {
		return nil
	}
	if t.conn.Facts().TransactionalDDL {
		plain := true
		for _, st := range list {
			plain = plain && st.Class == parser.Plain
		}
		if plain && t.exec(ctx, script(list, true)) == nil {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	at, err := t.conn.Exec(ctx, []drivers.Batch{script(list, false)})
	if err == nil {
		return nil
	}
	if at.Statements >= len(list) {
		return &ScriptError{Pos: start(s), Text: s.Text, Err: err}
	}
	st := list[at.Statements]
	pos := st.Pos
	var server *drivers.Error
	if errors.As(err, &server) && server.Offset > 0 {
		pos = st.At(server.Offset)
	}
	return &ScriptError{Pos: pos, Text: s.Text, Err: err}
}

func script(list []parser.Statement, atomic bool) drivers.Batch {
	b := drivers.Batch{Atomic: atomic}
	for _, st := range list {
		s := drivers.Statement{Text: st.Text}
		if st.Copy {
			s.Copy, s.Data = true, strings.NewReader(st.Data)
		}
		b.Statements = append(b.Statements, s)
	}
	return b
}

// start is where a script begins.
func start(s Script) parser.Position { return parser.Position{File: s.Name, Line: 1, Col: 1} }

// Built is the schema that revisions bring about, up to targets, with all that they stand on.
func (s *Site) Built(ctx context.Context, links *chain.Chain, targets ...string) (snap *schema.Snapshot, err error) {
	t, err := s.Trial(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, t.Close(ctx)) }()
	if err := t.up(ctx, links, targets); err != nil {
		return nil, err
	}
	return t.Snapshot(ctx)
}

// up applies revisions.
func (t *Trial) up(ctx context.Context, links *chain.Chain, targets []string) error {
	if len(targets) == 0 {
		return nil
	}
	r, err := t.Runner(links)
	if err != nil {
		return err
	}
	for _, id := range targets {
		if _, err := r.Up(ctx, id); err != nil {
			return err
		}
	}
	return nil
}
