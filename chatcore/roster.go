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

// nicks lists the roster; it is empty and not nil where nobody is in it.
func (r roster) nicks() []string {
	nicks := make([]string, len(r))
	for i, u := range r {
		nicks[i] = u.nick
	}
	return nicks
}
