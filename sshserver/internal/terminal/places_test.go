package terminal

import (
	"testing"

	"parley/chatcore"
)

func TestNeighbour(t *testing.T) {
	public, dev, ops := chatcore.Destination{}, chatcore.Destination{Room: "dev"}, chatcore.Destination{Room: "ops"}
	for _, tt := range []struct {
		name string
		all  []chatcore.Destination
		here chatcore.Destination
		step int
		want chatcore.Destination
	}{
		{"the next", []chatcore.Destination{public, dev, ops}, public, +1, dev},
		{"the one before", []chatcore.Destination{public, dev, ops}, ops, -1, dev},
		{"from the last to the first", []chatcore.Destination{public, dev, ops}, ops, +1, public},
		{"from the first to the last", []chatcore.Destination{public, dev, ops}, public, -1, ops},
		{"two are each other's neighbours", []chatcore.Destination{public, dev}, public, -1, dev},
		{"alone one stays", []chatcore.Destination{public}, public, +1, public},
		{"back too", []chatcore.Destination{public}, public, -1, public},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if to := neighbour(tt.all, tt.here, tt.step); to != tt.want {
				t.Errorf("neighbour is %+v", to)
			}
		})
	}
}
