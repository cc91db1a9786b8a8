package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"revise/config"
)

// write puts a file into dir, with its folders.
func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// load runs Load in a folder that holds a migrate.toml (none if text is empty).
func load(t *testing.T, text string, env, flags map[string]string) (*config.Config, error) {
	t.Helper()
	dir := t.TempDir()
	if text != "" {
		write(t, dir, "migrate.toml", text)
	}
	return config.Load(options(dir, env, flags))
}

func options(dir string, env, flags map[string]string) config.Options {
	lookup := func(name string) (string, bool) {
		v, ok := env[name]
		return v, ok
	}
	return config.Options{Dir: dir, LookupEnv: lookup, Flags: flags}
}

// mustLoad is load where no error is expected.
func mustLoad(t *testing.T, text string, env, flags map[string]string) *config.Config {
	t.Helper()
	c, err := load(t, text, env, flags)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return c
}

// lines compares an error with what it should print, line by line.
func lines(t *testing.T, err error, want ...string) {
	t.Helper()
	got := "no error"
	if err != nil {
		got = err.Error()
	}
	if got != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}
