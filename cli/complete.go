package cli

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/alecthomas/kong"
)

type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// The scripts ask the program itself, so they never grow old: "revise __complete WORDS…" answers with one candidate a line, the last word
// being the one that is typed.
const (
	bashScript = `# source <(revise completion bash)
_revise() {
  local IFS=$'\n'
  COMPREPLY=($(revise __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _revise revise
`
	zshScript = `#compdef revise
# source <(revise completion zsh)
_revise() {
  local -a candidates
  candidates=("${(@f)$(revise __complete -- "${words[@]:1:$((CURRENT-1))}" 2>/dev/null)}")
  if [[ -n "${candidates[1]}" ]]; then compadd -- "${candidates[@]}"; else _files; fi
}
compdef _revise revise
`
	fishScript = `# revise completion fish | source
function __revise_complete
  set -l words (commandline -opc) (commandline -ct)
  revise __complete -- $words[2..-1] 2>/dev/null
end
complete -c revise -f -a '(__revise_complete)'
`
)

func (c *completionCmd) Run(p *program) error {
	p.print("%s", map[string]string{"bash": bashScript, "zsh": zshScript, "fish": fishScript}[c.Shell])
	return nil
}

type completeCmd struct {
	Words []string `arg:"" optional:""`
}

func (c *completeCmd) Run(p *program) error {
	words := c.Words
	if len(words) > 0 && words[0] == "--" {
		words = words[1:]
	}
	k, err := p.parser()
	if err != nil {
		return err
	}
	for _, candidate := range p.complete(k.Model.Node, words) {
		fmt.Fprintln(p.out, candidate)
	}
	return nil
}

// complete lists what the last word can become.
func (p *program) complete(node *kong.Node, words []string) []string {
	if len(words) == 0 {
		words = []string{""}
	}
	typed := words[len(words)-1]
	for _, w := range words[:len(words)-1] {
		for _, child := range node.Children {
			if child.Name == w || slices.Contains(child.Aliases, w) {
				node = child
				break
			}
		}
	}
	var all []string
	if strings.HasPrefix(typed, "-") {
		for n := node; n != nil; n = n.Parent {
			for _, f := range n.Flags {
				if !f.Hidden {
					all = append(all, "--"+f.Name)
				}
			}
		}
	} else {
		for _, child := range node.Children {
			if !child.Hidden {
				all = append(all, child.Name)
			}
		}
		if len(node.Children) == 0 {
			all = append(all, p.completeArgument(node)...)
		}
	}
	var fit []string
	for _, candidate := range all {
		if strings.HasPrefix(candidate, typed) {
			fit = append(fit, candidate)
		}
	}
	sort.Strings(fit)
	return fit
}

// completeArgument lists targets where a command takes one: the words, and the ids of the files.
func (p *program) completeArgument(node *kong.Node) []string {
	var words []string
	switch node.Name {
	case "up":
		words = []string{"head", "heads", "+1"}
	case "down":
		words = []string{"1", "base"}
	case "stamp":
		words = []string{"head", "heads", "base"}
	case "verify":
		words = []string{"head", "heads"}
	case "show", "edit":
		words = []string{"head", "current"}
	case "merge":
		words = []string{"heads"}
	case "log":
	case "completion":
		return []string{"bash", "fish", "zsh"}
	default:
		return nil
	}
	_, links, err := p.files()
	if err != nil {
		return words
	}
	return append(words, names(links.All())...)
}
