package cli

import (
	"fmt"
	"regexp"

	"github.com/alecthomas/kong"
)

// help puts the rarer settings into one line instead of a screen.
func help(o kong.HelpOptions, ctx *kong.Context) error {
	if err := kong.DefaultHelpPrinter(o, ctx); err != nil {
		return err
	}
	_, err := fmt.Fprint(ctx.Stdout, "\nEach setting of migrate.toml is a flag and a variable, too:\n"+
		"--database-host, REVISE_DATABASE_HOST; all of them are in\ndocs/configuration.md.\n")
	return err
}

// targets is the grammar of targets, for the help of the commands that take any.
const targets = "Targets: head, heads, base, current, an id or the beginning of one, a label; users@head, users@heads, users@base, users@641 " +
	"within a branch; steps: +2, -1, users@+1, users@-1, 641+2, 641-1, head-2.\n\n"

// Examples have two columns, and 60 characters at most.

func (*upCmd) Help() string {
	return targets + `    revise run up                      all that is pending
    revise run up +1                   the next revision
    revise run up users@head           one branch
    revise run up 641:heads --sql      a script
`
}

func (*downCmd) Help() string {
	return targets + `    revise run down 1                  the last revision
    revise run down 641                what stands on 641
    revise run down users@base         one branch
    revise run down heads:641 --sql    a script
`
}

func (*stampCmd) Help() string {
	return targets + `    revise run stamp head              all is applied
    revise run stamp base              nothing is
    revise run stamp b2 users@head     two lines
    revise run stamp 641:head --sql    a script
`
}

const ranges = `    -r 641:                            what stands on 641
    -r users@base:users@head           one branch
    -r -3:current                      the last three steps
    -r 641:+2                          two steps from 641
`

func (*historyCmd) Help() string    { return targets + ranges }
func (*runHistoryCmd) Help() string { return targets + ranges }
func (*graphCmd) Help() string      { return targets + ranges }
func (*runGraphCmd) Help() string   { return targets + ranges }
func (*showCmd) Help() string       { return targets }
func (*editCmd) Help() string       { return targets }

func (*verifyCmd) Help() string {
	return targets + `    revise verify                      all revisions
    revise verify head                 the newest
    revise verify 641:                 what stands on 641
    revise verify --changed-since origin/main
`
}

func (*newCmd) Help() string {
	return "Examples:\n\n" + `    revise new "add title to fibtable"
    revise new "users" --head base --label users
    revise new "join them" --head heads
`
}

func (*mergeCmd) Help() string {
	return "Examples:\n\n" + `    revise merge -m "join all heads"
    revise merge b2 users@head -m "join two"
`
}

func (*rebaseCmd) Help() string {
	return "Examples:\n\n" + `    revise rebase b2 --onto d4
    revise rebase b2 --onto d4 --onto e5    for a merge
`
}

var unexpected = regexp.MustCompile(`^unexpected argument (\S+)`)

// elsewhere says what to type for a word that is no command where it stands, but is one of run, or of Alembic.
func elsewhere(err *kong.ParseError) string {
	m := unexpected.FindStringSubmatch(err.Error())
	if m == nil {
		return ""
	}
	switch m[1] {
	case "upgrade":
		return "it is: revise run up"
	case "downgrade":
		return "it is: revise run down"
	case "ensure_version":
		return "it is: revise run ensure-ledger"
	case "list_templates":
		return "there are no templates to choose from: revise init"
	}
	for _, child := range err.Context.Model.Children {
		for _, inner := range child.Children {
			for _, name := range append([]string{inner.Name}, inner.Aliases...) {
				if name == m[1] {
					return "it works on the database: revise " + child.Name + " " + inner.Name
				}
			}
		}
		if child.Name == m[1] && !child.Hidden {
			return "it needs no run: revise " + child.Name
		}
	}
	return ""
}
