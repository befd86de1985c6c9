package provider

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

// The record of an invitation holds the IDs of all earlier members, and takes at most 6 bytes a member.
func TestRecordOfEarlierMembers(t *testing.T) {
	const members = 5000
	ids := make([]string, members)
	for i := range ids {
		ids[i] = fmt.Sprintf("auth0|64f%021d", i)
	}
	record := invitationRecord{Sent: []modelprime.Invitation{{Roles: []string{"developer"}}}}.noting(ids[:members/2]).noting(ids)
	encoded, err := json.Marshal(record)
	if err != nil || len(encoded) > members*6 {
		t.Fatalf("%d bytes for %d members: %v", len(encoded), members, err)
	}
	var again invitationRecord
	if err := json.Unmarshal(encoded, &again); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		if !again.noted(id) {
			t.Fatalf("%s is forgotten", id)
		}
	}
	if again.noted("auth0|stranger") || (invitationRecord{}).noted(ids[0]) {
		t.Error("the record holds an ID that was not noted")
	}
}
