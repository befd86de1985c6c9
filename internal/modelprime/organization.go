package modelprime

import (
	"context"
	"encoding/json"
)

// Organization is the token's organization. Its times are RFC 3339, as the API sends them, or "".
type Organization struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	ShortName string `json:"short_name"`
	CreatedAt string `json:"created_at"`
	UpdatedAt string `json:"updated_at"`

	named bool // the name is present, maybe empty: without it, the JSON is not an organization
}

// GetOrganization reads the token's organization.
//
// GET /organization
func (c *Client) GetOrganization(ctx context.Context) (Organization, error) {
	req := newRequest(getOrganization)
	var organization Organization
	if err := c.do(ctx, req, &organization); err != nil {
		return Organization{}, err
	}
	if !isID(organization.ID) || !organization.named {
		return Organization{}, c.unexpected(req, "it has no ID or no name of an organization")
	}
	return organization, nil
}

// UnmarshalJSON reads an organization and keeps its ID unchanged.
func (o *Organization) UnmarshalJSON(data []byte) error {
	type organization Organization // without this method, against recursion
	reply := struct {
		*organization
		Name *string `json:"name"`
	}{organization: (*organization)(o)}
	if err := json.Unmarshal(data, &reply); err != nil {
		return err
	}
	if reply.Name != nil {
		o.Name, o.named = *reply.Name, true
	}
	o.Name, o.ShortName, o.CreatedAt, o.UpdatedAt = Visible(o.Name), Visible(o.ShortName), Visible(o.CreatedAt), Visible(o.UpdatedAt)
	return nil
}
