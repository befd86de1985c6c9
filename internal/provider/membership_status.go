package provider

import "time"

// The values of status.
const (
	statusInvited     = "invited"
	statusUnconfirmed = "unconfirmed"
	statusOverdue     = "overdue"
	statusActive      = "active"
)

// pendingStatus is decided by Read and not in the plan: a plan that asks the clock can contradict itself at the apply.
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

// overdueAt reports whether an invitation of that stamp is older than age.
func overdueAt(invitedAt string, age time.Duration, now time.Time) bool {
	sent, err := time.Parse(time.RFC3339, invitedAt)
	return err == nil && age > 0 && now.Sub(sent) > age
}
