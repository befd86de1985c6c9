package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

// strictServer is the framework's server with two additions.
//
// It validates a configuration again in the plan and in the apply, before any request, because an argument may have been unknown
// before. Terraform does the same, but not for actions, and other callers may not do it.
//
// It removes control characters, direction marks and tokens from all diagnostics and all other printed texts, whatever their
// source: a configuration, the environment, an edited state, an import, or the API.
type strictServer struct{ frameworkServer }

var anyToken = regexp.MustCompile(`mpat_[^\s"'…]+`)

// printable makes a text safe to print. Line breaks stay.
func printable(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = modelprime.Visible(line)
	}
	return anyToken.ReplaceAllString(strings.Join(lines, "\n"), "mpat_…")
}

// visibleState makes the texts of a stored state safe to print, because Terraform prints a member's name from the state. The
// provider stores only such texts, except triggers, which stay as configured.
func visibleState(stored []byte) []byte {
	if !bytes.ContainsFunc(stored, func(r rune) bool { return r == '\\' || r > '~' }) {
		return stored // the usual case
	}
	var attributes map[string]any
	decoder := json.NewDecoder(bytes.NewReader(stored))
	decoder.UseNumber()
	if err := decoder.Decode(&attributes); err != nil {
		return stored // the framework rejects it
	}
	for name, value := range attributes {
		if name != "triggers" {
			attributes[name] = visibleValue(value)
		}
	}
	if changed, err := json.Marshal(attributes); err == nil {
		return changed
	}
	return stored
}

func visibleValue(value any) any {
	switch value := value.(type) {
	case string:
		return modelprime.Visible(value)
	case []any:
		for i := range value {
			value[i] = visibleValue(value[i])
		}
	case map[string]any:
		elements := make(map[string]any, len(value))
		for key, element := range value {
			elements[modelprime.Visible(key)] = visibleValue(element)
		}
		return elements
	}
	return value
}

func clean(diags []*tfprotov6.Diagnostic) {
	for _, d := range diags {
		d.Summary, d.Detail = strings.ReplaceAll(printable(d.Summary), "\n", " "), printable(d.Detail)
	}
}

// cleaned cleans the diagnostics of a response.
func cleaned[Response any](resp *Response, err error) (*Response, error) {
	if resp != nil {
		if diags, ok := reflect.ValueOf(resp).Elem().FieldByName("Diagnostics").Interface().([]*tfprotov6.Diagnostic); ok {
			clean(diags)
		}
	}
	return resp, err
}

func failed(diags []*tfprotov6.Diagnostic) bool {
	return slices.ContainsFunc(diags, func(d *tfprotov6.Diagnostic) bool {
		return d.Severity == tfprotov6.DiagnosticSeverityError
	})
}

func (s strictServer) ValidateProviderConfig(ctx context.Context, req *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return cleaned(s.frameworkServer.ValidateProviderConfig(ctx, req))
}

func (s strictServer) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	valid, err := s.ValidateProviderConfig(ctx, &tfprotov6.ValidateProviderConfigRequest{Config: req.Config})
	if err != nil || failed(valid.Diagnostics) {
		return &tfprotov6.ConfigureProviderResponse{Diagnostics: valid.Diagnostics}, err
	}
	return cleaned(s.frameworkServer.ConfigureProvider(ctx, req))
}

func (s strictServer) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return cleaned(s.frameworkServer.ValidateResourceConfig(ctx, req))
}

func (s strictServer) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	if req.RawState != nil {
		req.RawState.JSON = visibleState(req.RawState.JSON)
	}
	return cleaned(s.frameworkServer.UpgradeResourceState(ctx, req))
}

func (s strictServer) UpgradeResourceIdentity(ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return cleaned(s.frameworkServer.UpgradeResourceIdentity(ctx, req))
}

func (s strictServer) MoveResourceState(ctx context.Context, req *tfprotov6.MoveResourceStateRequest) (*tfprotov6.MoveResourceStateResponse, error) {
	return cleaned(s.frameworkServer.MoveResourceState(ctx, req))
}

func (s strictServer) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return cleaned(s.frameworkServer.ReadResource(ctx, req))
}

func (s strictServer) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	// Without a proposed change, the configuration was validated when it came into the state.
	if prior, proposed := req.PriorState, req.ProposedNewState; prior == nil || proposed == nil || !bytes.Equal(prior.MsgPack, proposed.MsgPack) {
		if refused, err := s.refuses(ctx, req.TypeName, req.Config); err != nil || len(refused) > 0 {
			return &tfprotov6.PlanResourceChangeResponse{PlannedState: req.ProposedNewState, PlannedPrivate: req.PriorPrivate, Diagnostics: refused}, err
		}
	}
	return cleaned(s.frameworkServer.PlanResourceChange(ctx, req))
}

func (s strictServer) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	if refused, err := s.refuses(ctx, req.TypeName, req.Config); err != nil || len(refused) > 0 {
		return &tfprotov6.ApplyResourceChangeResponse{NewState: req.PriorState, Private: req.PlannedPrivate, NewIdentity: req.PlannedIdentity, Diagnostics: refused}, err
	}
	return cleaned(s.frameworkServer.ApplyResourceChange(ctx, req))
}

// refuses returns the validation errors of a resource's configuration. A destroy has no configuration.
func (s strictServer) refuses(ctx context.Context, typeName string, config *tfprotov6.DynamicValue) ([]*tfprotov6.Diagnostic, error) {
	if config == nil {
		return nil, nil
	}
	if isNull, err := config.IsNull(); err != nil || isNull {
		return nil, err
	}
	valid, err := s.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: typeName, Config: config})
	if err != nil || !failed(valid.Diagnostics) {
		return nil, err
	}
	return valid.Diagnostics, nil
}

func (s strictServer) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return cleaned(s.frameworkServer.ImportResourceState(ctx, req))
}

func (s strictServer) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return cleaned(s.frameworkServer.ValidateDataResourceConfig(ctx, req))
}

func (s strictServer) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	valid, err := s.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: req.TypeName, Config: req.Config})
	if err != nil || failed(valid.Diagnostics) {
		return &tfprotov6.ReadDataSourceResponse{Diagnostics: valid.Diagnostics}, err
	}
	return cleaned(s.frameworkServer.ReadDataSource(ctx, req))
}

func (s strictServer) CallFunction(ctx context.Context, req *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	resp, err := s.frameworkServer.CallFunction(ctx, req)
	if resp != nil && resp.Error != nil {
		resp.Error.Text = printable(resp.Error.Text)
	}
	return resp, err
}

func (s strictServer) ValidateListResourceConfig(ctx context.Context, req *tfprotov6.ValidateListResourceConfigRequest) (*tfprotov6.ValidateListResourceConfigResponse, error) {
	return cleaned(s.frameworkServer.ValidateListResourceConfig(ctx, req))
}

func (s strictServer) ListResource(ctx context.Context, req *tfprotov6.ListResourceRequest) (*tfprotov6.ListResourceServerStream, error) {
	valid, err := s.ValidateListResourceConfig(ctx, &tfprotov6.ValidateListResourceConfigRequest{TypeName: req.TypeName, Config: req.Config})
	if err != nil {
		return nil, err
	}
	if failed(valid.Diagnostics) {
		return &tfprotov6.ListResourceServerStream{Results: slices.Values([]tfprotov6.ListResourceResult{{Diagnostics: valid.Diagnostics}})}, nil
	}
	stream, err := s.frameworkServer.ListResource(ctx, req)
	if err != nil || stream == nil {
		return stream, err
	}
	results := stream.Results
	stream.Results = func(push func(tfprotov6.ListResourceResult) bool) {
		results(func(result tfprotov6.ListResourceResult) bool {
			result.DisplayName = printable(result.DisplayName)
			clean(result.Diagnostics)
			return push(result)
		})
	}
	return stream, nil
}

func (s strictServer) ValidateActionConfig(ctx context.Context, req *tfprotov6.ValidateActionConfigRequest) (*tfprotov6.ValidateActionConfigResponse, error) {
	return cleaned(s.frameworkServer.ValidateActionConfig(ctx, req))
}

func (s strictServer) PlanAction(ctx context.Context, req *tfprotov6.PlanActionRequest) (*tfprotov6.PlanActionResponse, error) {
	valid, err := s.ValidateActionConfig(ctx, &tfprotov6.ValidateActionConfigRequest{ActionType: req.ActionType, Config: req.Config})
	if err != nil || failed(valid.Diagnostics) {
		return &tfprotov6.PlanActionResponse{Diagnostics: valid.Diagnostics}, err
	}
	return cleaned(s.frameworkServer.PlanAction(ctx, req))
}

func (s strictServer) InvokeAction(ctx context.Context, req *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	valid, err := s.ValidateActionConfig(ctx, &tfprotov6.ValidateActionConfigRequest{ActionType: req.ActionType, Config: req.Config})
	if err != nil {
		return nil, err
	}
	if failed(valid.Diagnostics) {
		ended := tfprotov6.InvokeActionEvent{Type: tfprotov6.CompletedInvokeActionEventType{Diagnostics: valid.Diagnostics}}
		return &tfprotov6.InvokeActionServerStream{Events: slices.Values([]tfprotov6.InvokeActionEvent{ended})}, nil
	}
	stream, err := s.frameworkServer.InvokeAction(ctx, req)
	if err != nil || stream == nil {
		return stream, err
	}
	events := stream.Events
	stream.Events = func(push func(tfprotov6.InvokeActionEvent) bool) {
		events(func(event tfprotov6.InvokeActionEvent) bool {
			switch kind := event.Type.(type) {
			case tfprotov6.ProgressInvokeActionEventType:
				kind.Message = printable(kind.Message)
				event.Type = kind
			case tfprotov6.CompletedInvokeActionEventType:
				clean(kind.Diagnostics)
			}
			return push(event)
		})
	}
	return stream, nil
}
