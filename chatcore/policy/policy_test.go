package policy

import "testing"

// Each cell of the table, for each kind of actor, against the sentences of
// docs/protocol.md, section 3: any person may do anything, but in a room only members
// speak, set its topic and read its past; a command session may speak without entering.
func TestDecide_EveryCell(t *testing.T) {
	allowed := func(a Actor, do Action, where Place) bool {
		switch {
		case do == SetTopic:
			return a.Member
		case where == Room && do == Speak:
			return a.Member || a.Visiting
		case where == Room && do == Read:
			return a.Member
		}
		return true
	}
	cells := 0
	for do := range actions {
		for where := range places {
			for bits := range 8 {
				a := Actor{Guest: bits&1 != 0, Member: bits&2 != 0, Visiting: bits&4 != 0}
				err := Decide(a, do, where)
				if (err == nil) != allowed(a, do, where) || err != nil && err != ErrNotMember {
					t.Errorf("action %d at place %d by %+v: %v", do, where, a, err)
				}
				cells++
			}
		}
	}
	if cells != int(actions)*int(places)*8 {
		t.Errorf("%d cells were looked at", cells)
	}
}
