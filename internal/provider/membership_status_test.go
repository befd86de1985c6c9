package provider

import (
	"testing"
	"time"
)

func TestOverdueAt(t *testing.T) {
	now := time.Date(2026, 3, 8, 9, 0, 0, 0, time.UTC)
	for title, row := range map[string]struct {
		invitedAt string
		age       time.Duration
		want      bool
	}{
		"younger":         {"2026-03-01T09:00:01Z", 168 * time.Hour, false},
		"exactly as old":  {"2026-03-01T09:00:00Z", 168 * time.Hour, false},
		"older":           {"2026-03-01T08:59:59Z", 168 * time.Hour, true},
		"of another zone": {"2026-03-01T10:59:59+02:00", 168 * time.Hour, true},
		"never":           {"2020-01-01T00:00:00Z", 0, false},
		"from the future": {"2027-01-01T00:00:00Z", time.Hour, false},
		"not invited":     {"", time.Hour, false},
		"not a time":      {"yesterday", time.Hour, false},
	} {
		t.Run(title, func(t *testing.T) {
			if got := overdueAt(row.invitedAt, row.age, now); got != row.want {
				t.Errorf("got %v", got)
			}
		})
	}
}
