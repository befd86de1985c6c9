package provider_test

import (
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

func TestDestroyRemovesAMember(t *testing.T) {
	t.Parallel()
	w, c, _ := joinedAda(t)
	w.NewMember("grace@example.com", "Grace Hub", "analyst")
	c.Config("")
	c.Plan().Quiet().Plans("delete " + theAda)
	w.ResetLog()
	c.ApplySaved().Quiet()
	w.HasMembers("grace@example.com")
	w.Requested("deleteUser", 1)
	w.Requested("listUsers", 1)
	c.Lacks(theAda)
	w.Emailed("ada@example.com")
}

// A member who is gone already is not an error, also when the reply to the removal was lost and the request is repeated.
func TestDestroyOfGoneMember(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	w.Must(w.Remove(id))
	c.Destroy("-refresh=false").Quiet()
	c.Lacks(theAda)

	w, c, _ = joinedAda(t)
	w.Fail(sandbox.Fault{Kind: sandbox.LostReply, Operation: "deleteUser", Times: 1})
	c.Destroy().Quiet()
	c.Lacks(theAda)
	w.HasMembers()
	w.Requested("deleteUser", 2)
}

// The destruction of an invitation warns that it cannot be revoked.
func TestDestroyOfPendingInvitation(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(ada)
	c.Apply().Quiet()
	c.Destroy().OK().Warns("ada@example.com", "cannot be revoked", "2026-03-01T09:00:00Z").Warnings(2)
	c.Lacks(theAda)
	w.Requested("deleteUser", 0)
	w.Emailed("ada@example.com")
}

// An invited person who joins between plan and apply is not removed, because the plan did not name them. The next plan does.
func TestDestroyOfJoinedPerson(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(ada)
	c.Apply().Quiet()
	c.Plan("-destroy").OK().Plans("delete " + theAda)
	id := w.Accept("ada@example.com")
	c.ApplySaved().Fails("Could not remove the member", "ada@example.com", id, "plan again")
	w.HasMembers("ada@example.com")
	c.Destroy().OK()
	c.Lacks(theAda)
	w.HasMembers()
	w.Requested("deleteUser", 1)
}

// A stranger who has taken the invited person's address is not removed.
func TestDestroyRemovesNoStranger(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(ada)
	c.Apply().Quiet()
	c.Plan("-destroy").OK()
	id := w.NewMember("ada@example.com", "Mallory Grip", "analyst")
	c.ApplySaved().OK().Warns("ada@example.com", "nobody", id)
	c.Lacks(theAda)
	w.HasMembers("ada@example.com")
	w.Requested("deleteUser", 0)
}

// The error about a stranger with the address gives a remedy that works: forget the invitation without a refresh.
func TestInvitationIsForgottenBesideAStranger(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(ada)
	c.Apply().Quiet()
	id := w.NewMember("ada@example.com", "Mallory Grip", "analyst")
	c.Config("")
	c.Plan().Fails("A member has the address of an invited person", id, "-refresh=false", "import {")
	c.Apply("-refresh=false").OK().Plans("delete "+theAda).Warns("ada@example.com", "nobody", id)
	c.Lacks(theAda)
	w.HasMembers("ada@example.com")
}

// Without a list of members it is unknown whether the invited person joined: an error, and the state stays.
func TestDestroyOfPendingInvitationWithoutList(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(ada)
	c.Apply().Quiet()
	c.Plan("-destroy").OK()
	w.Fail(sandbox.Fault{Kind: sandbox.Internal500, Operation: "listUsers"})
	c.ApplySaved().Fails("Could not remove the member", "ada@example.com", "500")
	c.Holds(theAda, acctest.Values{"status": "invited"})
}
