package chain

// Stamp says what counts as applied when a database is declared to be at targets, one after the other: what a target stands on is applied, what stands
// on it is not, other branches stay as they are. base takes everything away. Targets are those of FindAll.
func (c *Chain) Stamp(applied Set, targets []string) (Set, error) {
	set := c.mask(applied)
	others := c.Unknown(applied)
	for _, text := range targets {
		revs, err := c.FindAll(text)
		if err != nil {
			return nil, err
		}
		if text == wordBase {
			clear(set)
			others = nil
			continue
		}
		for _, r := range revs {
			i := c.byID[r.ID.Name]
			above, below := make([]bool, len(c.nodes)), make([]bool, len(c.nodes))
			above[i], below[i] = true, true
			c.addDescendants(above, users)
			c.addAncestors(below, needs)
			for k := range set {
				set[k] = below[k] || set[k] && !above[k]
			}
		}
	}
	after := Set{}
	for k, is := range set {
		if is {
			after[c.nodes[k].rev.ID.Name] = true
		}
	}
	for _, id := range others {
		after[id] = true
	}
	return after, nil
}
