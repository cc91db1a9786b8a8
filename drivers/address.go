package drivers

import (
	"encoding/json"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"
)

// An Address says where a database is and as whom to enter. However it is printed, its password and parameters are not. Keep
// it in exported fields: fmt reads unexported ones without asking their methods.
type Address struct {
	Scheme   string
	User     string
	Password string
	HasPass  bool   // a password was given, if only an empty one
	Host     string // without brackets; a path for a Unix socket; empty: the driver's default
	Port     int    // 0: the driver's default
	Name     string // of the database; for a database in a file its path
	Params   map[string]string
	File     bool // Name is the path of a file, and there is no server
}

// masked stands for a password in output, whatever its length.
const masked = "****"

// String gives the address without its password and its parameters.
func (a Address) String() string {
	var b strings.Builder
	b.WriteString(a.Scheme + ":")
	if a.File {
		b.WriteString(a.Name)
		return b.String()
	}
	b.WriteString("//")
	if a.User != "" || a.HasPass {
		b.WriteString(a.User)
		if a.HasPass {
			b.WriteString(":" + masked)
		}
		b.WriteString("@")
	}
	switch {
	case strings.Contains(a.Host, ":") && !strings.HasPrefix(a.Host, "/"):
		b.WriteString("[" + a.Host + "]")
	default:
		b.WriteString(a.Host)
	}
	if a.Port != 0 {
		b.WriteString(":" + strconv.Itoa(a.Port))
	}
	if a.Name != "" {
		b.WriteString("/" + a.Name)
	}
	return b.String()
}

// GoString keeps %#v from showing the password.
func (a Address) GoString() string { return "drivers.Address(" + a.String() + ")" }

// Format keeps every verb from showing the password.
func (a Address) Format(f fmt.State, verb rune) {
	switch {
	case verb == 'q':
		fmt.Fprintf(f, "%q", a.String())
	case verb == 'v' && f.Flag('#'):
		fmt.Fprint(f, a.GoString())
	default:
		fmt.Fprint(f, a.String())
	}
}

// MarshalJSON writes the address as its String.
func (a Address) MarshalJSON() ([]byte, error) { return json.Marshal(a.String()) }

// MarshalText writes the address as its String.
func (a Address) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// Override returns a with the fields that over has. A parameter of the same name is replaced, the others stay.
func (a Address) Override(over Address) Address {
	if over.Host != "" {
		a.Host = over.Host
	}
	if over.Port != 0 {
		a.Port = over.Port
	}
	if over.User != "" {
		a.User = over.User
	}
	if over.Password != "" || over.HasPass {
		a.Password, a.HasPass = over.Password, true
	}
	if over.Name != "" {
		a.Name = over.Name
	}
	params := map[string]string{}
	for _, m := range []map[string]string{a.Params, over.Params} {
		for k, v := range m {
			params[k] = v
		}
	}
	a.Params = params
	return a
}

// Locate finds the driver and the address that are meant by a URL, by single fields (over.Scheme names the driver), or by both:
// then the fields override the URL's. The relative path of a database in a file is taken from dir, if dir is not empty.
func (s Set) Locate(raw string, over Address, dir string) (Driver, Address, error) {
	scheme := over.Scheme
	if strings.TrimSpace(raw) != "" {
		scheme = Scheme(raw)
	}
	d, err := s.ByScheme(scheme)
	if err != nil {
		return nil, Address{}, err
	}
	if over.Scheme != "" {
		if named, err := s.ByScheme(over.Scheme); err != nil {
			return nil, Address{}, err
		} else if named.Name() != d.Name() {
			return nil, Address{}, fmt.Errorf("the database URL is one of %s, but the driver is said to be %s", d.Name(), named.Name())
		}
	}
	var a Address
	if strings.TrimSpace(raw) != "" {
		a, err = d.Parse(raw)
	} else if a, err = d.Parse(d.Schemes()[0] + "://"); err != nil && over.Name != "" {
		// A database in a file has no URL without a path.
		a, err = d.Parse(d.Schemes()[0] + ":" + url.PathEscape(over.Name))
	}
	if err != nil {
		return nil, Address{}, err
	}
	a = a.Override(over)
	if a.File && (over.Host != "" || over.Port != 0) {
		return nil, Address{}, fmt.Errorf("a %s database is a file and has no host or port", d.Name())
	}
	if a.File && dir != "" && !strings.HasPrefix(a.Name, ":") && !strings.HasPrefix(a.Name, "file:") && !isAbsolute(a.Name) {
		a.Name = filepath.Join(dir, a.Name)
	}
	return d, a, nil
}

// Scheme returns what stands before the first colon of a URL, in lower case, or "" if that is no scheme.
func Scheme(raw string) string {
	scheme, _, ok := strings.Cut(strings.TrimSpace(raw), ":")
	if !ok || !schemeForm().MatchString(scheme) {
		return ""
	}
	return strings.ToLower(scheme)
}

var (
	schemeForm = Form(`^[A-Za-z][A-Za-z0-9+.-]*$`)
	hostForm   = Form(`^(?:\[([0-9A-Za-z:.%_-]+)\]|([^\[\]:]*))(?::(.*))?$`)
	portForm   = Form(`^\d{1,5}(?:/[^?]*)?\?[^&=]+=`)
	driveForm  = Form(`^[A-Za-z]:[/\\]`)
)

// isAbsolute reports whether a path is absolute here or on Windows.
func isAbsolute(path string) bool { return filepath.IsAbs(path) || driveForm().MatchString(path) }

// ParseServer reads scheme://user:password@host:port/name?key=value and forgives what people write into it:
//
//   - A password may hold any of @:/?#[]% and blanks as they are, because the last @ of the URL ends it. Therefore an @ behind the
//     host is written %40.
//   - A user, password, host, name, key or value is taken as escaped if every percent sign in it starts an escape, else as it
//     stands. Therefore a percent sign in front of two hex digits is written %25.
//   - The parameters host or socket, port, user, password and dbname say what is missing from the front.
//
// A user holds no colon, slash or question mark unless escaped. No error holds any part of the URL but its scheme.
func ParseServer(raw string) (Address, error) {
	a, rest, err := open(raw)
	if err != nil {
		return Address{}, err
	}
	form := a.Scheme + "://user:password@host:port/name"
	rest, ok := strings.CutPrefix(rest, "//")
	if !ok {
		return Address{}, fmt.Errorf("the database URL should read %s", form)
	}
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		user, pass, hasPass := strings.Cut(rest[:at], ":")
		// A user name holds no slash or question mark: then the @ stands in the path or in a parameter. Where host:port/name?key=a@b may be
		// meant as well, guessing would send a password to the wrong host.
		if strings.ContainsAny(user, "/?") || portForm().MatchString(pass) {
			return Address{}, fmt.Errorf("the database URL has an @ that may end the password or stand in a parameter; write %%40 for an @, " +
				"%%2F for a / and %%3F for a ? that is part of a user, a password, a name or a parameter")
		}
		a.User, a.Password, a.HasPass = unescape(user), unescape(pass), hasPass
		rest = rest[at+1:]
	}
	rest, query, _ := strings.Cut(rest, "?")
	authority, name, _ := strings.Cut(rest, "/")
	m := hostForm().FindStringSubmatch(authority)
	if m == nil {
		return Address{}, fmt.Errorf("the host in the database URL cannot be read; the URL should read %s, and an IPv6 address stands in brackets", form)
	}
	if strings.Contains(authority+name, "#") {
		return Address{}, fmt.Errorf("the database URL has a # behind the user's part; write %%23 for it")
	}
	a.Host, a.Name = unescape(m[1]+m[2]), unescape(name)
	if a.Port, err = readPort(m[3]); err != nil {
		return Address{}, err
	}
	if err := a.readParams(query); err != nil {
		return Address{}, err
	}
	if err := a.promote(); err != nil {
		return Address{}, err
	}
	return a.checked()
}

// ParseFile reads scheme:path, scheme://path, scheme:///absolute/path, each with ?key=value behind it. A ? in a path is written
// %3F; percent escapes are read as by ParseServer. On Windows, scheme:C:/path and scheme:///C:/path are the same.
func ParseFile(raw string) (Address, error) {
	a, rest, err := open(raw)
	if err != nil {
		return Address{}, err
	}
	a.File = true
	path, query, _ := strings.Cut(strings.TrimPrefix(rest, "//"), "?")
	a.Name = unescape(path)
	if strings.HasPrefix(a.Name, "/") && driveForm().MatchString(a.Name[1:]) {
		a.Name = a.Name[1:]
	}
	if a.Name == "" {
		return Address{}, fmt.Errorf("the database URL names no file; it should read %s:path/to/file.db", a.Scheme)
	}
	if err := a.readParams(query); err != nil {
		return Address{}, err
	}
	return a.checked()
}

// open cuts the scheme and its colon off.
func open(raw string) (Address, string, error) {
	raw = strings.TrimSpace(raw)
	scheme := Scheme(raw)
	if scheme == "" {
		return Address{}, "", fmt.Errorf("the database URL does not start with a scheme")
	}
	return Address{Scheme: scheme, Params: map[string]string{}}, raw[len(scheme)+1:], nil
}

func readPort(text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil || port == 0 {
		return 0, fmt.Errorf("the port in the database URL is not a number from 1 to 65535")
	}
	return int(port), nil
}

func (a *Address) readParams(query string) error {
	for i, pair := range strings.Split(query, "&") {
		if pair == "" {
			continue
		}
		key, value, _ := strings.Cut(pair, "=")
		key = unescape(key)
		if _, twice := a.Params[key]; twice {
			// The name is not shown: behind a ? may stand the rest of a password whose @ is missing.
			return fmt.Errorf("the database URL names a parameter twice, again at its parameter %d", i+1)
		}
		a.Params[key] = unescape(value)
	}
	return nil
}

// promote makes fields of the parameters that mean the same, as libpq does
// (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS), so that a driver finds them in one place.
func (a *Address) promote() error {
	port := ""
	for _, p := range []struct {
		key string
		to  *string
		has bool
	}{
		{"host", &a.Host, a.Host != ""},
		{"socket", &a.Host, a.Host != ""},
		{"port", &port, a.Port != 0},
		{"user", &a.User, a.User != ""},
		{"password", &a.Password, a.HasPass},
		{"dbname", &a.Name, a.Name != ""},
	} {
		value, ok := a.Params[p.key]
		if !ok {
			continue
		}
		if p.has || p.key == "socket" && a.Host != "" {
			return fmt.Errorf("the database URL has the parameter %s and says the same in front of the parameters", p.key)
		}
		*p.to = value
		a.HasPass = a.HasPass || p.key == "password"
		delete(a.Params, p.key)
	}
	if port != "" {
		var err error
		a.Port, err = readPort(port)
		return err
	}
	return nil
}

// checked refuses what would break the one line an address is printed on.
func (a Address) checked() (Address, error) {
	if strings.ContainsFunc(a.User+a.Host+a.Name, unicode.IsControl) {
		return Address{}, fmt.Errorf("the database URL holds a control character")
	}
	return a, nil
}

// unescape undoes percent escapes, or returns s as it is if one of them is malformed.
func unescape(s string) string {
	if u, err := url.PathUnescape(s); err == nil {
		return u
	}
	return s
}
