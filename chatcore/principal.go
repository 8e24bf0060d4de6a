package chatcore

// AccountID says which account. It stays when its owner takes another nick. There are no
// accounts yet.
type AccountID uint64

// Principal is the proven identity of a person. The zero value is a guest, who proves nothing.
type Principal struct {
	Account AccountID // 0 for none
	Key     string    // the fingerprint of the key that signed; empty for none
}

// Guest reports whether nothing proves who p is.
func (p Principal) Guest() bool { return p == Principal{} }

// Same reports whether p and q are provably the same person: they have the same account
// or, without one, the same key. It is the one place where that is decided.
func (p Principal) Same(q Principal) bool {
	if p.Account != 0 || q.Account != 0 {
		return p.Account == q.Account
	}
	return p.Key != "" && p.Key == q.Key
}
