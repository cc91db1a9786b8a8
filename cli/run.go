package cli

import (
	"fmt"
	"strings"
	"time"

	"revise/chain"
	"revise/parser"
	"revise/runner"
)

type upCmd struct {
	Target string `arg:"" optional:"" default:"head" help:"Where to: a target; with --sql also FROM:TO. (default: head)"`
	DryRun bool   `name:"dry-run" help:"Show the plan with its SQL and run nothing."`
	SQL    bool   `name:"sql" help:"Write a script for the database's own client instead. Without FROM it begins at base."`
	Single bool   `name:"single-transaction" help:"All of it in one transaction, or nothing."`
	hookFlags
	tagFlag
}

func (c *upCmd) Run(p *program) error {
	p.tag = c.Tag
	if c.SQL {
		return p.script(chain.Up, c.Target)
	}
	return p.run(chain.Up, c.Target, c.DryRun, true, c.hookFlags)
}

type downCmd struct {
	Target string `arg:"" help:"How many revisions to take back (1, -1), or the target that is to stay; with --sql FROM:TO."`
	DryRun bool   `name:"dry-run" help:"Show the plan with its SQL and run nothing."`
	Yes    bool   `short:"y" help:"Do not ask."`
	SQL    bool   `name:"sql" help:"Write a script for the database's own client instead."`
	Single bool   `name:"single-transaction" help:"All of it in one transaction, or nothing."`
	hookFlags
	tagFlag
}

func (c *downCmd) Run(p *program) error {
	p.tag = c.Tag
	if c.SQL {
		return p.script(chain.Down, c.Target)
	}
	return p.run(chain.Down, strings.TrimPrefix(c.Target, minusMark), c.DryRun, c.Yes, c.hookFlags)
}

// single says whether a run is to be one transaction.
func (p *program) single() bool { return p.flags.Run.Up.Single || p.flags.Run.Down.Single }

// run is run up and run down.
func (p *program) run(direction chain.Direction, target string, dry, yes bool, hooks hookFlags) error {
	p.goal, p.way, p.withHooks = target+p.one.suffix(), direction, !hooks.NoHooks
	return p.onDatabase(func(s *session) error {
		plan, err := s.runner.Plan(p.ctx, direction, target)
		if err != nil {
			return err
		}
		if direction == chain.Up {
			p.warnOfEdits(s.runner.Edited(plan.State()))
		}
		if dry {
			return p.showPlan(plan)
		}
		if len(plan.Steps) > 0 && direction == chain.Down && !yes {
			if err := p.confirm(s, plan); err != nil {
				return err
			}
		}
		started := time.Now()
		done, err := s.runner.Apply(p.ctx, plan)
		p.live.end()
		if err != nil {
			return err
		}
		if err := p.summary(s, done, time.Since(started)); err != nil || len(done.Steps) == 0 {
			return err
		}
		return p.dumpBehind(s)
	})
}

// warnOfEdits says which files do not say any more what ran. It is not for a run to judge: the database may have been brought to the files' state by hand.
func (p *program) warnOfEdits(list []*parser.Revision) {
	switch {
	case len(list) == 0:
	case p.flags.JSON:
		p.json(jsonEvent{Event: "changed_since_applied", Revisions: names(list)})
	case len(list) == 1:
		p.say("warning: the upgrade of %s (%s) was changed since it was applied; the database has what ran then\n", list[0].ID.Name, clean(list[0].File))
	default:
		p.say("warning: %d upgrades were changed since they were applied (%s); the database has what ran then\n", len(list), parser.Some(names(list), " and"))
	}
}

// summary is the last line of a run.
func (p *program) summary(s *session, plan *runner.Plan, elapsed time.Duration) error {
	if p.flags.Quiet && !p.flags.JSON {
		return nil
	}
	at := names(s.chain.Current(plan.After()))
	if p.flags.JSON {
		if at == nil {
			at = []string{}
		}
		p.json(struct {
			Event      string   `json:"event"`
			Revisions  int      `json:"revisions"`
			Current    []string `json:"current"`
			DurationMS int64    `json:"duration_ms"`
		}{"finished", len(plan.Steps), at, elapsed.Milliseconds()})
		return nil
	}
	where := "the database is at " + strings.Join(at, ", ")
	if len(at) == 0 {
		where = "the database is at base: nothing is applied"
	}
	if len(plan.Steps) == 0 {
		p.print("nothing to do; %s\n", where)
		return nil
	}
	p.print("%s %s in %s; %s\n", plural(len(plan.Steps), "revision"), plan.Direction, took(elapsed), where)
	return nil
}

func names(revs []*parser.Revision) []string {
	var list []string
	for _, r := range revs {
		list = append(list, r.ID.Name)
	}
	return list
}

// confirm asks on a terminal before anything is taken back.
func (p *program) confirm(s *session, plan *runner.Plan) error {
	if !isTerminal(p.in) || !isTerminal(p.err) {
		return nil
	}
	fmt.Fprintf(p.err, "This takes back %s on %s:\n", plural(len(plan.Steps), "revision"), s.target)
	for _, step := range plan.Steps {
		fmt.Fprintf(p.err, "  %s\n", clean(title(step.Revision)))
	}
	yes, err := p.yes("Go on? [y/N] ")
	if err == nil && !yes {
		err = &declinedError{}
	}
	return err
}

type declinedError struct{}

func (*declinedError) Error() string { return "nothing was taken back" }
