package cli

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"revise/config"
	"revise/parser"
)

// fileToken stands in the command of a hook for the path of the file.
const fileToken = "{file}"

// A newHookError says that a hook failed on the file of a new revision.
type newHookError struct {
	hook     config.Hook
	name     string // of the hook
	revision string
	file     string
	behind   []string // the names of those that did not run
	err      error
}

func (e *newHookError) Error() string {
	return fmt.Sprintf("%s: hook %s failed on %s: %s", e.hook.Origin, e.name, e.file, e.reason())
}

func (e *newHookError) Unwrap() error { return e.err }

// reason is why it failed, without the path of the program.
func (e *newHookError) reason() string {
	var exit *exec.ExitError
	switch {
	case errors.Is(e.err, context.Canceled):
		return "interrupted"
	case errors.As(e.err, &exit) && exit.Exited():
		return fmt.Sprintf("exit code %d", exit.ExitCode())
	}
	return e.err.Error()
}

// state is what is true now.
func (e *newHookError) state() string {
	s := e.file + " is written and stays"
	switch len(e.behind) {
	case 0:
		return s
	case 1:
		return s + "; the hook behind did not run: " + e.behind[0]
	}
	return s + "; the hooks behind did not run: " + strings.Join(e.behind, ", ")
}

const newHookGoOn = "mend the hook, and run by hand what is left to do; --no-hooks leaves hooks out"

func (e *newHookError) Hint() string { return e.state() + "\n" + newHookGoOn }

// newHooks runs the hooks of a command on the file that it has written. The file stays, whatever becomes of them; it must still be the revision then.
func (p *program) newHooks(cfg *config.Config, command string, rev *parser.Revision, file string) error {
	hooks := slices.DeleteFunc(slices.Clone(cfg.New.Hooks), func(h config.Hook) bool { return !slices.Contains(h.Commands, command) })
	if len(hooks) == 0 {
		return nil
	}
	full, err := filepath.Abs(file)
	if err != nil {
		return usagef("", "%s: %v", rev.File, err)
	}
	env := p.newHookEnv(cfg, rev, full)
	for i, h := range hooks {
		if err := p.newHook(h, full, env); err != nil {
			e := &newHookError{hook: h, name: clean(hookName(h)), revision: rev.ID.Name, file: rev.File, err: err}
			for _, other := range hooks[i+1:] {
				e.behind = append(e.behind, clean(hookName(other)))
			}
			return e
		}
	}
	return p.stillThere(cfg, rev)
}

// newHook runs one.
func (p *program) newHook(h config.Hook, file string, env map[string]string) error {
	name := clean(hookName(h))
	if p.flags.Verbose {
		p.say("hook %s\n", name)
	}
	h.Command = slices.Clone(h.Command)
	for i, arg := range h.Command {
		h.Command[i] = strings.ReplaceAll(arg, fileToken, file)
	}
	start := time.Now()
	if err := p.runCommand(p.ctx, h, p.commandEnv(h, env)); err != nil {
		return err
	}
	if p.flags.Verbose {
		p.say("hook %s done (%s)\n", name, took(time.Since(start)))
	}
	return nil
}

// newHookEnv is what a hook gets to know, by the names that those around a run have for it. The file is a whole path: a hook runs where it likes.
func (p *program) newHookEnv(cfg *config.Config, rev *parser.Revision, file string) map[string]string {
	return map[string]string{
		"REVISE_HOOK": "new", "REVISE_REVISION": rev.ID.Name, "REVISE_MESSAGE": rev.Message, "REVISE_FILE": file, "REVISE_ENVIRONMENT": cfg.Env,
	}
}

// A spoiltError says that hooks have made mistakes of a new file, or of the chain.
type spoiltError struct {
	file, revision string
	err            error // the mistakes
}

func (e *spoiltError) Error() string {
	return "behind its hooks " + e.file + " is no revision of the chain any more"
}

func (e *spoiltError) Unwrap() error { return e.err }

// stillThere makes sure that hooks have left a revision in its file, and the chain whole.
func (p *program) stillThere(cfg *config.Config, rev *parser.Revision) error {
	links, err := p.chain(cfg)
	var now *parser.Revision
	if err == nil {
		now = links.Get(rev.ID.Name)
	}
	switch {
	case err != nil:
		return &spoiltError{file: rev.File, revision: rev.ID.Name, err: err}
	case now == nil || now.File != rev.File:
		return usagef("a hook may change what is in it, but not where it is and what it is called", "behind its hooks revision %s is not in %s any more", rev.ID.Name, rev.File)
	}
	return p.writeHeads(cfg)
}

// hookName is how messages call a hook: without its arguments, for one of them may be a secret.
func hookName(h config.Hook) string {
	if h.Name != "" || len(h.Command) == 0 {
		return h.Name
	}
	return h.Command[0]
}

// jsonNewHook fills in an error of such a hook as --json gives it.
func (out *jsonError) newHook(e *newHookError) {
	out.Message, out.Hint, out.State = e.Error(), newHookGoOn, e.state()
	out.File, out.Revision, out.Hook, out.When = e.file, e.revision, e.name, "new"
}
