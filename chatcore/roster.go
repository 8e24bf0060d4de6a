package chatcore

import (
	"cmp"
	"slices"
)

// roster is a list of users, sorted without case.
type roster []*User

func (r roster) find(u *User) (int, bool) {
	return slices.BinarySearchFunc(r, u, func(a, b *User) int {
		return cmp.Or(cmp.Compare(a.fold, b.fold), cmp.Compare(a.key, b.key))
	})
}

func (r *roster) add(u *User) {
	if i, ok := r.find(u); !ok {
		*r = slices.Insert(*r, i, u)
	}
}

func (r *roster) remove(u *User) {
	if i, ok := r.find(u); ok {
		*r = slices.Delete(*r, i, i+1)
	}
}

// nicks appends the nicks of the roster to list.
func (r roster) nicks(list []string) []string {
	list = slices.Grow(list, len(r))
	for _, u := range r {
		list = append(list, u.nick)
	}
	return list
}
