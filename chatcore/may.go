package chatcore

import (
	"errors"

	"parley/chatcore/policy"
)

// mayLocked asks the policy whether the session may do that: in the room r, or in public
// if r is nil. Errors: [ErrNotInRoom].
func (s *Session) mayLocked(do policy.Action, r *room) error {
	a := policy.Actor{Guest: s.user.identity.Guest(), Visiting: s.kind == Command}
	if r == nil {
		return refusedBy(policy.Decide(a, do, policy.Public), "public")
	}
	a.Member = s.user.rooms[r.key] != nil
	return refusedBy(policy.Decide(a, do, policy.Room), r.room)
}

// roomToLocked returns the room with a name if the session may do that there. Errors:
// [ErrNoRoom], [ErrNotInRoom].
func (s *Session) roomToLocked(do policy.Action, n sought) (*room, error) {
	r, err := s.core.roomLocked(n)
	if err != nil {
		return nil, err
	}
	if err := s.mayLocked(do, r); err != nil {
		return nil, err
	}
	return r, nil
}

// refusedBy returns what the policy says of a place as an error of the core.
func refusedBy(err error, place string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, policy.ErrNotMember):
		return ErrNotInRoom.With(place)
	}
	return err
}
