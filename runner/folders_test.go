package runner_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"revise/drivers/all"
	"revise/parser"
	"revise/runner"
)

// tree makes folders and files below a new folder: "a/x1.sql" is the revision x1, "a/l -> b" a link, and any other name an empty file.
func tree(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		name, to, isLink := strings.Cut(name, " -> ")
		path := filepath.Join(dir, name)
		err := os.MkdirAll(filepath.Dir(path), 0o777)
		switch id, isSQL := strings.CutSuffix(filepath.Base(name), ".sql"); {
		case err != nil:
		case isLink:
			err = os.Symlink(to, path)
		case strings.HasSuffix(name, "/"):
			err = os.MkdirAll(path, 0o777)
		case isSQL:
			err = os.WriteFile(path, []byte(rev(id, "", "", "")), 0o666)
		default:
			err = os.WriteFile(path, nil, 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// sources are folders below dir, each shown by its name.
func sources(dir string, names ...string) []runner.Source {
	var list []runner.Source
	for _, name := range names {
		list = append(list, runner.Source{Name: name, FS: runner.Folder(filepath.Join(dir, name))})
	}
	return list
}

func TestSeveralFolders(t *testing.T) {
	tests := []struct {
		name    string
		tree    []string
		sources []string
		flat    bool
		want    string // the files that define revisions, or the mistakes
	}{
		{"two", []string{"v/a1.sql", "w/b2.sql", "w/x.txt"}, []string{"w", "v"}, false, "w/b2.sql v/a1.sql"},
		{"below", []string{"v/a1.sql", "v/p/b2.sql", "v/p/q/c3.sql"}, []string{"v"}, false, "v/a1.sql v/p/b2.sql v/p/q/c3.sql"},
		{"below, but flat", []string{"v/a1.sql", "v/p/b2.sql", "v/l -> ../gone", "v/m -> p"}, []string{"v"}, true, "v/a1.sql"},
		{"hidden", []string{"v/a1.sql", "v/.b2.sql", "v/.p/c3.sql", ".w/d4.sql"}, []string{"v", ".w"}, false, "v/a1.sql .w/d4.sql"},
		{"nested", []string{"v/a1.sql", "v/p/b2.sql"}, []string{"v", "v/p"}, false, "v/a1.sql v/p/b2.sql"},
		{"nested, the inner first", []string{"v/a1.sql", "v/p/b2.sql"}, []string{"v/p", "v"}, false, "v/p/b2.sql v/a1.sql"},
		{"nested and flat", []string{"v/a1.sql", "v/p/b2.sql", "v/p/q/c3.sql"}, []string{"v", "v/p"}, true, "v/a1.sql v/p/b2.sql"},
		{"twice", []string{"v/a1.sql"}, []string{"v", "v/../v"}, false, "v/a1.sql"},
		{"twice by a link", []string{"v/a1.sql", "w -> v"}, []string{"w", "v"}, false, "w/a1.sql"},
		{"a link to a folder", []string{"v/a1.sql", "v/l -> ../w", "w/b2.sql", "w/p/c3.sql"}, []string{"v"}, false, "v/a1.sql v/l/b2.sql v/l/p/c3.sql"},
		{"a link to a folder that is named too", []string{"v/a1.sql", "v/l -> ../w", "w/b2.sql"}, []string{"v", "w"}, false, "v/a1.sql w/b2.sql"},
		{"a link to a folder that is there too", []string{"v/a -> z", "v/z/a1.sql", "v/y -> z"}, []string{"v"}, false, "v/z/a1.sql"},
		{"two links", []string{"v/b -> ../w", "v/a -> ../w", "w/a1.sql"}, []string{"v"}, false, "v/a/a1.sql"},
		{"a link up", []string{"v/a1.sql", "v/p/b2.sql", "v/p/up -> ../..", "v/p/here -> ."}, []string{"v"}, false, "v/a1.sql v/p/b2.sql"},
		{"links in a ring", []string{"v/l -> ../w", "w/a1.sql", "w/m -> ../x", "x/b2.sql", "x/n -> ../v"}, []string{"v"}, false, "v/l/a1.sql v/l/m/b2.sql"},
		{"a hidden link", []string{"v/a1.sql", "v/..data -> ../w", "v/b2.sql -> ..data/b2.sql", "w/b2.sql"}, []string{"v"}, false, "v/a1.sql v/b2.sql"},
		{"a link to another file", []string{"v/a1.sql", "v/README -> ../README", "README"}, []string{"v"}, false, "v/a1.sql"},
		{"a link to nothing", []string{"v/a1.sql", "v/l -> ../gone"}, []string{"v"}, false, "v/l: cannot be read: no such file or directory"},
		{"a link to itself", []string{"v/a1.sql", "v/l -> l"}, []string{"v"}, false, "v/l: cannot be read: too many levels of symbolic links"},
		{"one is missing", []string{"v/a1.sql"}, []string{"v", "w"}, false,
			"the folder of the revisions, w, cannot be read: no such file or directory"},
		{"one is a file", []string{"v/a1.sql", "w"}, []string{"v", "w"}, false, "the folder of the revisions, w, cannot be read: not a directory"},
		{"one id in two", []string{"v/a1.sql", "w/a1.sql"}, []string{"v", "w"}, false, `w/a1.sql:1:14: id "a1" is already that of v/a1.sql:1`},
		{"two names of one file", []string{"v/a1.sql", "w/b2.sql -> ../v/a1.sql"}, []string{"v", "w"}, false,
			`w/b2.sql:1:14: id "a1" is already that of v/a1.sql:1`},
		{"none", []string{"v/x.txt", "w/"}, []string{"v", "w"}, false, "no revision files (*.sql) in v, w"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := tree(t, tt.tree...)
			files := runner.Files{Sources: sources(dir, tt.sources...), Flat: tt.flat, Dialects: all.Drivers().Dialects()}
			got := ""
			if _, err := files.Load(); err != nil {
				got = err.Error()
			} else if revs, err := files.Parse(); err != nil {
				got = err.Error()
			} else {
				var names []string
				for _, r := range revs {
					names = append(names, r.File)
				}
				got = strings.Join(names, " ")
			}
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// A link to a folder is no revision that is passed over, also where links are not followed.
func TestLinksOfOtherFileSystems(t *testing.T) {
	fsys := fstest.MapFS{"a1.sql": {Data: []byte(rev("a1", "", "", ""))}, "p/b2.sql": {Data: []byte(rev("b2", "", "", ""))}, "l": {Data: []byte("p"), Mode: fs.ModeSymlink}}
	_, err := runner.Load(fsys, "v", all.Drivers().Dialects())
	var list parser.ErrorList
	if !errors.As(err, &list) || len(list) != 1 || list[0].Pos.File != "v/l" || !strings.Contains(list[0].Msg, "is a link") {
		t.Errorf("got %v", err)
	}
}
