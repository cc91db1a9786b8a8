package config_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"revise/config"
)

// TestNothingShowsASecret prints a whole configuration in every way a program may.
func TestNothingShowsASecret(t *testing.T) {
	c := mustLoad(t, "[database]\nurl = \"postgres://u:s3cret@h\"\npassword = \"s3cret\"\nparams.sslpassword = \"s3cret\"\n[variables]\nx = \"s3cret\"\n", nil, nil)
	if c.Database.URL.Reveal() != "postgres://u:s3cret@h" || c.Database.Password.Reveal() != "s3cret" || c.Database.Params["sslpassword"].Reveal() != "s3cret" {
		t.Fatal("the secrets were not read")
	}
	s := c.Database.Password
	type embedded struct{ config.Secret }
	for _, v := range []any{c, *c, c.Database, &c.Database, s, &s, embedded{s}, []config.Secret{s}, map[string]config.Secret{"s": s}, []any{s, &s}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%q", "%s", "%d", "%x", "%X", "%t", "%10.3s", "% x", "%#x", "%#q", "%z"} {
			if out := fmt.Sprintf(verb, v); strings.Contains(out, "s3cret") || strings.Contains(strings.ToLower(out), "733363726574") {
				t.Errorf("%s of a %T shows the secret: %s", verb, v, out)
			}
		}
		if out := fmt.Sprint(v) + fmt.Sprintln(v) + fmt.Errorf("open %v", v).Error(); strings.Contains(out, "s3cret") {
			t.Errorf("a %T shows the secret: %s", v, out)
		}
		if out, err := json.Marshal(v); err != nil && !strings.Contains(err.Error(), "unsupported type") || strings.Contains(string(out), "s3cret") {
			t.Errorf("JSON of a %T shows the secret: %s, %v", v, out, err)
		}
		var out strings.Builder
		slog.New(slog.NewTextHandler(&out, nil)).Info("x", "v", v)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "v", v)
		if strings.Contains(out.String(), "s3cret") {
			t.Errorf("a log of a %T shows the secret: %s", v, out.String())
		}
	}
	if got := fmt.Sprintf("%v|%s|%q|%#v|%v|%q", s, s, s, s, config.Secret(""), config.Secret("")); got != `****|****|"****"|"****"||""` {
		t.Errorf("secrets print as %s", got)
	}
}

func TestVariables(t *testing.T) {
	env := map[string]string{"A": "a", "E": "", "L_1": "${A}", "Ü": "x"}
	for text, want := range map[string]string{
		"":                     "",
		"plain":                "plain",
		"${A}":                 "a",
		"x${A}y${A}":           "xaya",
		"${E}":                 "",
		"${E:-d}":              "d",
		"${A:-d}":              "a",
		"${NONE:-}":            "",
		"${NONE:-a:-b$c d}":    "a:-b$c d",
		"${L_1}":               "${A}",
		"$${A}":                "${A}",
		"$$${A}":               "$${A}",
		"${NONE:-$}${A}":       "$a",
		"$A $$ $ {A} }":        "$A $$ $ {A} }",
		"ü${A}ü":               "üaü",
		"postgres://u:p$w@h/x": "postgres://u:p$w@h/x",
	} {
		c := mustLoad(t, "[database]\nurl = '"+text+"'\n", env, nil)
		if got := c.Database.URL.Reveal(); got != want {
			t.Errorf("%s became %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"'${NONE}'":              `2:8: database.url needs the environment variable NONE, which is not set; set it, or write ${NONE:-default}`,
		"'é${A} ${NONE} s3cret'": `2:14: database.url needs the environment variable NONE, which is not set; set it, or write ${NONE:-default}`,
		`"\t${NONE}"`:            `2:7: database.url needs the environment variable NONE, which is not set; set it, or write ${NONE:-default}`,
		"'x${s3cret'":            `2:9: database.url has a ${ without its }; write $${ for the characters themselves`,
		"'${u:s3cret@}'":         `2:8: database.url has a ${…} that names no variable; write ${NAME}, ${NAME:-default}, or $${ for the characters themselves`,
		"'${}'":                  `2:8: database.url has a ${…} that names no variable; write ${NAME}, ${NAME:-default}, or $${ for the characters themselves`,
		"'${Ü}'":                 `2:8: database.url has a ${…} that names no variable; write ${NAME}, ${NAME:-default}, or $${ for the characters themselves`,
		"'${X:-${s3cret}}'":      `2:8: database.url has a ${…} within a ${…}; a default is plain text`,
	} {
		_, err := load(t, "[database]\nurl = "+text+"\n", env, nil)
		lines(t, err, "migrate.toml:"+want)
	}
}

// TestVariablesOnlyWhereUsed looks that a variable may be missing where nobody needs it, and is missed where somebody does.
func TestVariablesOnlyWhereUsed(t *testing.T) {
	const file = `revisions = "${R}"
[database]
url = "${U}"
password = "${P}"
params = { a = "${Q}" }
[run]
wait = "${W}"
[env.prod.database]
url = "${PU}"
params.a = "${PQ}"
`
	type m = map[string]string
	rest := m{"REVISE_REVISIONS": "r", "REVISE_WAIT": "1s"}
	with := func(more m) m {
		all := m{}
		for _, x := range []m{rest, more} {
			for k, v := range x {
				all[k] = v
			}
		}
		return all
	}
	mustLoad(t, file, with(m{"DATABASE_URL": "x"}), nil)
	mustLoad(t, file, with(m{"PU": "x", "PQ": "x"}), m{"env": "prod"})
	mustLoad(t, file, with(m{"U": "x"}), m{"database-password": "x", "database-params": "a=1"})
	_, err := load(t, file, rest, nil)
	if err == nil || strings.Count(err.Error(), "\n") != 2 || !strings.Contains(err.Error(), "migrate.toml:4:13: database.password needs the environment variable P,") ||
		!strings.Contains(err.Error(), "migrate.toml:5:17: database.params needs the environment variable Q,") {
		t.Errorf("got %v", err)
	}
	// A value that is wrong once it is known, is told without it.
	_, err = load(t, "[run]\nwait = \"${W}\"\n[database]\nport = \"${W}\"\n", m{"W": "s3cret"}, nil)
	lines(t, err,
		`migrate.toml:2:1: run.wait is not a duration; write it with its unit, such as "30s" or "5m"`,
		`migrate.toml:4:1: database.port is not a port; a port is a number from 1 to 65535`)
	// Flags and variables stand for themselves.
	c := mustLoad(t, "", m{"REVISE_DATABASE_URL": "${A}", "A": "x"}, m{"database-password": "$${A}"})
	if c.Database.URL.Reveal() != "${A}" || c.Database.Password.Reveal() != "$${A}" {
		t.Errorf("got %q and %q", c.Database.URL.Reveal(), c.Database.Password.Reveal())
	}
}

func TestSecretFiles(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"plain": "s3cret", "line": "s3cret\n", "crlf": "s3cret\r\n", "two": " s3cret\n\n", "var": "${X}\n", "url": "mysql://u:s3cret@h\n",
		"none": "", "blank": "\n", "conf/pw": "inner\n"} {
		write(t, dir, name, text)
	}
	write(t, dir, "conf/c.toml", "[database]\npassword_file = \"pw\"\n[env.v.database]\npassword_file = \"${F}\"\n[env.both.database]\npassword = \"x\"\npassword_file = \"pw\"\n")
	type m = map[string]string
	for _, tt := range []struct {
		env, flags m
		url, pw    string
	}{
		{m{"REVISE_DATABASE_PASSWORD_FILE": "plain"}, nil, "", "s3cret"},
		{m{"REVISE_DATABASE_PASSWORD_FILE": "line"}, nil, "", "s3cret"},
		{m{"REVISE_DATABASE_PASSWORD_FILE": "crlf"}, nil, "", "s3cret"},
		{m{"REVISE_DATABASE_PASSWORD_FILE": "two"}, nil, "", " s3cret\n"},
		{m{"REVISE_DATABASE_PASSWORD_FILE": "var"}, nil, "", "${X}"},
		{m{"DATABASE_URL_FILE": "url"}, nil, "mysql://u:s3cret@h", ""},
		{m{"REVISE_DATABASE_URL_FILE": "url", "DATABASE_URL": "x"}, nil, "mysql://u:s3cret@h", ""},
		{m{"REVISE_DATABASE_URL": "x", "DATABASE_URL_FILE": "missing"}, nil, "x", ""},
		{m{"REVISE_DATABASE_PASSWORD_FILE": "missing"}, m{"database-password": "p"}, "", "p"},
		{m{"REVISE_DATABASE_PASSWORD": "p"}, m{"database-password-file": "line"}, "", "s3cret"},
		{m{"REVISE_DATABASE_PASSWORD": "p"}, m{"config": "conf/c.toml"}, "", "p"},
		{nil, m{"config": "conf/c.toml"}, "", "inner"},
		{m{"F": "../line"}, m{"config": "conf/c.toml", "env": "v"}, "", "s3cret"},
	} {
		c, err := config.Load(options(dir, tt.env, tt.flags))
		if err != nil {
			t.Errorf("with %v %v: %v", tt.env, tt.flags, err)
			continue
		}
		if d := c.Database; d.URL.Reveal() != tt.url || d.Password.Reveal() != tt.pw || d.HasPassword != (tt.pw != "") {
			t.Errorf("with %v %v got %q and %q", tt.env, tt.flags, d.URL.Reveal(), d.Password.Reveal())
		}
	}
	for _, tt := range []struct {
		env, flags m
		want       string
	}{
		{m{"REVISE_DATABASE_PASSWORD_FILE": "my-s3cret"}, nil, "REVISE_DATABASE_PASSWORD_FILE cannot be followed: there is no such file"},
		{m{"REVISE_DATABASE_PASSWORD_FILE": "conf"}, nil, "REVISE_DATABASE_PASSWORD_FILE cannot be followed: the file cannot be read: is a directory"},
		{m{"DATABASE_URL_FILE": "none"}, nil, "DATABASE_URL_FILE names a file that is empty"},
		{m{"DATABASE_URL_FILE": "blank"}, nil, "DATABASE_URL_FILE names a file that is empty"},
		{m{"DATABASE_URL_FILE": "url", "DATABASE_URL": "x"}, nil, "DATABASE_URL_FILE and DATABASE_URL are both given; keep one of them"},
		{nil, m{"config": "conf/c.toml", "env": "both"}, "conf/c.toml:7:1: database.password_file and database.password are both given; keep one of them"},
		{nil, m{"config": "conf/c.toml", "env": "v"}, "conf/c.toml:4:18: database.password_file needs the environment variable F, which is not set; set it, or write ${F:-default}"},
	} {
		_, err := config.Load(options(dir, tt.env, tt.flags))
		lines(t, err, tt.want)
	}
}
