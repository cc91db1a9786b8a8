package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"revise/config"
)

// envFlags have a command work on several environments of the configuration.
type envFlags struct {
	AllEnvs   bool `name:"all-envs" help:"Work on each environment of migrate.toml in turn; --env a,b names some." group:"Configuration:"`
	KeepGoing bool `name:"keep-going" help:"Go on with the next environment behind one that failed." group:"Configuration:"`
}

// An envRun is the work on one environment of several.
type envRun struct {
	name  string
	place string // of the database, without a password
	began bool
	at    []string // where the database stands
	known bool     // whether that could be read
	code  int
	err   error
}

// several reports whether the command line asks for more than one environment.
func (p *program) several() bool {
	env := p.flags.Settings.Env
	return p.flags.Run.AllEnvs || env != nil && strings.Contains(*env, ",")
}

// runEach runs the command for each environment in turn. It stops behind the first that fails, unless it was asked to go on. All of the configuration is
// read before the first.
func (p *program) runEach(k *kong.Context) error {
	runs, err := p.environments(k)
	if err != nil {
		return err
	}
	var first error
	for _, r := range runs {
		if first != nil && (!p.flags.Run.KeepGoing || p.ctx.Err() != nil) && !as[*pendingError](first) {
			break
		}
		err := p.runOne(k, r)
		p.live.end()
		if err != nil {
			r.err, r.code = err, p.exitCode(err)
			if !p.flags.JSON { // stderr may go elsewhere than the headings
				fmt.Fprintf(p.err, "environment %s:\n", clean(r.name))
			}
			p.report(err)
			if first == nil || as[*pendingError](first) && !as[*pendingError](err) {
				first = err
			}
		}
	}
	p.one = nil
	p.summaries(k, runs)
	if first != nil {
		return &reportedError{first}
	}
	return nil
}

// A reportedError is one that was told already.
type reportedError struct{ error }

func (e *reportedError) Unwrap() error { return e.error }

func (p *program) runOne(k *kong.Context, r *envRun) error {
	p.flags.Settings.Env = &r.name
	p.one, p.current, r.began = r, nil, true
	if !p.flags.JSON {
		p.print("== %s  %s\n", clean(r.name), clean(r.place))
	}
	return k.Run(p)
}

// environments are those that were asked for: as they were named, or all in the order of the file.
func (p *program) environments(k *kong.Context) ([]*envRun, error) {
	command := k.Selected()
	if command == nil || command.Parent == nil || command.Parent.Name != "run" || command.Name == "resolve" || command.Name == "lock" {
		return nil, usagef("name one: --env NAME", "this command works on one environment")
	}
	flags := p.flags.Settings.given()
	named := flags["env"]
	delete(flags, "env")
	all, err := config.Environments(config.Options{LookupEnv: p.lookup, Flags: flags})
	switch {
	case err != nil:
		return nil, err
	case p.flags.Run.AllEnvs && named != "":
		return nil, usagef("give one of them", "--env and --all-envs are both given")
	case p.flags.Run.AllEnvs && len(all) == 0:
		return nil, usagef("an environment is a table [env.NAME] of migrate.toml", "--all-envs: the configuration has no environments")
	}
	if named != "" {
		all = nil
		for name := range strings.SplitSeq(named, ",") {
			if name = strings.TrimSpace(name); name == "" || slices.Contains(all, name) {
				return nil, usagef("write --env a,b,c", "--env names an environment twice, or has an empty name")
			}
			all = append(all, name)
		}
	}
	return p.checkEnvironments(all, flags)
}

// checkEnvironments reads the settings of all, so that what is wrong with the last is told before anything runs on the first. Two that are the same
// ledger are one too many: a DATABASE_URL, for one, wins over all of them.
func (p *program) checkEnvironments(names []string, flags map[string]string) ([]*envRun, error) {
	var runs []*envRun
	var mistakes config.List
	seen := map[string]string{}
	for _, name := range names {
		flags["env"] = name
		cfg, err := config.Load(config.Options{LookupEnv: p.lookup, Flags: flags})
		var list config.List
		switch {
		case errors.As(err, &list): // one that is in the file itself comes with each
			for _, e := range list {
				if !slices.ContainsFunc(mistakes, func(m *config.Error) bool { return *m == *e }) {
					mistakes = append(mistakes, e)
				}
			}
			continue
		case err != nil:
			return nil, err
		}
		driver, addr, err := p.address(cfg)
		if err != nil {
			return nil, err
		}
		r := &envRun{name: name, place: addr.String()}
		addr.Password, addr.HasPass = "", false
		place := fmt.Sprintf("%s %+v %s.%s", driver.Name(), addr, cfg.Ledger.Schema, cfg.Ledger.Table)
		if other, twice := seen[place]; twice {
			return nil, usagef("give each its own; where the database is comes from "+cfg.Source("database.url"),
				"the environments %s and %s are one database with one ledger", other, name)
		}
		seen[place] = name
		runs = append(runs, r)
	}
	if mistakes != nil {
		return nil, mistakes
	}
	return runs, nil
}

// lookAt notes where a database of several stands, whatever became of the command.
func (p *program) lookAt(s *session) {
	if p.one == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(p.ctx), 5*time.Second)
	defer cancel()
	if state, err := s.runner.State(ctx); err == nil {
		p.one.known, p.one.at = true, names(s.chain.Current(state.Applied()))
	}
}

// summaries tells what is where, behind all.
func (p *program) summaries(k *kong.Context, runs []*envRun) {
	if p.flags.JSON {
		type line struct {
			Environment string    `json:"environment"`
			Began       bool      `json:"began"`
			ExitCode    int       `json:"exit_code"`
			Current     *[]string `json:"current,omitempty"` // left out if it is not known
		}
		list := []line{}
		for _, r := range runs {
			l := line{r.name, r.began, r.code, nil}
			if r.known {
				at := append([]string{}, r.at...)
				l.Current = &at
			}
			list = append(list, l)
		}
		p.json(struct {
			Event        string `json:"event"`
			Environments []line `json:"environments"`
		}{"summary", list})
		return
	}
	changes := slices.Contains([]string{"up", "down", "stamp"}, k.Selected().Name)
	all := !slices.ContainsFunc(runs, func(r *envRun) bool { return !r.began || r.err != nil })
	if p.flags.Quiet || all && !changes {
		return
	}
	width := 0
	for _, r := range runs {
		width = max(width, len(r.name))
	}
	p.print("== all\n")
	for _, r := range runs {
		p.print("%s  %s\n", pad(clean(r.name), width), r.line())
	}
}

// line says what became of one.
func (r *envRun) line() string {
	where := ""
	switch {
	case r.known && len(r.at) == 0:
		where = "at base: nothing is applied"
	case r.known:
		where = "at " + strings.Join(r.at, ", ")
	}
	switch {
	case !r.began:
		return "not begun"
	case r.err == nil || r.code == exitPending:
		return where
	case where == "":
		return fmt.Sprintf("failed (exit code %d)", r.code)
	}
	return fmt.Sprintf("failed (exit code %d); %s", r.code, where)
}

// suffix is what a command to go on with needs besides, where there are several environments.
func (r *envRun) suffix() string {
	if r == nil {
		return ""
	}
	return " --env " + r.name
}

// encoder writes values as JSON, one a line, each with its environment where there are several: an object has it as its first field, anything
// else becomes the field "result" beside it.
type encoder struct {
	w   io.Writer
	one *envRun
}

func (p *program) encoder(w io.Writer) encoder { return encoder{w, p.one} }

func (e encoder) Encode(v any) error {
	text := jsonText(v)
	if e.one != nil {
		text = e.wrap(text)
	}
	_, err := io.WriteString(e.w, text+"\n")
	return err
}

func (e encoder) wrap(text string) string {
	head := `{"environment":` + jsonText(e.one.name)
	switch {
	case text == "{}":
		return head + "}"
	case strings.HasPrefix(text, "{"):
		return head + "," + text[1:]
	}
	return head + `,"result":` + text + "}"
}

// around has f write a value that is no object as Encode does.
func (r *envRun) around(w *bufio.Writer, f func() error) error {
	end := "\n"
	if r != nil {
		w.WriteString(`{"environment":` + jsonText(r.name) + `,"result":`)
		end = "}\n"
	}
	if err := f(); err != nil {
		return err
	}
	_, err := w.WriteString(end)
	return err
}
