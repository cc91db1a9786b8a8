package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

var markdownLink = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// TestDocsLinks wants every relative link of the manual to lead to a file, and its #part to a heading of that file.
func TestDocsLinks(t *testing.T) {
	pages, err := filepath.Glob("docs/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages under docs: %v", err)
	}
	for _, page := range append(pages, "README.md", "CONTRIBUTING.md", "CHANGELOG.md") {
		text := readDoc(t, page)
		for _, m := range markdownLink.FindAllStringSubmatch(text, -1) {
			path, part, _ := strings.Cut(m[1], "#")
			if strings.Contains(path, ":") {
				continue // a URL
			}
			target := page
			if path != "" {
				target = filepath.Join(filepath.Dir(page), filepath.FromSlash(path))
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s links to %s, which is not there", page, m[1])
			} else if part != "" && !slices.Contains(anchors(readDoc(t, target)), part) {
				t.Errorf("%s links to %s, but %s has no such heading", page, m[1], target)
			}
		}
	}
}

// anchors are the parts that headings can be linked by: in lower case, without signs, blanks as hyphens.
func anchors(text string) []string {
	var list []string
	for line := range strings.SplitSeq(text, "\n") {
		if title, ok := strings.CutPrefix(strings.TrimLeft(line, "#"), " "); ok && strings.HasPrefix(line, "#") {
			anchor := strings.Map(func(r rune) rune {
				switch {
				case r == ' ':
					return '-'
				case strings.ContainsRune("`,.:;()/+@'\"?!*<>=|&…", r):
					return -1
				}
				return r
			}, strings.ToLower(title))
			list = append(list, anchor)
		}
	}
	return list
}

// TestFromAlembicIsTyped wants the scripts on docs/from-alembic.md to type each command, option and setting that its first table has for one of Alembic's. Words in
// capitals stand for others.
func TestFromAlembicIsTyped(t *testing.T) {
	typed := readDoc(t, "testdata/script/from_alembic.txtar") + readDoc(t, "testdata/script/from_alembic_settings.txtar")
	code, placeholder := regexp.MustCompile("`([^`]+)`"), regexp.MustCompile(`^[A-Z]+([:=][A-Z]+)?$`)
	rows := 0
	for line := range strings.SplitSeq(section(t, readDoc(t, "docs/from-alembic.md"), "Commands and options").text, "\n") {
		cells := strings.Split(strings.TrimPrefix(line, "| "), " | ")
		if len(cells) < 3 || cells[0] == "Alembic" || cells[0] == "---" {
			continue
		}
		rows++
		ours := cells[1]
		if strings.HasPrefix(ours, "the same") {
			ours += cells[0]
		}
		for _, m := range code.FindAllStringSubmatch(ours, -1) {
			for word := range strings.FieldsSeq(m[1]) {
				word = strings.Trim(word, "…,[]\"")
				if _, setting, ok := strings.Cut(word, "."); ok && m[1][0] != '[' {
					word = setting + " = "
				}
				if !placeholder.MatchString(word) && !strings.Contains(typed, word) {
					t.Errorf("no script types %s: %s", word, line)
				}
			}
		}
	}
	if rows < 40 {
		t.Errorf("only %d rows", rows)
	}
}

// TestReadmeTour follows the tour of the README in an empty folder. Commands are what stands behind "$ " in its console blocks, and what
// follows is the output they must have. A sql block becomes the file that the last line before it names. Ids that revise new makes
// are mapped to those of the text; dates, durations and who ran it may differ.
func TestReadmeTour(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the tour is for a Unix shell")
	}
	bin := t.TempDir()
	if out, err := exec.Command("go", "build", "-o", filepath.Join(bin, "revise"), ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	tour := &tour{t: t, dir: t.TempDir(), bin: bin, actual: map[string]string{}}
	for _, b := range fences(t, section(t, readDoc(t, "README.md"), "A tour in five minutes")) {
		switch b.language {
		case "sql":
			tour.write(b)
		case "console":
			tour.run(b)
		default:
			t.Errorf("README.md:%d: a %q block has no meaning in the tour", b.line, b.language)
		}
	}
	if tour.commands == 0 {
		t.Error("the tour runs no command")
	}
}

// TestDocsDependencies wants every module that go.mod requires directly in the manual's table, and no other.
func TestDocsDependencies(t *testing.T) {
	required := regexp.MustCompile(`(?m)^\t(\S+) v\S+$`).FindAllStringSubmatch(readDoc(t, "go.mod"), -1)
	described := regexp.MustCompile("(?m)^\\| `([^`]+/[^`]+)` \\|").FindAllStringSubmatch(readDoc(t, "docs/dependencies.md"), -1)
	names := func(matches [][]string) (list []string) {
		for _, m := range matches {
			list = append(list, m[1])
		}
		slices.Sort(list)
		return list
	}
	if want, got := names(required), names(described); len(want) == 0 || !slices.Equal(got, want) {
		t.Errorf("docs/dependencies.md describes\n%v\ngo.mod requires\n%v", got, want)
	}
}

type tour struct {
	t        *testing.T
	dir, bin string
	actual   map[string]string // id in the text → id that revise new made
	exit     int               // of the last command, for $?
	commands int
}

var (
	namedFile = regexp.MustCompile("`([\\w./]+\\.sql)`:$")
	newRev    = regexp.MustCompile(`([0-9a-f]{12})_\w+\.sql`)
	variable  = regexp.MustCompile(`\b\d+ ms\b|\b\d+\.\d s\b`)
	whoRan    = regexp.MustCompile(`\((TIME, )?[\w. -]+@[\w.-]+`)
	aTime     = regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC`)
)

const promptMark = "$ "

func (r *tour) write(b fence) {
	m := namedFile.FindStringSubmatch(b.before)
	if m == nil {
		r.t.Fatalf("README.md:%d: the line before a sql block must end with the name of its file", b.line)
	}
	path := filepath.Join(r.dir, filepath.FromSlash(r.here(m[1])))
	if _, err := os.Stat(path); err != nil {
		r.t.Errorf("README.md:%d: %s is to be filled in, but no command has made it", b.line, m[1])
	}
	if err := os.WriteFile(path, []byte(r.here(b.text)), 0o666); err != nil {
		r.t.Fatal(err)
	}
}

func (r *tour) run(b fence) {
	lines := strings.Split(strings.TrimSuffix(b.text, "\n"), "\n")
	for i := 0; i < len(lines); {
		command, ok := strings.CutPrefix(lines[i], promptMark)
		if !ok {
			r.t.Fatalf("README.md:%d: output without a command", b.line+1+i)
		}
		at := b.line + 1 + i
		i++
		start := i
		for i < len(lines) && !strings.HasPrefix(lines[i], promptMark) {
			i++
		}
		want := strings.Join(lines[start:i], "\n")
		got := strings.TrimSuffix(r.shell(at, command), "\n")
		if strings.HasPrefix(command, "revise new ") {
			r.learn(at, want, got)
		}
		if got, want := normal(got), normal(r.here(want)); got != want {
			r.t.Errorf("README.md:%d: $ %s\n--- the README says\n%s\n--- the program says\n%s", at, command, want, got)
		}
	}
}

// learn notes which id of the text stands for which new one.
func (r *tour) learn(line int, want, got string) {
	w, g := newRev.FindStringSubmatch(want), newRev.FindStringSubmatch(got)
	if w == nil || g == nil {
		r.t.Fatalf("README.md:%d: revise new should print the path of a file: %q", line, got)
	}
	r.actual[w[1]] = g[1]
}

// here puts the ids of this run into a text of the README.
func (r *tour) here(text string) string {
	for id, actual := range r.actual {
		text = strings.ReplaceAll(text, id, actual)
	}
	return text
}

func (r *tour) shell(line int, command string) string {
	r.commands++
	cmd := exec.Command("sh", "-c", fmt.Sprintf("(exit %d)\n%s", r.exit, r.here(command)))
	cmd.Dir = r.dir
	cmd.Env = []string{"PATH=" + r.bin + string(os.PathListSeparator) + os.Getenv("PATH"), "HOME=" + r.dir, "LANG=C.UTF-8"}
	out, err := cmd.CombinedOutput()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		r.t.Fatalf("README.md:%d: %v", line, err)
	}
	r.exit = cmd.ProcessState.ExitCode()
	return string(out)
}

// normal makes alike what differs from run to run.
func normal(output string) string {
	output = aTime.ReplaceAllString(output, "TIME")
	output = variable.ReplaceAllString(output, "DURATION")
	return whoRan.ReplaceAllString(output, "(${1}WHO")
}

// A fence is a fenced block.
type fence struct {
	language, text string
	before         string // the last line before it that is not blank
	line           int    // of the opening fence in the file
}

// A part is a piece of a file.
type part struct {
	text string
	line int // of its first line
}

// section returns what stands under a heading of the second level.
func section(t *testing.T, text, heading string) part {
	t.Helper()
	before, rest, ok := strings.Cut(text, "\n## "+heading+"\n")
	if !ok {
		t.Fatalf("there is no section %q", heading)
	}
	body, _, _ := strings.Cut(rest, "\n## ")
	return part{text: body, line: strings.Count(before, "\n") + 3}
}

func fences(t *testing.T, p part) []fence {
	t.Helper()
	var list []fence
	var open *fence
	before := ""
	for i, line := range strings.Split(p.text, "\n") {
		language, isFence := strings.CutPrefix(line, "```")
		switch {
		case isFence && open == nil:
			open = &fence{language: language, before: before, line: p.line + i}
		case isFence:
			list = append(list, *open)
			open, before = nil, ""
		case open != nil:
			open.text += line + "\n"
		case line != "":
			before = line
		}
	}
	if open != nil {
		t.Fatalf("line %d: the block is not closed", open.line)
	}
	return list
}

func readDoc(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
