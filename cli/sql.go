package cli

import (
	"bufio"
	"errors"
	"io"
	"os"
	"strings"

	"revise/chain"
	"revise/runner"
)

// script is run up --sql and run down --sql.
func (p *program) script(direction chain.Direction, target string) error {
	from, to, ok := strings.Cut(target, ":")
	switch {
	case !ok && direction == chain.Down:
		return usagef("for example: revise run down head:-1 --sql", "a script that takes revisions back has to say from where: FROM:TO")
	case !ok:
		from, to = "base", target
	}
	if strings.Contains(target, minusMark) || to == "" || from == "" {
		return usagef("for example: revise run up base:head --sql", "%q does not say from where to where", strings.ReplaceAll(target, minusMark, ""))
	}
	return p.written(func(s *runner.Scripter) error {
		plan, err := s.Run(direction, strings.Split(from, ","), to)
		if err == nil && len(plan.Steps) == 0 {
			p.say("nothing to do from %s to %s: the script only looks where the database is\n", from, to)
		}
		return err
	})
}

// stampScript is run stamp --sql.
func (p *program) stampScript(c *stampCmd) error {
	if c.Purge {
		return usagef("a script changes nothing in a database that is not where it begins", "--purge and --sql do not go together")
	}
	from, targets := "base", c.Targets
	if before, first, ok := strings.Cut(targets[0], ":"); ok {
		from, targets = before, append([]string{first}, targets[1:]...)
	}
	for _, t := range append([]string{from}, targets...) {
		if t == "" || strings.Contains(t, ":") {
			return usagef("for example: revise run stamp base:head --sql", "%q does not say from where to where", strings.Join(c.Targets, " "))
		}
	}
	return p.written(func(s *runner.Scripter) error {
		_, err := s.Stamp(strings.Split(from, ","), targets)
		return err
	})
}

// written writes a script to stdout when it is whole: half of one, in a pipe, would be run.
func (p *program) written(write func(s *runner.Scripter) error) error {
	cfg, err := p.load()
	if err != nil {
		return err
	}
	driver, addr, err := p.address(cfg)
	if err != nil {
		return err
	}
	links, err := p.chain(cfg)
	if err != nil {
		return err
	}
	spool, err := os.CreateTemp("", "revise-*.sql")
	if err != nil {
		return usagef("", "make a file for the script: %v", err)
	}
	defer func() {
		spool.Close()
		os.Remove(spool.Name())
	}()
	opt := runner.Options{
		Table: cfg.Ledger.Table, Schema: cfg.Ledger.Schema, LockTimeout: cfg.Run.LockTimeout, StatementTimeout: cfg.Run.StatementTimeout, Who: p.who(),
		SingleTransaction: p.single(),
	}
	if err := p.told(&opt, cfg); err != nil {
		return err
	}
	s, err := runner.NewScripter(spool, driver, addr, links, opt)
	if err != nil {
		return err
	}
	if err := write(s); err != nil {
		return err
	}
	if _, err := spool.Seek(0, io.SeekStart); err != nil {
		return errors.Join(errors.New("read the script again"), err)
	}
	return p.toOutput(func(w *bufio.Writer) error {
		_, err := io.Copy(w, spool)
		return err
	})
}
