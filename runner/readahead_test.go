package runner

import (
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"revise/drivers/all"
	"revise/parser"
)

// aLongSection has statements and data of COPY, some of which are longer than what is held of them.
func aLongSection(t *testing.T) *outline {
	t.Helper()
	var b strings.Builder
	b.WriteString("-- revision: a1\n-- +upgrade\n")
	for i := range 300 {
		fmt.Fprintf(&b, "INSERT INTO t VALUES (%d, '%s');\n", i, strings.Repeat("x", 10*i))
		if i%100 == 50 {
			b.WriteString("COPY t FROM STDIN;\n" + strings.Repeat("1\ta line of data\n", 200*i) + "\\.\n")
		}
	}
	text := b.String()
	rev, err := parser.ParseFile("a.sql", io.NewSectionReader(strings.NewReader(text), 0, int64(len(text))), []string{"postgres"})
	if err != nil {
		t.Fatal(err)
	}
	driver, err := all.Drivers().ByScheme("postgres")
	if err != nil {
		t.Fatal(err)
	}
	o, err := outlineOf(rev.Sections[0], driver.Dialect(), true, 0)
	if err != nil {
		t.Fatal(err)
	}
	return &o
}

// What is read ahead is what is read otherwise.
func TestReadAhead(t *testing.T) {
	type got struct {
		text, data, before string
		next               int
	}
	all := func(ahead bool) (list []got) {
		w := aLongSection(t).run()
		w.split.KeepSum()
		r := &reading{walk: w, sums: true}
		if ahead {
			if r = w.reading(true); r.pieces == nil {
				t.Fatal("nobody reads ahead")
			}
		}
		for {
			st, ok, err := r.Next()
			if err != nil {
				t.Fatal(err)
			}
			if !ok {
				break
			}
			g := got{st.Text, st.Data, r.before, r.next}
			if st.Rest != nil {
				rest, err := io.ReadAll(st.Rest)
				if err != nil {
					t.Fatal(err)
				}
				g.data += string(rest)
			}
			list = append(list, g)
		}
		r.end()
		if err := w.unchanged(); err != nil {
			t.Error(err)
		}
		statements, bytes := w.sums()
		return append(list, got{text: statements, data: bytes})
	}
	direct, ahead := all(false), all(true)
	if len(direct) != 304 || !reflect.DeepEqual(direct, ahead) {
		t.Errorf("%d statements read ahead differ from %d that are not", len(ahead), len(direct))
	}
}

// Whoever wants no more, at whatever statement, leaves nobody behind who reads.
func TestReadAheadEnds(t *testing.T) {
	for n := range 304 {
		r := aLongSection(t).run().reading(false)
		for range n {
			st, _, err := r.Next()
			if err != nil {
				t.Fatal(err)
			}
			if st.Rest != nil {
				if _, err := io.Copy(io.Discard, st.Rest); err != nil {
					t.Fatal(err)
				}
			}
		}
		over := make(chan struct{})
		go func() { r.end(); close(over) }()
		select {
		case <-over:
		case <-time.After(20 * time.Second):
			t.Fatalf("behind %d statements it did not end", n)
		}
		r.end() // once more is nothing
	}
}
