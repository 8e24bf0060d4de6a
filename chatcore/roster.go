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

// nicks lists the roster with single spaces between.
func (r roster) nicks() string {
	var b []byte
	for i, u := range r {
		if i > 0 {
			b = append(b, ' ')
		}
		b = append(b, u.nick...)
	}
	return string(b)
}
