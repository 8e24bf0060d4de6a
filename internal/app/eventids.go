package app

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"parley/chatcore"
	"parley/internal/durable"
)

// eventIDFile is the name of the file in the data folder that says which event ids are
// reserved: it holds the first that is not.
const eventIDFile = "event_id"

// eventBlock is how many event ids are reserved at once. After a crash the rest of a block
// is left out. Ids stay below 2^53 for 2^29 starts, and a server that publishes 100,000
// events a second reserves a block every 168 s.
const eventBlock chatcore.EventID = 1 << 24

// eventIDs reserves the ids of events on disk before they are used, so that they grow over
// restarts: after a crash too, and with a clock that was set back.
type eventIDs struct {
	path string // empty: ids begin at 1 with each start
	log  *slog.Logger
	end  chatcore.EventID // the first id that is not reserved
	told bool             // a failure has been logged
}

// openEventIDs reads which ids were reserved, and reserves the first block. It returns the
// first id to use. A file that holds no id is refused. If the folder cannot be written to,
// that is logged, and the first id follows from the clock: ids then grow over restarts as
// long as the clock does.
func openEventIDs(folder string, log *slog.Logger) (ids *eventIDs, first chatcore.EventID, err error) {
	if folder == "" {
		return &eventIDs{}, 1, nil
	}
	ids = &eventIDs{path: filepath.Join(folder, eventIDFile), log: log}
	if first, err = readEventID(ids.path); err != nil {
		return nil, 0, err
	}
	if err := ids.reserve(first); err != nil {
		first = max(first, byClock(time.Now()))
		log.Warn("event ids are not kept: they grow over restarts only if the clock does", "file", ids.path, "error", err, "first", first)
		ids.path = ""
	}
	return ids, first, nil
}

// byClock returns an id that is above all those of earlier starts, if the clock is right:
// 2^20 for each second since 2026. They stay below 2^53 for 272 years.
func byClock(now time.Time) chatcore.EventID {
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return chatcore.EventID(max(1, now.Sub(begin)/time.Second)) << 20
}

// readEventID returns the first id that is not reserved yet.
func readEventID(path string) (chatcore.EventID, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 1, nil
	}
	if err != nil {
		return 0, fmt.Errorf("event ids: cannot read %s, which says where they go on: %w", path, err)
	}
	n, err := strconv.ParseUint(strings.TrimSpace(string(data)), 10, 53)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("event ids: %s holds no number from 1 to 2^53-1: restore it from a backup, or write a number above every id that was used", path)
	}
	return chatcore.EventID(n), nil
}

// reserve reserves a block from an id on.
func (r *eventIDs) reserve(from chatcore.EventID) error {
	end := from + eventBlock
	if err := durable.Replace(r.path, fmt.Appendln(nil, uint64(end))); err != nil {
		return err
	}
	r.end = end
	return nil
}

// extend reserves another block when half of the present one is used. It is called once a
// second. While the disk refuses it, the server goes on with what it has; past the end of
// the block, ids are used that a later start may use again.
func (r *eventIDs) extend(last chatcore.EventID) {
	if r.path == "" || last+eventBlock/2 < r.end {
		return
	}
	err := r.reserve(max(r.end, last+1))
	if err != nil && !r.told {
		r.log.Error("cannot reserve event ids: after a restart ids may be used again", "file", r.path, "error", err, "left", max(int64(r.end)-int64(last), 0))
	}
	r.told = err != nil
}
