package config_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"revise/config"
)

// TestFolders reads one folder or several, wherever they are said.
func TestFolders(t *testing.T) {
	type m = map[string]string
	const list = "revisions = [\"v\", 'plugins/a',\n# and\n\"${W:-w}\",]\n"
	for name, tt := range map[string]struct {
		file       string
		env, flags m
		want, from string
	}{
		"default":           {"", nil, nil, "versions", "default"},
		"one":               {"revisions = \"v\"\n", nil, nil, "v", "migrate.toml:1:1"},
		"a list of one":     {"revisions = [\"v\"]\n", nil, nil, "v", "migrate.toml:1:1"},
		"a list":            {list, nil, nil, "v|plugins/a|w", "migrate.toml:1:1"},
		"commas are names":  {list, m{"W": "w,x"}, nil, "v|plugins/a|w,x", "migrate.toml:1:1"},
		"a text is one":     {"revisions = \"v,w\"\n", nil, nil, "v,w", "migrate.toml:1:1"},
		"a variable":        {list, m{"REVISE_REVISIONS": "a, b"}, nil, "a|b", "REVISE_REVISIONS"},
		"a flag":            {list, m{"REVISE_REVISIONS": "a,b"}, m{"revisions": "c,d"}, "c|d", "--revisions"},
		"a comma in a name": {"", nil, m{"revisions": `a\,b,c\d`}, `a,b|c\d`, "--revisions"},
		"of an environment": {list + "[env.p]\nrevisions = [\"x\"]\n", nil, m{"env": "p"}, "x", "migrate.toml:5:1"},
		"one over a list":   {list + "[env.p]\nrevisions = \"x\"\n", nil, m{"env": "p"}, "x", "migrate.toml:5:1"},
		"the same twice":    {"revisions = [\"v\", \"./v\"]\n", nil, nil, "v|./v", "migrate.toml:1:1"},
	} {
		t.Run(name, func(t *testing.T) {
			c := mustLoad(t, tt.file, tt.env, tt.flags)
			var got []string
			for _, f := range c.Revisions {
				got = append(got, f.Given)
				if !filepath.IsAbs(f.Path) || !strings.HasSuffix(f.Path, filepath.Clean(f.Given)) {
					t.Errorf("%s can be opened as %s", f.Given, f.Path)
				}
			}
			if all := strings.Join(got, "|"); all != tt.want || c.Source("revisions") != tt.from {
				t.Errorf("got %s from %s, want %s from %s", all, c.Source("revisions"), tt.want, tt.from)
			}
		})
	}
}

func TestMistakesInFolders(t *testing.T) {
	type m = map[string]string
	for _, tt := range []struct {
		file  string
		flags m
		want  string
	}{
		{"revisions = []\n", nil, "migrate.toml:1:1: revisions is empty; leave it out for versions"},
		{"revisions = [\"\"]\n", nil, "migrate.toml:1:1: revisions is empty; leave it out for versions"},
		{"revisions = [\"v\", \"\"]\n", nil, "migrate.toml:1:1: revisions holds a path that is empty"},
		{"revisions = [\"v\", \"${W}\"]\n", nil, "migrate.toml:1:20: revisions needs the environment variable W, which is not set; set it, or write ${W:-default}"},
		{"revisions = [\"v\", 1]\n", nil, "migrate.toml:1:1: revisions is a list of other things, it should be text in quotes or a list of texts"},
		{"revisions = [\"v\", [\"w\"]]\n", nil, "migrate.toml:1:1: revisions is a list of other things, it should be text in quotes or a list of texts"},
		{"revisions = [{path = \"v\"}]\n", nil, "migrate.toml:1:1: revisions is a list of other things, it should be text in quotes or a list of texts"},
		{"[[revisions]]\npath = \"v\"\n", nil, "migrate.toml:1:3: revisions is a list of tables, it should be text in quotes or a list of texts"},
		{"heads_file = [\"v\"]\n", nil, "migrate.toml:1:1: heads_file is a list, it should be text in quotes"},
		{"", m{"revisions": ""}, "--revisions is empty; leave it out for versions"},
		{"", m{"revisions": "v,,w"}, "--revisions holds a path that is empty"},
	} {
		_, err := load(t, tt.file, nil, tt.flags)
		lines(t, err, tt.want)
	}
}

func TestSplitList(t *testing.T) {
	for text, want := range map[string][]string{
		"":            {""},
		"a":           {"a"},
		" a , b c ,":  {"a", "b c", ""},
		`C:\v,D:\w`:   {`C:\v`, `D:\w`},
		`\,a\\,b`:     {`,a\,b`},
		"größe,漢字":    {"größe", "漢字"},
		"a\x80\xff,b": {"a\x80\xff", "b"},
	} {
		if got := config.SplitList(text); !slices.Equal(got, want) {
			t.Errorf("%q is taken apart into %q, want %q", text, got, want)
		}
	}
}

// TestForbid reads policies, of which each has to be one that there is.
func TestForbid(t *testing.T) {
	c := mustLoad(t, "[verify]\nforbid = [\"rewrite\", \"data-loss\"]\n", nil, nil)
	if got := strings.Join(c.Forbid, "|"); got != "rewrite|data-loss" {
		t.Errorf("got %s", got)
	}
	c = mustLoad(t, "", map[string]string{"REVISE_VERIFY_FORBID": "lock, irreversible"}, nil)
	if got := strings.Join(c.Forbid, "|"); got != "lock|irreversible" {
		t.Errorf("got %s", got)
	}
	const known = "known are data-loss, rewrite, lock, irreversible"
	for file, want := range map[string]string{
		"[verify]\nforbid = [\"data-los\"]\n":               `migrate.toml:2:1: verify.forbid does not know "data-los"; did you mean "data-loss"? ` + known,
		"[verify]\nforbid = [\"rewrite\", \"all of it\"]\n": "migrate.toml:2:1: verify.forbid holds a word that it does not know; " + known,
	} {
		_, err := load(t, file, nil, nil)
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
