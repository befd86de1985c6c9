package sandbox

// GET /organization
func (s *Sandbox) getOrganization(*call) reply {
	return answer(s.world.organization)
}

// anotherOrganization is the response for another organization's token.
func (w *world) anotherOrganization() reply {
	other := w.organization
	other.ID = "0b5a1c77-94de-4f60-8f0e-d1a2c3b4e5f6"
	other.Name = "Another Organization"
	other.ShortName = "another"
	return answer(other)
}
