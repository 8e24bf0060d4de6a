package chatcore

import "testing"

func TestPrincipal_Same(t *testing.T) {
	guest, laptop, phone := Principal{}, Principal{Key: "laptop"}, Principal{Key: "phone"}
	ann, annsPhone, bob := Principal{1, "laptop"}, Principal{1, "phone"}, Principal{2, "laptop"}
	for _, tt := range []struct {
		p, q Principal
		want bool
	}{
		{guest, guest, false}, // two guests need not be one person
		{laptop, laptop, true},
		{laptop, phone, false},
		{laptop, guest, false},
		{ann, ann, true},
		{ann, annsPhone, true}, // one account, two keys
		{ann, bob, false},      // one key, two accounts: the account counts
		{ann, laptop, false},   // a key without its account is not the account
		{ann, guest, false},
	} {
		if tt.p.Same(tt.q) != tt.want || tt.q.Same(tt.p) != tt.want {
			t.Errorf("%+v is the same as %+v: want %v", tt.p, tt.q, tt.want)
		}
		if tt.p.Guest() != (tt.p == guest) {
			t.Errorf("%+v is a guest: %v", tt.p, tt.p.Guest())
		}
	}
}
