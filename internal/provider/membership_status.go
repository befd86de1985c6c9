package provider

import "time"

// The values of status.
const (
	statusInvited     = "invited"
	statusUnconfirmed = "unconfirmed"
	statusOverdue     = "overdue"
	statusActive      = "active"
)

// pendingStatus returns the status of a pending membership. Read decides it, not the plan: a plan that depends on the time could
// differ from the second plan during the apply.
func (r *membershipResource) pendingStatus(m *membershipModel, record invitationRecord) string {
	switch {
	case overdueAt(m.InvitedAt.ValueString(), r.reinviteAfter, r.clock.Now()):
		return statusOverdue
	case record.Unconfirmed:
		return statusUnconfirmed
	default:
		return statusInvited
	}
}

// overdueAt reports whether an invitation of that time is older than age.
func overdueAt(invitedAt string, age time.Duration, now time.Time) bool {
	sent, err := time.Parse(time.RFC3339, invitedAt)
	return err == nil && age > 0 && now.Sub(sent) > age
}
