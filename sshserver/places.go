package sshserver

import (
	"slices"

	"parley/chatcore"
)

// places are those that the person can walk through: public first, then rooms, then
// people who have written to the person alone. With unread lines somewhere, only
// such, and here, where the person is.
func (i *interactive) places(here chatcore.Destination) []chatcore.Destination {
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

// neighbour is the place that is step away from here, in a circle.
func neighbour(all []chatcore.Destination, here chatcore.Destination, step int) chatcore.Destination {
	at := slices.Index(all, here)
	return all[(at+step+len(all))%len(all)]
}
