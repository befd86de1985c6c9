package acceptance

import (
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// A member is removed by one request.
func TestDestroyRemovesAMember(t *testing.T) {
	t.Parallel()
	w, c, _ := joinedAda(t)
	w.member("grace@example.com", "Grace Hub", "analyst")
	c.config("")
	c.plan().quiet().plans("delete " + theAda)
	w.ResetLog()
	c.applySaved().quiet()
	w.members("grace@example.com")
	w.asked("deleteUser", 1)
	w.asked("listUsers", 0)
	c.lacks(theAda)
	w.mails("ada@example.com")
}

// Whoever is gone already is no error, also when the removal's reply was lost and it is asked for again.
func TestDestroyOfWhoIsGone(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	w.must(w.Remove(id))
	c.destroy("-refresh=false").quiet()
	c.lacks(theAda)

	w, c, _ = joinedAda(t)
	w.Fail(sandbox.Fault{Kind: sandbox.LostReply, Operation: "deleteUser", Times: 1})
	c.destroy().quiet()
	c.lacks(theAda)
	w.members()
	w.asked("deleteUser", 2)
}

// A proxy's 404 says nothing of the person.
func TestDestroyBelievesTheApiOnly(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	w.Fail(sandbox.Fault{Kind: sandbox.NotFoundHTML404, Operation: "deleteUser"})
	c.destroy().fails("Could not remove the member", "ada@example.com", id, "404", "endpoint")
	c.holds(theAda, values{"user_id": id})
	w.members("ada@example.com")
}

// An invitation cannot be revoked, and the reader is told what that means.
func TestDestroyOfAPendingInvitation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(ada)
	c.apply().quiet()
	c.destroy().ok().warns("ada@example.com", "cannot be revoked", "2026-03-01T09:00:00Z").warnings(2)
	c.lacks(theAda)
	w.asked("deleteUser", 0)
	w.mails("ada@example.com")
}

// Whoever accepted since the state was read is a member, and is removed as one.
func TestDestroyOfWhoHasJoinedSince(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(ada)
	c.apply().quiet()
	c.plan("-destroy").ok().plans("delete " + theAda)
	w.accept("ada@example.com")
	c.applySaved().quiet()
	c.lacks(theAda)
	w.members()
	w.asked("deleteUser", 1)
}

// A stranger who has the address since is not removed in the invited person's stead.
func TestDestroyRemovesNoStranger(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(ada)
	c.apply().quiet()
	c.plan("-destroy").ok()
	id := w.member("ada@example.com", "Mallory Grip", "analyst")
	c.applySaved().ok().warns("ada@example.com", "nobody", id)
	c.lacks(theAda)
	w.members("ada@example.com")
	w.asked("deleteUser", 0)
}

// The advice of the error about a stranger can be followed: the invitation is forgotten without a read.
func TestInvitationIsForgottenBesideAStranger(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(ada)
	c.apply().quiet()
	id := w.member("ada@example.com", "Mallory Grip", "analyst")
	c.config("")
	c.plan().fails("Somebody has the address of an invited person", id, "-refresh=false", "import {")
	c.apply("-refresh=false").ok().plans("delete "+theAda).warns("ada@example.com", "nobody", id)
	c.lacks(theAda)
	w.members("ada@example.com")
}

// A list that cannot be read leaves it open whether the person joined: an error, and the state stays.
func TestDestroyOfAPendingInvitationWithoutAList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(ada)
	c.apply().quiet()
	c.plan("-destroy").ok()
	w.Fail(sandbox.Fault{Kind: sandbox.Internal500, Operation: "listUsers"})
	c.applySaved().fails("Could not remove the member", "ada@example.com", "500")
	c.holds(theAda, values{"status": "invited"})
}
