package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"

	"revise/chain"
	"revise/config"
	"revise/drivers"
	"revise/parser"
	"revise/runner"
)

// files reads the chain for the commands that need no database.
func (p *program) files() (*chain.Chain, error) {
	cfg, err := p.load()
	if err != nil {
		return nil, err
	}
	return p.chain(cfg)
}

type historyCmd struct{}

func (c *historyCmd) Run(p *program) error {
	links, err := p.files()
	if err != nil {
		return err
	}
	p.history(links, nil)
	return nil
}

type runHistoryCmd struct{}

func (c *runHistoryCmd) Run(p *program) error {
	return p.onLedger(func(s *session, state *runner.State) error {
		p.history(s.chain, state)
		return nil
	})
}

// history writes the chain, the newest first, in Alembic's form: parents -> revision (what it is), message.
func (p *program) history(links *chain.Chain, state *runner.State) {
	all := links.All()
	var applied chain.Set
	current := map[string]bool{}
	if state != nil {
		applied = state.Applied()
		for _, r := range links.Current(applied) {
			current[r.ID.Name] = true
		}
	}
	list := []jsonRevision{}
	for i := len(all) - 1; i >= 0; i-- {
		r := all[i]
		item := showRevision(r, r.File, links)
		if state != nil {
			is := applied[r.ID.Name]
			item.Applied, item.Current = &is, current[r.ID.Name]
		}
		list = append(list, item)
	}
	if state != nil { // what the ledger has and no file: the newest, as a rule
		var orphans []jsonRevision
		for _, id := range links.Unknown(applied) {
			is := true
			orphans = append(orphans, jsonRevision{
				Revision: id, Revises: []string{}, Children: []string{}, Sections: []string{}, Applied: &is,
				Message: state.Rows[id].Message, Orphan: true,
			})
		}
		list = append(orphans, list...)
	}
	if p.flags.JSON {
		p.json(list)
		return
	}
	for _, item := range list {
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
		for _, tag := range []struct {
			on   bool
			word string
		}{{item.Head, "head"}, {item.Current, "current"}, {len(item.Children) > 1, "branchpoint"}, {len(item.Revises) > 1, "mergepoint"}, {item.Orphan, "no file defines it"}} {
			if tag.on {
				line += " (" + tag.word + ")"
			}
		}
		mark := ""
		if item.Applied != nil {
			mark = p.style.open("pending  ")
			if *item.Applied {
				mark = p.style.good("applied  ")
			}
		}
		p.print("%s%s, %s\n", mark, line, clean(item.Message))
		if p.flags.Verbose {
			created := ""
			if item.Created != "" {
				created = ", created " + item.Created
			}
			p.print("    %s%s\n", item.File, created)
		}
	}
}

type headsCmd struct{}

func (c *headsCmd) Run(p *program) error {
	links, err := p.files()
	if err != nil {
		return err
	}
	list := []jsonRevision{}
	for _, r := range links.Heads() {
		list = append(list, showRevision(r, r.File, links))
	}
	if p.flags.JSON {
		p.json(list)
		return nil
	}
	for _, h := range list {
		p.print("%s (head)  %s\n", h.Revision, clean(h.Message))
	}
	return nil
}

type showCmd struct {
	Revision string `arg:"" help:"An id or the beginning of one, a label, head."`
}

// jsonRevision is a revision as reports give it.
type jsonRevision struct {
	Revision    string            `json:"revision"`
	Revises     []string          `json:"revises"`
	DependsOn   []string          `json:"depends_on,omitempty"`
	Labels      []string          `json:"labels,omitempty"`
	Message     string            `json:"message"`
	Created     string            `json:"created,omitempty"`
	File        string            `json:"file"`
	Head        bool              `json:"head"`
	Children    []string          `json:"children"`
	Sections    []string          `json:"sections"`
	Variables   []string          `json:"variables,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
	Applied     *bool             `json:"applied,omitempty"`
	Current     bool              `json:"current,omitempty"`
	Orphan      bool              `json:"orphan,omitempty"` // the ledger has it, no file defines it
}

func showRevision(r *parser.Revision, file string, links *chain.Chain) jsonRevision {
	item := jsonRevision{
		Revision: r.ID.Name, Revises: []string{}, Message: r.Message, Created: r.Created, File: file, Children: []string{}, Sections: []string{},
	}
	refs := func(to *[]string, from []parser.Ref) {
		for _, ref := range from {
			*to = append(*to, ref.Name)
		}
	}
	refs(&item.Revises, r.Revises)
	refs(&item.DependsOn, r.DependsOn)
	refs(&item.Labels, r.Labels)
	for _, s := range r.Sections {
		item.Sections = append(item.Sections, strings.TrimSpace(s.Kind.String()+" "+strings.Join(s.Dialects, ",")))
	}
	item.Variables = variableNames(r)
	for _, a := range r.Annotations {
		if item.Annotations == nil {
			item.Annotations = map[string]string{}
		}
		item.Annotations[a.Key] = a.Value
	}
	if links != nil {
		item.Children = append(item.Children, names(links.Children(r.ID.Name))...)
	}
	item.Head = len(item.Children) == 0
	return item
}

func (c *showCmd) Run(p *program) error {
	links, err := p.files()
	if err != nil {
		return err
	}
	r, err := links.Find(c.Revision)
	if err != nil {
		return err
	}
	item := showRevision(r, r.File, links)
	if p.flags.JSON {
		p.json(item)
		return nil
	}
	line := func(key, value string) {
		if value != "" {
			p.print("%s %s\n", pad(key+":", 12), clean(value))
		}
	}
	head := ""
	if item.Head {
		head = " (head)"
	}
	line("revision", item.Revision+head)
	revises := strings.Join(item.Revises, ", ")
	if revises == "" {
		revises = "<base>"
	}
	line("revises", revises)
	line("revised by", strings.Join(item.Children, ", "))
	line("depends on", strings.Join(item.DependsOn, ", "))
	line("labels", strings.Join(item.Labels, ", "))
	line("message", item.Message)
	line("created", item.Created)
	line("file", item.File)
	line("sections", strings.Join(item.Sections, "; "))
	line("variables", strings.Join(item.Variables, ", "))
	for _, a := range r.Annotations {
		line(a.Key, a.Value)
	}
	if !p.flags.Verbose {
		return nil
	}
	return p.toOutput(func(w *bufio.Writer) error {
		for _, s := range r.Sections {
			fmt.Fprintf(w, "\n-- +%s\n", strings.TrimSpace(s.Kind.String()+" "+strings.Join(s.Dialects, ",")))
			if _, err := io.Copy(w, s.Text.Reader()); err != nil {
				return err
			}
		}
		return nil
	})
}

type checkCmd struct {
	SingleHead bool `name:"single-head" help:"More than one head is a mistake."`
}

func (c *checkCmd) Run(p *program) error {
	cfg, err := p.load()
	if err != nil {
		return err
	}
	driver, err := p.dialect(cfg)
	if err != nil {
		return err
	}
	links, sections, err := p.checked(cfg, driver)
	if err != nil {
		return err
	}
	heads := links.Heads()
	if c.SingleHead && len(heads) > 1 {
		var list []string
		for _, h := range heads {
			list = append(list, h.ID.Name+" ("+h.File+")")
		}
		return usagef(`join them: revise new "merge" --head heads`, "there are %d heads: %s", len(heads), strings.Join(list, ", "))
	}
	if p.flags.JSON {
		p.json(struct {
			Revisions int      `json:"revisions"`
			Sections  int      `json:"sections"`
			Heads     []string `json:"heads"`
		}{links.Len(), sections, names(heads)})
		return nil
	}
	p.print("%s, %s checked; %s %s\n", plural(links.Len(), "revision"), plural(sections, "section"),
		map[bool]string{true: "head", false: "heads"}[len(heads) == 1], strings.Join(names(heads), ", "))
	return nil
}

// checked reads the files, links them and splits all their sections. The mistakes of all three are reported together.
func (p *program) checked(cfg *config.Config, driver drivers.Driver) (links *chain.Chain, sections int, err error) {
	var mistakes parser.ErrorList
	revs, err := p.parse(cfg)
	if err := collect(&mistakes, err); err != nil {
		return nil, 0, err
	}
	if err == nil { // where a file is missing, what it defines is missing too
		links, err = chain.New(revs)
		if err := collect(&mistakes, err); err != nil {
			return nil, 0, err
		}
	}
	for _, r := range revs {
		if driver != nil {
			if err := collect(&mistakes, runner.CheckUpgrade(r, driver.Name())); err != nil {
				return nil, 0, err
			}
		}
		for _, s := range r.Sections {
			for _, d := range p.checkedBy(s, driver, r) {
				sections++
				if err := collect(&mistakes, runner.Check(s, d.Dialect(), d.Syntax().TransactionalDDL)); err != nil {
					return nil, 0, err
				}
			}
		}
	}
	return links, sections, mistakes.Err()
}

// collect adds the mistakes that an error is made of to a list; an error of another kind it returns.
func collect(list *parser.ErrorList, err error) error {
	var more parser.ErrorList
	if errors.As(err, &more) {
		*list = append(*list, more...)
		return nil
	}
	return err
}

// checkedBy says by whose rules a section is split: the configured database's, if the section is for it, and those that its marker names.
func (p *program) checkedBy(s *parser.Section, configured drivers.Driver, r *parser.Revision) []drivers.Driver {
	var list []drivers.Driver
	for _, d := range p.drivers {
		named := false
		for _, name := range s.Dialects {
			named = named || name == d.Name()
		}
		if named || configured != nil && d.Name() == configured.Name() && r.Section(s.Kind, d.Name()) == s {
			list = append(list, d)
		}
	}
	return list
}

type versionCmd struct{}

func (c *versionCmd) Run(p *program) error {
	if p.flags.JSON {
		p.json(struct {
			Version string   `json:"version"`
			Go      string   `json:"go"`
			System  string   `json:"system"`
			Drivers []string `json:"drivers"`
		}{p.version, runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH, p.drivers.Dialects()})
		return nil
	}
	p.print("revise %s (%s, %s/%s; %s)\n", p.version, runtime.Version(), runtime.GOOS, runtime.GOARCH, strings.Join(p.drivers.Dialects(), ", "))
	return nil
}
