package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"revise/config"
)

func TestFindFile(t *testing.T) {
	root := t.TempDir()
	write(t, root, "migrate.toml", "revisions = \"v\"\n[database]\nurl = \"sqlite:app.db\"\n")
	write(t, root, "a/b/keep", "")
	write(t, root, "conf/other.toml", "[database]\nurl = \"sqlite:other.db\"\n")
	here := filepath.Join(root, "a", "b")
	type m = map[string]string
	tests := []struct {
		name, dir                    string
		env, flags                   m
		path, given, revisions, base string // path, revisions and base below root
	}{
		{"here", root, nil, nil, "migrate.toml", "v", "v", "."},
		{"above", here, nil, nil, "migrate.toml", "v", "v", "."},
		{"by flag", root, nil, m{"config": "conf/other.toml"}, "conf/other.toml", "versions", "conf/versions", "conf"},
		{"by variable", root, m{"REVISE_CONFIG": "conf/other.toml"}, nil, "conf/other.toml", "versions", "conf/versions", "conf"},
		{"by flag over variable", root, m{"REVISE_CONFIG": "none.toml"}, m{"config": "conf/other.toml"}, "conf/other.toml", "versions", "conf/versions", "conf"},
		{"by absolute path", here, nil, m{"config": filepath.Join(root, "conf/other.toml")}, "conf/other.toml", "versions", "conf/versions", "conf"},
		{"folder by flag", here, nil, m{"revisions": "w"}, "migrate.toml", "w", "a/b/w", "."},
		{"folder by variable", here, m{"REVISE_REVISIONS": "../w"}, nil, "migrate.toml", "../w", "a/w", "."},
		{"absolute folder", here, nil, m{"revisions": filepath.Join(root, "w")}, "migrate.toml", filepath.Join(root, "w"), "w", "."},
		{"URL by flag", here, nil, m{"database-url": "sqlite:x.db"}, "migrate.toml", "v", "v", "a/b"},
		{"URL by variable", here, m{"DATABASE_URL": "sqlite:x.db"}, nil, "migrate.toml", "v", "v", "a/b"},
		{"name by flag", here, nil, m{"database-name": "x.db"}, "migrate.toml", "v", "v", "a/b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := config.Load(options(tt.dir, tt.env, tt.flags))
			if err != nil {
				t.Fatal(err)
			}
			in := func(name string) string { return filepath.Join(root, name) }
			if c.Path != in(tt.path) || c.Revisions[0].Given != tt.given || c.Revisions[0].Path != in(tt.revisions) || c.Database.Dir != in(tt.base) {
				t.Errorf("got the file %s, the folder %s (%s), the database in %s", c.Path, c.Revisions[0].Given, c.Revisions[0].Path, c.Database.Dir)
			}
		})
	}
}

// TestWorkingDirectory looks at the paths a user sees, without a Dir.
func TestWorkingDirectory(t *testing.T) {
	root := t.TempDir()
	write(t, root, "sub/keep", "")
	t.Chdir(root)
	c, err := config.Load(config.Options{Flags: map[string]string{"database-url": "sqlite:x.db"}})
	if err != nil || c.Path != "" || c.Revisions[0].Path != "versions" || c.Database.Dir != "" {
		t.Errorf("without a file got %+v, %v", c, err)
	}
	write(t, root, "migrate.toml", "[database]\nurl = \"sqlite:app.db\"\n")
	c, err = config.Load(config.Options{})
	if err != nil || c.Path != "migrate.toml" || c.Revisions[0].Path != "versions" || c.Database.Dir != "" {
		t.Errorf("with a file here got %+v, %v", c, err)
	}
	t.Chdir("sub")
	c, err = config.Load(config.Options{})
	up := func(name string) string { return filepath.Join("..", name) }
	if err != nil || c.Path != up("migrate.toml") || c.Revisions[0].Path != up("versions") || c.Database.Dir != ".." {
		t.Errorf("with a file above got %+v, %v", c, err)
	}
	write(t, root, "migrate.toml", "\nrevsions = \"x\"\n")
	_, err = config.Load(config.Options{})
	lines(t, err, up("migrate.toml")+`:2:1: unknown key "revsions"; did you mean "revisions"?`)
}

func TestUnreadableFiles(t *testing.T) {
	_, err := load(t, "", nil, map[string]string{"config": "deploy.toml"})
	lines(t, err, "deploy.toml: there is no such file")
	_, err = load(t, "", nil, map[string]string{"config": ""})
	lines(t, err, "--config names no file")

	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "migrate.toml"), 0o755); err != nil {
		t.Fatal(err)
	}
	_, err = config.Load(options(dir, nil, nil))
	lines(t, err, "migrate.toml: the file cannot be read: is a directory")

	for name, text := range map[string]string{"little": "\xff\xfer\x00=\x00", "big": "\xfe\xff\x00r", "without a mark": "r\x00=\x00"} {
		t.Run("UTF-16 "+name, func(t *testing.T) {
			_, err := load(t, text, nil, nil)
			lines(t, err, "migrate.toml:1:1: the file is not UTF-8, it looks like UTF-16; save it as UTF-8")
		})
	}

	if os.Getuid() != 0 {
		write(t, t.TempDir(), "migrate.toml", "")
		closed := t.TempDir()
		write(t, closed, "migrate.toml", "")
		if err := os.Chmod(filepath.Join(closed, "migrate.toml"), 0); err != nil {
			t.Fatal(err)
		}
		_, err = config.Load(options(closed, nil, nil))
		lines(t, err, "migrate.toml: the file may not be read by this user")
	}
}

func TestOddButValidFiles(t *testing.T) {
	for name, text := range map[string]string{
		"byte order mark": "\ufeffrevisions = \"r\"",
		"CRLF":            "revisions = \"r\"\r\n[ledger]\r\n\r\n",
		"no final line":   "revisions = 'r'",
		"comments only":   "# nothing\nrevisions=\"r\" # é",
		"multi-line text": "revisions = \"\"\"\nr\"\"\"\n",
		"dotted":          "ledger.table = \"schema_revisions\"\nrevisions = \"r\"\n",
		"inline":          "ledger = { table = \"schema_revisions\" }\nrevisions = \"r\"\n",
		"quoted keys":     "\"revisions\" = \"r\"\n['ledger']\n",
	} {
		t.Run(name, func(t *testing.T) {
			if c := mustLoad(t, text, nil, nil); c.Revisions[0].Given != "r" || c.Ledger.Table != "schema_revisions" {
				t.Errorf("got %+v", c)
			}
		})
	}
	if c := mustLoad(t, "\n", nil, nil); c.Path == "" {
		t.Errorf("an empty file was not found")
	}
}

func TestSyntaxErrors(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"text without quotes", "[database]\npassword = s3cret\n", "2:12: unexpected character at start of value; text stands in quotes"},
		{"text behind a value", "a = \"é\" s3cret\n", "1:9: expected newline"},
		{"open quote", "a = 1\nb = \"s3cret\n", "2:"},
		{"no value", "revisions\n", "1:10: expected '=' after key"},
		{"key twice", "revisions = \"a\"\nrevisions = \"b\"\n", "2:1: key revisions is already defined"},
		{"table twice", "[run]\n[ledger]\n[run]\n", "3:2: table run already exists"},
		{"not UTF-8", "revisions = \"\x80\"\n", "1:14: invalid UTF-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := load(t, tt.text, nil, nil)
			if err == nil || !strings.HasPrefix(err.Error(), "migrate.toml:"+tt.want) {
				t.Fatalf("got %v, want it to start with %s", err, tt.want)
			}
			if strings.ContainsAny(err.Error(), "\n") || strings.Contains(err.Error(), "s3c") || strings.Contains(err.Error(), "U+") {
				t.Errorf("the error shows too much: %v", err)
			}
		})
	}
}

func TestMistakesInTheFile(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"all together, in order", "revsions = \"x\"\n[run]\nlock_wiat = \"1s\"\n  wait = 5\n[database]\nprot = 1\n", []string{
			`migrate.toml:1:1: unknown key "revsions"; did you mean "revisions"?`,
			`migrate.toml:3:1: unknown key "lock_wiat" in [run]; did you mean "lock_wait"?`,
			`migrate.toml:4:3: run.wait is a number, it should be a duration in quotes; write it with its unit, such as "30s" or "5m"`,
			`migrate.toml:6:1: unknown key "prot" in [database]; did you mean "port"?`}},
		{"a table, once", "[databse]\nurl = \"x\"\nhost = \"y\"\n", []string{`migrate.toml:1:2: unknown table "databse"; did you mean "database"?`}},
		{"an empty table", "[locks]\n", []string{`migrate.toml:1:2: unknown table "locks"; known here are environment, revisions, heads_file, new, database, ledger, run, autogenerate, schema, scratch, verify, variables, hook, env`}},
		{"a table in a table", "[run.lock]\nwait = \"1s\"\n", []string{`migrate.toml:1:6: unknown table "lock" in [run]; known here are lock_wait, lock_timeout, lock_retry, lease_time, statement_timeout, keep_schema, wait`}},
		{"at the wrong place: below", "url = \"x\"\n", []string{`migrate.toml:1:1: unknown key "url"; it belongs under [database]`}},
		{"at the wrong place: above", "[run]\nrevisions = \"x\"\n", []string{`migrate.toml:2:1: unknown key "revisions" in [run]; it belongs at the top of the file, before the first [table]`}},
		{"at the wrong place: beside", "[database]\nlock_wait = \"1s\"\n", []string{`migrate.toml:2:1: unknown key "lock_wait" in [database]; it belongs under [run]`}},
		{"in an environment", "[env.prod]\nurl = \"x\"\n[env.prod.databas]\n[env.prod.run]\nwiat = \"1s\"\nrevisions = \"x\"\n", []string{
			`migrate.toml:2:1: unknown key "url" in [env.prod]; it belongs under [env.prod.database]`,
			`migrate.toml:3:11: unknown table "databas" in [env.prod]; did you mean "database"?`,
			`migrate.toml:5:1: unknown key "wiat" in [env.prod.run]; did you mean "wait"?`,
			`migrate.toml:6:1: unknown key "revisions" in [env.prod.run]; it belongs directly under [env.prod]`}},
		{"environments named like tables", "[env.database.database]\nhots = \"x\"\n", []string{`migrate.toml:2:1: unknown key "hots" in [env.database.database]; did you mean "host"?`}},
		{"an environment in an environment", "[env.prod]\nenvironment = \"dev\"\n", []string{
			`migrate.toml:2:1: unknown key "environment" in [env.prod]; known here are revisions, heads_file, new, database, ledger, run, autogenerate, schema, scratch, verify, variables, hook`}},
		{"case", "[Database]\n", []string{`migrate.toml:1:2: unknown table "Database"; did you mean "database"?`}},
		{"not ASCII", "[run]\n\"ö\" = 1\n", []string{`migrate.toml:2:1: unknown key "ö" in [run]; known here are lock_wait, lock_timeout, lock_retry, lease_time, statement_timeout, keep_schema, wait`}},
		{"a URL as key", "[database]\n\"postgres://u:s3cret@h\" = 1\n", []string{
			`migrate.toml:2:1: unknown key in [database]; known here are url, url_file, driver, host, port, user, password, password_file, name, params`}},
		{"text for a table", "database = \"s3cret\"\nenv = \"prod\"\n", []string{
			`migrate.toml:1:1: database is text, it should be a table; write [database] and on a line below it url = …`,
			`migrate.toml:2:1: env is text, it should be a table`}},
		{"a table for text", "[revisions]\npath = \"x\"\n", []string{`migrate.toml:1:2: revisions is a table, it should be text in quotes or a list of texts`}},
		{"a list of tables", "[[database]]\nurl = \"x\"\n[env]\nprod = [1]\n", []string{
			`migrate.toml:1:3: database is a list of tables, it should be a table`,
			`migrate.toml:4:1: env.prod is a list, it should be a table`}},
		{"an inline table for text", "[database]\nhost = { name = \"x\" }\n", []string{`migrate.toml:2:1: database.host is a table, it should be text in quotes`}},
		{"other types", "revisions = 2026-11-22\n[database]\nuser = true\nport = 5432.5\nname = [\"a\"]\nparams = \"x\"\n[database.params2]\n[ledger]\ntable = 1\n", []string{
			`migrate.toml:1:1: revisions is a date, it should be text in quotes or a list of texts`,
			`migrate.toml:3:1: database.user is true or false, it should be text in quotes`,
			`migrate.toml:4:1: database.port is a number, it should be a whole number`,
			`migrate.toml:5:1: database.name is a list, it should be text in quotes`,
			`migrate.toml:6:1: database.params is text, it should be a table`,
			`migrate.toml:7:11: unknown table "params2" in [database]; did you mean "params"?`,
			`migrate.toml:9:1: ledger.table is a number, it should be text in quotes`}},
		{"a list of parameters", "[database.params]\na = [1]\n", []string{`migrate.toml:2:1: database.params.a is a list, it should be text`}},
		{"ports", "[database]\nport = 0\n[env.a.database]\nport = 65536\n[env.b.database]\nport = -1\n[env.c.database]\nport = \"s3cret\"\n", []string{
			`migrate.toml:2:1: database.port is not a port; a port is a number from 1 to 65535`,
			`migrate.toml:4:1: env.a.database.port is not a port; a port is a number from 1 to 65535`,
			`migrate.toml:6:1: env.b.database.port is not a port; a port is a number from 1 to 65535`,
			`migrate.toml:8:1: env.c.database.port is not a port; a port is a number from 1 to 65535`}},
		{"durations", "[run]\nwait = \"30\"\nlock_wait = \"-1s\"\nlock_timeout = \"1d\"\nstatement_timeout = \"\"\n", []string{
			`migrate.toml:2:1: run.wait is not a duration; write it with its unit, such as "30s" or "5m"`,
			`migrate.toml:3:1: run.lock_wait is not a duration; write it with its unit, such as "30s" or "5m"`,
			`migrate.toml:4:1: run.lock_timeout is not a duration; write it with its unit, such as "30s" or "5m"`,
			`migrate.toml:5:1: run.statement_timeout is not a duration; write it with its unit, such as "30s" or "5m"`}},
		{"empty", "revisions = \"\"\nledger.table = \"\"\n", []string{
			`migrate.toml:1:1: revisions is empty; leave it out for versions`,
			`migrate.toml:2:8: ledger.table is empty; leave it out for schema_revisions`}},
		{"a nameless environment", "[env.\"\"]\n", []string{`migrate.toml:1:6: an environment has no name`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := load(t, tt.text, nil, nil)
			lines(t, err, tt.want...)
		})
	}
}

func TestErrorFields(t *testing.T) {
	_, err := load(t, "\n\nrun.timout = 1\n", nil, nil)
	var e *config.Error
	var l config.List
	if !errors.As(err, &l) || !errors.As(err, &e) {
		t.Fatalf("got a %T", err)
	}
	want := config.Error{File: "migrate.toml", Line: 3, Col: 5, Msg: `unknown key "timout" in [run]`, Hint: e.Hint}
	if len(l) != 1 || *e != want || e.Hint == "" {
		t.Errorf("got %+v, want %+v", *e, want)
	}
}

func TestMistakesElsewhere(t *testing.T) {
	_, err := load(t, "", map[string]string{"REVISE_LOCK_WAIT": "30", "REVISE_DATABASE_PORT": "s3cret"}, map[string]string{"wait": "soon", "ledger-table": ""})
	got := map[string]bool{}
	for _, line := range strings.Split(err.Error(), "\n") {
		got[line] = true
	}
	for _, want := range []string{
		`REVISE_LOCK_WAIT is not a duration; write it with its unit, such as "30s" or "5m"`,
		`REVISE_DATABASE_PORT is not a port; a port is a number from 1 to 65535`,
		`--wait is not a duration; write it with its unit, such as "30s" or "5m"`,
		`--ledger-table is empty; leave it out for schema_revisions`,
	} {
		if !got[want] {
			t.Errorf("no line %q in\n%v", want, err)
		}
	}
}

func TestUnknownEnvironment(t *testing.T) {
	const file = "[env.dev]\n[env.prod.database]\nurl = \"x\"\n[env.dev.run]\n"
	type m = map[string]string
	for _, tt := range []struct {
		file       string
		env, flags m
		want       string
	}{
		{file, nil, m{"env": "prd"}, `--env names the unknown environment "prd"; did you mean "prod"? known are dev, prod`},
		{file, m{"REVISE_ENV": "staging"}, nil, `REVISE_ENV names the unknown environment "staging"; known are dev, prod`},
		{"environment = \"Dev\"\n" + file, nil, nil, `migrate.toml:1:1: environment names the unknown environment "Dev"; did you mean "dev"? known are dev, prod`},
		{"environment = \"${E}\"\n" + file, m{"E": "s3cret"}, nil, `migrate.toml:1:1: environment names an unknown environment; known are dev, prod`},
		{"[run]", nil, m{"env": "prod"}, `--env names the unknown environment "prod"; migrate.toml defines none`},
		{"", nil, m{"env": "prod"}, `--env names the unknown environment "prod"; no migrate.toml defines one`},
	} {
		_, err := load(t, tt.file, tt.env, tt.flags)
		lines(t, err, tt.want)
	}
	c := mustLoad(t, "environment = \"${E}\"\n"+file, map[string]string{"E": "prod"}, nil)
	if c.Env != "prod" || c.Database.URL.Reveal() != "x" {
		t.Errorf("got the environment %q with %q", c.Env, c.Database.URL.Reveal())
	}
}

// TestShippedFile loads the file that the program ships with.
func TestShippedFile(t *testing.T) {
	c, err := config.Load(config.Options{Dir: ".."})
	if err != nil {
		t.Fatal(err)
	}
	if c.Revisions[0].Given != "versions" || c.Database.URL.Reveal() != "sqlite:app.db" || c.Database.Dir != ".." {
		t.Errorf("got %+v", c)
	}
	// What is commented out must be right as well.
	text, err := os.ReadFile("../migrate.toml")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	urls := 0
	for _, line := range strings.Split(string(text), "\n") {
		if s, ok := strings.CutPrefix(line, "# "); ok && (strings.Contains(s, " = ") || strings.HasPrefix(s, "[")) {
			line = s
		}
		if strings.HasPrefix(line, "url") || strings.HasPrefix(line, "password_file") {
			if urls++; urls > 1 && !strings.Contains(line, "PROD") {
				continue
			}
		}
		all.WriteString(line + "\n")
	}
	c = mustLoad(t, all.String(), map[string]string{"PROD_DATABASE_URL": "x"}, map[string]string{"env": "prod"})
	if c.Database.URL.Reveal() != "x" {
		t.Errorf("got %q", c.Database.URL.Reveal())
	}
}

// FuzzFile looks that no file makes Load panic, and that every mistake has its place and its one line.
func FuzzFile(f *testing.F) {
	f.Add("[database]\nurl = \"${A}\"\nparams = {a.b = 1, \"c\\n\" = [{d = 2}]}\n")
	f.Add("[env.a.run]\r\nwait = 1_0\r\n[[env]]\n\"a\\nb\" = 1\n\"a\\nb\" = 1\n")
	f.Add("\ufeffrevisions = \"\"\"\n$${${X:-}\"\"\" # \xff")
	path := filepath.Join(f.TempDir(), "migrate.toml")
	f.Fuzz(func(t *testing.T, text string) {
		// Workers are processes of their own, each with a folder of its own.
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := config.Load(config.Options{Flags: map[string]string{"config": path}})
		var list config.List
		if err != nil && !errors.As(err, &list) {
			t.Fatalf("got a %T", err)
		}
		for _, e := range list {
			if e.Line < 1 || e.Col < 1 || e.Line > 1+strings.Count(text, "\n") || strings.Contains(e.Error(), "\n") {
				t.Errorf("%d:%d: %q", e.Line, e.Col, e.Error())
			}
		}
	})
}
