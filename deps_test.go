package main

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// arrows is the map of the house: which of our packages, and which modules of others, each package may import. docs/architecture.md says why. A
// package that is not here has no place yet. Tests may also use what is said under testArrows.
var arrows = map[string][]string{
	"revise":                      {"revise/cli", "revise/drivers/all"},
	"revise/parser":               {"github.com/agext/levenshtein"},
	"revise/parser/cmd/splitjson": {"revise/parser", "revise/drivers", "revise/drivers/all"},
	"revise/chain":                {"revise/parser", "github.com/agext/levenshtein"},
	"revise/config":               {"github.com/pelletier/go-toml/v2", "github.com/agext/levenshtein"},
	"revise/schema":               {},
	"revise/drivers":              {"revise/parser", "revise/schema"},
	"revise/drivers/postgres":     {"revise/drivers", "revise/parser", "revise/schema", "github.com/jackc/pgx/v5"},
	"revise/drivers/mysql":        {"revise/drivers", "revise/parser", "revise/schema", "github.com/go-sql-driver/mysql"},
	"revise/drivers/sqlite":       {"revise/drivers", "revise/parser", "revise/schema", "modernc.org/sqlite", "modernc.org/libc", "github.com/gofrs/flock"},
	"revise/drivers/all":          {"revise/drivers", "revise/drivers/postgres", "revise/drivers/mysql", "revise/drivers/sqlite"},
	"revise/runner":               {"revise/chain", "revise/drivers", "revise/parser", "revise/schema"},
	"revise/autogen":              {"revise/runner", "revise/chain", "revise/drivers", "revise/schema", "revise/parser"},
	"revise/graph":                {"revise/chain", "revise/parser"},
	"revise/squash":               {"revise/drivers", "revise/parser"},
	"revise/cli": {
		"revise/autogen", "revise/schema", "revise/graph", "revise/squash", "revise/runner", "revise/chain", "revise/config", "revise/drivers", "revise/parser",
		"github.com/alecthomas/kong", "github.com/rivo/uniseg", "golang.org/x/term",
	},

	// For tests only: nothing above may import these outside of tests.
	"revise/drivers/drivertest":             {"revise/drivers", "revise/parser", "revise/drivers/drivertest/splittest"},
	"revise/drivers/drivertest/faults":      {"revise/drivers"},
	"revise/drivers/drivertest/schematest":  {"revise/drivers", "revise/parser", "revise/schema"},
	"revise/drivers/drivertest/servers":     {},
	"revise/drivers/drivertest/splittest":   {"revise/parser"},
	"revise/drivers/drivertest/withservers": {"revise/drivers/drivertest/servers"},

	// Modules of their own: what they need does not come into ours.
	"revise/bench":                   {"revise/drivers/drivertest/servers", "github.com/jackc/pgx/v5", "github.com/go-sql-driver/mysql", "modernc.org/sqlite"},
	"revise/bench/byhand":            {"github.com/jackc/pgx/v5", "github.com/go-sql-driver/mysql", "modernc.org/sqlite"},
	"revise/bench/launch":            {},
	"revise/bench/profiled":          {"revise/cli", "revise/drivers/all"},
	"revise/drivers/postgres/oracle": {"revise/drivers/postgres", "revise/parser", "github.com/pganalyze/pg_query_go/v6", "google.golang.org/protobuf"},
}

// modules are the folders of all modules, ours first.
var modules = []string{".", "bench", "drivers/postgres/oracle"}

// testArrows is what tests of every package may import besides, and testOnly what tests of some may.
var testArrows = []string{
	"revise/drivers/drivertest", "revise/drivers/drivertest/servers", "revise/drivers/drivertest/splittest", "revise/drivers/drivertest/schematest", "revise/drivers/all",
	"github.com/rogpeppe/go-internal",
}

type listed struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

func TestArrows(t *testing.T) {
	seen := map[string]bool{}
	for _, dir := range modules {
		for _, p := range packagesOf(t, dir) {
			seen[p.ImportPath] = true
			checkArrows(t, p)
		}
	}
	for path := range arrows {
		if !seen[path] {
			t.Errorf("%s is on the map, but not in the house", path)
		}
	}
}

// TestModules wants every folder with a go.mod on the list: go list in ours does not see them.
func TestModules(t *testing.T) {
	var found []string
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Name() == "go.mod" {
			found = append(found, filepath.ToSlash(filepath.Dir(path)))
		}
		return err
	})
	if slices.Sort(found); err != nil || !slices.Equal(found, modules) {
		t.Errorf("there are modules in %q (%v), and on the list %q", found, err, modules)
	}
}

// packagesOf lists the packages of the module in a folder.
func packagesOf(t *testing.T, dir string) (list []listed) {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", "./...")
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list in %s: %v", dir, err)
	}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
}

func checkArrows(t *testing.T, p listed) {
	t.Helper()
	allowed, ok := arrows[p.ImportPath]
	if !ok {
		t.Errorf("%s is not on the map: say in deps_test.go and docs/architecture.md what it may import", p.ImportPath)
		return
	}
	check := func(imports []string, allowed []string, what string) {
		for _, i := range imports {
			if i != p.ImportPath && isForeign(i) && !slices.ContainsFunc(allowed, func(a string) bool { return covers(a, i) }) {
				t.Errorf("%s%s imports %s, which is no arrow of the map", p.ImportPath, what, i)
			}
		}
	}
	check(p.Imports, allowed, "")
	inTests := slices.Concat(allowed, testArrows)
	check(p.TestImports, inTests, " (test)")
	check(p.XTestImports, inTests, " (test)")
}

// isForeign reports whether an import is not of the standard library.
func isForeign(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return first == "revise" || strings.Contains(first, ".")
}

// covers reports whether an arrow allows an import: one of our packages exactly, a module of others as a whole.
func covers(arrow, path string) bool {
	return path == arrow || strings.Contains(arrow, ".") && strings.HasPrefix(path, arrow+"/")
}
