package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"revise/chain"
	"revise/config"
	"revise/drivers"
	"revise/parser"
	"revise/runner"
)

// hookFlags are those of the commands that run hooks.
type hookFlags struct {
	NoHooks bool `name:"no-hooks" help:"Leave out the hooks of the configuration."`
}

// A hookPlace is what commands get to know of the database.
type hookPlace struct {
	target string // without a password
	ledger string
	env    string // the environment of the configuration
}

// hooks are those of the configuration as the runner takes them; place is known when they run.
func (p *program) hooks(cfg *config.Config, place *hookPlace) ([]runner.Hook, error) {
	var list []runner.Hook
	var mistakes []string
	for _, h := range cfg.Hooks {
		hook := runner.Hook{Name: h.Name, When: runner.Moment(h.When), Up: slices.Contains(h.Commands, "up"), Down: slices.Contains(h.Commands, "down")}
		if h.SQL != "" {
			shown := shownPath(h.SQL)
			text, err := os.ReadFile(h.SQL)
			if err != nil {
				var path *os.PathError
				if errors.As(err, &path) {
					err = path.Err
				}
				mistakes = append(mistakes, fmt.Sprintf("%s: the hook's file %s cannot be read: %v", h.Origin, shown, err))
				continue
			}
			hook.SQL = runner.HookSQL(shown, text)
			if h.NoTransaction {
				hook.SQL.Settings.Transaction = parser.Off
			}
			if hook.Name == "" {
				hook.Name = shown
			}
		} else {
			hook.Name = hookName(h)
			hook.Command = func(ctx context.Context, c runner.HookCall) error {
				return p.runCommand(ctx, h, p.commandEnv(h, p.hookEnv(c, place)))
			}
		}
		list = append(list, hook)
	}
	if mistakes != nil {
		return nil, usagef("--no-hooks runs without hooks", "%s", strings.Join(mistakes, "\n"))
	}
	return list, nil
}

// runWords are what the command line says besides for the ledger and for hooks: a tag, and names with values.
func (p *program) runWords() (tag string, extra map[string]string) {
	extra, _ = p.extra() // a mistake was told when the database was opened
	return p.tag, extra
}

// hookEnv is what there is to know for a command.
func (p *program) hookEnv(c runner.HookCall, place *hookPlace) map[string]string {
	tag, _ := p.runWords()
	own := map[string]string{
		"REVISE_HOOK": string(c.Hook.When), "REVISE_DIRECTION": c.Direction.String(), "REVISE_TARGET": c.Target, "REVISE_TAG": tag,
		"REVISE_DATABASE": place.target, "REVISE_LEDGER": place.ledger, "REVISE_ENVIRONMENT": place.env,
		"REVISE_REVISION": "", "REVISE_MESSAGE": "", "REVISE_FILE": "", "REVISE_ERROR": "",
	}
	if s := c.Step; s != nil {
		own["REVISE_REVISION"], own["REVISE_MESSAGE"], own["REVISE_FILE"] = s.Revision.ID.Name, s.Revision.Message, s.Revision.File
	}
	if c.Failed != nil {
		own["REVISE_ERROR"] = strings.ReplaceAll(clean(c.Failed.Error()), "\x00", "")
	}
	return own
}

// commandEnv is the environment of a command: that of the caller, over it what the hook says, and over both what there is to know, -x pairs among it.
func (p *program) commandEnv(h config.Hook, known map[string]string) []string {
	all := map[string]string{}
	for name, value := range p.env {
		if !strings.HasPrefix(name, extraPrefix) { // a hook may itself run in one
			all[name] = value
		}
	}
	for name, value := range h.Environment {
		all[name] = value.Reveal()
	}
	maps.Copy(all, known)
	_, extra := p.runWords()
	for key, value := range extra {
		all[extraPrefix+envName(key)] = value
	}
	var list []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		list = append(list, name+"="+all[name])
	}
	return list
}

const extraPrefix = "REVISE_X_"

// envName is a name as variables are written.
func envName(key string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToUpper(key))
}

// hookGrace is how long a command has to end that was told to, and how long what it leaves behind may hold its output open.
const hookGrace = 5 * time.Second

// runCommand runs a command without a shell, in a process group of its own, which ends with the context.
func (p *program) runCommand(ctx context.Context, h config.Hook, env []string) error {
	p.live.end()
	cmd := exec.CommandContext(ctx, h.Command[0], h.Command[1:]...)
	cmd.Dir, cmd.Env, cmd.WaitDelay = h.Dir, env, hookGrace
	finish := ownGroup(ctx, cmd)
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	cmd.Stdout, cmd.Stderr = w, w
	err = cmd.Start()
	w.Close()
	if err != nil {
		return err
	}
	told := make(chan struct{})
	go func() {
		defer close(told)
		out := &lineWriter{line: func(s string) { fmt.Fprintln(p.err, clean(s)) }}
		_, _ = io.Copy(out, r)
		out.flush()
	}()
	err = cmd.Wait()
	finish()
	select {
	case <-told:
	case <-time.After(hookGrace):
		r.Close()
		<-told
	}
	if ctx.Err() != nil {
		return errors.Join(ctx.Err(), err)
	}
	return err
}

// A lineWriter hands on whole lines.
type lineWriter struct {
	line func(string)
	rest []byte
}

// longestLine is what is handed on though its end has not come.
const longestLine = 64 << 10

func (w *lineWriter) Write(b []byte) (int, error) {
	w.rest = append(w.rest, b...)
	for {
		end := bytes.IndexByte(w.rest, '\n')
		if end < 0 {
			break
		}
		w.line(strings.TrimSuffix(string(w.rest[:end]), "\r"))
		w.rest = w.rest[end+1:]
	}
	if len(w.rest) > longestLine {
		w.flush()
	}
	return len(b), nil
}

// flush hands on a last line without an end.
func (w *lineWriter) flush() {
	if len(w.rest) > 0 {
		w.line(string(w.rest))
	}
	w.rest = nil
}

// renderHook shows an event of a hook as text.
func (p *program) renderHook(e runner.Event) {
	switch e := e.(type) {
	case runner.HookStarted:
		if p.flags.Verbose {
			p.say("%s hook %s%s\n", e.Hook.When, clean(e.Hook.Name), atRevision(e.Step))
		}
		if e.Hook.SQL != nil {
			p.live.begin(func(elapsed time.Duration) string {
				return fmt.Sprintf("%s  %s hook %s", took(elapsed), e.Hook.When, clean(e.Hook.Name))
			})
		}
	case runner.HookDone:
		p.live.end()
		if p.flags.Verbose {
			p.say("%s hook %s%s done (%s)\n", e.Hook.When, clean(e.Hook.Name), atRevision(e.Step), took(e.Duration))
		}
		if e.Hook.When == runner.BeforeRevision && e.Hook.SQL != nil {
			p.liveStatement(e.Step, e.Step.Resume, p.step.Number, p.step.Of)
		}
	case runner.HookFailed:
		p.live.end()
		if e.Hook.When == runner.OnFailure { // nothing else tells of it
			fmt.Fprintf(p.err, "%s\n", clean(onFailureLine(e)))
		}
	}
}

func atRevision(s *runner.Step) string {
	if s == nil {
		return ""
	}
	return " at " + clean(title(s.Revision))
}

func onFailureLine(e runner.HookFailed) string {
	var failed *runner.HookError
	if errors.As(e.Err, &failed) && failed.At().IsValid() {
		return fmt.Sprintf("%v (%s hook %s)", failed, e.Hook.When, e.Hook.Name)
	}
	if failed != nil {
		return failed.Error()
	}
	return fmt.Sprintf("%s hook %s: %v", e.Hook.When, e.Hook.Name, e.Err)
}

// hookJSON fills in an event of a hook as --json gives it.
func (out *jsonEvent) hook(e runner.Event) {
	at := func(h *runner.Hook, s *runner.Step) {
		out.Hook, out.When = h.Name, string(h.When)
		if s != nil {
			out.Direction, out.Revision, out.File = s.Direction.String(), s.Revision.ID.Name, s.Revision.File
		}
	}
	switch e := e.(type) {
	case runner.HookStarted:
		out.Event = "hook_started"
		at(e.Hook, e.Step)
	case runner.HookDone:
		ms := e.Duration.Milliseconds()
		out.Event, out.DurationMS = "hook_done", &ms
		at(e.Hook, e.Step)
	case runner.HookFailed:
		out.Event, out.Message = "hook_failed", e.Err.Error()
		at(e.Hook, e.Step)
	}
}

// layoutHook renders a hook that failed beside a revision.
func (p *program) layoutHook(b *strings.Builder, e *runner.HookError) {
	first := clean(hookMessage(e))
	if e.At().IsValid() {
		first = e.At().String() + ": " + first
	} else {
		first = fmt.Sprintf("%s hook %s: %s", e.Hook.When, clean(e.Hook.Name), first)
	}
	fmt.Fprintln(b, p.style.fail(first))
	if e.At().IsValid() {
		b.WriteString(p.excerpt(e.At(), e.Hook.SQL))
	}
	var server *drivers.Error
	if errors.As(e.Err, &server) {
		layoutDetails(b, server)
	}
	for _, line := range blockers(e.Err) {
		fmt.Fprintln(b, line)
	}
	if e.Statement != nil {
		fmt.Fprintf(b, "%s hook %s, statement %d of %d\n", e.Hook.When, clean(e.Hook.Name), e.Index+1, e.Statements)
	}
	for _, line := range hookTruth(e) {
		fmt.Fprintln(b, line)
	}
	fmt.Fprintln(b, p.hookGoOn(e))
}

// hookMessage is the message proper.
func hookMessage(e *runner.HookError) string {
	var server *drivers.Error
	switch {
	case errors.Is(e.Err, context.Canceled):
		return "interrupted"
	case errors.As(e.Err, &server):
		return server.Error()
	}
	return e.Err.Error()
}

// hookTruth says what is true in the database now.
func hookTruth(e *runner.HookError) []string {
	var lines []string
	switch {
	case e.Hook.SQL != nil && e.Atomic:
		lines = append(lines, "what the hook did was rolled back")
	case e.Index > 0:
		lines = append(lines, hookStay(e.Index))
	}
	before := e.Done
	switch e.Hook.When {
	case runner.BeforeRun:
		return append(lines, "no revision was run")
	case runner.AfterRun:
		return append(lines, fmt.Sprintf("the run is done, and stays so: %s", plural(e.Of, "revision")))
	case runner.BeforeRevision:
		lines = append(lines, stay(e.Step.Revision.ID.Name, e.Step.Resume, e.Step.Total, e.Step.Direction == chain.Up))
	case runner.AfterRevision:
		word := "applied"
		if e.Step.Direction == chain.Down {
			word = "taken back"
		}
		lines = append(lines, fmt.Sprintf("%s is %s, and stays so", e.Step.Revision.ID.Name, word))
		before--
	}
	switch {
	case before == 1:
		lines = append(lines, "the revision before it is done and stays")
	case before > 1:
		lines = append(lines, fmt.Sprintf("the %d revisions before it are done and stay", before))
	}
	return lines
}

// hookStay says that the first n statements of a hook are done.
func hookStay(n int) string {
	if n == 1 {
		return "statement 1 of the hook is done and stays"
	}
	return fmt.Sprintf("statements 1 to %d of the hook are done and stay", n)
}

// hookLeft says what a hook beside a revision that no transaction holds has left behind when it failed.
func hookLeft(e *runner.StatementError) []string {
	if e.Phase != runner.InHook || e.Step.Atomic {
		return nil
	}
	if e.Index == 0 {
		return []string{"the next run begins with the hooks again"}
	}
	return []string{hookStay(e.Index) + "; the next run begins with the hooks again"}
}

// hookGoOn is the one command to go on with.
func (p *program) hookGoOn(e *runner.HookError) string {
	again := "revise run up " + p.goal
	if p.way == chain.Down {
		again = "revise run down " + p.goal
	}
	var server *drivers.Error
	switch {
	case e.Done == e.Of:
		return "no revision is left to run: mend the hook, and run by hand what it should have done"
	case errors.Is(e.Err, context.Canceled):
		return "to go on:  " + again
	case errors.As(e.Err, &server) && server.Blocked:
		return "when the other session is through:  " + again
	case errors.Is(e.Err, drivers.ErrLost):
		return "when the database is back:  " + again
	}
	return "to go on, mend the hook, then:  " + again
}

// jsonHook fills in an error of a hook as --json gives it.
func (p *program) jsonHook(out *jsonError, e *runner.HookError) {
	pos := e.At()
	out.Message, out.File, out.Line, out.Col = hookMessage(e), pos.File, pos.Line, pos.Col
	var server *drivers.Error
	if errors.As(e.Err, &server) {
		out.Code, out.Message = server.Code, server.Message
	}
	if e.Step != nil {
		out.Revision = e.Step.Revision.ID.Name
	}
	if e.Statement != nil {
		out.Number, out.Of = e.Index+1, e.Statements
	}
	out.Hook, out.When = e.Hook.Name, string(e.Hook.When)
	out.Blockers = blockers(e.Err)
	out.State, out.Hint = strings.Join(hookTruth(e), "; "), p.hookGoOn(e)
}

// writeHooks shows hooks of a dry run.
func writeHooks(w *bufio.Writer, list []runner.PlannedHook) error {
	for _, h := range list {
		what := "a command"
		around := h.When == runner.BeforeRevision || h.When == runner.AfterRevision
		switch {
		case h.SQL == nil:
		case around && h.Atomic:
			what = "in the revision's transaction"
		case h.Atomic:
			what = "in a transaction of its own"
		default:
			what = "without a transaction"
		}
		if _, err := fmt.Fprintf(w, "-- %s hook %s: %s\n", h.When, clean(h.Name), what); err != nil {
			return err
		}
		for _, st := range h.Statements {
			fmt.Fprintf(w, "%s;\n", st.Text)
			if st.Copy {
				fmt.Fprintf(w, "%s\\.\n", st.Data)
			}
		}
	}
	return nil
}

// A jsonHook is a hook of a dry run as --json gives it.
type jsonHook struct {
	When        string   `json:"when"`
	Name        string   `json:"name"`
	Command     bool     `json:"command,omitempty"`
	Transaction bool     `json:"transaction,omitempty"`
	Statements  []string `json:"statements,omitempty"`
}

// jsonHooks are the hooks at step i of a plan in the order in which they run, those of the run at its first and last one.
func jsonHooks(plan *runner.Plan, i int) []jsonHook {
	step := plan.Steps[i]
	var all []runner.PlannedHook
	if i == 0 {
		all = plan.Hooks(runner.BeforeRun)
	}
	all = append(all, commandsFirst(step.Hooks(runner.BeforeRevision), true)...)
	all = append(all, commandsFirst(step.Hooks(runner.AfterRevision), false)...)
	if i == len(plan.Steps)-1 {
		all = append(all, plan.Hooks(runner.AfterRun)...)
		all = append(all, plan.Hooks(runner.OnFailure)...)
	}
	var list []jsonHook
	for _, h := range all {
		out := jsonHook{When: string(h.When), Name: h.Name, Command: h.SQL == nil, Transaction: h.Atomic}
		for _, st := range h.Statements {
			out.Statements = append(out.Statements, st.Text)
		}
		list = append(list, out)
	}
	return list
}

// commandsFirst puts the commands around a revision before its SQL, or behind it: they run outside of its transaction.
func commandsFirst(list []runner.PlannedHook, first bool) []runner.PlannedHook {
	slices.SortStableFunc(list, func(a, b runner.PlannedHook) int {
		switch aFirst, bFirst := (a.SQL == nil) == first, (b.SQL == nil) == first; {
		case aFirst == bFirst:
			return 0
		case aFirst:
			return -1
		}
		return 1
	})
	return list
}
