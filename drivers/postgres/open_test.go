package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"revise/drivers"
	"revise/drivers/postgres"
)

// TestEncoding runs UTF-8 against a database that is none.
func TestEncoding(t *testing.T) {
	c, _ := open(t, fresh(t, "ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"))
	run(t, c, batch(true, "CREATE TABLE t (s text)", "INSERT INTO t VALUES ('äöü')"))
	want(t, c, "SELECT s, length(s) FROM t", "äöü,3")
	if e := fails(t, c, drivers.Progress{}, "42601", batch(true, "SELECT 'äöü' FROM FROM")); e.Offset != len("SELECT 'äöü' FROM ") {
		t.Errorf("offset %d", e.Offset)
	}
	fails(t, c, drivers.Progress{}, "22P05", batch(false, "INSERT INTO t VALUES ('漢')"))
	utf8, _ := open(t, fresh(t, "ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"))
	fails(t, utf8, drivers.Progress{Statements: 1}, "22021", batch(true, "SELECT 1", "SELECT '\xff'"))
}

// TestPasswords opens sessions with passwords that a connection string has to quote.
func TestPasswords(t *testing.T) {
	addr := fresh(t, "")
	c, _ := open(t, addr)
	ctx := context.Background()
	for i, password := range []string{`'`, `\`, `\'`, `'\`, ` a b `, `@:/?#%`, `%41`, `p='x' host='y'`, "tab\tnewline\n", `ä漢🙂`, `"$1"`, `\\''\\`} {
		user := addr.Name + fmt.Sprintf(`_'u\ %d`, i)
		d := postgres.Driver{}
		run(t, c, batch(true, "CREATE ROLE "+d.Ident(user)+" LOGIN PASSWORD "+d.Literal(password)))
		entered, err := d.Open(ctx, addr.Override(drivers.Address{User: user, Password: password}), drivers.Options{App: `it's an \app`})
		if err != nil {
			t.Errorf("the password %q: %v", password, err)
		} else {
			want(t, entered, "SELECT current_user, current_setting('application_name')", user+`,it's an \app`)
			entered.Close(ctx)
		}
		if entered, err := d.Open(ctx, addr.Override(drivers.Address{User: user, Password: password + "x"}), drivers.Options{}); err == nil {
			t.Errorf("the password %q with an x behind it: no error", password)
			entered.Close(ctx)
		} else if strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), password+"x") {
			t.Errorf("the password stands in %v", err)
		}
		run(t, c, batch(true, "DROP ROLE "+d.Ident(user)))
	}
}

// TestParameters refuses what cannot be used, without showing it.
func TestParameters(t *testing.T) {
	addr := fresh(t, "").Override(drivers.Address{Password: "sEcret'\\", Params: map[string]string{"sslmode": "perhaps"}})
	_, err := postgres.Driver{}.Open(context.Background(), addr, drivers.Options{})
	var ce *drivers.ConnectError
	if !errors.As(err, &ce) || errors.Is(err, drivers.ErrUnavailable) || strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), "sEcret") {
		t.Errorf("got %v", err)
	}
	t.Log(err)
}
