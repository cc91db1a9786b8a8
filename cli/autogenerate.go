package cli

import (
	"bufio"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"revise/autogen"
	"revise/chain"
	"revise/config"
	"revise/parser"
	"revise/runner"
	"revise/schema"
)

// autoFlags are those of new --autogenerate.
type autoFlags struct {
	Autogenerate bool     `help:"Write the statements too: what leads from the revisions' schema to the one that autogenerate.schema or autogenerate.command asks for."`
	FromDatabase bool     `name:"from-database" help:"With --autogenerate: begin at the schema that the database has now."`
	Rename       []string `sep:"none" placeholder:"OLD=NEW" help:"With --autogenerate: a table or column that was renamed: orders=purchases, orders.total=amount. May be repeated."`
	NoRenames    bool     `name:"no-renames" help:"With --autogenerate: nothing was renamed; do not ask."`
	Online       bool     `help:"With --autogenerate: forms that keep others waiting as little as can be (CREATE INDEX CONCURRENTLY), in revisions of their own where they need that."`
}

// given reports whether a flag is there that says something of autogenerate only.
func (f *autoFlags) given() string {
	switch {
	case f.FromDatabase:
		return "--from-database"
	case len(f.Rename) > 0:
		return "--rename"
	case f.NoRenames:
		return "--no-renames"
	case f.Online:
		return "--online"
	}
	return ""
}

// A driftError is the answer that a schema is not what it should be.
type driftError struct{ msg, hint string }

func (e *driftError) Error() string { return e.msg }
func (e *driftError) Hint() string  { return e.hint }

// autogenerate writes the revisions that lead to the schema that is asked for.
func (c *newCmd) autogenerate(p *program, rev *parser.Revision, links *chain.Chain, now time.Time, command string) (err error) {
	w, err := p.workplace(false)
	if err != nil {
		return err
	}
	w.chain = links
	req := autogen.Request{Chain: links, Online: c.Online}
	req.Want = func(context.Context) (*schema.Snapshot, error) { return p.wanted(w) }
	for _, parent := range rev.Revises {
		req.Parents = append(req.Parents, parent.Name)
	}
	for _, on := range rev.DependsOn {
		req.Parents = append(req.Parents, on.Name)
	}
	if c.FromDatabase {
		if req.From, err = p.liveSchema(w); err != nil {
			return err
		}
	}
	asked := &renames{p: p, flags: slices.Clone(c.Rename), silent: c.NoRenames}
	req.Ask = asked.ask
	draft, err := w.site.Draft(p.ctx, req)
	if draft != nil {
		defer p.closing(draft.Close, &err)
	}
	if err != nil {
		return stopped(err, command+" --autogenerate")
	}
	if err := asked.unused(draft.From); err != nil {
		return err
	}
	if len(draft.Revisions) == 0 {
		p.remarks(draft.Remarks)
		if p.flags.JSON {
			p.json(struct {
				Changes []jsonChange    `json:"changes"`
				Remarks []schema.Remark `json:"remarks,omitempty"`
			}{[]jsonChange{}, draft.Remarks})
			return nil
		}
		p.print("nothing to do: the revisions bring about the schema that is asked for\n")
		return nil
	}
	files, err := c.compose(rev, links, draft, w, now)
	if err != nil {
		return err
	}
	if err := c.prove(p, w, draft, files); err != nil {
		if as[*runner.StatementError](err) {
			err = &scratchStop{err, "no file was written; revise new without --autogenerate makes one for statements of your own"}
		}
		return err
	}
	p.tell(draft)
	if c.FromDatabase {
		p.say("remark: it begins at what the database has now, which a database that is built from the revisions alone need not have\n")
	}
	rest := links.All()
	for _, f := range files {
		f.command, f.withHooks, f.rest = command, !c.NoHooks, rest
		if err := p.writeRevision(w.cfg, f); err != nil {
			return err
		}
		parsed, err := parser.Parse(f.name, []byte(f.text), p.drivers.Dialects())
		if err != nil {
			return err
		}
		rest = append(rest, parsed)
	}
	return nil
}

// compose writes the texts of the files of a draft.
func (c *newCmd) compose(rev *parser.Revision, links *chain.Chain, draft *autogen.Draft, w *workplace, now time.Time) ([]newFile, error) {
	dir, err := c.folder(w.cfg, links, rev)
	if err != nil {
		return nil, err
	}
	var files []newFile
	for i, part := range draft.Revisions {
		one := *rev
		if i > 0 {
			one = parser.Revision{Created: rev.Created, ID: parser.Ref{Name: freshID(links)}, Revises: []parser.Ref{{Name: files[i-1].id}}}
		}
		one.Message = rev.Message
		if len(draft.Revisions) > 1 {
			one.Message += fmt.Sprintf(", part %d of %d", i+1, len(draft.Revisions))
		}
		one.Sections = []*parser.Section{section(parser.Upgrade, part.Up, w), section(parser.Downgrade, part.Down, w)}
		text, err := aboveSections(&one, w.cfg.New, now)
		if err != nil {
			return nil, err
		}
		name, err := fileName(&one, w.cfg.New, now)
		if err != nil {
			return nil, err
		}
		files = append(files, newFile{dir: dir, name: name, text: text, id: one.ID.Name})
	}
	return files, nil
}

func section(kind parser.Kind, s schema.Part, w *workplace) *parser.Section {
	sec := &parser.Section{Kind: kind, Text: parser.InMemory(autogen.Section(s, w.driver.Dialect()))}
	if s.NoTransaction {
		sec.Settings.Transaction = parser.Off
	}
	if s.KeysOff {
		sec.Settings.ForeignKeys = parser.Off
	}
	return sec
}

// aboveSections is the text of a file whose sections are known: of the template, only what stands before its first section.
func aboveSections(rev *parser.Revision, cfg config.New, now time.Time) (string, error) {
	whole, err := parser.Format(rev)
	if err != nil || cfg.Template == "" {
		return whole, err
	}
	text, err := fromTemplate(rev, cfg, now)
	if err != nil {
		return "", err
	}
	above, _, _ := strings.Cut(text, "\n-- +")
	header := *rev
	header.Sections = nil
	head, err := parser.Format(&header)
	if err != nil {
		return "", err
	}
	return strings.TrimRight(above, "\n") + "\n\n" + strings.TrimLeft(strings.TrimPrefix(whole, head), "\n"), nil
}

// prove runs the files as they are going to be, before they are written.
func (c *newCmd) prove(p *program, w *workplace, draft *autogen.Draft, files []newFile) error {
	all := w.chain.All()
	var ids []string
	for _, f := range files {
		rev, err := parser.Parse(f.name, []byte(f.text), p.drivers.Dialects())
		if err != nil {
			return err
		}
		all = append(all, rev)
		ids = append(ids, f.id)
	}
	links, err := chain.New(all)
	if err != nil {
		return err
	}
	return draft.Prove(p.ctx, links, ids)
}

// jsonChange is a change as --json gives it.
type jsonChange struct {
	Object string `json:"object"`
	Was    string `json:"was,omitempty"`
	Is     string `json:"is,omitempty"`
	Change string `json:"change"` // added, removed, changed
}

func jsonChanges(list []schema.Change) []jsonChange {
	out := []jsonChange{}
	for _, c := range list {
		j := jsonChange{Object: c.Key, Change: "changed"}
		if c.From == nil {
			j.Change = "added"
		} else {
			j.Was = c.From.Def
		}
		if c.To == nil {
			j.Change = "removed"
		} else {
			j.Is = c.To.Def
		}
		out = append(out, j)
	}
	return out
}

// tell says what a draft does.
func (p *program) tell(d *autogen.Draft) {
	if p.flags.JSON {
		return
	}
	for _, r := range d.Renamed {
		p.say("%s is renamed to %s\n", clean(r.From.Key()), clean(r.To.Name))
	}
	p.lines(schema.Lines(d.From, d.To, d.Changes))
	for _, s := range d.Losses() {
		p.say("%s\n", p.style.warn("loses data: "+clean(s.Loses)))
	}
	p.remarks(d.Remarks)
	if len(d.Left) > 0 && !slices.ContainsFunc(d.Remarks, func(r schema.Remark) bool { return r.Short }) {
		p.say("%s\n", p.style.warn("warning: this is what it leaves to do; look at it"))
		p.lines(schema.Lines(d.From, d.To, d.Left))
	}
	if len(d.LeftBack) > 0 {
		p.say("%s\n", p.style.warn("warning: this is what the downgrade leaves behind; look at it"))
		p.lines(schema.Lines(d.To, d.From, d.LeftBack))
	}
}

// lines says lines, the first of many.
func (p *program) lines(list []string) {
	const most = 200
	for i, l := range list {
		if i == most && !p.flags.Verbose {
			p.say("  … and %d lines more; -v shows all\n", len(list)-most)
			return
		}
		p.say("  %s\n", clean(l))
	}
}

// remarks says what a plan says of itself.
func (p *program) remarks(list []schema.Remark) {
	for _, r := range list {
		about := ""
		if r.Key != "" {
			about = clean(r.Key) + ": "
		}
		p.say("remark: %s%s\n", about, clean(r.Text))
	}
}

// renames asks what was renamed.
type renames struct {
	p      *program
	flags  []string // of --rename, that were not used yet
	silent bool
}

// ask takes what the flags say and, on a terminal, asks about what looks renamed.
func (r *renames) ask(now, want *schema.Snapshot, may []schema.Rename) ([]schema.Rename, error) {
	var yes []schema.Rename
	var left []string
	taken := map[string]bool{}
	for _, flag := range r.flags {
		old, renamed, ok := strings.Cut(flag, "=")
		if !ok || old == "" || renamed == "" {
			return nil, usagef("for example: --rename orders.total=amount", "--rename %q is not OLD=NEW", flag)
		}
		found, err := pairOf(now, want, old, renamed)
		if err != nil {
			return nil, err
		}
		if found == nil {
			left = append(left, flag)
			continue
		}
		taken[found.From.Key()], taken[found.To.Key()] = true, true
		yes = append(yes, *found)
	}
	r.flags = left
	for _, m := range may {
		if taken[m.From.Key()] || taken[m.To.Key()] || r.silent {
			continue
		}
		if !isTerminal(r.p.in) || !isTerminal(r.p.err) {
			r.p.say("%s may have been renamed to %s: --rename %s=%s keeps its data, --no-renames says that it was not\n",
				clean(m.From.Key()), clean(m.To.Name), clean(strings.Join(m.From.Path, ".")), clean(m.To.Base()))
			continue
		}
		ok, err := r.p.yes(fmt.Sprintf("Was the %s renamed to %s? [y/N] ", clean(m.From.Key()), clean(m.To.Base())))
		if err != nil {
			return nil, err
		}
		if ok {
			yes = append(yes, m)
		}
	}
	return yes, nil
}

// pairOf finds what a flag names: something that is gone, and what came in its place. nil: not yet, or not at all.
func pairOf(now, want *schema.Snapshot, old, renamed string) (*schema.Rename, error) {
	var found []schema.Rename
	columns, changes := now.Columns(), schema.Compare(now, want)
	for _, gone := range changes {
		was := gone.From
		if gone.To != nil || !named(was, old) || was.Place == 0 && len(columns[was.Key()]) == 0 { // neither a column nor a table
			continue
		}
		for _, came := range changes {
			if is := came.To; came.From == nil && is.Kind == was.Kind && is.Parent == was.Parent && named(is, renamed) && (was.Place > 0) == (is.Place > 0) {
				found = append(found, schema.Rename{From: was, To: is})
			}
		}
	}
	switch len(found) {
	case 0:
		return nil, nil
	case 1:
		return &found[0], nil
	}
	return nil, usagef("say more of the name: schema.table.column", "--rename %s=%s may mean %s and %s", old, renamed, found[0].From.Key(), found[1].From.Key())
}

// named reports whether a name means an object: the end of its path.
func named(o *schema.Object, name string) bool {
	full := strings.Join(o.Path, ".")
	return full == name || strings.HasSuffix(full, "."+name)
}

// unused says which flags named nothing.
func (r *renames) unused(from *schema.Snapshot) error {
	if len(r.flags) == 0 {
		return nil
	}
	return usagef("OLD is a table or table.column that is gone in the schema asked for, NEW the name of one that is new there", "--rename %s names nothing that was renamed", r.flags[0])
}

// yes asks a question on the terminal.
func (p *program) yes(question string) (bool, error) {
	fmt.Fprint(p.err, question)
	answer := make(chan string, 1)
	go func() {
		line, _ := p.terminal().ReadString('\n')
		answer <- strings.ToLower(strings.TrimSpace(line))
	}()
	select {
	case <-p.ctx.Done():
		fmt.Fprintln(p.err)
		return false, p.ctx.Err()
	case a := <-answer:
		return a == "y" || a == "yes", nil
	}
}

// terminal is the reader of answers: one, for it may read ahead.
func (p *program) terminal() *bufio.Reader {
	if p.answers == nil {
		p.answers = bufio.NewReader(p.in)
	}
	return p.answers
}

// checkAutogenerate is check --autogenerate: would there be something to write?
func (p *program) checkAutogenerate(links *chain.Chain) error {
	w, err := p.workplace(false)
	if err != nil {
		return err
	}
	want, err := p.wanted(w)
	if err != nil {
		return err
	}
	built, err := w.site.Built(p.ctx, links, names(links.Heads())...)
	if err != nil {
		return stopped(err, "check --autogenerate")
	}
	plan, err := w.driver.Plan(built, want, schema.Options{})
	if err != nil {
		return err
	}
	if plan.Empty() {
		p.remarks(plan.Remarks)
		return nil
	}
	changes := schema.Compare(built, want)
	if p.flags.JSON {
		p.json(struct {
			Changes []jsonChange `json:"changes"`
		}{jsonChanges(changes)})
	} else {
		for _, l := range schema.Lines(built, want, changes) {
			p.print("%s\n", clean(l))
		}
	}
	return &driftError{"the revisions do not bring about the schema that is asked for", `revise new --autogenerate "what it is about" writes the revision that is missing`}
}
