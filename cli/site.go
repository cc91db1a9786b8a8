package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"revise/autogen"
	"revise/chain"
	"revise/config"
	"revise/drivers"
	"revise/runner"
	"revise/schema"
)

// A workplace is what commands about whole schemas work with: the chain, and where databases for trials are made.
type workplace struct {
	cfg    *config.Config
	driver drivers.Driver
	addr   drivers.Address // of the database that is worked on
	chain  *chain.Chain    // nil for a command that reads no files
	site   *autogen.Site
}

// siteOf is what of schemas counts, as configured. Nothing says yet where trials are made.
func siteOf(driver drivers.Driver, cfg *config.Config) (*autogen.Site, error) {
	f, err := schema.NewFilter(cfg.Schema.Include, cfg.Schema.Exclude)
	if err != nil {
		return nil, usagef("see [schema] in docs/configuration.md", "%v", err)
	}
	return &autogen.Site{Driver: driver, Filter: f, Privileges: cfg.Schema.Privileges, Ledger: autogen.Ledger{Schema: cfg.Ledger.Schema, Table: cfg.Ledger.Table}}, nil
}

// workplace reads the configuration and, if they are wanted, the files. An empty folder is a chain without revisions.
func (p *program) workplace(withFiles bool) (*workplace, error) {
	cfg, err := p.load()
	if err != nil {
		return nil, err
	}
	w := &workplace{cfg: cfg}
	if w.driver, w.addr, err = p.address(cfg); err != nil {
		return nil, err
	}
	if withFiles {
		w.chain, err = p.chain(cfg)
		if as[*runner.NoFilesError](err) {
			w.chain, err = chain.New(nil)
		}
		if err != nil {
			return nil, err
		}
	}
	at := w.addr
	if url := cfg.Scratch.Reveal(); url != "" {
		driver, addr, err := p.drivers.Locate(url, drivers.Address{}, cfg.Schema.Dir)
		if err != nil {
			return nil, usagef("check the URL of "+cfg.Source("scratch.url"), "%v", err)
		}
		if driver.Name() != w.driver.Name() {
			return nil, usagef("databases for trials have to be of the same kind", "scratch.url is a database of %s, and the database one of %s", driver.Name(), w.driver.Name())
		}
		at = addr
	}
	if w.site, err = siteOf(w.driver, cfg); err != nil {
		return nil, err
	}
	opt := runner.Options{LockTimeout: cfg.Run.LockTimeout, StatementTimeout: cfg.Run.StatementTimeout, Who: p.who()}
	if err := p.told(&opt, cfg); err != nil {
		return nil, err
	}
	w.site.Addr, w.site.Options, w.site.Run = at, drivers.Options{App: "revise"}, opt
	w.site.Removed = func(names []string) {
		p.say("%s of a run that is dead removed: %s\n", plural(len(names), "scratch database"), strings.Join(names, ", "))
	}
	return w, nil
}

// liveSchema reads the schema of the database that is worked on.
func (p *program) liveSchema(w *workplace) (*schema.Snapshot, error) {
	conn, err := p.connect(p.dial(w.driver, w.addr, w.cfg))
	if err != nil {
		return nil, err
	}
	defer closeSoon(p.ctx, conn)
	return w.site.Keep().Read(p.ctx, conn)
}

func closeSoon(ctx context.Context, conn drivers.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	conn.Close(ctx)
}

// closing removes a trial, and tells what came of it if nothing else went wrong.
func (p *program) closing(close func(context.Context) error, err *error) {
	if e := close(p.ctx); e != nil {
		if *err == nil {
			*err = e
			return
		}
		p.say("warning: %v\n", e)
	}
}

// wanted is the schema that the configuration asks for.
func (p *program) wanted(w *workplace) (snap *schema.Snapshot, err error) {
	source := w.cfg.Schema.Source.Reveal()
	switch {
	case len(w.cfg.Schema.Command) > 0:
		out, err := p.printed(w.cfg)
		if err != nil {
			return nil, err
		}
		return p.built(w, []autogen.Script{{Name: "the output of " + w.cfg.Schema.Command[0], Text: out}})
	case source == "":
		return nil, usagef("write schema = \"schema.sql\" under [autogenerate] in migrate.toml, or command = [\"…\"]; see docs/autogenerate.md",
			"nothing says what the schema should be")
	case drivers.Scheme(source) != "" && !isPath(source):
		driver, addr, err := p.drivers.Locate(source, drivers.Address{}, w.cfg.Schema.Dir)
		if err != nil {
			return nil, usagef("check autogenerate.schema, from "+w.cfg.Source("autogenerate.schema"), "%v", err)
		}
		if driver.Name() != w.driver.Name() {
			return nil, usagef("it has to be of the same kind", "autogenerate.schema is a database of %s, and the database one of %s", driver.Name(), w.driver.Name())
		}
		conn, err := driver.Open(p.ctx, addr, drivers.Options{App: "revise"})
		if err != nil {
			return nil, err
		}
		defer closeSoon(p.ctx, conn)
		return w.site.Keep().Read(p.ctx, conn)
	}
	scripts, err := scriptsAt(source)
	if err != nil {
		return nil, err
	}
	return p.built(w, scripts)
}

// isPath reports whether a source is there as a file or a folder, whatever its name looks like.
func isPath(source string) bool {
	_, err := os.Stat(source)
	return err == nil
}

// built is the schema that scripts make of an empty database.
func (p *program) built(w *workplace, scripts []autogen.Script) (snap *schema.Snapshot, err error) {
	trial, err := w.site.Trial(p.ctx)
	if err != nil {
		return nil, err
	}
	defer p.closing(trial.Close, &err)
	if err := trial.Load(p.ctx, scripts); err != nil {
		return nil, err
	}
	return trial.Snapshot(p.ctx)
}

// scriptsAt reads a file, or all .sql files of a folder and those below, sorted by their paths.
func scriptsAt(path string) ([]autogen.Script, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, usagef("autogenerate.schema names it", "read the schema: %v", err)
	}
	files := []string{path}
	if info.IsDir() {
		files = nil
		err := filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && strings.HasSuffix(name, ".sql") {
				files = append(files, name)
			}
			return err
		})
		if err != nil {
			return nil, usagef("", "read the schema: %v", err)
		}
		if len(files) == 0 {
			return nil, usagef("autogenerate.schema names it", "there is no .sql file in %s", shownPath(path))
		}
		sort.Strings(files)
	}
	var list []autogen.Script
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			return nil, usagef("", "read the schema: %v", err)
		}
		list = append(list, autogen.Script{Name: shownPath(f), Text: strings.TrimPrefix(string(text), "\ufeff")})
	}
	return list, nil
}

// printed runs the command that prints the schema.
func (p *program) printed(cfg *config.Config) (string, error) {
	words := cfg.Schema.Command
	cmd := exec.CommandContext(p.ctx, words[0], words[1:]...)
	cmd.Dir = cfg.Schema.Dir
	cmd.WaitDelay = 5 * time.Second
	for k, v := range p.env {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	err := cmd.Run()
	if p.ctx.Err() != nil {
		return "", p.ctx.Err()
	}
	if text := strings.TrimRight(said.String(), "\n"); text != "" {
		if err != nil {
			fmt.Fprintln(p.err, clean(text))
		} else {
			p.say("%s\n", clean(text))
		}
	}
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return "", usagef("it runs in "+shownPath(orDot(cfg.Schema.Dir))+"; what it wrote to stderr stands above", "the command %s of autogenerate.command ended with %v", words[0], exit)
	case err != nil:
		return "", usagef("autogenerate.command names it", "run %s: %v", words[0], err)
	case strings.TrimSpace(out.String()) == "":
		return "", usagef("it has to print the schema as SQL", "the command %s of autogenerate.command printed nothing", words[0])
	}
	return out.String(), nil
}

func orDot(dir string) string {
	if dir == "" {
		return "."
	}
	return dir
}

// A scratchStop is a statement of a revision that was refused in a scratch database: no database that anybody knows was touched.
type scratchStop struct {
	error
	hint string
}

func (e *scratchStop) Unwrap() error { return e.error }

// stopped makes a scratchStop of the failure of a statement in a file. again is the command that failed.
func stopped(err error, again string) error {
	if as[*runner.StatementError](err) {
		return &scratchStop{err, "to go on, mend the file, then:  revise " + again}
	}
	return err
}

const inScratch = "it ran in a scratch database, which is removed"

func (p *program) layoutStop(b *strings.Builder, stop *scratchStop) {
	var e *runner.StatementError
	errors.As(stop, &e)
	first := clean(firstLine(e))
	if pos := e.At(); pos.IsValid() {
		first = pos.String() + ": " + first
	}
	fmt.Fprintln(b, p.style.fail(first))
	p.layoutRefused(b, e)
	fmt.Fprintf(b, "%s\n%s\n%s\n", place(e), inScratch, stop.hint)
}

// layoutUnbuilt shows what of a database's schema could not be built.
func (p *program) layoutUnbuilt(b *strings.Builder, e *autogen.UnbuiltError) {
	fmt.Fprintln(b, p.style.fail("error: "+e.Error()))
	for _, l := range schema.Lines(e.Database, e.Built, e.Changes) {
		fmt.Fprintf(b, "  %s\n", clean(l))
	}
	p.layoutHint(b, "schema.exclude leaves it out; without --from-database, the revisions are what it begins at")
}
