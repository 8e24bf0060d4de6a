package chatcore

import (
	"slices"
	"strings"
)

// roster is a list of users, sorted without case.
type roster []*User

// rank is the sort key of a user.
type rank struct{ fold, key string }

func (u *User) rank() rank { return rank{u.fold, u.key} }

func (a rank) compare(b rank) int {
	if c := strings.Compare(a.fold, b.fold); c != 0 {
		return c
	}
	return strings.Compare(a.key, b.key)
}

func (r roster) find(u *User) (int, bool) {
	return slices.BinarySearchFunc(r, u.rank(), func(a *User, b rank) int { return a.rank().compare(b) })
}

// after returns the index of the first user after last.
func (r roster) after(last rank) int {
	i, found := slices.BinarySearchFunc(r, last, func(a *User, b rank) int { return a.rank().compare(b) })
	if found {
		i++
	}
	return i
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
