package guard

import "slices"

// The reads and changes of this run. The apply checks the limits again, because the plan may have been made with other limits.

// MayRemove counts a removal before the apply sends it, or refuses it.
func (l *Ledger) MayRemove(p Person, org Organization) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.mayLose(p, org); err != nil {
		return err
	}
	if org.counts(p) && !l.removals.admit(p.ID, p, l.maxRemovals(org), true) {
		return l.tooManyRemovals([]Person{p}, org)
	}
	return nil
}

// MayDemote refuses roles without admin for the caller and for a required admin.
func (l *Ledger) MayDemote(p Person, org Organization) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.mayDemote(p, org)
}

// MayInvite counts an invitation before the apply sends it, or refuses it.
func (l *Ledger) MayInvite(p Person) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.admitInvitation(p, true)
}

// Removing records a removal before it is sent. It reports false if the removal must not be sent, because an instance that this
// run has created manages the member.
func (l *Ledger) Removing(p Person) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.managedByCreated(p) {
		return false
	}
	l.removed = append(l.removed, p)
	return true
}

// Removed returns the members whose removal this run has sent.
func (l *Ledger) Removed() []Person {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.removed)
}

// Created records that a created instance manages the person: from now on, no other instance may remove them or revoke their
// roles in this run when it is destroyed.
func (l *Ledger) Created(p Person) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.created(p)
}

// Adopting is Created for a member before the adoption. It reports false if the member must not be adopted, because this run has
// sent their removal.
func (l *Ledger) Adopting(p Person) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if slices.ContainsFunc(l.removed, p.Is) {
		return false
	}
	l.created(p)
	return true
}

func (l *Ledger) created(p Person) {
	for _, in := range l.about(p) {
		if in.After != nil && in.After.Is(p) {
			in.applied = true
			in.After = &p // the ID of an adopted member may be new to the ledger
			l.index(in)
		}
	}
}

// ManagedByCreated reports whether this run has already created an instance for the person.
func (l *Ledger) ManagedByCreated(p Person) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.managedByCreated(p)
}

func (l *Ledger) managedByCreated(p Person) bool {
	return slices.ContainsFunc(l.about(p), func(in *claim) bool { return in.applied && in.After.Is(p) })
}

// Read records that the state has an instance for the member.
func (l *Ledger) Read(p Person) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.read[p.ID] = true
}

// WasRead reports whether the state has an instance for the member. Terraform plans a tainted instance as if it were new, so only
// its read shows this.
func (l *Ledger) WasRead(p Person) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return p.ID != "" && l.read[p.ID]
}

// Left records that the person of an instance is no longer a member. A claim from before the read is withdrawn.
func (l *Ledger) Left(id string, p Person) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.withdraw(id)
	l.left = append(l.left, p)
}

// PreviousHolder returns the former member who had the person's address, if that was another member.
func (l *Ledger) PreviousHolder(p Person) (left Person, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	byAddress := Person{Email: p.Email}
	i := slices.IndexFunc(l.left, func(left Person) bool {
		return left.ID != p.ID && Person{Email: left.Email, CurrentEmail: left.CurrentEmail}.Is(byAddress)
	})
	if i < 0 {
		return Person{}, false
	}
	return l.left[i], true
}
