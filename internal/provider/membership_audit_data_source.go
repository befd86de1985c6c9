package provider

import (
	"context"
	"fmt"
	"sort"

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

// membershipAuditDataSource holds the members against those who are expected, and changes nothing.
type membershipAuditDataSource struct{ dataSourceSession }

type membershipAuditModel struct {
	Expected  map[string]types.Set      `tfsdk:"expected"`
	Invited   types.Set                 `tfsdk:"invited"`
	Unmanaged types.Set                 `tfsdk:"unmanaged"`
	Missing   types.Set                 `tfsdk:"missing"`
	RoleDrift map[string]roleDriftModel `tfsdk:"role_drift"`
}

type roleDriftModel struct {
	Expected types.Set `tfsdk:"expected"`
	Actual   types.Set `tfsdk:"actual"`
}

func (d *membershipAuditDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_membership_audit"
}

func (d *membershipAuditDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Holds the organization's members against those who are expected: who is in it that should not be, who is missing, whose roles differ. " +
			"It changes nothing; use it in `check` blocks and in jobs that report drift. The token's owner counts like everybody else.",
		Attributes: map[string]schema.Attribute{
			"expected": schema.MapAttribute{
				Required:            true,
				ElementType:         types.SetType{ElemType: types.StringType},
				Validators:          []validator.Map{entries{keys: emailRule, values: elements{rule: roleRule}}},
				MarkdownDescription: "The roles that each person should have, by e-mail address in any case. An empty set expects a member without roles.",
			},
			"invited": schema.SetAttribute{
				Optional:    true,
				ElementType: types.StringType,
				Validators:  []validator.Set{elements{rule: emailRule}},
				MarkdownDescription: "E-mail addresses of those who may be missing, because they have not answered their invitation. " +
					"When null, every expected person who is no member is missing.",
			},
			"unmanaged": schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "E-mail addresses of the members who are not expected, and those expected ones that another member has as well."},
			"missing":   schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "E-mail addresses of the expected people who are neither members nor in `invited`."},
			"role_drift": schema.MapNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The expected members whose roles differ, by their expected e-mail address.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"expected": schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "The roles that the person should have."},
					"actual":   schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "The roles that the person has."},
				}},
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

// audit reads the list, and the roles of those only who are expected.
func (d *membershipAuditDataSource) audit(ctx context.Context, m *membershipAuditModel, diags *diag.Diagnostics) error {
	wanted, err := wantedOf(m.Expected)
	if err != nil {
		return err
	}
	members, err := d.roster.Members(ctx)
	if err != nil {
		return err
	}
	var unmanaged []string
	var found []modelprime.User
	ids, expectedAs := map[string][]string{}, map[string]string{}
	for _, user := range members {
		email, expected := wanted[modelprime.FoldEmail(user.Email)]
		if expected {
			found = append(found, user)
			ids[email] = append(ids[email], user.ID)
			expectedAs[user.ID] = email
		}
		// One person is expected at an address. Which of two it is nobody can tell.
		if !expected || len(ids[email]) > 1 {
			unmanaged = append(unmanaged, user.Email)
		}
	}
	addWarnings(diags, sharedExpectations(ids))
	if found, err = d.roster.WithRoles(ctx, found); err != nil {
		return err
	}
	sort.Strings(unmanaged)
	m.Unmanaged = setValue(unmanaged)
	m.RoleDrift = driftOf(found, expectedAs, m.Expected)
	m.Missing = setValue(missingOf(found, expectedAs, wanted, textsOf(m.Invited)))
	return nil
}

func sharedExpectations(ids map[string][]string) []warning {
	var warnings []warning
	for _, email := range sortedKeys(ids) {
		if len(ids[email]) > 1 {
			warnings = append(warnings, sharedAddress(email, ids[email],
				"One person is expected there, so the address counts as unmanaged, too. Members can give themselves any address: remove in the Model-Prime app whoever is somebody else."))
		}
	}
	return warnings
}

// wantedOf maps each expected address, folded, to the way it is written. Two ways to write one address are no expectation.
func wantedOf(expected map[string]types.Set) (map[string]string, error) {
	emails := sortedKeys(expected)
	wanted := spellings(emails)
	for _, email := range emails {
		if other := wanted[modelprime.FoldEmail(email)]; other != email {
			return nil, fmt.Errorf("expected holds %s and %s, which are one person's: upper and lower case make no difference. Keep one of them", email, other)
		}
	}
	return wanted, nil
}

// driftOf holds the members' roles against those expected. Who they are the list has told: since then they may have another
// address.
func driftOf(found []modelprime.User, expectedAs map[string]string, expected map[string]types.Set) map[string]roleDriftModel {
	drift := map[string]roleDriftModel{}
	for _, user := range found {
		email := expectedAs[user.ID]
		if !roster.SameRoles(user.Roles, textsOf(expected[email])) {
			drift[email] = roleDriftModel{Expected: expected[email], Actual: setValue(user.Roles)}
		}
	}
	return drift
}

func missingOf(found []modelprime.User, expectedAs, wanted map[string]string, invited []string) []string {
	here := foldedSet(invited)
	for _, user := range found {
		here[modelprime.FoldEmail(expectedAs[user.ID])] = true
	}
	var missing []string
	for folded, email := range wanted {
		if !here[folded] {
			missing = append(missing, email)
		}
	}
	sort.Strings(missing)
	return missing
}
