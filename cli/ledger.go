package cli

import (
	"fmt"
	"sort"
	"strings"
	"time"

	"revise/runner"
)

type currentCmd struct {
	CheckHeads bool `name:"check-heads" help:"Exit with 3 unless the database is at the heads of the files."`
}

type jsonCurrent struct {
	Revision string `json:"revision"`
	Message  string `json:"message"`
	Head     bool   `json:"head"`
	Known    bool   `json:"known"` // a file defines it
}

func (c *currentCmd) Run(p *program) error {
	return p.onLedger(func(s *session, state *runner.State) error {
		applied := state.Applied()
		heads := map[string]bool{}
		for _, h := range s.chain.Heads() {
			heads[h.ID.Name] = true
		}
		if p.flags.Verbose && !p.flags.JSON {
			p.print("%s\n", s.target)
		}
		list := []jsonCurrent{}
		for _, r := range s.chain.Current(applied) {
			list = append(list, jsonCurrent{r.ID.Name, r.Message, heads[r.ID.Name], true})
		}
		for _, id := range s.chain.Unknown(applied) {
			list = append(list, jsonCurrent{id, state.Rows[id].Message, false, false})
		}
		if p.flags.JSON {
			p.json(list)
		} else {
			for _, l := range list {
				line := l.Revision
				if l.Head {
					line += " (head)"
				}
				if !l.Known {
					line += " (no file defines it)"
				}
				if p.flags.Verbose && l.Message != "" {
					line += "  " + clean(l.Message)
				}
				p.print("%s\n", line)
				if r := s.chain.Get(l.Revision); r != nil && p.flags.Verbose {
					item := showRevision(r, r.File, s.chain)
					item.Message = ""
					p.details(p.out, item, "    ")
				}
			}
			if len(list) == 0 {
				p.say("nothing is applied\n")
			}
			if half, ok := state.Halfway(); ok {
				p.say("%s", p.halfway(s, half))
			}
		}
		if c.CheckHeads {
			// What is pending decides, not the list of heads: a head that another one depends on is applied and no tip.
			if n := len(s.chain.Pending(applied)); n > 0 {
				return &pendingError{msg: plural(n, "revision") + " pending: the database is not at the heads"}
			}
			if len(s.chain.Unknown(applied)) > 0 {
				return &pendingError{msg: "the database is not at the heads: it is at revisions that no file defines"}
			}
		}
		return nil
	})
}

type statusCmd struct {
	ExitCode bool `name:"exit-code" help:"Exit with 3 if something is pending."`
}

type jsonStatus struct {
	Revision string      `json:"revision"`
	Message  string      `json:"message"`
	File     string      `json:"file,omitempty"`
	State    string      `json:"state"` // applied, pending, upgrading, downgrading
	Changed  bool        `json:"changed,omitempty"`
	Row      *runner.Row `json:"row,omitempty"`
	Duration *int64      `json:"duration_ms,omitempty"`
}

func (c *statusCmd) Run(p *program) error {
	return p.onLedger(func(s *session, state *runner.State) error {
		list := s.status(state)
		pending := 0
		for _, l := range list {
			if l.State == "pending" || l.State == string(runner.Upgrading) {
				pending++
			}
		}
		if p.flags.JSON {
			p.json(list)
		} else {
			p.statusTable(list)
			p.statusNotes(s, state, pending)
		}
		if c.ExitCode && pending > 0 {
			return &pendingError{msg: plural(pending, "revision") + " pending"}
		}
		return nil
	})
}

// status is every revision of files and ledger, in the order in which they run.
func (s *session) status(state *runner.State) []jsonStatus {
	list := []jsonStatus{}
	add := func(id, message, file string, changed bool) {
		l := jsonStatus{Revision: id, Message: message, File: file, State: "pending", Changed: changed}
		if row, ok := state.Rows[id]; ok {
			ms := row.Duration.Milliseconds()
			l.State, l.Row, l.Duration = string(row.State), &row, &ms
		}
		list = append(list, l)
	}
	for _, r := range s.chain.All() {
		row, ok := state.Rows[r.ID.Name]
		add(r.ID.Name, r.Message, r.File, ok && row.State == runner.Applied && s.runner.Changed(r, row))
	}
	var orphans []string
	for id := range state.Rows {
		if s.chain.Get(id) == nil {
			orphans = append(orphans, id)
		}
	}
	sort.Strings(orphans)
	for _, id := range orphans {
		add(id, state.Rows[id].Message, "", false)
	}
	return list
}

func (p *program) statusTable(list []jsonStatus) {
	idWidth, width := 8, p.width(p.out)
	for _, l := range list {
		idWidth = max(idWidth, len(l.Revision))
	}
	for _, l := range list {
		state := pad(l.State, 11)
		line := fmt.Sprintf("%s  %s", pad(l.Revision, idWidth), clean(l.Message))
		if l.File == "" {
			line += "  [no file defines it]"
		}
		if l.Changed {
			line += "  [changed since it was applied]"
		}
		if r := l.Row; r != nil {
			if r.State == runner.Applied {
				how := took(r.Duration)
				if len(r.Squashed) > 0 && !r.Gathered {
					how = fmt.Sprintf("as %d revisions", len(r.Squashed))
				}
				line += fmt.Sprintf("  (%s, %s, %s)", when(r.AppliedAt), who(r.DBUser, r.OSUser, r.Host), how)
			} else {
				line += fmt.Sprintf("  (%d of %d statements done)", r.Done, r.Total)
			}
		}
		if width > 0 {
			line = cut(line, width-13)
		}
		switch l.State {
		case string(runner.Applied):
			state = p.style.good(state)
		default:
			state = p.style.open(state)
		}
		p.print("%s  %s\n", state, line)
	}
}

// when is a time of the ledger as people read it.
func when(at string) string {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return at
	}
	return t.UTC().Format("2006-01-02 15:04:05") + " UTC"
}

func who(db, osUser, host string) string {
	by := osUser
	if host != "" {
		by += "@" + host
	}
	if db != "" && db != osUser {
		by = db + " by " + by
	}
	return clean(by)
}

func (p *program) statusNotes(s *session, state *runner.State, pending int) {
	if half, ok := state.Halfway(); ok {
		p.say("%s", p.halfway(s, half))
	}
	p.say("%d applied, %d pending on %s\n", len(state.Applied()), pending, s.target)
}

// halfway says what is the matter with a revision that is half-way: a run is at it, or a statement is in doubt, or it waits to be finished.
func (p *program) halfway(s *session, row runner.Row) string {
	held, err := s.runner.Busy(p.ctx)
	switch {
	case err == nil && held != nil:
		return clean(fmt.Sprintf("a run is at revision %s now: %s", row.Revision, held.Holder)) + "\n"
	case row.InDoubt():
		settled, err := s.runner.Doubt(p.ctx, row)
		if err != nil || settled == nil {
			return p.layout(s.runner.InDoubt(row))
		}
		return p.settled(settled) + "to go on:  revise run " + map[runner.RowState]string{runner.Upgrading: "up", runner.Downgrading: "down 1"}[row.State] + "\n"
	}
	e := &runner.HalfwayError{Row: row}
	return e.Error() + "\n" + e.Hint() + "\n"
}

// settled says of a statement in doubt what the database has told of it.
func (p *program) settled(d *runner.Settled) string {
	if !d.Statement.Pos.IsValid() {
		return clean(d.String()) + "\n"
	}
	return clean(d.Statement.Pos.String()+": "+d.String()) + "\n" + p.excerpt(d.Statement.Pos, nil)
}

type logCmd struct {
	Revision string `arg:"" optional:"" help:"Only of this revision."`
	Limit    int    `short:"n" placeholder:"N" help:"Only the last N entries."`
}

func (c *logCmd) Run(p *program) error {
	return p.onDatabase(func(s *session) error {
		entries, err := s.runner.Log(p.ctx)
		if err != nil {
			return err
		}
		if c.Revision != "" {
			var kept []runner.Entry
			for _, e := range entries {
				if strings.HasPrefix(e.Revision, c.Revision) {
					kept = append(kept, e)
				}
			}
			entries = kept
		}
		if c.Limit > 0 && len(entries) > c.Limit {
			entries = entries[len(entries)-c.Limit:]
		}
		if p.flags.JSON {
			for _, e := range entries {
				p.json(struct {
					runner.Entry
					DurationMS int64 `json:"duration_ms"`
				}{e, e.Duration.Milliseconds()})
			}
			return nil
		}
		for _, e := range entries {
			line := fmt.Sprintf("%s  %s  %s  %s  (%s", when(e.At), pad(e.Action, 9), pad(e.Revision, 12), clean(e.Message), who(e.DBUser, e.OSUser, e.Host))
			if e.Action == "upgrade" || e.Action == "downgrade" {
				line += ", " + plural(e.Total, "statement") + ", " + took(e.Duration)
			}
			if e.Tag != "" {
				line += ", tag " + clean(strings.Join(strings.Fields(e.Tag), " "))
			}
			p.print("%s)\n", line)
			if e.Error != "" {
				p.print("    %s\n", clean(e.Error))
			}
		}
		if len(entries) == 0 {
			p.say("the log is empty\n")
		}
		return nil
	})
}

type stampCmd struct {
	Targets []string `arg:"" name:"target" help:"Where the database is: targets; with --sql one, also as FROM:TO."`
	Purge   bool     `help:"Empty the ledger first."`
	SQL     bool     `name:"sql" help:"Write a script for the database's own client instead. Without FROM it begins at base."`
	tagFlag
}

func (c *stampCmd) Run(p *program) error {
	p.tag = c.Tag
	if c.SQL {
		return p.stampScript(c)
	}
	return p.onDatabase(func(s *session) error {
		res, err := s.runner.Stamp(p.ctx, c.Targets, c.Purge)
		if err != nil {
			return err
		}
		if p.flags.JSON {
			p.json(res)
			return nil
		}
		for _, id := range res.Removed {
			p.print("not applied  %s\n", id)
		}
		for _, id := range res.Added {
			p.print("applied      %s\n", id)
		}
		if len(res.Added)+len(res.Removed) == 0 {
			p.print("nothing to do\n")
		}
		return nil
	})
}

type ensureCmd struct{}

// Run makes the tables of the ledger.
func (*ensureCmd) Run(p *program) error {
	return p.onDatabase(func(s *session) error {
		made, err := s.runner.EnsureLedger(p.ctx)
		if err != nil {
			return err
		}
		switch {
		case p.flags.JSON:
			p.json(struct {
				Ledger string `json:"ledger"`
				Made   bool   `json:"made"`
			}{s.runner.Ledger(), made})
		case made:
			p.print("made the ledger: %s and %[1]s_log\n", s.runner.Ledger())
		default:
			p.print("the ledger %s is there already\n", s.runner.Ledger())
		}
		return nil
	})
}

type resolveCmd struct {
	Done    bool `xor:"how" help:"The statement took effect: go on behind it."`
	NotDone bool `name:"not-done" xor:"how" help:"It did not: run it again."`
}

func (c *resolveCmd) Run(p *program) error {
	if c.Done == c.NotDone {
		return usagef("look into the database whether it took effect, then: revise run resolve --done or revise run resolve --not-done", "say which: --done or --not-done")
	}
	return p.onDatabase(func(s *session) error {
		row, err := s.runner.Resolve(p.ctx, c.Done)
		if err != nil {
			return err
		}
		next := row.Done + 1
		if c.Done {
			next = row.Begun + 1
		}
		if p.flags.JSON {
			p.json(struct {
				Revision string `json:"revision"`
				Next     int    `json:"next_statement"`
			}{row.Revision, next})
			return nil
		}
		p.print("resolved: revision %s goes on at statement %d of %d\n", row.Revision, next, row.Total)
		return nil
	})
}
