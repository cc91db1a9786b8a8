package cli

import (
	"strings"
	"unicode"

	"revise/config"
	"revise/parser"
	"revise/runner"
)

// tagFlag is the flag of the commands that write the log.
type tagFlag struct {
	Tag string `placeholder:"TEXT" help:"A word of your own for the log."`
}

// told adds to a runner's options what the command line and the configuration say beside the settings.
func (p *program) told(opt *runner.Options, cfg *config.Config) error {
	var err error
	if opt.Extra, err = p.extra(); err != nil {
		return err
	}
	opt.Tag = p.tag
	opt.Variable = func(name string) (string, bool, error) {
		value, ok, err := cfg.Variable(name)
		return value.Reveal(), ok, err
	}
	return nil
}

// extra are the pairs of -x.
func (p *program) extra() (map[string]string, error) {
	extra := map[string]string{}
	for _, pair := range p.flags.Extra {
		key, value, _ := strings.Cut(strings.TrimPrefix(pair, minusMark), "=")
		if key == "" || strings.ContainsFunc(key, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }) {
			return nil, usagef("write -x KEY=VALUE", "-x has no name before its value")
		}
		extra[key] = strings.TrimPrefix(value, minusMark)
	}
	return extra, nil
}

// variableNames are those that a revision declares.
func variableNames(r *parser.Revision) (names []string) {
	for _, v := range r.Variables {
		names = append(names, v.Name)
	}
	return names
}
