package cli

import (
	"errors"
	"io/fs"
	"os"
	"strings"

	"revise/chain"
	"revise/config"
)

// headsLine is what the heads file holds: all heads in one line, so that two branches that each add one conflict in git.
func headsLine(links *chain.Chain) string {
	return strings.Join(names(links.Heads()), " ") + "\n"
}

// writeHeads brings the heads file up to date, if there is to be one.
func (p *program) writeHeads(cfg *config.Config) error {
	if cfg.HeadsFile == "" {
		return nil
	}
	links, err := p.chain(cfg)
	if err != nil {
		return err
	}
	line := headsLine(links)
	if now, err := os.ReadFile(cfg.HeadsFile); err == nil && string(now) == line {
		return nil
	}
	err = os.WriteFile(cfg.HeadsFile, []byte(line), 0o666)
	if err != nil {
		return usagef("", "write the heads file: %v", err)
	}
	p.say("%s: %s", shownPath(cfg.HeadsFile), line)
	return nil
}

// checkHeads compares the heads file with the heads.
func (p *program) checkHeads(cfg *config.Config, links *chain.Chain) error {
	if cfg.HeadsFile == "" {
		return nil
	}
	const hint = "look whether all of them are meant, then: revise heads --write"
	text, err := os.ReadFile(cfg.HeadsFile)
	switch is := strings.Join(strings.Fields(string(text)), " ") + "\n"; {
	case errors.Is(err, fs.ErrNotExist):
		return usagef(hint, "there is no heads file %s", shownPath(cfg.HeadsFile))
	case err != nil:
		return usagef("", "read the heads file: %v", err)
	case strings.Contains(string(text), "<<<<<<<"):
		return usagef("join the heads (revise merge heads, or revise rebase), then: revise heads --write", "%s has a conflict of git in it: two branches have each made a head", shownPath(cfg.HeadsFile))
	case is != headsLine(links):
		return usagef(hint, "%s says %s, but the heads are %s", shownPath(cfg.HeadsFile), strings.TrimSpace(is), strings.TrimSpace(headsLine(links)))
	}
	return nil
}
