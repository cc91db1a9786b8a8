package cli

import (
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"

	"revise/chain"
	"revise/parser"
	"revise/runner"
)

type mergeCmd struct {
	Revisions []string `arg:"" optional:"" name:"revision" help:"What it joins: targets. (default: heads)"`
	Message   string   `short:"m" placeholder:"TEXT" help:"What the merge is for."`
	Label     []string `aliases:"branch-label" placeholder:"NAME" help:"Labels for it. Also --branch-label."`
	RevID     string   `name:"rev-id" placeholder:"ID" help:"Its id. 12 hex digits if not said."`
	Splice    bool     `help:"Allow parents that are no heads."`
	Path      string   `aliases:"version-path" placeholder:"FOLDER" help:"The folder that it goes into: one of the revisions, or below one. That of its first parent if not said. Also --version-path."`

	hookFlags
}

func (c *mergeCmd) Run(p *program) error {
	names := c.Revisions
	if len(names) == 0 {
		names = []string{"heads"}
	}
	_, links, err := p.files()
	if err != nil {
		return err
	}
	parents, err := mergeParents(links, names)
	if err != nil {
		return err
	}
	message := strings.TrimSpace(c.Message)
	if message == "" {
		message = "merge " + strings.Join(parents, " and ")
	}
	n := newCmd{Message: message, Head: parents, Splice: c.Splice, RevID: c.RevID, Label: c.Label, Path: c.Path, hookFlags: c.hookFlags}
	return n.write(p, "merge")
}

// mergeParents are the ids of several revisions of which none stands on another.
func mergeParents(links *chain.Chain, names []string) ([]string, error) {
	revs, err := found(names, links, nil)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, r := range revs {
		if slices.Contains(ids, r.ID.Name) {
			return nil, usagef("", "revision %s is named twice", r.ID.Name)
		}
		ids = append(ids, r.ID.Name)
	}
	if len(ids) < 2 {
		return nil, usagef("see revise heads", "there is nothing to merge: %s is one revision", strings.Join(ids, ""))
	}
	for _, id := range ids {
		for _, a := range links.Ancestors(id) {
			if a.ID.Name != id && slices.Contains(ids, a.ID.Name) {
				return nil, usagef("name only those that nothing else named stands on", "revision %s stands on %s: there is nothing to merge", id, a.ID.Name)
			}
		}
	}
	return ids, nil
}

type editCmd struct {
	Revision string `arg:"" help:"Which: a target."`
}

// Run opens a file in the editor, and reads it when that has ended.
func (c *editCmd) Run(p *program) error {
	if chain.NeedsApplied(c.Revision) {
		return p.onLedger(func(s *session, state *runner.State) error { return c.edit(p, s.chain, state) })
	}
	_, links, err := p.files()
	if err != nil {
		return err
	}
	return c.edit(p, links, nil)
}

func (c *editCmd) edit(p *program, links *chain.Chain, state *runner.State) error {
	revs, err := found([]string{c.Revision}, links, state)
	if err != nil {
		return err
	}
	if len(revs) > 1 {
		return &chain.HeadsError{Target: c.Revision, Heads: revs}
	}
	editor := p.env["VISUAL"]
	if editor == "" {
		editor = p.env["EDITOR"]
	}
	words := strings.Fields(editor)
	if len(words) == 0 {
		return usagef("for example: EDITOR=vi revise edit "+c.Revision, "no editor is set")
	}
	file := revs[0].File
	cmd := exec.CommandContext(p.ctx, words[0], append(words[1:], file)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = p.in, p.out, p.err
	if err := cmd.Run(); err != nil {
		return usagef("the file may have been changed: "+file, "%s: %v", words[0], err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return usagef("", "read what was edited: %v", err)
	}
	if _, err := parser.Parse(file, text, p.drivers.Dialects()); err != nil {
		return err
	}
	// What it is linked with counts too.
	_, _, err = p.files()
	var none *runner.NoFilesError
	if errors.As(err, &none) {
		return nil
	}
	return err
}
