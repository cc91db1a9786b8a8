package cli

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"revise/chain"
	"revise/parser"
	"revise/runner"
)

type rangeFlags struct {
	Range string `short:"r" name:"rev-range" placeholder:"A:B" help:"Only what stands on A and is needed by B: targets. Either may be left out."`
}

type historyCmd struct {
	rangeFlags
	drawFlags
	Current bool `short:"i" name:"indicate-current" help:"Ask the database, and mark where it stands."`
}

func (c *historyCmd) Run(p *program) error {
	c.Range = unmarked(c.Range)
	if c.Current || chain.NeedsApplied(c.Range) {
		return p.onLedger(func(s *session, state *runner.State) error {
			return p.history(s.chain, state, c.Range, false, c.Graph)
		})
	}
	_, links, err := p.files()
	if err != nil {
		return err
	}
	return p.history(links, nil, c.Range, false, c.Graph)
}

type drawFlags struct {
	Graph *bool `negatable:"" help:"Draw the lines to the left. On a terminal that is done where lines part."`
}

type runHistoryCmd struct {
	rangeFlags
	drawFlags
}

func (c *runHistoryCmd) Run(p *program) error {
	return p.onLedger(func(s *session, state *runner.State) error {
		return p.history(s.chain, state, unmarked(c.Range), true, c.Graph)
	})
}

// history writes the chain or a range of it, the newest first, in Alembic's form: parents -> revision (what it is), message. With a state, what is current is
// marked, and if asked for what is applied.
func (p *program) history(links *chain.Chain, state *runner.State, span string, marked bool, graphed *bool) error {
	applied := chain.Set{}
	if state != nil {
		applied = state.Applied()
	}
	if span == "" {
		span = ":"
	}
	revs, err := links.Range(applied, span)
	if err != nil {
		return err
	}
	current := map[string]bool{}
	for _, r := range links.Current(applied) {
		current[r.ID.Name] = true
	}
	list := []jsonRevision{}
	if marked && span == ":" { // what the ledger has and no file: the newest, as a rule
		for _, id := range links.Unknown(applied) {
			is := true
			list = append(list, jsonRevision{
				Revision: id, Revises: []string{}, Children: []string{}, Sections: []string{}, Applied: &is,
				Message: state.Rows[id].Message, Orphan: true,
			})
		}
	}
	for _, r := range revs {
		item := showRevision(r, r.File, links)
		item.Current = current[r.ID.Name]
		if marked {
			is := applied[r.ID.Name]
			item.Applied = &is
		}
		list = append(list, item)
	}
	if p.flags.JSON {
		p.json(list)
		return nil
	}
	rows := p.drawn(graphed, links, revs)
	orphans := len(list) - len(revs)
	return p.toOutput(func(w *bufio.Writer) error {
		for i, item := range list {
			left, below, after := "", "    ", []string(nil)
			if rows != nil && i >= orphans {
				row := rows[i-orphans]
				beside(w, row.Before)
				left, below, after = strings.TrimRight(row.Beside, " ")+" ", row.Below+"    ", row.After
			}
			mark := ""
			if item.Applied != nil {
				mark = p.style.open("pending  ")
				if *item.Applied {
					mark = p.style.good("applied  ")
				}
			}
			fmt.Fprintf(w, "%s%s%s, %s\n", left, mark, historyLine(item), clean(item.Message))
			beside(w, after)
			if p.flags.Verbose {
				p.details(w, item, below)
			}
		}
		return nil
	})
}

// historyLine is a revision in one line, without its message.
func historyLine(item jsonRevision) string {
	parents := strings.Join(item.Revises, ", ")
	if parents == "" {
		parents = "<base>"
	}
	if item.Orphan {
		parents = "?"
	}
	if len(item.DependsOn) > 0 {
		parents += " (" + strings.Join(item.DependsOn, ", ") + ")"
	}
	line := parents + " -> " + item.Revision
	for _, label := range item.Labels {
		line += " (" + label + ")"
	}
	return line + tags(item)
}

// tags are what a revision is, each in parentheses with a blank before it.
func tags(item jsonRevision) string {
	line := ""
	for _, tag := range []struct {
		on   bool
		word string
	}{
		{item.Head && !item.Effective && !item.Orphan, "head"}, {item.Effective, "effective head"}, {item.Current, "current"},
		{len(item.Children) > 1, "branchpoint"}, {len(item.Revises) > 1, "mergepoint"}, {item.Orphan, "no file defines it"},
	} {
		if tag.on {
			line += " (" + tag.word + ")"
		}
	}
	return line
}

// details are what else is known of a revision, a line each.
func (p *program) details(w io.Writer, item jsonRevision, indent string) {
	line := func(key, value string) {
		if value != "" {
			fmt.Fprintf(w, "%s%s %s\n", indent, pad(key+":", 12), clean(value))
		}
	}
	revises := strings.Join(item.Revises, ", ")
	if revises == "" && !item.Orphan {
		revises = "<base>"
	}
	line("revises", revises)
	line("revised by", strings.Join(item.Children, ", "))
	line("depends on", strings.Join(item.DependsOn, ", "))
	line("replaces", strings.Join(item.Replaces, ", "))
	line("labels", strings.Join(item.Labels, ", "))
	line("message", item.Message)
	line("created", item.Created)
	line("file", item.File)
	line("sections", strings.Join(item.Sections, "; "))
	line("variables", strings.Join(item.Variables, ", "))
	for _, a := range item.annotations {
		line(a.Key, a.Value)
	}
}

type headsCmd struct {
	Write   bool `help:"Write them into the heads file (heads_file in migrate.toml)."`
	Resolve bool `name:"resolve-dependencies" help:"Without the heads that another revision depends on: what has to be applied for all to be."`
}

func (c *headsCmd) Run(p *program) error {
	cfg, links, err := p.files()
	if err != nil {
		return err
	}
	if c.Write && cfg.HeadsFile == "" {
		return usagef(`put heads_file = "HEADS" at the top of migrate.toml`, "no heads file is configured")
	}
	if c.Write {
		if err := p.writeHeads(cfg); err != nil {
			return err
		}
	}
	heads := links.Heads()
	if c.Resolve {
		heads = links.Tips()
	}
	return p.listed(heads, links)
}

// listed writes revisions, a line each.
func (p *program) listed(revs []*parser.Revision, links *chain.Chain) error {
	list := []jsonRevision{}
	for _, r := range revs {
		list = append(list, showRevision(r, r.File, links))
	}
	if p.flags.JSON {
		p.json(list)
		return nil
	}
	for _, item := range list {
		p.print("%s%s  %s\n", item.Revision, labelled(item)+tags(item), clean(item.Message))
		if p.flags.Verbose {
			p.details(p.out, item, "    ")
		}
	}
	return nil
}

func labelled(item jsonRevision) string {
	line := ""
	for _, label := range item.Labels {
		line += " (" + label + ")"
	}
	return line
}

type branchesCmd struct{}

// Run shows where lines part, and what begins there.
func (c *branchesCmd) Run(p *program) error {
	_, links, err := p.files()
	if err != nil {
		return err
	}
	type jsonBranch struct {
		jsonRevision
		Into []jsonRevision `json:"branches_into"`
	}
	list := []jsonBranch{}
	for _, r := range links.All() {
		children := links.Children(r.ID.Name)
		if len(children) < 2 {
			continue
		}
		item := jsonBranch{jsonRevision: showRevision(r, r.File, links)}
		for _, child := range children {
			item.Into = append(item.Into, showRevision(child, child.File, links))
		}
		list = append(list, item)
	}
	if p.flags.JSON {
		p.json(list)
		return nil
	}
	for _, item := range list {
		p.print("%s%s  %s\n", item.Revision, labelled(item.jsonRevision)+tags(item.jsonRevision), clean(item.Message))
		if p.flags.Verbose {
			p.details(p.out, item.jsonRevision, "    ")
		}
		for _, child := range item.Into {
			p.print("    -> %s%s  %s\n", child.Revision, labelled(child)+tags(child), clean(child.Message))
		}
	}
	if len(list) == 0 {
		p.say("no revision has two or more that revise it\n")
	}
	return nil
}

type showCmd struct {
	Revisions []string `arg:"" name:"revision" help:"Which: targets."`
}

func (c *showCmd) Run(p *program) error {
	for _, name := range c.Revisions {
		if chain.NeedsApplied(name) {
			return p.onLedger(func(s *session, state *runner.State) error { return c.show(p, s.chain, state) })
		}
	}
	_, links, err := p.files()
	if err != nil {
		return err
	}
	return c.show(p, links, nil)
}

// followed are the names with squashes in the place of what they replace.
func (c *showCmd) followed(p *program, links *chain.Chain) []string {
	list := slices.Clone(c.Revisions)
	for i, name := range list {
		if by := links.Squash(name); by != nil {
			p.say("revision %s is part of the squash %s\n", name, by.ID.Name)
			list[i] = by.ID.Name
		}
	}
	return list
}

func (c *showCmd) show(p *program, links *chain.Chain, state *runner.State) error {
	revs, err := found(c.followed(p, links), links, state)
	if err != nil {
		return err
	}
	if p.flags.JSON {
		for _, r := range revs {
			p.json(showRevision(r, r.File, links))
		}
		return nil
	}
	return p.toOutput(func(w *bufio.Writer) error {
		for i, r := range revs {
			if i > 0 {
				fmt.Fprintln(w)
			}
			item := showRevision(r, r.File, links)
			fmt.Fprintf(w, "%s %s%s\n", pad("revision:", 12), item.Revision, tags(item))
			p.details(w, item, "")
			if !p.flags.Verbose {
				continue
			}
			for _, s := range r.Sections {
				fmt.Fprintf(w, "\n-- +%s\n", strings.TrimSpace(s.Kind.String()+" "+strings.Join(s.Dialects, ",")))
				if _, err := io.Copy(w, s.Text.Reader()); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// found are the revisions of names as Find takes them, with current where a state is given.
func found(list []string, links *chain.Chain, state *runner.State) ([]*parser.Revision, error) {
	var revs []*parser.Revision
	for _, name := range list {
		switch {
		case state != nil && chain.NeedsApplied(name):
			more, err := links.Range(state.Applied(), name+":"+name)
			if err != nil {
				return nil, err
			}
			if len(more) == 0 {
				return nil, usagef("see revise run status", "%s is no revision: nothing is applied", name)
			}
			revs = append(revs, more...)
		default:
			more, err := links.FindAll(name)
			if err != nil {
				return nil, err
			}
			if len(more) == 0 {
				return nil, usagef("", "%s is no revision: it lies below all of them", name)
			}
			revs = append(revs, more...)
		}
	}
	return revs, nil
}
