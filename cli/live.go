package cli

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/rivo/uniseg"
)

// liveAfter is how long a statement runs before a line about it appears: what is over in a blink needs none.
const (
	liveAfter = 300 * time.Millisecond
	liveEvery = 250 * time.Millisecond
)

// A live is the one line at the bottom of a terminal that changes while something runs. Switched off it does nothing.
type live struct {
	w     io.Writer
	on    bool
	width func() int

	mu    sync.Mutex
	text  func(elapsed time.Duration) string
	since time.Time
	shown bool
	stop  chan struct{}
}

// begin shows text, with the time that has passed, until the next begin or end.
func (l *live) begin(text func(elapsed time.Duration) string) {
	if !l.on {
		return
	}
	l.mu.Lock()
	l.text, l.since = text, time.Now()
	start := l.stop == nil
	if start {
		l.stop = make(chan struct{})
	}
	stop := l.stop
	l.mu.Unlock()
	if start {
		go l.tick(stop)
	}
}

func (l *live) tick(stop chan struct{}) {
	t := time.NewTicker(liveEvery)
	defer t.Stop()
	for {
		select {
		case <-stop:
			return
		case <-t.C:
			l.mu.Lock()
			if l.stop == stop && l.text != nil && time.Since(l.since) >= liveAfter {
				l.draw(l.text(time.Since(l.since)))
			}
			l.mu.Unlock()
		}
	}
}

// draw writes the line, cut to the width of the terminal: a line that wraps could not be wiped.
func (l *live) draw(text string) {
	if w := l.width(); w > 0 {
		text = cut(text, w-1)
	}
	fmt.Fprintf(l.w, "\r%s\x1b[K", text)
	l.shown = true
}

// clear wipes the line, so that something else can be written.
func (l *live) clear() {
	if !l.on {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.shown {
		fmt.Fprint(l.w, "\r\x1b[K")
		l.shown = false
	}
}

// end stops it.
func (l *live) end() {
	if !l.on {
		return
	}
	l.mu.Lock()
	if l.stop != nil {
		close(l.stop)
		l.stop = nil
	}
	l.text = nil
	l.mu.Unlock()
	l.clear()
}

// cut shortens a text to a number of columns.
func cut(s string, width int) string {
	if width < 1 || uniseg.StringWidth(s) <= width {
		return s
	}
	var b strings.Builder
	used := 0
	for g := uniseg.NewGraphemes(s); g.Next(); {
		if used += g.Width(); used > width-1 {
			break
		}
		b.WriteString(g.Str())
	}
	return b.String() + "…"
}

// pad fills a text up to a number of columns.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(width-uniseg.StringWidth(s), 0))
}

// took words a duration for people.
func took(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return d.Round(time.Second).String()
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
