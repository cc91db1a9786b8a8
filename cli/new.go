package cli

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
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

// starterFolder is the line of the starter that another one may stand in for.
const starterFolder = `# revisions = "versions"        # the folder of the revision files`

// starter is the migrate.toml that init writes.
const starter = `# Configuration of revise. Every setting is an environment variable and a flag as well: docs/configuration.md

` + starterFolder + `

[database]
url = "sqlite:app.db"
# url = "${DATABASE_URL}"       # from the environment; the variable alone, without a file, does as well
# url = "postgres://app@db.example.com:5432/shop"
# password_file = "/run/secrets/db_password"
`

func (c *initCmd) Run(p *program) error {
	path := filepath.Join(c.Folder, "migrate.toml")
	folders, text, err := c.folders(p)
	if err != nil {
		return err
	}
	for _, f := range folders {
		if err := os.MkdirAll(f, 0o777); err != nil {
			return usagef("", "make the folder of the revisions: %v", err)
		}
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return usagef("it is left as it is", "%s is there already", shownPath(path))
	}
	if err != nil {
		return usagef("", "write %s: %v", shownPath(path), err)
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Close()); err != nil {
		return usagef("", "write %s: %v", shownPath(path), err)
	}
	var made []string
	for _, f := range folders {
		made = append(made, strings.TrimSuffix(shownPath(f), "/")+"/")
	}
	if p.flags.JSON {
		p.json(struct {
			File    string   `json:"file"`
			Folders []string `json:"folders"`
		}{shownPath(path), made})
	} else {
		p.print("%s\n%s\n", shownPath(path), strings.Join(made, "\n"))
	}
	p.say("next:  revise new \"first tables\"\n")
	return nil
}

// folders are those to make, and the text of a configuration that names them: versions beside it, or what --revisions says.
func (c *initCmd) folders(p *program) (folders []string, text string, err error) {
	given, ok := p.flags.Settings.given()["revisions"]
	if !ok {
		return []string{filepath.Join(c.Folder, "versions")}, starter, nil
	}
	var quoted []string
	for _, f := range config.SplitList(given) {
		if f == "" {
			return nil, "", usagef("", "--revisions holds a path that is empty")
		}
		rel := f
		if !filepath.IsAbs(f) {
			if rel, err = relative(c.Folder, f); err != nil {
				return nil, "", usagef("", "%s: %v", f, err)
			}
		}
		folders = append(folders, f)
		quoted = append(quoted, jsonText(strings.ReplaceAll(filepath.ToSlash(rel), "${", "$${"))) // a text of JSON is one of TOML
	}
	line := "revisions = " + quoted[0]
	if len(quoted) > 1 {
		line = "revisions = [" + strings.Join(quoted, ", ") + "]"
	}
	return folders, strings.Replace(starter, starterFolder, line, 1), nil
}

type newCmd struct {
	Message   string   `arg:"" optional:"" help:"What the revision does, in a few words."`
	Text      string   `short:"m" name:"message" placeholder:"TEXT" help:"The message as a flag: revise revision -m TEXT."`
	Head      []string `placeholder:"TARGET" help:"What it revises; base for a new base, heads for a merge. The head if not said."`
	Splice    bool     `help:"Allow a parent that is no head."`
	RevID     string   `name:"rev-id" placeholder:"ID" help:"Its id. 12 hex digits if not said."`
	Label     []string `aliases:"branch-label" placeholder:"NAME" help:"Labels for it. Also --branch-label."`
	Path      string   `aliases:"version-path" placeholder:"FOLDER" help:"The folder that it goes into: one of the revisions, or below one. That of its parent if not said. Also --version-path."`
	DependsOn []string `name:"depends-on" placeholder:"TARGET" help:"What must be applied before it without being its parent."`

	autoFlags
	hookFlags
}

func (c *newCmd) Run(p *program) error { return c.write(p, "new") }

// write writes the revision for a command of this name.
func (c *newCmd) write(p *program, command string) error {
	message := strings.TrimSpace(c.Message + c.Text)
	if c.Message != "" && c.Text != "" {
		return usagef("", "the message is given twice")
	}
	if message == "" {
		return usagef(`for example: revise new "add title to fibtable"`, "a new revision needs a message")
	}
	cfg, links, err := p.files()
	if as[*runner.NoFilesError](err) {
		links, err = chain.New(nil)
	}
	if err != nil {
		return err
	}
	now := time.Now().In(cfg.New.Zone)
	rev := &parser.Revision{Message: message, Created: now.Format(time.RFC3339)}
	if err := c.place(links, rev); err != nil {
		return err
	}
	if c.Autogenerate {
		return c.autogenerate(p, rev, links, now, command)
	}
	if flag := c.given(); flag != "" {
		return usagef("add --autogenerate, or leave it out", "%s says something of --autogenerate only", flag)
	}
	dir, err := c.folder(cfg, links, rev)
	if err != nil {
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
	return p.writeRevision(cfg, newFile{command: command, dir: dir, name: name, text: text, withHooks: !c.NoHooks, rest: links.All()})
}

// folder is where the file of a revision goes.
func (c *newCmd) folder(cfg *config.Config, links *chain.Chain, rev *parser.Revision) (string, error) {
	var parent *parser.Revision
	if len(rev.Revises) > 0 {
		parent = links.Get(rev.Revises[0].Name)
	}
	return folderFor(cfg, parent, c.Path)
}

// A newFile is the file of a new revision.
type newFile struct {
	command   string // that makes it
	dir, name string // name may lead into folders below dir, with slashes
	text      string
	id        string             // of the revision; may be left out
	withHooks bool               // those of the configuration run on it
	rest      []*parser.Revision // that are in the chain with it
	behind    func() error       // when it is written; may be nil
}

// writeRevision writes a file, prints its path, brings the heads file up to date and runs the hooks. What would not be a revision of the chain is not written.
func (p *program) writeRevision(cfg *config.Config, f newFile) error {
	file, text := filepath.Join(f.dir, filepath.FromSlash(f.name)), f.text
	rev, err := parser.Parse(shownPath(file), []byte(text), p.drivers.Dialects())
	if err == nil {
		_, err = chain.New(append(f.rest, rev))
	}
	if err != nil {
		return err
	}
	if other := sameName(file); other != "" {
		return usagef("give the revision another message, or another id with --rev-id", "there is a file %s already", shownPath(other))
	}
	if err := writeNew(f.dir, f.name, text); err != nil {
		return usagef("", "write %s: %v", shownPath(file), err)
	}
	if p.flags.JSON {
		p.json(showRevision(rev, rev.File, nil))
	} else {
		p.print("%s\n", rev.File)
	}
	if f.behind != nil {
		if err := f.behind(); err != nil {
			return err
		}
	}
	if err := p.writeHeads(cfg); err != nil || !f.withHooks {
		return err
	}
	return p.newHooks(cfg, f.command, rev, file)
}

// place gives a new revision its id and its links.
func (c *newCmd) place(links *chain.Chain, rev *parser.Revision) (err error) {
	if rev.ID.Name, err = newID(c.RevID, links, ""); err != nil {
		return err
	}
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

// newID is the id that is asked for, or a fresh one if none is. hint is for one that a revision has already.
func newID(asked string, links *chain.Chain, hint string) (string, error) {
	if asked == "" {
		return freshID(links), nil
	}
	if why := parser.ValidID(asked); why != "" {
		return "", usagef("", "%q cannot be an id: it %s", asked, why)
	}
	if other := links.Get(asked); other != nil {
		return "", usagef(hint, "revision %s is there already: %s", asked, other.File)
	}
	return asked, nil
}

// freshID makes 12 hex digits that are no number, with which no id begins.
func freshID(links *chain.Chain) string {
	for {
		var b [6]byte
		rand.Read(b[:])
		id := hex.EncodeToString(b[:])
		taken := func(name string) bool { return strings.HasPrefix(name, id) || links.Squash(id) != nil }
		if strings.ContainsAny(id, "abcdef") && !slices.ContainsFunc(names(links.All()), taken) {
			return id
		}
	}
}
