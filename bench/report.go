package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"
)

// A report is what a run of the suite has found.
type report struct {
	Date       string            `json:"date"`
	Cores      int               `json:"cores"`
	Processor  string            `json:"processor"`
	System     string            `json:"system"`
	Go         string            `json:"go"`
	Runs       int               `json:"runs"`
	Versions   map[string]string `json:"versions"` // by contender and by server
	LeftOut    map[string]string `json:"left_out"` // and why
	Verdicts   []verdict         `json:"bars"`
	Results    []result          `json:"results"`
	Unfinished string            `json:"unfinished,omitempty"` // why not all was run
	order      []string          // of versions and of what is left out
	titles     map[string]string // of scenarios
}

func newReport(runs int, now time.Time) *report {
	r := &report{
		Date: now.UTC().Format(time.DateOnly), Cores: runtime.NumCPU(), Processor: processor(), System: runtime.GOOS + "/" + runtime.GOARCH,
		Go: runtime.Version(), Runs: runs, Versions: map[string]string{}, LeftOut: map[string]string{}, titles: map[string]string{},
	}
	for _, sc := range scenarios() {
		r.titles[sc.Name] = sc.Title
	}
	return r
}

func (r *report) version(of, is string) {
	r.order = append(r.order, of)
	r.Versions[of] = is
}

func (r *report) leaveOut(who, why string) {
	r.order = append(r.order, who)
	r.LeftOut[who] = why
}

// processor is the name of this machine's, where the system tells.
func processor() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}

func (r *report) json(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// markdown writes tables: the machine and who took part, the bars, then each trial.
func (r *report) markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Measured on %s with %d cores (%s, %s), by %s; %s in each trial.\n", r.Date, r.Cores, r.Processor, r.System, r.Go, plural(r.Runs, "round"))
	if r.Unfinished != "" {
		fmt.Fprintf(&b, "\n**Not all was run**: %s.\n", r.Unfinished)
	}
	r.taking(&b)
	r.bars(&b)
	r.trials(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *report) taking(b *strings.Builder) {
	b.WriteString("\n## Who took part\n\n| | version |\n| --- | --- |\n")
	for _, name := range r.order {
		if is, ok := r.Versions[name]; ok {
			fmt.Fprintf(b, "| %s | %s |\n", cell(name), cell(is))
		} else {
			fmt.Fprintf(b, "| %s | left out: %s |\n", cell(name), cell(r.LeftOut[name]))
		}
	}
}

func (r *report) bars(b *strings.Builder) {
	b.WriteString("\n## The bars\n\n| scenario | database | bar | measured | met |\n| --- | --- | --- | ---: | --- |\n")
	for _, v := range r.Verdicts {
		met := "yes"
		if !v.Met {
			met = "**no**"
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s |\n", comma(v.Scenario, v.Variant), cmp.Or(v.Database, "none"), v.Bar, v.Measured, met)
	}
}

// trials writes one table for the results of each trial, which stand together.
func (r *report) trials(b *strings.Builder) {
	title := ""
	for rest := r.Results; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].trial() == rest[0].trial() {
			n++
		}
		if next := r.titles[rest[0].Scenario]; next != title {
			title = next
			fmt.Fprintf(b, "\n## %s\n", title)
		}
		fmt.Fprintf(b, "\n%s\n\n", rest[0].trial())
		table(b, rest[:n])
		rest = rest[n:]
	}
}

// trial names the trial that a result is of.
func (r result) trial() string {
	name := comma(r.Scenario, r.Variant, r.Database)
	if r.Delay > 0 {
		name += fmt.Sprintf(", %v each way", r.Delay)
	}
	if r.Processes > 0 {
		name += fmt.Sprintf(", %d processes", r.Processes)
	}
	return name
}

// A column is one number of a result, among those of its trial; "" if it has none.
type column struct {
	head string
	cell func(r result, all []result) string
}

func table(b *strings.Builder, all []result) {
	var columns []column
	for _, c := range everyColumn() {
		for _, r := range all {
			if c.cell(r, all) != "" {
				columns = append(columns, c)
				break
			}
		}
	}
	b.WriteString("| |")
	for _, c := range columns {
		b.WriteString(" " + c.head + " |")
	}
	b.WriteString("\n| --- |" + strings.Repeat(" ---: |", len(columns)) + "\n")
	for _, r := range all {
		fmt.Fprintf(b, "| %s |", cell(r.Contender))
		if r.Failed != "" {
			fmt.Fprintf(b, " failed: %s |%s\n", cell(r.Failed), strings.Repeat(" |", max(0, len(columns)-1)))
			continue
		}
		for _, c := range columns {
			b.WriteString(" " + c.cell(r, all) + " |")
		}
		b.WriteString("\n")
	}
}

func everyColumn() []column {
	return []column{
		{"median", func(r result, _ []result) string { return duration(r.wall()) }},
		{"least", func(r result, _ []result) string {
			return duration(lowest(pick(r.Samples, func(s sample) time.Duration { return s.Wall })))
		}},
		{"÷ bare", func(r result, all []result) string {
			bare := bareOf(all)
			if ratio, ok := r.against(bare); ok && len(all) > 1 && r.Scenario != "version" {
				return fmt.Sprintf("%.2f", ratio)
			}
			return ""
		}},
		{"(median − start) ÷ one", func(r result, _ []result) string {
			if r.Processes == 0 {
				return ""
			}
			return fmt.Sprintf("%.2f", r.againstSingle())
		}},
		{"start of all", func(r result, _ []result) string {
			if r.Processes == 0 {
				return ""
			}
			return duration(r.starting())
		}},
		{"ended with 0", func(r result, _ []result) string {
			if r.Processes == 0 {
				return ""
			}
			return fmt.Sprintf("%d of %d", r.good(), r.Processes)
		}},
		{"CPU", func(r result, _ []result) string { return duration(r.cpu()) }},
		{"peak", func(r result, _ []result) string { return fmt.Sprintf("%.1f MB", megabytes(r.peak())) }},
		{"round trips", func(r result, _ []result) string {
			if r.trips() == 0 {
				return ""
			}
			return fmt.Sprint(r.trips())
		}},
		{"after connecting", func(r result, all []result) string {
			if n, ok := r.asked(all); ok && r.Scenario == "nothing" {
				return fmt.Sprint(n)
			}
			return ""
		}},
		{"program", func(r result, _ []result) string {
			if r.Scenario != "version" || r.Size == 0 {
				return ""
			}
			return fmt.Sprintf("%.1f MB", megabytes(r.Size))
		}},
	}
}

func duration(d time.Duration) string {
	if d >= 10*time.Second {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	if d >= time.Second {
		return fmt.Sprintf("%.2f s", d.Seconds())
	}
	return fmt.Sprintf("%.1f ms", milliseconds(d))
}

// cell makes a text fit into a table.
func cell(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > 160 {
		text = string(r[:160]) + "…"
	}
	return strings.ReplaceAll(text, "|", `\|`)
}

func comma(parts ...string) string {
	var list []string
	for _, p := range parts {
		if p != "" {
			list = append(list, p)
		}
	}
	return strings.Join(list, ", ")
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
