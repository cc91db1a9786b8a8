// Package config makes one Config of migrate.toml, the environment and flags. It knows which settings there are and who wins
// where several say something; it knows nothing of databases, of revisions or of how a command line is read.
package config

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"
)

// A Config is what is configured, with everything that follows from it read and in its type. No way of printing it shows a secret.
type Config struct {
	Path      string   // of the file; "" if there is none
	Env       string   // the environment that was chosen; "" for none
	Revisions []Folder // those of the revision files, at least one, in the order in which they were given
	HeadsFile string   // the path of the file with the heads; "" for none
	New       New
	Database  Database
	Ledger    Ledger
	Run       Run
	Schema    Schema
	Scratch   Secret   // the URL of a database beside which those for trials are made; "" for the database itself
	Forbid    []string // by verify
	Hooks     []Hook   // around runs, in the order of the file
	// Variable gives what environment and file say of a variable of revision files; false: nothing. An error is a List.
	Variable func(name string) (Secret, bool, error) `json:"-"`
	origins  map[string]string
}

// A Folder is the path of a folder.
type Folder struct {
	Given string // as it was written, for messages
	Path  string // as it can be opened
}

// New says how files of new revisions are made.
type New struct {
	File       string // the name's template
	SlugLength int
	Zone       *time.Location
	Template   string // the path of a file; "" for none
	Hooks      []Hook // commands that run on them, in the order of the file
}

// Ledger says where it is recorded what is applied.
type Ledger struct {
	Table  string
	Schema string // "" for the database's own
}

// Run says how long a run waits.
type Run struct {
	LockWait         time.Duration  // for another run
	LockTimeout      *time.Duration // of a statement; nil: what is usual for the database; 0 leaves it to the server
	LeaseTime        time.Duration  // how long the lock holds that nobody renews, where it is a lease
	LockRetry        time.Duration  // how long in all a statement is tried again that another session blocks
	StatementTimeout time.Duration  // 0 leaves it to the server
	Wait             time.Duration  // for a database that is not up; 0 is not at all
	KeepSchema       bool           // that a run leaves behind is noted down
}

// Schema says what the schema should be, and what of it counts.
type Schema struct {
	Source     Secret // the path of a file or folder, or the URL of a database; "" for none
	Command    []string
	Include    []string
	Exclude    []string
	Privileges bool
	Dump       string // the path of a file; "" for none
	Dir        string // in which the command runs, and against which a path of a database file in Source is to be read
}

// Source says where the value of a setting comes from: "--lock-wait", "REVISE_LOCK_WAIT", "migrate.toml:3:1" or "default".
func (c *Config) Source(key string) string {
	if origin, ok := c.origins[key]; ok {
		return origin
	}
	return "default"
}

// Options are where Load looks.
type Options struct {
	// Dir stands in for the working directory; "" is the working directory itself.
	Dir string
	// LookupEnv is os.LookupEnv or stands in for it; nil is an empty environment.
	LookupEnv func(name string) (string, bool)
	// Flags are those that were given, by their name in Settings.
	Flags map[string]string
}

// A loader is one run of Load.
type loader struct {
	sources
	settings []Setting
	origins  map[string]string
}

func newLoader(opt Options) *loader {
	l := &loader{
		sources:  sources{flags: opt.Flags, lookup: opt.LookupEnv, dir: opt.Dir, base: opt.Dir},
		settings: Settings(),
		origins:  map[string]string{},
	}
	if l.lookup == nil {
		l.lookup = func(string) (string, bool) { return "", false }
	}
	return l
}

// Environments lists those that the file has, in its order. An error is a List.
func Environments(opt Options) ([]string, error) {
	l := newLoader(opt)
	if _, err := l.open(); err != nil || l.sheet == nil {
		return nil, err
	}
	return l.sheet.envs, nil
}

// Load reads the file (if there is one), the environment and the flags. That no database is configured is no error: see
// Database.Configured. An error is a List, with every mistake that could be found.
func Load(opt Options) (*Config, error) {
	l := newLoader(opt)
	c := &Config{origins: l.origins}
	var err error
	if c.Path, err = l.open(); err != nil {
		return nil, err
	}
	if c.Env, err = l.choose(); err != nil {
		return nil, err
	}
	c.Revisions = l.folders("revisions")
	if g := l.first(l.setting("heads_file"), none); g.rank != none {
		c.HeadsFile = l.resolve(g, l.filled("heads_file"))
	}
	c.New.File = l.filled("new.file")
	c.New.SlugLength, _ = readCount(l.filled("new.slug_length"))
	c.New.Zone, _ = time.LoadLocation(l.filled("new.timezone"))
	if g := l.first(l.setting("new.template"), none); g.rank != none {
		c.New.Template = l.resolve(g, l.filled("new.template"))
	}
	c.Database = l.database()
	c.Ledger.Table = l.filled("ledger.table")
	c.Ledger.Schema = l.part("ledger.schema", none)
	for key, to := range map[string]*time.Duration{
		"run.lock_wait":         &c.Run.LockWait,
		"run.lock_retry":        &c.Run.LockRetry,
		"run.lease_time":        &c.Run.LeaseTime,
		"run.statement_timeout": &c.Run.StatementTimeout,
		"run.wait":              &c.Run.Wait,
	} {
		*to, _ = readDuration(l.filled(key))
	}
	if g := l.first(l.setting("run.lock_timeout"), none); g.rank != none {
		d, _ := readDuration(l.filled("run.lock_timeout"))
		c.Run.LockTimeout = &d
	}
	c.Run.KeepSchema = l.filled("run.keep_schema") == "true"
	c.Schema = l.schema()
	c.Scratch = Secret(l.part("scratch.url", none))
	c.Forbid = l.oneOf("verify.forbid", "data-loss", "rewrite", "lock", "irreversible")
	c.Hooks, c.New.Hooks = l.hooks(runHooks), l.hooks(newHooks)
	if err := l.errs.err(); err != nil {
		return nil, err
	}
	c.Variable = l.variable
	return c, nil
}

// schema reads [autogenerate] and [schema]. Who names a command sets aside a source of lower rank, and the other way round.
func (l *loader) schema() Schema {
	s := Schema{
		Include: l.words("schema.include"), Exclude: l.words("schema.exclude"), Privileges: l.filled("schema.privileges") == "true", Dir: l.base,
	}
	source, command := l.first(l.setting("autogenerate.schema"), none), l.first(l.setting("autogenerate.command"), none)
	switch {
	case source.rank != none && source.rank == command.rank:
		l.fail(source, "and "+command.name()+" are both given", "keep one of them")
	case source.rank > command.rank:
		text := l.part("autogenerate.schema", none)
		if text != "" && !isURL(text) {
			text = l.resolve(source, text)
		}
		s.Source = Secret(text)
	case command.rank != none:
		s.Command = l.words("autogenerate.command")
	}
	if g := l.first(l.setting("schema.dump"), none); g.rank != none {
		s.Dump = l.resolve(g, l.filled("schema.dump"))
	}
	return s
}

// isURL reports whether a text is the URL of a database, and no path: a drive of Windows has one letter.
func isURL(text string) bool {
	scheme, _, ok := strings.Cut(text, ":")
	return ok && len(scheme) > 1 && !strings.ContainsAny(scheme, `/\. `)
}

// open finds and reads the file; one that is named must be there. It returns its path, "" if there is none.
func (l *loader) open() (string, error) {
	g := l.first(l.settings[0], inPlain)
	name := g.text
	switch {
	case g.rank == none:
		found, err := find(l.dir)
		if err != nil {
			return "", fmt.Errorf("find the working directory: %w", err)
		}
		if found == "" {
			return "", nil
		}
		name = found
	case name == "":
		return "", List{{Msg: g.origin + " names no file"}}
	}
	path := name
	if !filepath.IsAbs(name) {
		path = filepath.Join(l.dir, name)
	}
	doc, err := read(path, name)
	if err != nil {
		return "", err
	}
	l.base = filepath.Dir(path)
	l.sheet, err = check(doc)
	return path, err
}

// choose finds out which environment of the file is meant. It returns its name, "" for none.
func (l *loader) choose() (string, error) {
	g := l.first(l.setting("environment"), none)
	env, ok := l.text(g)
	if !ok {
		return "", l.errs.err()
	}
	if env == "" {
		return "", nil
	}
	var known []string
	hint := "no " + fileName + " defines one"
	if l.sheet != nil {
		known = l.sheet.envs
		hint = l.sheet.doc.name + " defines none"
	}
	for _, k := range known {
		if k == env {
			l.env = env
			l.origins["environment"] = g.origin
			return env, nil
		}
	}
	if len(known) > 0 {
		hint = "known are " + strings.Join(known, ", ")
	}
	msg := "names an unknown environment"
	if !g.expands() {
		msg = fmt.Sprintf("names the unknown environment %q", env)
		if near := nearest(env, known); near != "" {
			hint = fmt.Sprintf("did you mean %q? %s", near, hint)
		}
	}
	l.fail(g, msg, hint)
	return "", l.errs.err()
}

// leftOut is what happens where a setting that is empty is left out instead.
func leftOut(s Setting) string {
	if s.Default == "" {
		return "leave it out for none"
	}
	return "leave it out for " + s.Default
}

// filled gives the value of a setting that must not be empty.
func (l *loader) filled(key string) string {
	g := l.first(l.setting(key), none)
	if g.rank != none {
		l.origins[key] = g.origin
	}
	text, ok := l.valid(g)
	if ok && text == "" {
		l.fail(g, "is empty", leftOut(g.setting))
	}
	return text
}

// setting finds a setting by its key.
func (l *loader) setting(key string) Setting {
	for _, s := range l.settings {
		if s.Key == key {
			return s
		}
	}
	panic("config: no setting " + key)
}
