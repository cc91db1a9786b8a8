package cli

import (
	"os"
	"path/filepath"
	"testing"

	"revise/config"
)

// A name stays in its folder, whatever it is, and what is there is left alone.
func TestWriteNew(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "v")
	if err := writeNew(dir, "a/b/c.sql", "x"); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("..", filepath.Join(dir, "out")); err != nil {
		t.Skip(err)
	}
	for _, name := range []string{"../c.sql", "a/../../c.sql", "/c.sql", "a/b/c.sql", "a/b/c.sql/d.sql", "out/c.sql", "out/x/c.sql"} {
		if err := writeNew(dir, name, "y"); err == nil {
			t.Errorf("%s was written", name)
		}
	}
	if text, err := os.ReadFile(filepath.Join(dir, "a", "b", "c.sql")); err != nil || string(text) != "x" {
		t.Errorf("the file holds %q, %v", text, err)
	}
	if other := sameName(filepath.Join(dir, "a", "b", "C.SQL")); filepath.Base(other) != "c.sql" {
		t.Errorf("a name that differs in its case only is called %q", other)
	}
}

// A file belongs to the innermost folder that it was read from.
func TestHome(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, tt := range []struct {
		folders    []string
		file, want string
	}{
		{[]string{"v"}, "v/a.sql", "v"},
		{[]string{"v", "w"}, "w/x/a.sql", "w"},
		{[]string{"v", "v/in"}, "v/in/a.sql", "v/in"},
		{[]string{"v/in", "v"}, "v/inner/a.sql", "v"},
		{[]string{"v", "."}, "a.sql", "."},
		{[]string{"v", ".."}, "../a.sql", ".."},
		{[]string{"v", "../../.."}, "../../../w/a.sql", "../../.."},
		{[]string{"v"}, "elsewhere.sql", "v"},
	} {
		cfg := &config.Config{}
		for _, f := range tt.folders {
			cfg.Revisions = append(cfg.Revisions, config.Folder{Given: f, Path: f})
		}
		if got := home(cfg, tt.file); got != tt.want {
			t.Errorf("of %q %s belongs to %s, want %s", tt.folders, tt.file, got, tt.want)
		}
	}
}
