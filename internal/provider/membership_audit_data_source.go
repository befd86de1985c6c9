package provider

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
	"github.com/model-prime/terraform-provider-modelprime/internal/roster"
)

var _ datasource.DataSourceWithConfigure = (*membershipAuditDataSource)(nil)

func newMembershipAuditDataSource() datasource.DataSource { return &membershipAuditDataSource{} }

// membershipAuditDataSource compares the members with the expected people, and changes nothing.
type membershipAuditDataSource struct{ dataSourceSession }

type membershipAuditModel struct {
	Expected    map[string]types.Set             `tfsdk:"expected"`
	Memberships map[string]*auditMembershipModel `tfsdk:"memberships"`
	Unmanaged   types.Set                        `tfsdk:"unmanaged"`
	Missing     types.Set                        `tfsdk:"missing"`
	RoleDrift   map[string]roleDriftModel        `tfsdk:"role_drift"`
}

type auditMembershipModel struct {
	Email  types.String `tfsdk:"email"`
	UserID types.String `tfsdk:"user_id"`
	Status types.String `tfsdk:"status"`
}

type roleDriftModel struct {
	Expected types.Set `tfsdk:"expected"`
	Actual   types.Set `tfsdk:"actual"`
}

func (d *membershipAuditDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_membership_audit"
}

func (d *membershipAuditDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	roles := types.SetType{ElemType: types.StringType}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Compares the organization's members with the people you expect: unmanaged members, missing people, and members whose roles differ. " +
			"It changes nothing. The token's owner counts like every other member.\n\n" +
			"~> Declare the data source at top level, as in the example, and refer to it in a `check` block. If it is nested in the `check` block, Terraform reads " +
			"it again in every apply. Every plan then has a change, and `terraform plan -detailed-exitcode` ends with 2 even if nothing differs.",
		Attributes: map[string]schema.Attribute{
			"expected": schema.MapAttribute{
				Required:            true,
				ElementType:         roles,
				Validators:          []validator.Map{entries{keys: emailRule, values: elements{rule: roleRule}}},
				MarkdownDescription: "The roles that each person should have, by e-mail address. Case-insensitive. An empty set expects a member without roles.",
			},
			"memberships": schema.MapAttribute{
				Optional:    true,
				ElementType: types.ObjectType{AttrTypes: map[string]attr.Type{"email": types.StringType, "user_id": types.StringType, "status": types.StringType}},
				Validators:  []validator.Map{records{map[string]rule{"email": emailRule, "user_id": idRule, "status": statusRule}, "user_id"}},
				MarkdownDescription: "Your memberships, under any keys: a `modelprime_membership` with `for_each` fits unchanged. A person whose `status` is not " +
					"`active` may be missing. A member whose `user_id` is in the map is the person of that `email`, also after they have changed their own address. " +
					"When null, every expected person who is not a member is missing, and members are found by address alone.",
			},
			"unmanaged": schema.SetAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: "E-mail addresses of the members who are not expected. If several members have one expected address, it is listed too.",
			},
			"missing": schema.SetAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: "E-mail addresses of the expected people who are not members, except those whose membership is not `active` yet.",
			},
			"role_drift": schema.MapAttribute{
				Computed:    true,
				ElementType: types.ObjectType{AttrTypes: map[string]attr.Type{"expected": roles, "actual": roles}},
				MarkdownDescription: "The expected members whose roles differ, by their expected e-mail address: `expected` holds the roles that they should have, " +
					"`actual` the roles that they have.",
			},
		},
	}
}

func (d *membershipAuditDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m membershipAuditModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() || !d.known(&resp.Diagnostics) {
		return
	}
	if err := d.audit(ctx, &m, &resp.Diagnostics); err != nil {
		addError(&resp.Diagnostics, "Could not audit the members", "", err)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

// audit reads the list, and the roles of the expected members only.
func (d *membershipAuditDataSource) audit(ctx context.Context, m *membershipAuditModel, diags *diag.Diagnostics) error {
	wanted, err := wantedOf(m.Expected)
	if err != nil {
		return err
	}
	members, err := d.roster.Members(ctx)
	if err != nil {
		return err
	}
	found := compareMembers(members, wanted, m.Memberships)
	addWarnings(diags, found.shared()...)
	present := slices.DeleteFunc(members, func(u modelprime.User) bool { return found.expectedAs[u.ID] == "" })
	if present, err = d.roster.WithRoles(ctx, present); err != nil {
		return err
	}
	m.Unmanaged = setValue(slices.Sorted(slices.Values(found.unmanaged)))
	m.RoleDrift = map[string]roleDriftModel{}
	for _, user := range present {
		// The list decided which person this is. The member may have another address by now.
		email := found.expectedAs[user.ID]
		delete(found.absent, email)
		if expected := m.Expected[email]; !roster.SameRoles(user.Roles, textsOf(expected)) {
			m.RoleDrift[email] = roleDriftModel{Expected: expected, Actual: setValue(user.Roles)}
		}
	}
	m.Missing = setValue(sortedKeys(found.absent))
	return nil
}

// comparison compares the members with the expected people.
type comparison struct {
	expectedAs map[string]string   // user ID → expected address
	ids        map[string][]string // expected address → the members with this address, except those known as another person
	unmanaged  []string
	absent     map[string]bool // expected addresses of people who must not be missing, also of those who are members
}

// compareMembers finds each expected person by the user ID of their membership, else by address.
func compareMembers(members []modelprime.User, wanted map[string]string, memberships map[string]*auditMembershipModel) comparison {
	c := comparison{expectedAs: map[string]string{}, ids: map[string][]string{}, absent: map[string]bool{}}
	for _, email := range wanted {
		c.absent[email] = true
	}
	knownAs, known := map[string]string{}, map[string]bool{}
	for _, membership := range memberships {
		email := wanted[modelprime.FoldEmail(membership.Email.ValueString())]
		if membership.Status.ValueString() != statusActive {
			delete(c.absent, email)
		}
		if id := membership.UserID.ValueString(); id != "" && email != "" {
			knownAs[id] = email
		}
	}
	for _, user := range members {
		if email := knownAs[user.ID]; email != "" {
			c.expectedAs[user.ID], known[email] = email, true
		}
	}
	for _, user := range members {
		email, expected := wanted[modelprime.FoldEmail(user.Email)]
		if as := c.expectedAs[user.ID]; expected && (as == "" || as == email) {
			c.ids[email] = append(c.ids[email], user.ID)
		}
		// Only one person is expected at an address. If two members have it, only a membership can show which one.
		switch {
		case c.expectedAs[user.ID] != "":
		case !expected || known[email]:
			c.unmanaged = append(c.unmanaged, user.Email)
		default:
			if len(c.ids[email]) > 1 {
				c.unmanaged = append(c.unmanaged, user.Email)
			}
			c.expectedAs[user.ID] = email
		}
	}
	return c
}

// shared warns about expected addresses that several members have.
func (c comparison) shared() []warning {
	var warnings []warning
	for _, email := range sortedKeys(c.ids) {
		if len(c.ids[email]) > 1 {
			warnings = append(warnings, sharedAddress(email, c.ids[email],
				"Only one person is expected at this address, so it is also unmanaged. Members can give themselves any address: if one of these members is a "+
					"different person, remove that member in the Model-Prime app."))
		}
	}
	return warnings
}

// wantedOf maps each expected address, folded, to its spelling. Two spellings of one address are an error.
func wantedOf(expected map[string]types.Set) (map[string]string, error) {
	emails := sortedKeys(expected)
	wanted := spellings(emails)
	for _, email := range emails {
		if other := wanted[modelprime.FoldEmail(email)]; other != email {
			return nil, fmt.Errorf("expected contains both %s and %s. Addresses are case-insensitive, so both are one person: keep one of them", email, other)
		}
	}
	return wanted, nil
}
