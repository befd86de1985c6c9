package provider

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

// Who is a member already is kept for each invited person, so it has to be small; and it knows all of them, and nobody else.
func TestRecordOfThoseOfBefore(t *testing.T) {
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
	if again.noted("auth0|somebody") || (invitationRecord{}).noted(ids[0]) {
		t.Error("somebody is known who was no member")
	}
}
