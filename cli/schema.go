package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"revise/autogen"
	"revise/config"
	"revise/drivers"
	"revise/runner"
	"revise/schema"
)

type dumpCmd struct {
	File string `short:"f" placeholder:"FILE" help:"Write it to this file, which is replaced when the dump is whole, instead of to stdout."`
}

// Run is run dump.
func (c *dumpCmd) Run(p *program) error {
	w, err := p.workplace(false)
	if err != nil {
		return err
	}
	snap, err := p.liveSchema(w)
	if err != nil {
		return err
	}
	text, err := p.dumped(w.driver, snap)
	if err != nil {
		return err
	}
	switch {
	case c.File != "":
		if err := writeWhole(c.File, text); err != nil {
			return usagef("", "write the dump: %v", err)
		}
		p.say("%s written: %s\n", shownPath(c.File), plural(len(snap.Objects), "object"))
	case p.flags.JSON:
		p.json(struct {
			SQL string `json:"sql"`
		}{text})
	default:
		p.print("%s", text)
	}
	return nil
}

// dumped is a schema as SQL that builds it.
func (p *program) dumped(driver drivers.Driver, snap *schema.Snapshot) (string, error) {
	plan, err := driver.Plan(snap.Empty(), snap, schema.Options{})
	if err != nil {
		return "", err
	}
	p.remarks(plan.Remarks)
	return autogen.Dump(plan, driver.Dialect(), "The schema as revise run dump writes it. It builds the schema in an empty database."), nil
}

// writeWhole writes a file whole, or leaves it as it is. One that holds the text already is not touched.
func writeWhole(path, text string) error {
	old, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return writeNew(filepath.Dir(path), filepath.Base(path), text)
	case err != nil:
		return err
	case string(old) == text:
		return nil
	}
	return replaceFile(path, []byte(text))
}

type fingerprintCmd struct{}

// Run is run fingerprint.
func (c *fingerprintCmd) Run(p *program) error {
	w, err := p.workplace(false)
	if err != nil {
		return err
	}
	snap, err := p.liveSchema(w)
	if err != nil {
		return err
	}
	if p.flags.JSON {
		p.json(struct {
			Fingerprint string `json:"fingerprint"`
			Objects     int    `json:"objects"`
		}{snap.Fingerprint(), len(snap.Objects)})
		return nil
	}
	p.print("%s\n", snap.Fingerprint())
	return nil
}

// keeping is how runs read the schema that they leave behind; nil if they do not.
func keeping(driver drivers.Driver, cfg *config.Config) (*runner.Keep, error) {
	if !cfg.Run.KeepSchema {
		return nil, nil
	}
	site, err := siteOf(driver, cfg)
	if err != nil {
		return nil, err
	}
	keep := site.Keep()
	return &keep, nil
}

// dumpBehind writes schema.dump behind a run that changed something.
func (p *program) dumpBehind(s *session) error {
	if s.cfg.Schema.Dump == "" {
		return nil
	}
	write := func() error {
		snap, err := s.schema(p.ctx)
		if err != nil {
			return err
		}
		text, err := p.dumped(s.driver, snap)
		if err != nil {
			return err
		}
		return writeWhole(s.cfg.Schema.Dump, text)
	}
	if err := write(); err != nil {
		return fmt.Errorf("the run is done; write %s: %w", shownPath(s.cfg.Schema.Dump), err)
	}
	return nil
}

// schema reads the schema of the session's database.
func (s *session) schema(ctx context.Context) (*schema.Snapshot, error) {
	site, err := siteOf(s.driver, s.cfg)
	if err != nil {
		return nil, err
	}
	return s.runner.Schema(ctx, site.Keep())
}

type runCheckCmd struct {
	Rebuild bool `help:"Compare with what the revisions bring about in a scratch database, whatever was noted down."`
	SQL     bool `name:"sql" help:"Show the SQL too that would bring the database back to what it should be, and the SQL that would bring the revisions to what it is."`
}

// Run is run check: has the database still the schema that its revisions gave it?
func (c *runCheckCmd) Run(p *program) error {
	return p.onLedger(func(s *session, state *runner.State) error {
		if row, half := state.Halfway(); half {
			return &driftError{"revision " + row.Revision + " stands half-way: there is no schema that the database should have", "revise run up goes on with it; revise run status tells more"}
		}
		heads := s.runner.Heads(state.Applied())
		now, err := s.schema(p.ctx)
		if err != nil {
			return err
		}
		should, source, err := c.should(p, s, heads)
		if err != nil {
			return err
		}
		at := strings.Join(heads, ", ")
		if at == "" {
			at = "base"
		}
		return c.compare(p, s, should, now, at, source)
	})
}

// A shouldBe is the schema that a database should have: the whole, or its sum alone.
type shouldBe struct {
	sum  string
	snap *schema.Snapshot
}

// should is what was noted down, or what the revisions bring about; and where it is from.
func (c *runCheckCmd) should(p *program, s *session, heads []string) (shouldBe, string, error) {
	if !c.Rebuild {
		kept, err := s.runner.Kept(p.ctx, heads)
		if err != nil {
			return shouldBe{}, "", err
		}
		switch {
		case kept == nil:
			p.say("no run has noted down which schema it left behind; comparing with what the revisions bring about in a scratch database\n")
		case !kept.Comparable:
			p.say("another version of revise noted the schema down; comparing with what the revisions bring about in a scratch database\n")
		case kept.Schema == nil:
			return shouldBe{sum: kept.Fingerprint}, "the run of " + when(kept.At) + " left behind", nil
		default:
			return shouldBe{kept.Fingerprint, kept.Schema}, "the run of " + when(kept.At) + " left behind", nil
		}
	}
	w, err := p.workplace(true)
	if err != nil {
		return shouldBe{}, "", err
	}
	for _, id := range heads {
		if w.chain.Get(id) == nil {
			return shouldBe{}, "", usagef("", "revision %s is applied and no file defines it: what it brings about is not known", id)
		}
	}
	snap, err := w.site.Built(p.ctx, w.chain, heads...)
	if err != nil {
		return shouldBe{}, "", stopped(err, "run check --rebuild")
	}
	return shouldBe{snap.Fingerprint(), snap}, "its revisions bring about", nil
}

func (c *runCheckCmd) compare(p *program, s *session, should shouldBe, now *schema.Snapshot, at, source string) error {
	same := should.sum == now.Fingerprint()
	var changes []schema.Change
	var reordered []*schema.Object
	var mend *mending
	if should.snap != nil {
		changes = schema.Compare(should.snap, now)
		reordered = schema.Reordered(should.snap, now)
		same = len(changes)+len(reordered) == 0
		if c.SQL && !same {
			var err error
			if mend, err = s.mending(should.snap, now); err != nil {
				return err
			}
		}
	}
	switch {
	case p.flags.JSON:
		p.json(struct {
			At          string       `json:"at"`
			Drift       bool         `json:"drift"`
			Fingerprint string       `json:"fingerprint"`
			Should      string       `json:"should"`
			Changes     []jsonChange `json:"changes"`
			Reordered   []string     `json:"reordered,omitempty"` // tables
			SQL         *mending     `json:"sql,omitempty"`
		}{at, !same, now.Fingerprint(), should.sum, jsonChanges(changes), keys(reordered), mend})
	case same:
		p.print("the database is at %s, and has the schema that %s\n", at, source)
	default:
		for _, l := range append(schema.Lines(should.snap, now, changes), orderLines(reordered)...) {
			p.print("%s\n", clean(l))
		}
		if mend != nil {
			p.print("\n%s\n%s\n", mend.Database, mend.Revisions)
		}
	}
	if same {
		return nil
	}
	hint := "revise run check --sql shows the SQL that would mend either side"
	switch {
	case should.snap == nil:
		hint = "it was too large to be noted down as a whole; revise run check --rebuild tells what differs"
	case c.SQL:
		hint = "run what should be; revise new --autogenerate --from-database writes a revision"
	}
	return &driftError{"the database is at " + at + ", but its schema is not the one that " + source, hint}
}

// keys are what objects are known by.
func keys(list []*schema.Object) []string {
	var out []string
	for _, o := range list {
		out = append(out, o.Key())
	}
	return out
}

func orderLines(tables []*schema.Object) []string {
	var out []string
	for _, t := range tables {
		out = append(out, "~ "+t.Key()+": its columns stand in another order")
	}
	return out
}

// A mending is the scripts that would mend either side.
type mending struct {
	Database  string `json:"database"`  // brings it back to what it should be
	Revisions string `json:"revisions"` // brings them to what the database is
}

func (s *session) mending(should, now *schema.Snapshot) (*mending, error) {
	back, err := s.driver.Plan(now, should, schema.Options{})
	if err != nil {
		return nil, err
	}
	on, err := s.driver.Plan(should, now, schema.Options{})
	if err != nil {
		return nil, err
	}
	return &mending{
		autogen.Dump(back, s.driver.Dialect(), "what would bring the database back to what it should be"),
		autogen.Dump(on, s.driver.Dialect(), "what would bring the revisions to what the database is: the upgrade of a new one"),
	}, nil
}
