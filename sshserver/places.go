package sshserver

import (
	"slices"

	"parley/chatcore"
)

// places are those that the person can walk through: public first, then rooms, then
// who has written to the person alone. With unread lines somewhere, only such.
func (i *interactive) places() []chatcore.Place {
	all := []chatcore.Place{{}}
	for _, room := range i.core.Rooms() {
		all = append(all, chatcore.Place{Room: room})
	}
	unread := i.core.Unread()
	var some []chatcore.Place
	for _, u := range slices.Backward(unread) {
		if u.Place.Nick != "" {
			all = append(all, u.Place)
		}
		some = append(some, u.Place)
	}
	if len(some) == 0 {
		return all
	}
	return slices.DeleteFunc(all, func(p chatcore.Place) bool {
		return p != i.core.Talking() && !slices.Contains(some, p)
	})
}

// neighbour is the place that is step away from here, in a circle.
func neighbour(all []chatcore.Place, here chatcore.Place, step int) (to chatcore.Place, ok bool) {
	at := slices.Index(all, here)
	if at < 0 {
		if step > 0 {
			at = -1
		} else {
			at = 0
		}
	}
	if len(all) == 0 || len(all) == 1 && at == 0 {
		return to, false
	}
	return all[(at+step+len(all))%len(all)], true
}
