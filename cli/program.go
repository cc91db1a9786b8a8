package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/term"

	"revise/chain"
	"revise/config"
	"revise/drivers"
	"revise/parser"
	"revise/runner"
)

// A program is one run of Main: the streams, what was asked for, and how output looks.
type program struct {
	ctx      context.Context
	in       io.Reader
	out, err io.Writer
	env      map[string]string
	drivers  drivers.Set
	version  string
	flags    grammar
	style    style // of stderr and stdout
	live     *live
	answers  *bufio.Reader      // of questions on the terminal; nil before the first
	current  *runner.Runner     // that notices go to
	step     runner.StepStarted // that is running
	tag      string             // of --tag
	goal     string             // the target of run up and run down, as it was typed
	way      chain.Direction    // of run up and run down

	withHooks bool    // those of the configuration run
	one       *envRun // the environment that is worked on, of several; nil: there is one
}

func newProgram(ctx context.Context, w World) *program {
	p := &program{
		ctx: ctx, in: w.In, out: w.Out, err: w.Err, env: map[string]string{}, drivers: w.Drivers, version: w.Version,
	}
	if p.version == "" {
		p.version = "devel"
	}
	for _, e := range w.Env {
		name, value, _ := strings.Cut(e, "=")
		p.env[name] = value
	}
	p.live = &live{}
	return p
}

// setOutput settles how output looks once the flags are known.
func (p *program) setOutput() {
	colour := !p.flags.NoColor && p.env["NO_COLOR"] == "" && p.env["TERM"] != "dumb" && !p.flags.JSON
	p.style = style{out: colour && isTerminal(p.out), err: colour && isTerminal(p.err)}
	p.live = &live{w: p.err, on: isTerminal(p.err) && p.env["TERM"] != "dumb" && !p.flags.Quiet && !p.flags.JSON, width: func() int { return p.width(p.err) }}
}

func isTerminal(v any) bool {
	f, ok := v.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// width is how many columns a stream shows; 0 where lines may be of any length.
func (p *program) width(w any) int {
	if n, err := strconv.Atoi(p.env["COLUMNS"]); err == nil && n > 0 && isTerminal(w) {
		return n
	}
	if f, ok := w.(*os.File); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 0 {
			return n
		}
	}
	return 0
}

func (p *program) lookup(name string) (string, bool) {
	v, ok := p.env[name]
	return v, ok
}

// print writes a result.
func (p *program) print(format string, args ...any) {
	p.live.clear()
	fmt.Fprintf(p.out, format, args...)
}

// say writes what is no result, unless -q asks for silence. Where output is JSON it is an event.
func (p *program) say(format string, args ...any) {
	if p.flags.Quiet {
		return
	}
	if p.flags.JSON {
		_ = p.encoder(p.err).Encode(struct {
			Event   string `json:"event"`
			Message string `json:"message"`
		}{"note", strings.TrimSuffix(fmt.Sprintf(format, args...), "\n")})
		return
	}
	p.live.clear()
	fmt.Fprintf(p.err, format, args...)
}

// shownPath is a path as it is best read from the working directory.
func shownPath(path string) string {
	wd, err := os.Getwd()
	if err != nil {
		return path
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	rel, err := filepath.Rel(wd, abs)
	if err != nil || strings.HasPrefix(rel, ".."+string(filepath.Separator)+"..") {
		return path
	}
	return filepath.ToSlash(rel)
}

// chain reads and links the revision files.
func (p *program) chain(cfg *config.Config) (*chain.Chain, error) {
	c, err := p.sources(cfg).Load()
	return c, p.folder(cfg, err)
}

// parse reads the revision files; with mistakes come those that have none.
func (p *program) parse(cfg *config.Config) ([]*parser.Revision, error) {
	revs, err := p.sources(cfg).Parse()
	if err == nil && len(revs) == 0 {
		err = &runner.NoFilesError{Dir: strings.Join(shownFolders(cfg), ", ")}
	}
	return revs, p.folder(cfg, err)
}

// address makes one Address of the configuration.
func (p *program) address(cfg *config.Config) (drivers.Driver, drivers.Address, error) {
	none := drivers.Address{}
	db := cfg.Database
	if !db.Configured() {
		return nil, none, usagef("set DATABASE_URL, or url under [database] in migrate.toml; revise init writes one", "no database is configured")
	}
	over := drivers.Address{
		Scheme: db.Driver, Host: db.Host, Port: db.Port, User: db.User, Name: db.Name,
		Password: db.Password.Reveal(), HasPass: db.HasPassword, Params: map[string]string{},
	}
	for k, v := range db.Params {
		over.Params[k] = v.Reveal()
	}
	driver, addr, err := p.drivers.Locate(db.URL.Reveal(), over, db.Dir)
	if err != nil {
		return nil, none, usagef("check the database's settings; the URL comes from "+cfg.Source("database.url"), "%v", err)
	}
	return driver, addr, nil
}

// A session is an open database with all that a command works on.
type session struct {
	cfg    *config.Config
	driver drivers.Driver
	chain  *chain.Chain
	runner *runner.Runner
	target string // where it is, without a password
}

// open reads configuration and files, in this order, and needs a database only then: what is wrong with the files is told without it.
func (p *program) open() (_ *session, err error) {
	cfg, err := p.load()
	if err != nil {
		return nil, err
	}
	driver, addr, err := p.address(cfg)
	if err != nil {
		return nil, err
	}
	first := p.dial(driver, addr, cfg)
	defer func() {
		if err != nil {
			first.giveUp()
		}
	}()
	links, err := p.chain(cfg)
	if err != nil {
		return nil, err
	}
	place := &hookPlace{env: cfg.Env}
	var hooks []runner.Hook
	if p.withHooks {
		if hooks, err = p.hooks(cfg, place); err != nil {
			return nil, err
		}
	}
	opt := runner.Options{
		Table: cfg.Ledger.Table, Schema: cfg.Ledger.Schema, LockWait: cfg.Run.LockWait,
		LockTimeout: cfg.Run.LockTimeout, LockRetry: cfg.Run.LockRetry, LeaseTime: cfg.Run.LeaseTime, StatementTimeout: cfg.Run.StatementTimeout,
		Hooks: hooks, Events: p.render, Who: p.who(), SingleTransaction: p.single(),
		Reopen: func(ctx context.Context) (drivers.Conn, error) { return driver.Open(ctx, addr, p.options()) },
	}
	if err := p.told(&opt, cfg); err != nil {
		return nil, err
	}
	if opt.Keep, err = keeping(driver, cfg); err != nil {
		return nil, err
	}
	conn, err := p.connect(first)
	if err != nil {
		return nil, err
	}
	r, err := runner.New(driver, conn, links, opt)
	if err != nil {
		conn.Close(p.ctx)
		return nil, usagef("", "%v", err)
	}
	p.current = r
	facts := conn.Facts()
	target := facts.Target
	if target == "" {
		target = addr.String()
	}
	bare := addr
	bare.Password, bare.HasPass = "", false
	place.target, place.ledger = bare.String(), r.Ledger()
	if p.flags.Verbose {
		p.say("%s: %s %s\n", target, facts.Product, facts.Version)
	}
	return &session{cfg: cfg, driver: driver, chain: links, runner: r, target: target}, nil
}

// onDatabase opens a session, hands it to f, and closes it.
func (p *program) onDatabase(f func(s *session) error) error {
	s, err := p.open()
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(p.ctx), 5*time.Second)
		defer cancel()
		s.runner.Close(ctx)
	}()
	defer p.lookAt(s)
	return f(s)
}

// onLedger is onDatabase with what the ledger holds.
func (p *program) onLedger(f func(s *session, state *runner.State) error) error {
	return p.onDatabase(func(s *session) error {
		state, err := s.runner.State(p.ctx)
		if err != nil {
			return err
		}
		return f(s, state)
	})
}

// A dialled is a database that is being opened, for the first time while files are read: the server takes its time for that, and the way to it as well.
type dialled struct {
	open     func() (drivers.Conn, error) // one try
	deadline time.Time                    // of all tries
	early    chan opened                  // what comes of the first; nil: it was taken
	cancel   context.CancelFunc           // of the first
}

// An opened is what came of a try.
type opened struct {
	conn drivers.Conn
	err  error
}

// dial begins to open the database. Either connect or giveUp must follow.
func (p *program) dial(driver drivers.Driver, addr drivers.Address, cfg *config.Config) *dialled {
	opt := p.options()
	opt.Ahead = runner.FirstQuery(driver, addr.Name, cfg.Ledger.Schema, cfg.Ledger.Table)
	deadline := time.Now().Add(cfg.Run.Wait)
	open := func(ctx context.Context) (drivers.Conn, error) {
		if cfg.Run.Wait > 0 { // a try that hangs must not use up the time of the next one
			within, cancel := context.WithTimeout(ctx, max(min(time.Until(deadline), 10*time.Second), time.Second))
			defer cancel()
			ctx = within
		}
		return driver.Open(ctx, addr, opt)
	}
	early, cancel := context.WithCancel(p.ctx)
	d := &dialled{open: func() (drivers.Conn, error) { return open(p.ctx) }, deadline: deadline, early: make(chan opened, 1), cancel: cancel}
	go func() {
		conn, err := open(early)
		d.early <- opened{conn, err}
	}()
	return d
}

// giveUp ends what dial has begun, if connect has not taken it.
func (d *dialled) giveUp() {
	d.cancel()
	if d.early == nil {
		return
	}
	select {
	case o := <-d.early:
		if o.conn != nil {
			o.conn.Close(context.Background())
		}
	case <-time.After(100 * time.Millisecond): // it may hang in the system's resolver; it ends with the program
	}
}

// connect opens the database, and waits for it if that was asked for and it can help.
func (p *program) connect(d *dialled) (drivers.Conn, error) {
	told := ""
	try := func() (drivers.Conn, error) {
		o := <-d.early
		d.early = nil
		return o.conn, o.err
	}
	for pause := 100 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		conn, err := try()
		try = d.open
		if err == nil || !errors.Is(err, drivers.ErrUnavailable) || p.ctx.Err() != nil {
			return conn, err
		}
		left := time.Until(d.deadline)
		if left <= 0 {
			return nil, err
		}
		var ce *drivers.ConnectError
		if errors.As(err, &ce) && ce.Msg != told {
			told = ce.Msg
			p.say("waiting for %s: %s (up to %s more)\n", ce.Target, ce.Msg, left.Round(time.Second))
		}
		select {
		case <-p.ctx.Done():
			return nil, p.ctx.Err()
		case <-time.After(min(pause, left)):
		}
	}
}

// options are those of every session.
func (p *program) options() drivers.Options {
	return drivers.Options{App: "revise", Notice: func(n drivers.Notice) {
		if p.current != nil {
			p.current.Notice(n)
		}
	}}
}

func (p *program) who() runner.Who {
	who := runner.Who{Tool: "revise " + p.version}
	if u, err := user.Current(); err == nil {
		who.OSUser = u.Username
	} else { // a container may have a user without a name
		who.OSUser = "uid " + strconv.Itoa(os.Getuid())
	}
	who.Host, _ = os.Hostname()
	return who
}

// dialect is what files are checked by where no database is opened; nil if none is configured.
func (p *program) dialect(cfg *config.Config) (drivers.Driver, error) {
	if !cfg.Database.Configured() {
		return nil, nil
	}
	driver, _, err := p.address(cfg)
	return driver, err
}

// title is a revision as a line names it.
func title(r *parser.Revision) string {
	if r.Message == "" {
		return r.ID.Name
	}
	return r.ID.Name + " (" + r.Message + ")"
}
