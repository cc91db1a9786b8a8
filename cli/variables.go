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
	opt.Tag, opt.Extra = p.tag, map[string]string{}
	for _, pair := range p.flags.Extra {
		key, value, _ := strings.Cut(strings.TrimPrefix(pair, minusMark), "=")
		if key == "" || strings.ContainsFunc(key, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }) {
			return usagef("write -x KEY=VALUE", "-x has no name before its value")
		}
		opt.Extra[key] = strings.TrimPrefix(value, minusMark)
	}
	opt.Variable = func(name string) (string, bool, error) {
		value, ok, err := cfg.Variable(name)
		return value.Reveal(), ok, err
	}
	return nil
}

// variableNames are those that a revision declares.
func variableNames(r *parser.Revision) (names []string) {
	for _, v := range r.Variables {
		names = append(names, v.Name)
	}
	return names
}
