package drivers_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"revise/drivers"
)

func TestParseServer(t *testing.T) {
	type address = drivers.Address
	tests := []struct {
		name, url string
		want      address
	}{
		{"everything", "postgres://app:pw@db:5433/shop?sslmode=require&x=1", address{User: "app", Password: "pw", HasPass: true, Host: "db", Port: 5433, Name: "shop",
			Params: map[string]string{"sslmode": "require", "x": "1"}}},
		{"nothing", "postgres://", address{}},
		{"only a host", "postgres://db", address{Host: "db"}},
		{"only a name", "postgres:///shop", address{Name: "shop"}},
		{"no user", "postgres://db:1/shop", address{Host: "db", Port: 1, Name: "shop"}},
		{"last port", "postgres://db:65535", address{Host: "db", Port: 65535}},
		{"port left empty", "postgres://db:/shop", address{Host: "db", Name: "shop"}},
		{"no password", "postgres://app@db", address{User: "app", Host: "db"}},
		{"empty password", "postgres://app:@db", address{User: "app", HasPass: true, Host: "db"}},
		{"empty user", "postgres://:pw@db", address{Password: "pw", HasPass: true, Host: "db"}},
		{"no host", "postgres://app:pw@/shop", address{User: "app", Password: "pw", HasPass: true, Name: "shop"}},
		{"user with @", "postgres://me@corp:pw@db", address{User: "me@corp", Password: "pw", HasPass: true, Host: "db"}},
		{"user with escapes", "postgres://a%2Fb%3Ac:pw@db", address{User: "a/b:c", Password: "pw", HasPass: true, Host: "db"}},
		{"non-ASCII", "postgres://jörg:пароль@db/läden", address{User: "jörg", Password: "пароль", HasPass: true, Host: "db", Name: "läden"}},
		{"blanks around it", "  postgres://db \n", address{Host: "db"}},
		{"scheme in capitals", "POSTGRES://db", address{Host: "db"}},
		{"IPv6", "postgres://app:pw@[2001:db8::1]:5432/shop", address{User: "app", Password: "pw", HasPass: true, Host: "2001:db8::1", Port: 5432, Name: "shop"}},
		{"IPv6 without a port", "postgres://[::1]", address{Host: "::1"}},
		{"IPv6 with an escaped zone", "postgres://[fe80::1%25eth0]/a", address{Host: "fe80::1%eth0", Name: "a"}},
		{"IPv6 with a raw zone", "postgres://[fe80::1%wlan0]/a", address{Host: "fe80::1%wlan0", Name: "a"}},
		{"socket as host", "postgres://app@%2Frun%2Fpostgresql/shop", address{User: "app", Host: "/run/postgresql", Name: "shop"}},
		{"socket as parameter host", "postgres://app@/shop?host=/run/postgresql&x=1", address{User: "app", Host: "/run/postgresql", Name: "shop", Params: map[string]string{"x": "1"}}},
		{"socket as parameter socket", "postgres:///shop?socket=%2Frun%2Fmysqld.sock", address{Host: "/run/mysqld.sock", Name: "shop"}},
		{"all in parameters", "postgres:///?host=db&port=5433&user=app&password=p%40w&dbname=shop",
			address{Host: "db", Port: 5433, User: "app", Password: "p@w", HasPass: true, Name: "shop"}},
		{"parameter without a value", "postgres://db?a&b=&&c==", address{Host: "db", Params: map[string]string{"a": "", "b": "", "c": "="}}},
		{"plus is plus", "postgres://u:a+b@db/c+d?e=f+g", address{User: "u", Password: "a+b", HasPass: true, Host: "db", Name: "c+d", Params: map[string]string{"e": "f+g"}}},
		{"@ in a parameter, escaped", "postgres://db:5432/shop?mail=a%40b", address{Host: "db", Port: 5432, Name: "shop", Params: map[string]string{"mail": "a@b"}}},
		{"name with escapes", "postgres://db/a%2Fb%3Fc%23d", address{Host: "db", Name: "a/b?c#d"}},
		{"name with a slash", "postgres://db/a/b", address{Host: "db", Name: "a/b"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := drivers.ParseServer(tt.url)
			tt.want.Scheme = "postgres"
			if tt.want.Params == nil {
				tt.want.Params = map[string]string{}
			}
			if err != nil || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("ParseServer(%q) = %s, %v; want %s", tt.url, fields(got), err, fields(tt.want))
			}
		})
	}
}

// fields shows an address in full, for failing tests.
func fields(a drivers.Address) string {
	return fmt.Sprintf("scheme %q user %q password %q %v host %q port %d name %q params %q file %v",
		a.Scheme, a.User, a.Password, a.HasPass, a.Host, a.Port, a.Name, a.Params, a.File)
}

func TestParseServerPasswords(t *testing.T) {
	passwords := []string{"@", ":", "/", "?", "#", "%", "[", "]", " ", "a b", "p@ss:w/o?r#d%[]", "@@", "a@b@c", "//", "100%", "50%off", "%zz%41", "x?y=z", "1/2", "ä€😀", "a&b=c", `"'\`}
	for _, password := range passwords {
		for _, spelt := range []string{password, url.PathEscape(password), url.QueryEscape(strings.ReplaceAll(password, " ", "\u00a0"))} {
			raw := "mysql://app:" + spelt + "@db:3306/shop?charset=utf8mb4"
			want := password
			if strings.Contains(spelt, "%C2%A0") {
				want = strings.ReplaceAll(password, " ", "\u00a0")
			}
			a, err := drivers.ParseServer(raw)
			if err != nil || a.User != "app" || a.Password != want || a.Host != "db" || a.Port != 3306 || a.Name != "shop" || a.Params["charset"] != "utf8mb4" {
				t.Errorf("ParseServer(%q) = %s, %v; want the password %q", raw, fields(a), err, want)
			}
		}
	}
	// The documented limits of what can be written as it is.
	a, err := drivers.ParseServer("mysql://app:a%40b@db")
	if err != nil || a.Password != "a@b" {
		t.Errorf("a well-formed escape in a password was not undone: %q, %v", a.Password, err)
	}
}

func TestParseServerErrors(t *testing.T) {
	tests := []struct{ name, url, want string }{
		{"empty", "", "does not start with a scheme"},
		{"no scheme", "//app:s3cret@db", "does not start with a scheme"},
		{"scheme of odd characters", "post gres://app:s3cret@db", "does not start with a scheme"},
		{"no slashes", "postgres:app:s3cret@db", "should read postgres://"},
		{"one slash", "postgres:/s3cret@db", "should read postgres://"},
		{"port 0", "postgres://app:s3cret@db:0", "not a number from 1 to 65535"},
		{"port too large", "postgres://app:s3cret@db:65536", "not a number from 1 to 65535"},
		{"port of letters", "postgres://app:s3cret@db:54x2/a", "not a number from 1 to 65535"},
		{"port with a sign", "postgres://app:s3cret@db:+1", "not a number from 1 to 65535"},
		{"port of a parameter", "postgres://app:s3cret@db?port=0", "not a number from 1 to 65535"},
		{"several hosts", "postgres://app:s3cret@a:1,b:2/c", "not a number"},
		{"forgotten host", "postgres://app:s3cret", "not a number"},
		{"IPv6 without brackets", "postgres://app:s3cret@2001:db8::1/a", "not a number"},
		{"bracket left open", "postgres://app:s3cret@[::1/a", "brackets"},
		{"text behind the bracket", "postgres://app:s3cret@[::1]x/a", "brackets"},
		{"hash behind the host", "postgres://app:s3cret@db/a#b", "%23"},
		{"slash in the user", "postgres://a/b:s3cret@db/c", "%40"},
		{"question mark in the user", "postgres://a?b:s3cret@db/c", "%40"},
		{"@ in a parameter behind a port", "postgres://db:5432/a?s3cret=a@b", "%40"},
		{"@ in a parameter behind a host", "postgres://db/a?s3cret=a@b", "%40"},
		{"parameter twice", "postgres://db?s3cret=1&s3cret=2", "twice, again at its parameter 2"},
		{"parameter twice in two spellings", "postgres://db?a=1&b=2&%61=3", "twice, again at its parameter 3"},
		{"host twice", "postgres://db?host=/s3cret", "has the parameter host"},
		{"host and socket", "postgres:///?host=/s3cret&socket=/s3cret", "has the parameter socket"},
		{"password twice", "postgres://a:s3cret@db?password=s3cret", "has the parameter password"},
		{"line end in the host", "postgres://a:s3cret@d%0Ab", "control character"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, err := drivers.ParseServer(tt.url)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("ParseServer(%q) = %s, %v; want an error with %q", tt.url, fields(a), err, tt.want)
			}
			if strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "\n") {
				t.Errorf("the error shows a part of the URL: %v", err)
			}
			if !reflect.DeepEqual(a, drivers.Address{}) {
				t.Errorf("an address comes with the error: %s", fields(a))
			}
		})
	}
}

func TestParseFile(t *testing.T) {
	tests := []struct {
		url, name string
		params    map[string]string
	}{
		{"sqlite:app.db", "app.db", nil},
		{"sqlite://app.db", "app.db", nil},
		{"sqlite:data/app.db", "data/app.db", nil},
		{"sqlite:./app.db", "./app.db", nil},
		{"sqlite:../app.db", "../app.db", nil},
		{"sqlite:/var/lib/app.db", "/var/lib/app.db", nil},
		{"sqlite:///var/lib/app.db", "/var/lib/app.db", nil},
		{"sqlite::memory:", ":memory:", nil},
		{"sqlite://:memory:", ":memory:", nil},
		{"sqlite:C:/data/app.db", "C:/data/app.db", nil},
		{`sqlite:C:\data\app.db`, `C:\data\app.db`, nil},
		{"sqlite:///C:/data/app.db", "C:/data/app.db", nil},
		{"sqlite:my app#1@home.db", "my app#1@home.db", nil},
		{"sqlite:what%3F.db", "what?.db", nil},
		{"sqlite:100%.db", "100%.db", nil},
		{"sqlite:läden.db?mode=ro&cache=shared", "läden.db", map[string]string{"mode": "ro", "cache": "shared"}},
		{"sqlite:app.db?", "app.db", nil},
		{" SQLite:app.db\n", "app.db", nil},
	}
	for _, tt := range tests {
		a, err := drivers.ParseFile(tt.url)
		if tt.params == nil {
			tt.params = map[string]string{}
		}
		want := drivers.Address{Scheme: "sqlite", Name: tt.name, Params: tt.params, File: true}
		if err != nil || !reflect.DeepEqual(a, want) {
			t.Errorf("ParseFile(%q) = %s, %v; want %s", tt.url, fields(a), err, fields(want))
		}
		if got := a.String(); got != "sqlite:"+tt.name {
			t.Errorf("ParseFile(%q) prints as %q", tt.url, got)
		}
	}
	for _, raw := range []string{"", ":", "app.db", "sqlite", "sqlite:", "sqlite://", "sqlite:?mode=ro", "sqlite:a\tb", "sqlite:a?x=1&x=2"} {
		if a, err := drivers.ParseFile(raw); err == nil {
			t.Errorf("ParseFile(%q) = %s, want an error", raw, fields(a))
		}
	}
}

func TestAddressString(t *testing.T) {
	tests := []struct{ url, want string }{
		{"postgres://", "postgres://"},
		{"postgres:///shop", "postgres:///shop"},
		{"postgres://app@db", "postgres://app@db"},
		{"postgres://app:@db:1/a", "postgres://app:****@db:1/a"},
		{"postgres://:pw@db", "postgres://:****@db"},
		{"postgres://app:a-very-long-password@db/a?sslpassword=x", "postgres://app:****@db/a"},
		{"postgres://[::1]:1/a", "postgres://[::1]:1/a"},
	}
	for _, tt := range tests {
		a, err := drivers.ParseServer(tt.url)
		if got := a.String(); err != nil || got != tt.want {
			t.Errorf("%s prints as %q, %v; want %q", tt.url, got, err, tt.want)
		}
	}
}

// TestAddressNeverShowsItsPassword prints an address in every way a program may.
func TestAddressNeverShowsItsPassword(t *testing.T) {
	a, err := drivers.ParseServer("postgres://app:s3cret@db:5432/shop?sslpassword=s3cret")
	if err != nil {
		t.Fatal(err)
	}
	type embedded struct{ drivers.Address }
	type embeddedPointer struct{ *drivers.Address }
	type inside struct {
		A drivers.Address
		P *drivers.Address
		L []drivers.Address
		M map[string]drivers.Address
		I any
	}
	values := []any{a, &a, embedded{a}, &embedded{a}, embeddedPointer{&a}, []any{a, &a}, map[string]any{"a": a},
		inside{a, &a, []drivers.Address{a}, map[string]drivers.Address{"a": a}, a}}
	for _, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%q", "%s", "%d", "%x", "%X", "%t", "%10.3s", "%-100v", "% x", "%z", "%U"} {
			// The hex verbs would show it in hex.
			if out := fmt.Sprintf(verb, v); strings.Contains(out, "s3cret") || strings.Contains(strings.ToLower(out), "733363726574") {
				t.Errorf("%s of a %T shows the password: %s", verb, v, out)
			}
		}
		if out := fmt.Sprint(v) + fmt.Sprintln(v) + fmt.Errorf("connect to %v: %w", v, errors.New("refused")).Error(); strings.Contains(out, "s3cret") {
			t.Errorf("a %T shows the password: %s", v, out)
		}
		if out, err := json.Marshal(v); err != nil || strings.Contains(string(out), "s3cret") {
			t.Errorf("JSON of a %T shows the password: %s, %v", v, out, err)
		}
	}
	if got, want := fmt.Sprintf("%q", a), `"postgres://app:****@db:5432/shop"`; got != want {
		t.Errorf("%%q is %s, want %s", got, want)
	}
}

func TestScheme(t *testing.T) {
	for raw, want := range map[string]string{"postgres://x": "postgres", " SQLite:x": "sqlite", "mysql+tls://x": "mysql+tls", "": "", "x": "", "://": "", "1a:": "", "a b:": ""} {
		if got := drivers.Scheme(raw); got != want {
			t.Errorf("Scheme(%q) = %q, want %q", raw, got, want)
		}
	}
}

// only is a driver that reads URLs and nothing else.
type only struct {
	drivers.Driver
	name    string
	schemes []string
	parse   func(string) (drivers.Address, error)
}

func (o only) Name() string                              { return o.name }
func (o only) Schemes() []string                         { return o.schemes }
func (o only) Parse(raw string) (drivers.Address, error) { return o.parse(raw) }

func TestLocate(t *testing.T) {
	set := drivers.Set{
		only{name: "postgres", schemes: []string{"postgres", "postgresql"}, parse: drivers.ParseServer},
		only{name: "sqlite", schemes: []string{"sqlite"}, parse: drivers.ParseFile},
	}
	type address = drivers.Address
	tests := []struct {
		name, url string
		over      address
		dir       string
		want      string // printed, or the error
		password  string
	}{
		{"URL alone", "postgres://app:pw@db/shop", address{}, "conf", "postgres://app:****@db/shop", "pw"},
		{"fields alone", "", address{Scheme: "postgres", Host: "db", User: "app", Password: "p@/w", Name: "shop"}, "conf", "postgres://app:****@db/shop", "p@/w"},
		{"driver alone", "", address{Scheme: "postgresql"}, "", "postgres://", ""},
		{"fields over URL", "postgres://app:pw@db:1/shop", address{Host: "::1", Port: 2, User: "me", Name: "x"}, "", "postgres://me:****@[::1]:2/x", "pw"},
		{"password over URL", "postgres://app:pw@db", address{Password: "new"}, "", "postgres://app:****@db", "new"},
		{"empty password over URL", "postgres://app:pw@db", address{HasPass: true}, "", "postgres://app:****@db", ""},
		{"driver under another of its schemes", "postgresql://db", address{Scheme: "postgres"}, "", "postgresql://db", ""},
		{"driver against URL", "postgres://db", address{Scheme: "sqlite"}, "", "the database URL is one of postgres, but the driver is said to be sqlite", ""},
		{"unknown driver", "", address{Scheme: "oracle"}, "", `unknown database scheme "oracle"; known are postgres, postgresql, sqlite`, ""},
		{"unknown driver beside a URL", "sqlite:a.db", address{Scheme: "oracle"}, "", `unknown database scheme "oracle"; known are postgres, postgresql, sqlite`, ""},
		{"nothing", "", address{}, "", "the database URL does not start with a scheme; known are postgres, postgresql, sqlite", ""},
		{"file", "sqlite:data/app.db", address{}, "", "sqlite:data/app.db", ""},
		{"file from a folder", "sqlite:data/app.db", address{}, "../conf", "sqlite:../conf/data/app.db", ""},
		{"absolute file", "sqlite:///data/app.db", address{}, "conf", "sqlite:/data/app.db", ""},
		{"file on a drive", "sqlite:C:/data/app.db", address{}, "conf", "sqlite:C:/data/app.db", ""},
		{"in memory", "sqlite::memory:", address{}, "conf", "sqlite::memory:", ""},
		{"file by name", "", address{Scheme: "sqlite", Name: "100%/what?.db"}, "conf", "sqlite:conf/100%/what?.db", ""},
		{"file by name over URL", "sqlite:a.db", address{Name: "b.db"}, "conf", "sqlite:conf/b.db", ""},
		{"file without a name", "", address{Scheme: "sqlite"}, "", "the database URL names no file; it should read sqlite:path/to/file.db", ""},
		{"file on a host", "sqlite:a.db", address{Host: "db"}, "", "a sqlite database is a file and has no host or port", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, a, err := set.Locate(tt.url, tt.over, tt.dir)
			if err != nil {
				if err.Error() != tt.want {
					t.Errorf("got the error %q, want %q", err, tt.want)
				}
				return
			}
			if a.String() != tt.want || a.Password != tt.password || !strings.HasPrefix(a.Scheme, d.Name()) {
				t.Errorf("got %s with the password %q and the driver %s, want %s with %q", a, a.Password, d.Name(), tt.want, tt.password)
			}
		})
	}
	_, a, err := set.Locate("postgres://db?a=1&b=2", address{Params: map[string]string{"b": "3", "c": "4"}}, "")
	if want := map[string]string{"a": "1", "b": "3", "c": "4"}; err != nil || !reflect.DeepEqual(a.Params, want) {
		t.Errorf("parameters over a URL's are %v, %v; want %v", a.Params, err, want)
	}
}

// FuzzParseServer writes URLs the way people do, the password as it is, and reads them back.
func FuzzParseServer(f *testing.F) {
	f.Add("app", "p@ss:w/o?r#d%[]", "db.example.org", uint16(5432), "shop")
	f.Add("", "", "", uint16(0), "")
	f.Add("app", "%41", "::1", uint16(1), "a b")
	f.Add("app", "5432/x?a=b", "h", uint16(0), "")
	f.Add("é", "\xff%", "/run/sock", uint16(65535), "%")
	f.Fuzz(func(t *testing.T, user, password, host string, port uint16, name string) {
		for _, raw := range []string{user, password, host, name, "postgres:" + password, "postgres://" + user + password + host} {
			if a, err := drivers.ParseServer(raw); err == nil {
				_ = a.String()
			}
			if a, err := drivers.ParseFile(raw); err == nil {
				_ = a.String()
			}
		}
		hostPart := url.PathEscape(host)
		if strings.Contains(host, ":") {
			if strings.Trim(host, "0123456789abcdefABCDEF:.") != "" {
				return // no address
			}
			hostPart = "[" + host + "]"
		} else {
			hostPart = strings.ReplaceAll(hostPart, "@", "%40")
		}
		escape := func(s string) string {
			return strings.NewReplacer("@", "%40", ":", "%3A").Replace(url.PathEscape(s))
		}
		for _, spelt := range []string{password, escape(password)} {
			raw := "postgres://" + escape(user) + ":" + spelt + "@" + hostPart
			if port != 0 {
				raw += fmt.Sprintf(":%d", port)
			}
			raw += "/" + escape(name)
			a, err := drivers.ParseServer(raw)
			if err != nil {
				control := strings.Contains(err.Error(), "control character")
				unsure := strings.Contains(err.Error(), "may end the password") && spelt == password
				if !control && !unsure {
					t.Fatalf("ParseServer(%q): %v", raw, err)
				}
				if len(password) >= 3 && strings.Contains(err.Error(), password) && !strings.Contains(fixedText, password) {
					t.Fatalf("ParseServer(%q) shows the password: %v", raw, err)
				}
				continue
			}
			want := password
			if u, err := url.PathUnescape(spelt); err == nil && spelt == password {
				want = u // the documented ambiguity: a well-formed escape is undone
			}
			if a.User != user || a.Password != want || a.Host != host || a.Port != int(port) || a.Name != name || !a.HasPass {
				t.Fatalf("ParseServer(%q) = %s", raw, fields(a))
			}
			// What prints alike with any other password shows nothing of this one, not even its length.
			other := a
			other.Password = "x"
			if shown := fmt.Sprintf("%v %+v %#v", a, a, &a); shown != fmt.Sprintf("%v %+v %#v", other, other, &other) {
				t.Fatalf("%q shows something of the password: %s", raw, shown)
			}
		}
	})
}

// fixedText is what errors say without any part of a URL.
const fixedText = "the database URL has an @ that may end the password or stand in a parameter; write %40 for an @, " +
	"%2F for a / and %3F for a ? that is part of a user, a password, a name or a parameter the database URL holds a control character"
