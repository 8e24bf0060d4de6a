package sshserver

import (
	"slices"

	"parley/chatcore"
)

// places are those that the person can walk through: public first, then rooms, then
// people who have written to the person alone. With unread lines somewhere, only
// such, and here, where the person is.
func (i *interactive) places(here chatcore.Place) []chatcore.Place {
	unread := i.core.Unread()
	all := []chatcore.Place{{}}
	for _, room := range i.core.Rooms() {
		all = append(all, chatcore.Place{Room: room})
	}
	for _, u := range slices.Backward(unread) {
		if u.Place.Nick != "" {
			all = append(all, u.Place)
		}
	}
	if who, ok := i.core.Correspondent(); ok && !slices.Contains(all, i.core.Place(who)) {
		all = append(all, i.core.Place(who))
	}
	if !slices.Contains(all, here) {
		all = append(all, here)
	}
	if len(unread) == 0 {
		return all
	}
	return slices.DeleteFunc(all, func(p chatcore.Place) bool {
		return p != here && !slices.ContainsFunc(unread, func(u chatcore.Unread) bool { return u.Place == p })
	})
}

// neighbour is the place that is step away from here, in a circle.
func neighbour(all []chatcore.Place, here chatcore.Place, step int) chatcore.Place {
	at := slices.Index(all, here)
	return all[(at+step+len(all))%len(all)]
}
