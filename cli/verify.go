package cli

import (
	"runtime"
	"slices"
	"strings"
	"time"

	"revise/autogen"
	"revise/config"
	"revise/parser"
)

type verifyCmd struct {
	Targets []string `arg:"" optional:"" name:"target" help:"What to prove: targets, or ranges A:B. (default: all revisions)"`
	Since   string   `name:"changed-since" placeholder:"REF" help:"Only revisions whose files were added or changed since this branch or commit of git."`
	Jobs    int      `short:"j" placeholder:"N" help:"How many scratch databases to work with at once. (default: one a processor, four at most)"`
	NoLocks bool     `name:"no-locks" help:"Do not watch what upgrades lock and rewrite."`
}

// verifyJobs is how many scratch databases there are at most if nobody asks for more: a server has other things to do.
const verifyJobs = 4

// Run proves that revisions can be taken back.
func (c *verifyCmd) Run(p *program) error {
	if c.Jobs < 0 {
		return usagef("leave it out for as many as there are processors", "--jobs %d is no number of scratch databases", c.Jobs)
	}
	w, err := p.workplace(true)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(w.cfg.Forbid, func(word string) bool { return word == autogen.Rewrite || word == autogen.Lock }); i >= 0 && c.NoLocks {
		return usagef("leave one of the two out; verify.forbid comes from "+w.cfg.Source("verify.forbid"), "%s is forbidden, and --no-locks has nobody look for it", w.cfg.Forbid[i])
	}
	only, err := c.chosen(p, w)
	if err != nil {
		return err
	}
	if len(only) == 0 {
		return c.nothing(p)
	}
	v := &verifying{p: p, of: len(only)}
	req := autogen.Verification{
		Chain: w.chain, Only: only, Jobs: c.Jobs, Locks: !c.NoLocks, DownLocks: !c.NoLocks && p.flags.Verbose, Forbid: w.cfg.Forbid, Begun: v.begun, Proven: v.proven,
	}
	if c.Jobs == 0 {
		req.Jobs = min(runtime.GOMAXPROCS(0), verifyJobs)
	}
	v.show()
	started := time.Now()
	err = w.site.Verify(p.ctx, req)
	p.live.end()
	if err != nil {
		return stopped(err, "verify")
	}
	return v.summary(time.Since(started))
}

// nothing says that there is nothing to prove.
func (c *verifyCmd) nothing(p *program) error {
	v := &verifying{p: p}
	if c.Since != "" && !p.flags.JSON {
		p.print("nothing to verify: no revision file differs from what %s has\n", clean(c.Since))
		return nil
	}
	return v.summary(0)
}

// chosen are the revisions that are asked for, in the order of the chain.
func (c *verifyCmd) chosen(p *program, w *workplace) ([]*parser.Revision, error) {
	wanted := map[*parser.Revision]bool{}
	for _, target := range c.Targets {
		target = unmarked(target)
		find := w.chain.FindAll
		if strings.Contains(target, ":") {
			find = func(span string) ([]*parser.Revision, error) { return w.chain.Range(nil, span) }
		}
		revs, err := find(target)
		if err != nil {
			return nil, err
		}
		for _, r := range revs {
			wanted[r] = true
		}
	}
	all := w.chain.All()
	if len(c.Targets) > 0 {
		all = slices.DeleteFunc(all, func(r *parser.Revision) bool { return !wanted[r] })
	}
	if c.Since == "" {
		return all, nil
	}
	changed, err := p.changedSince(w.cfg, c.Since)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(r *parser.Revision) bool { return !changed[r.ID.Name] }), nil
}

// changedSince are the ids of the revisions whose files are not as they were where HEAD and a commit have both come from. One that was only moved is as it was.
func (p *program) changedSince(cfg *config.Config, ref string) (map[string]bool, error) {
	g := &git{p: p, dir: cfg.Revisions[0].Path}
	folders, root, err := g.folders(cfg)
	if err != nil {
		return nil, err
	}
	commit, err := g.commit(ref)
	if err != nil {
		return nil, err
	}
	if base, err := g.line("merge-base", "HEAD", commit); err == nil { // what only that branch has is not ours to prove
		commit = base
	}
	was, err := g.revisionFiles(commit, folders)
	if err != nil {
		return nil, err
	}
	is, err := p.working(cfg, root)
	if err != nil {
		return nil, err
	}
	name := func(file string) string { return file }
	before, now := p.side(was, name), p.side(is, name)
	changed := map[string]bool{}
	for id, f := range now.ids {
		old := before.ids[id]
		changed[id] = !strings.HasPrefix(f.name, "../") && (old == nil || old.text != f.text)
	}
	return changed, nil
}
