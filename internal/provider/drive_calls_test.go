package provider_test

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// callRecorder records the calls about instances, as far as they depend on the client.
type callRecorder struct {
	tfprotov6.ProviderServer
	schema *tfprotov6.GetProviderSchemaResponse
	log    *callLog
}

// callLog holds the calls by person, because calls about different people come in any order.
type callLog struct {
	mu      sync.Mutex
	started int
	lines   map[string][]string
}

func (l *callLog) between(server tfprotov6.ProviderServer) tfprotov6.ProviderServer {
	schema, err := server.GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		panic(err)
	}
	return &callRecorder{ProviderServer: server, schema: schema, log: l}
}

var address = regexp.MustCompile(`[a-z]+@example\.com`)

func (l *callLog) add(format string, arguments ...any) {
	line := fmt.Sprintf(format, arguments...)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lines == nil {
		l.lines = map[string][]string{}
	}
	person := address.FindString(line)
	l.lines[person] = append(l.lines[person], line)
}

// take returns the calls since the last take.
func (l *callLog) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	lines := []string{fmt.Sprintf("%d configured", l.started)}
	for _, mine := range l.lines {
		lines = append(lines, strings.Join(mine, "\n"))
	}
	slices.Sort(lines[1:])
	l.lines, l.started = nil, 0
	return strings.Join(lines, "\n")
}

// text shows a resource's value, its attributes sorted by name.
func (c *callRecorder) text(resource string, value *tfprotov6.DynamicValue) string {
	if value == nil {
		return "nothing"
	}
	v, err := value.Unmarshal(c.schema.ResourceSchemas[resource].ValueType())
	if err != nil {
		return err.Error()
	}
	if v.IsNull() {
		return "null"
	}
	var attributes map[string]tftypes.Value
	if err := v.As(&attributes); err != nil {
		return err.Error()
	}
	var lines []string
	for name, attribute := range attributes {
		if attribute.IsKnown() && attribute.IsNull() {
			continue
		}
		lines = append(lines, name+"="+typeNames.ReplaceAllString(attribute.String(), ""))
	}
	slices.Sort(lines)
	return strings.Join(lines, " ")
}

var typeNames = regexp.MustCompile(`tftypes\.\w+(\[[^]]*\])?`)

// keysIn returns the keys of a private state.
func keysIn(private []byte) []string {
	var held map[string]json.RawMessage
	if json.Unmarshal(private, &held) != nil {
		return nil
	}
	keys := []string{}
	for key := range held {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func (c *callRecorder) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	c.log.mu.Lock()
	c.log.started++
	c.log.mu.Unlock()
	return c.ProviderServer.ConfigureProvider(ctx, req)
}

func (c *callRecorder) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	resp, err := c.ProviderServer.UpgradeResourceState(ctx, req)
	if err == nil {
		c.log.add("upgrade %s", c.text(req.TypeName, resp.UpgradedState))
	}
	return resp, err
}

func (c *callRecorder) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	c.log.add("read %s private %v", c.text(req.TypeName, req.CurrentState), keysIn(req.Private))
	return c.ProviderServer.ReadResource(ctx, req)
}

func (c *callRecorder) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	c.log.add("plan config %s\n     prior %s\n     proposed %s private %v", c.text(req.TypeName, req.Config), c.text(req.TypeName, req.PriorState),
		c.text(req.TypeName, req.ProposedNewState), keysIn(req.PriorPrivate))
	return c.ProviderServer.PlanResourceChange(ctx, req)
}

func (c *callRecorder) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	c.log.add("apply config %s\n      prior %s\n      planned %s private %v", c.text(req.TypeName, req.Config), c.text(req.TypeName, req.PriorState),
		c.text(req.TypeName, req.PlannedState), keysIn(req.PlannedPrivate))
	return c.ProviderServer.ApplyResourceChange(ctx, req)
}

func (c *callRecorder) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	c.log.add("import %s", req.ID)
	return c.ProviderServer.ImportResourceState(ctx, req)
}
