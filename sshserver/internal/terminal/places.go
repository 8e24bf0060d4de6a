package terminal

import (
	"slices"

	"parley/chatcore"
)

// places returns the destinations that the person can walk through: public first, then
// rooms, then people who have written to the person privately. If there are unread lines,
// it returns only destinations with unread lines, and here, the current one.
func (i *Session) places(here chatcore.Destination) []chatcore.Destination {
	unread := i.chat.Unread()
	all := []chatcore.Destination{{}}
	for _, room := range i.chat.Rooms() {
		all = append(all, chatcore.Destination{Room: room})
	}
	for _, u := range slices.Backward(unread) {
		if u.Place.Nick != "" {
			all = append(all, u.Place)
		}
	}
	if who, ok := i.chat.Correspondent(); ok && !slices.Contains(all, i.chat.Place(who)) {
		all = append(all, i.chat.Place(who))
	}
	if !slices.Contains(all, here) {
		all = append(all, here)
	}
	if len(unread) == 0 {
		return all
	}
	return slices.DeleteFunc(all, func(p chatcore.Destination) bool {
		return p != here && !slices.ContainsFunc(unread, func(u chatcore.Unread) bool { return u.Place == p })
	})
}

// neighbour returns the destination that is step away from here, in a circle.
func neighbour(all []chatcore.Destination, here chatcore.Destination, step int) chatcore.Destination {
	at := slices.Index(all, here)
	return all[(at+step+len(all))%len(all)]
}

// walk goes to the next or previous destination with unread lines. If none has any, it goes
// through all.
func (i *Session) walk(step int) {
	here := i.chat.Talking()
	if to := neighbour(i.places(here), here, step); to != here {
		i.locked(func() { i.edited = true }) // it was edited by a key
		_ = i.chat.GoTo(to)                  // it fails if the destination has just gone: the next key does not offer it
	}
}
