package cli

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// grammarOf is the command line as kong knows it.
func grammarOf(t *testing.T) *kong.Kong {
	t.Helper()
	k, err := newProgram(t.Context(), World{}).parser()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// The help of every command fits a narrow terminal, and its examples are commands with flags that there are.
func TestHelp(t *testing.T) {
	k := grammarOf(t)
	const width = 60
	t.Setenv("COLUMNS", "60")
	for _, leaf := range k.Model.Leaves(true) {
		words := strings.Fields(commandPath(leaf))
		var out bytes.Buffer
		if code := Main(t.Context(), World{Args: append(words, "--help"), Out: &out, Err: &out}); code != 0 {
			t.Errorf("revise %s --help: exit code %d", commandPath(leaf), code)
		}
		usage, rest, _ := strings.Cut(out.String(), "\n") // which is one line, whatever the width
		if !strings.HasPrefix(usage, "Usage: revise "+words[0]) {
			t.Errorf("revise %s --help begins with %q", commandPath(leaf), usage)
		}
		for line := range strings.Lines(rest) {
			if n := len(strings.TrimSuffix(line, "\n")); n > width+1 { // kong counts one less
				t.Errorf("revise %s --help: %d characters in a line: %s", commandPath(leaf), n, line)
			}
			if example, ok := strings.CutPrefix(line, "    revise "); ok {
				testExample(t, leaf, "revise "+strings.TrimSpace(example))
			}
		}
	}
}

// testExample wants an example to be of this command, and to parse.
func testExample(t *testing.T, leaf *kong.Node, example string) {
	t.Helper()
	typed, _, _ := strings.Cut(example, "  ") // what follows says what it is for
	var args []string
	for i, part := range strings.Split(typed, `"`) {
		if i%2 == 1 {
			args = append(args, part)
		} else {
			args = append(args, strings.Fields(part)...)
		}
	}
	if !strings.HasPrefix(typed+" ", "revise "+commandPath(leaf)+" ") {
		t.Errorf("the help of %s shows %s", commandPath(leaf), typed)
	}
	if _, err := grammarOf(t).Parse(markMinus(args[1:])); err != nil {
		t.Errorf("the help of %s shows %s: %v", commandPath(leaf), typed, err)
	}
}

// docs/commands.md has every command and every flag, and no flag that is none.
func TestCommandsPage(t *testing.T) {
	text, err := os.ReadFile("../docs/commands.md")
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n## ")
	sections := map[string]string{} // by the commands in their headings
	for _, part := range strings.Split(string(text), "\n## ")[1:] {
		heading, body, _ := strings.Cut(part, "\n")
		for name := range strings.SplitSeq(heading, ", ") {
			sections[name] = body
		}
	}
	k := grammarOf(t)
	flags := map[string]bool{}
	checkFlags := func(n *kong.Node, name, body string) {
		for _, f := range n.Flags {
			for _, flag := range append(f.Aliases, f.Name) {
				flags[flag] = true
				if !f.Hidden && !strings.Contains(body, "--"+flag) {
					t.Errorf("docs/commands.md does not tell of --%s of %s", flag, name)
				}
			}
		}
	}
	checkFlags(k.Model.Node, "every command", sections["Flags of every command"])
	for _, n := range k.Model.Children {
		checkFlags(n, n.Name, sections[n.Name]+sections["Several databases"])
	}
	for _, leaf := range k.Model.Leaves(true) {
		name := commandPath(leaf)
		body := sections[name] + sections[strings.TrimPrefix(name, "run ")] // what both have stands with the files
		if parent := commandPath(leaf.Parent); body == "" {
			body = sections[parent]
		}
		if body == "" {
			t.Errorf("docs/commands.md has no section on %s", name)
		}
		if !strings.Contains(first, "`"+name) {
			t.Errorf("the first tables of docs/commands.md lack %s", name)
		}
		checkFlags(leaf, name, body)
	}
	for _, row := range regexp.MustCompile(`(?m)^\| .*?\|`).FindAllString(string(text), -1) {
		for _, f := range regexp.MustCompile("--([a-z][a-z-]+)").FindAllStringSubmatch(row, -1) {
			if !flags[f[1]] && !flags[strings.TrimPrefix(f[1], "no-")] {
				t.Errorf("docs/commands.md tells of --%s, and there is none: %s", f[1], row)
			}
		}
	}
}

// commandPath is the name of a command with those above it.
func commandPath(n *kong.Node) string {
	if n.Parent == nil {
		return ""
	}
	return strings.TrimPrefix(commandPath(n.Parent)+" "+n.Name, " ")
}
