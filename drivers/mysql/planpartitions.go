package mysql

import (
	"slices"
	"strings"

	"revise/parser"
)

// partitioning is how a table is cut; "" if it is not.
func partitioning(t *tableParts) string {
	if t.partitioning == nil {
		return ""
	}
	return t.partitioning.Def
}

// partitions changes how a table is cut. Partitions that come last are added, and a stretch of them is cut anew where all others stay; all else writes the whole table anew. None is
// ever dropped, for its rows would go with it.
func (c *tableChange) partitions() {
	was, is := partitioning(c.was), partitioning(c.is)
	switch {
	case was == is:
	case is == "" && c.x.Attrs["versioned"] != "" && c.y.Attrs["versioned"] == "": // one statement cannot do both (error 4131)
		c.first = append([]string{"REMOVE PARTITIONING"}, c.first...)
	case is == "":
		c.tail = "REMOVE PARTITIONING"
		c.notes = append(c.notes, "writes the whole table anew")
	default:
		if clause := repartition(was, is); clause != "" {
			c.rebuilt = false
			if len(c.clauses) == 0 {
				c.tail = clause
			} else {
				c.behind = append(c.behind, clause)
			}
			return
		}
		c.tail = is
		c.notes = append(c.notes, "writes the whole table anew")
	}
}

// repartition is the clause that changes some partitions and leaves the others alone; "" if there is none that is sure to keep all rows.
func repartition(was, is string) string {
	headA, a := cutPartitions(was)
	headB, b := cutPartitions(is)
	if headA != headB || len(a) == 0 || len(b) == 0 || strings.Contains(headA, "SUBPARTITION") || strings.Contains(headA, "SYSTEM_TIME") {
		return ""
	}
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	if head == len(a) {
		return "ADD PARTITION (" + strings.Join(b[head:], ",\n ") + ")"
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	if tail > 0 && (head+tail == len(a) || head+tail == len(b)) {
		tail-- // one comes out of the next one, or goes into it
	}
	old, now := a[head:len(a)-tail], b[head:len(b)-tail]
	if len(old) == 0 || len(now) == 0 {
		return ""
	}
	// The stretch has to hold what it held: a range as far as it went, or a list with all values.
	if strings.Contains(headA, "RANGE") && tail == 0 && bound(old[len(old)-1]) != bound(now[len(now)-1]) || strings.Contains(headA, "LIST") {
		return ""
	}
	var names []string
	for _, p := range old {
		names = append(names, partitionName(p))
	}
	return "REORGANIZE PARTITION " + strings.Join(names, ", ") + " INTO (" + strings.Join(now, ",\n ") + ")"
}

// cutPartitions takes the list of partitions from behind what cuts a table.
func cutPartitions(text string) (head string, list []string) {
	p := partOf(text)
	at := slices.IndexFunc(p.list, func(t parser.Token) bool {
		return t.Kind == parser.Open && strings.HasPrefix(text[t.End:], "PARTITION ")
	})
	if at < 0 {
		return text, nil
	}
	return text[:p.list[at].Start], p.pieces(at)
}

// bound is how far a partition of a range goes.
func bound(partition string) string {
	p := partOf(partition)
	if at := p.open(); at > 0 {
		return partition[p.list[at].Start:p.list[p.closed(at)].End]
	}
	return "MAXVALUE"
}

func partitionName(p string) string {
	p = strings.TrimPrefix(p, "PARTITION ")
	if strings.HasPrefix(p, "`") {
		return quotedNames(p)[0]
	}
	name, _, _ := strings.Cut(p, " ")
	return name
}
