package cli

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"revise/chain"
	"revise/config"
	"revise/parser"
	"revise/runner"
)

type initCmd struct {
	Folder string `arg:"" optional:"" default:"." help:"Where to; the working directory if not said."`
}

// starter is the migrate.toml that init writes.
const starter = `# Configuration of revise. Every setting is an environment variable and a flag as well: docs/configuration.md

# revisions = "versions"        # the folder of the revision files

[database]
url = "sqlite:app.db"
# url = "${DATABASE_URL}"       # from the environment; the variable alone, without a file, does as well
# url = "postgres://app@db.example.com:5432/shop"
# password_file = "/run/secrets/db_password"
`

func (c *initCmd) Run(p *program) error {
	path := filepath.Join(c.Folder, "migrate.toml")
	versions := filepath.Join(c.Folder, "versions")
	if err := os.MkdirAll(versions, 0o777); err != nil {
		return usagef("", "make the folder of the revisions: %v", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return usagef("it is left as it is", "%s is there already", shownPath(path))
	}
	if err != nil {
		return usagef("", "write %s: %v", shownPath(path), err)
	}
	_, err = f.WriteString(starter)
	if err = errors.Join(err, f.Close()); err != nil {
		return usagef("", "write %s: %v", shownPath(path), err)
	}
	p.print("%s\n%s\n", shownPath(path), shownPath(versions)+"/")
	p.say("next:  revise new \"first tables\"\n")
	return nil
}

type newCmd struct {
	Message   string   `arg:"" optional:"" help:"What the revision does, in a few words."`
	Text      string   `short:"m" name:"message" hidden:"" help:"The same as the argument, as Alembic has it."`
	Head      []string `help:"What it revises: ids, labels, or base for a new base. The head if not said."`
	Splice    bool     `help:"Allow a parent that is no head."`
	RevID     string   `name:"rev-id" help:"Its id. 12 hex digits if not said."`
	Label     []string `aliases:"branch-label" help:"Labels for it."`
	Path      string   `aliases:"version-path" help:"The subfolder that it goes into."`
	DependsOn []string `name:"depends-on" help:"Revisions that must be applied before it, without being its parents."`
}

func (c *newCmd) Run(p *program) error {
	message := strings.TrimSpace(c.Message + c.Text)
	if c.Message != "" && c.Text != "" {
		return usagef("", "the message is given twice")
	}
	if message == "" {
		return usagef(`for example: revise new "add title to fibtable"`, "a new revision needs a message")
	}
	cfg, err := p.load()
	if err != nil {
		return err
	}
	dir := cfg.Revisions.Path
	if missingFolder(dir) {
		return usagef("revise init makes one; --revisions names another", "there is no folder %s", shownPath(dir))
	}
	if dir, err = folderFor(dir, c.Path); err != nil {
		return err
	}
	now := time.Now().In(cfg.New.Zone)
	rev := &parser.Revision{Message: message, Created: now.Format(time.RFC3339)}
	if err := c.place(p, cfg, rev); err != nil {
		return err
	}
	rev.Sections = []*parser.Section{{Kind: parser.Upgrade, Text: parser.InMemory("\n")}, {Kind: parser.Downgrade, Text: parser.InMemory("\n")}}
	text, err := fromTemplate(rev, cfg.New, now)
	if err != nil {
		return err
	}
	name, err := fileName(rev, cfg.New, now)
	if err != nil {
		return err
	}
	path := filepath.Join(dir, filepath.FromSlash(name))
	if _, err := parser.Parse(shownPath(path), []byte(text), p.drivers.Dialects()); err != nil { // the template
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return usagef("", "make the folder of the revision: %v", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err == nil {
		_, err = f.WriteString(text)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return usagef("", "write the revision: %v", err)
	}
	if p.flags.JSON {
		p.json(showRevision(rev, shownPath(path), nil))
	} else {
		p.print("%s\n", shownPath(path))
	}
	return p.writeHeads(cfg)
}

// place gives a new revision its id and its links.
func (c *newCmd) place(p *program, cfg *config.Config, rev *parser.Revision) error {
	links, err := p.chain(cfg)
	var none *runner.NoFilesError
	if errors.As(err, &none) {
		links, err = chain.New(nil)
	}
	if err != nil {
		return err
	}
	id := c.RevID
	if id == "" {
		var b [6]byte
		rand.Read(b[:])
		id = hex.EncodeToString(b[:])
	}
	if why := parser.ValidID(id); why != "" {
		return usagef("", "%q cannot be an id: it %s", id, why)
	}
	if other := links.Get(id); other != nil {
		return usagef("", "revision %s is there already: %s", id, other.File)
	}
	rev.ID.Name = id
	heads := c.Head
	if len(heads) == 0 {
		heads = []string{"head"}
		if links.Len() == 0 {
			heads = []string{"base"}
		}
	}
	isHead := map[string]bool{}
	for _, h := range links.Heads() {
		isHead[h.ID.Name] = true
	}
	for _, name := range heads {
		parents, err := links.FindAll(name)
		var several *chain.HeadsError
		if errors.As(err, &several) && name == "head" {
			return usagef("say which one it revises: --head "+several.Heads[0].ID.Name+"; or all, which merges them: --head heads", "%v", err)
		}
		if err != nil {
			return err
		}
		for _, parent := range parents {
			if !isHead[parent.ID.Name] && !c.Splice {
				return usagef("--splice makes a branch there", "revision %s is no head", title(parent))
			}
			rev.Revises = append(rev.Revises, parser.Ref{Name: parent.ID.Name})
		}
	}
	for _, label := range c.Label {
		if why := parser.ValidID(label); why != "" {
			return usagef("", "%q cannot be a label: it %s", label, why)
		}
		rev.Labels = append(rev.Labels, parser.Ref{Name: label})
	}
	for _, name := range c.DependsOn {
		on, err := links.Find(name)
		if err != nil {
			return err
		}
		rev.DependsOn = append(rev.DependsOn, parser.Ref{Name: on.ID.Name})
	}
	return nil
}
