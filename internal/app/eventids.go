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
// is left out. Ids stay below 2^53, which JSON can carry, for 2^29 starts, and a server
// that publishes 100,000 events a second reserves a block every 168 s.
const eventBlock chatcore.EventID = 1 << 24

// unlimited is the end of ids that are not reserved in blocks.
const unlimited chatcore.EventID = 1 << 53

// eventIDs reserves the ids of events on disk before they are used, so that they grow over
// restarts: after a crash too, and with a clock that was set back.
type eventIDs struct {
	path string // empty: ids begin at 1 with each start
	log  *slog.Logger
	end  chatcore.EventID // the first id that must not be used
	told bool             // a failure has been logged
}

// openEventIDs reads which ids were reserved, and reserves the first block. It returns the
// first id to use. A file that holds no id is refused. If the folder cannot be written to,
// that is logged, and ids follow from the clock until a block can be reserved: they then
// grow over restarts as long as the clock does. A later start that can write to the folder,
// while this one never could, goes on below them, where the file says.
func openEventIDs(folder string, log *slog.Logger) (ids *eventIDs, first chatcore.EventID, err error) {
	if folder == "" {
		return &eventIDs{end: unlimited}, 1, nil
	}
	ids = &eventIDs{path: filepath.Join(folder, eventIDFile), log: log}
	if first, err = readEventID(ids.path); err != nil {
		return nil, 0, err
	}
	if err := ids.reserve(first); err != nil {
		first = max(first, byClock(time.Now()))
		log.Warn("event ids are not kept: they grow over restarts only if the clock does", "file", ids.path, "error", err, "first", first)
		ids.end, ids.told = unlimited, true
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
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return 1, nil
	case err == nil && !info.Mode().IsRegular(): // a link to nowhere, or a pipe that would never end
		return 0, fmt.Errorf("event ids: %s is not a regular file (%s): put the file there that the server made", path, info.Mode().Type())
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return 0, fmt.Errorf("event ids: cannot read %s: %w: it says where ids go on, so give it and its folder to user id %d, which this server runs as",
			path, err, os.Getuid())
	}
	const most = unlimited - eventBlock
	n, err := strconv.ParseUint(strings.TrimSpace(string(data)), 10, 64)
	if err != nil || n == 0 || n > uint64(most) {
		return 0, fmt.Errorf("event ids: %s holds no number from 1 to %d: restore it from a backup, or write a number above every id that was used", path, most)
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
// second, with the number of the last event. While the disk refuses it, the server goes on
// with what it has; past the end of the block, events have no id until the disk takes one.
func (r *eventIDs) extend(last chatcore.EventID) {
	limited := r.end != unlimited
	if r.path == "" || limited && last+eventBlock/2 < r.end {
		return
	}
	from := last + 1
	if limited {
		from = max(from, r.end)
	}
	err := r.reserve(from)
	if err != nil && !r.told {
		r.log.Error("cannot reserve event ids: events will have none when these are used up", "file", r.path, "error", err, "left", from-1-last)
	}
	r.told = err != nil
}
