package config_test

import (
	"fmt"
	"testing"
	"time"

	"revise/config"
)

// TestPrecedence is the table of who wins: every source on its own and above all those below it.
func TestPrecedence(t *testing.T) {
	const (
		top = "[ledger]\ntable = \"top\"\n"
		env = "[env.prod.ledger]\ntable = \"prod\"\n[env.dev.ledger]\ntable = \"dev\"\n"
	)
	type m = map[string]string
	tests := []struct {
		name, file     string
		env, flags     m
		want, fromWhom string
	}{
		{"default", "", nil, nil, "schema_revisions", "default"},
		{"file", top, nil, nil, "top", "migrate.toml:2:1"},
		{"environment not chosen", top + env, nil, nil, "top", "migrate.toml:2:1"},
		{"environment by flag", top + env, nil, m{"env": "prod"}, "prod", "migrate.toml:4:1"},
		{"environment by variable", top + env, m{"REVISE_ENV": "prod"}, nil, "prod", "migrate.toml:4:1"},
		{"environment by file", "environment = \"dev\"\n" + top + env, nil, nil, "dev", "migrate.toml:7:1"},
		{"environment by variable over file", "environment = \"dev\"\n" + top + env, m{"REVISE_ENV": "prod"}, nil, "prod", "migrate.toml:5:1"},
		{"environment by flag over variable", top + env, m{"REVISE_ENV": "prod"}, m{"env": "dev"}, "dev", "migrate.toml:6:1"},
		{"no environment by empty flag", top + env, m{"REVISE_ENV": "prod"}, m{"env": ""}, "top", "migrate.toml:2:1"},
		{"environment that says nothing of it", top + "[env.prod]\n", nil, m{"env": "prod"}, "top", "migrate.toml:2:1"},
		{"variable over file", top + env, m{"REVISE_LEDGER_TABLE": "var"}, m{"env": "prod"}, "var", "REVISE_LEDGER_TABLE"},
		{"variable alone", "", m{"REVISE_LEDGER_TABLE": "var"}, nil, "var", "REVISE_LEDGER_TABLE"},
		{"empty variable", top, m{"REVISE_LEDGER_TABLE": ""}, nil, "top", "migrate.toml:2:1"},
		{"flag over all", top + env, m{"REVISE_LEDGER_TABLE": "var"}, m{"env": "prod", "ledger-table": "flag"}, "flag", "--ledger-table"},
		{"flag alone", "", nil, m{"ledger-table": "flag"}, "flag", "--ledger-table"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := mustLoad(t, tt.file, tt.env, tt.flags)
			if c.Ledger.Table != tt.want || c.Source("ledger.table") != tt.fromWhom {
				t.Errorf("got %q from %s, want %q from %s", c.Ledger.Table, c.Source("ledger.table"), tt.want, tt.fromWhom)
			}
		})
	}
}

// TestDatabasePrecedence is the table of how URL and fields from several sources go together.
func TestDatabasePrecedence(t *testing.T) {
	const (
		url    = "[database]\nurl = \"file-url\"\n"
		fields = "[database]\ndriver = \"postgres\"\nhost = \"file-host\"\nuser = \"file-user\"\npassword = \"file-pw\"\n"
	)
	type m = map[string]string
	tests := []struct {
		name, file string
		env, flags m
		want       string // url driver host:port user password/given name
	}{
		{"nothing", "", nil, nil, "  :0  /false "},
		{"DATABASE_URL", "", m{"DATABASE_URL": "plain"}, nil, "plain  :0  /false "},
		{"REVISE_DATABASE_URL over DATABASE_URL", "", m{"DATABASE_URL": "plain", "REVISE_DATABASE_URL": "own"}, nil, "own  :0  /false "},
		{"DATABASE_URL over file", url, m{"DATABASE_URL": "plain"}, nil, "plain  :0  /false "},
		{"flag over all", url, m{"REVISE_DATABASE_URL": "own"}, m{"database-url": "flag"}, "flag  :0  /false "},
		{"empty flag is no URL", url, m{"REVISE_DATABASE_URL": "own"}, m{"database-url": ""}, "  :0  /false "},
		{"fields beside the URL", url + "host = \"h\"\nport = 0x10\nname = \"n\"\n", nil, nil, "file-url  h:16  /false n"},
		{"variables over the file's URL", url, m{"REVISE_DATABASE_HOST": "h", "REVISE_DATABASE_PORT": "0017"}, nil, "file-url  h:17  /false "},
		{"URL sets aside the file's fields", fields, m{"DATABASE_URL": "plain"}, nil, "plain  :0  /false "},
		{"URL with fields of its rank", fields, m{"REVISE_DATABASE_URL": "own", "REVISE_DATABASE_USER": "u"}, m{"database-name": "n"}, "own  :0 u /false n"},
		{"URL by flag sets aside variables", "", m{"REVISE_DATABASE_PASSWORD": "pw"}, m{"database-url": "flag"}, "flag  :0  /false "},
		{"DATABASE_URL with REVISE_ fields", "", m{"DATABASE_URL": "plain", "REVISE_DATABASE_PASSWORD": "pw"}, nil, "plain  :0  pw/true "},
		{"fields over fields", fields, m{"REVISE_DATABASE_HOST": "h"}, nil, " postgres h:0 file-user file-pw/true "},
		{"driver sets aside the file's URL", url, m{"REVISE_DATABASE_DRIVER": "mysql"}, nil, " mysql :0  /false "},
		{"driver keeps a URL of its rank", "", m{"REVISE_DATABASE_DRIVER": "mysql", "REVISE_DATABASE_URL": "own"}, nil, "own mysql :0  /false "},
		{"URL sets aside the file's driver", fields, nil, m{"database-url": "flag"}, "flag  :0  /false "},
		{"empty password", "[database]\npassword = \"\"\n", nil, nil, "  :0  /true "},
		{"URL of an environment sets aside fields", fields + "[env.p.database]\nurl = \"prod\"\nname = \"n\"\n", nil, m{"env": "p"}, "prod  :0  /false n"},
		{"fields of an environment over URL", url + "[env.p.database]\nhost = \"h\"\n", nil, m{"env": "p"}, "file-url  h:0  /false "},
		{"fields of an environment over fields", fields + "[env.p.database]\nhost = \"h\"\n", nil, m{"env": "p"}, " postgres h:0 file-user file-pw/true "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := mustLoad(t, tt.file, tt.env, tt.flags).Database
			got := fmt.Sprintf("%s %s %s:%d %s %s/%v %s", d.URL.Reveal(), d.Driver, d.Host, d.Port, d.User, d.Password.Reveal(), d.HasPassword, d.Name)
			if got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestParams(t *testing.T) {
	file := "[database]\nparams = { a = \"1\", b = 2, \"c d\" = true, e = 0.5 }\n[env.p.database.params]\nb = \"two\"\nmy.own = \"x\"\n"
	params := func(c *config.Config) string {
		m := map[string]string{}
		for k, v := range c.Database.Params {
			m[k] = v.Reveal()
		}
		return fmt.Sprint(m)
	}
	env := map[string]string{"REVISE_DATABASE_PARAMS": "a=%26&f=x+y&g="}
	for _, tt := range []struct {
		env, flags map[string]string
		want       string
	}{
		{nil, nil, "map[a:1 b:2 c d:true e:0.5]"},
		{nil, map[string]string{"env": "p"}, "map[a:1 b:two c d:true e:0.5 my.own:x]"},
		{env, nil, "map[a:& b:2 c d:true e:0.5 f:x+y g:]"},
		{env, map[string]string{"database-params": "a=flag"}, "map[a:flag b:2 c d:true e:0.5 f:x+y g:]"},
		{map[string]string{"DATABASE_URL": "u"}, nil, "map[]"},
	} {
		if got := params(mustLoad(t, file, tt.env, tt.flags)); got != tt.want {
			t.Errorf("with %v and %v got %s, want %s", tt.env, tt.flags, got, tt.want)
		}
	}
	for text, want := range map[string]string{
		"s3cret":          "has no name and value at its entry 1",
		"a=1&=s3cret":     "has no name and value at its entry 2",
		"s3cret=%zz":      "has a percent sign that starts no escape at its entry 1",
		"s3cret&s3cret=1": "has no name and value at its entry 1",
		"a=1&&%61=s3cret": "names a parameter twice, again at its entry 3",
	} {
		_, err := load(t, "", nil, map[string]string{"database-params": text})
		lines(t, err, "--database-params "+want+"; write name=value&name=value")
	}
}

func TestDurationsAndDefaults(t *testing.T) {
	c := mustLoad(t, "", nil, nil)
	if want := (config.Run{KeepSchema: true, LockWait: 5 * time.Minute, LeaseTime: 30 * time.Second, LockRetry: 5 * time.Minute}); c.Run != want {
		t.Errorf("by default got %+v, want %+v", c.Run, want)
	}
	if c.Path != "" || c.Env != "" || c.Ledger != (config.Ledger{Table: "schema_revisions"}) || c.Database.Configured() {
		t.Errorf("by default got %+v", c)
	}
	c = mustLoad(t, "[run]\nlock_wait = \"0s\"\nlock_timeout = \"1h30m\"\n", map[string]string{"REVISE_WAIT": "500ms"}, map[string]string{"statement-timeout": "30s"})
	limit := c.Run.LockTimeout
	c.Run.LockTimeout = nil
	if want := (config.Run{KeepSchema: true, LeaseTime: 30 * time.Second, LockRetry: 5 * time.Minute, StatementTimeout: 30 * time.Second, Wait: 500 * time.Millisecond}); c.Run != want || limit == nil || *limit != 90*time.Minute {
		t.Errorf("got %+v and %v, want %+v", c.Run, limit, want)
	}
}

func TestConfigured(t *testing.T) {
	for text, want := range map[string]bool{"url = \"x\"": true, "driver = \"x\"": true, "host = \"x\"": true, "name = \"x\"": true, "user = \"x\"": false,
		"password = \"x\"": false, "url = \"\"": false, "url = \"${NONE:-}\"": false} {
		if got := mustLoad(t, "[database]\n"+text, nil, nil).Database.Configured(); got != want {
			t.Errorf("with %s Configured is %v, want %v", text, got, want)
		}
	}
}

// TestSettingsAreAllRead gives every setting a wrong or odd value by each way and looks that someone cares.
func TestSettingsAreAllRead(t *testing.T) {
	base := fmt.Sprintf("%#v", *mustLoad(t, "[env.odd]\n", nil, nil))
	for _, s := range config.Settings() {
		if s.Flag == "config" {
			continue // has tests of its own
		}
		value := map[config.Type]string{config.Number: "77", config.Duration: "77s", config.Table: "odd=77"}[s.Type]
		if value == "" {
			value = "odd"
		}
		ways := []struct{ env, flags map[string]string }{{nil, map[string]string{s.Flag: value}}}
		for _, name := range s.Env {
			ways = append(ways, struct{ env, flags map[string]string }{map[string]string{name: value}, nil})
		}
		for _, way := range ways {
			c, err := load(t, "[env.odd]\n", way.env, way.flags)
			if err == nil && fmt.Sprintf("%#v", *c) == base {
				t.Errorf("%s: nobody reads %v%v", s.Key, way.env, way.flags)
			}
		}
	}
}
