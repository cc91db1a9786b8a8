package cli

import (
	"errors"
	"runtime"
	"slices"
	"strings"

	"revise/chain"
	"revise/config"
	"revise/drivers"
	"revise/parser"
	"revise/runner"
)

// files reads the chain for the commands that need no database. The configuration comes with an error about the files as well.
func (p *program) files() (*config.Config, *chain.Chain, error) {
	cfg, err := p.load()
	if err != nil {
		return nil, nil, err
	}
	links, err := p.chain(cfg)
	return cfg, links, err
}

// jsonRevision is a revision as reports give it.
type jsonRevision struct {
	Revision    string            `json:"revision"`
	Revises     []string          `json:"revises"`
	DependsOn   []string          `json:"depends_on,omitempty"`
	Replaces    []string          `json:"replaces,omitempty"`
	Labels      []string          `json:"labels,omitempty"`
	Message     string            `json:"message"`
	Created     string            `json:"created,omitempty"`
	File        string            `json:"file"`
	Head        bool              `json:"head"`
	Effective   bool              `json:"effective_head,omitempty"` // a head that another revision depends on
	Children    []string          `json:"children"`
	Sections    []string          `json:"sections"`
	Variables   []string          `json:"variables,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
	Applied     *bool             `json:"applied,omitempty"`
	Current     bool              `json:"current,omitempty"`
	Orphan      bool              `json:"orphan,omitempty"` // the ledger has it, no file defines it
	annotations []parser.Annotation
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
	if links != nil {
		item.Revises = append(item.Revises, linkedNames(links, r.Revises)...)
		item.DependsOn = linkedNames(links, r.DependsOn)
	} else {
		refs(&item.Revises, r.Revises)
		refs(&item.DependsOn, r.DependsOn)
	}
	parser.Each(r.Replaces, func(gone parser.Replaced) { item.Replaces = append(item.Replaces, gone.Name) })
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
	item.annotations = r.Annotations
	if links != nil {
		item.Children = append(item.Children, names(links.Children(r.ID.Name))...)
		item.Effective = len(item.Children) == 0 && len(links.Dependents(r.ID.Name)) > 0
	}
	item.Head = len(item.Children) == 0
	return item
}

// linkedNames are the names in a header, with squashes in the place of what they replace.
func linkedNames(links *chain.Chain, refs []parser.Ref) (list []string) {
	for _, ref := range refs {
		name := ref.Name // a label stays one
		if meant := links.Meant(name); meant != nil {
			name = meant.ID.Name
		}
		if !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}

type checkCmd struct {
	SingleHead bool   `name:"single-head" help:"More than one head is a mistake."`
	Against    string `placeholder:"REF" help:"Ask git what a merge with this branch would make of the chain: a fork is a mistake, and so is an edit of what the branch has."`
	AllowEdits bool   `name:"allow-edits" help:"With --against: an edited upgrade is a warning."`
	Auto       bool   `name:"autogenerate" help:"Ask whether new --autogenerate would write something: that the revisions do not bring about the schema that is asked for is exit code 7."`
}

func (c *checkCmd) Run(p *program) error {
	if c.AllowEdits && c.Against == "" {
		return usagef("name a branch: revise check --against origin/main --allow-edits", "--allow-edits says something of --against only")
	}
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
	if err := p.checkHeads(cfg, links); err != nil {
		return err
	}
	if c.Against != "" {
		if err := p.against(cfg, c.Against, c.AllowEdits); err != nil {
			return err
		}
	}
	if c.Auto {
		if err := p.checkAutogenerate(links); err != nil {
			return err
		}
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
