package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/tfcli"
)

// planFile is the file of the saved plan, below the CLI's folder.
const planFile = "roster.tfplan"

// cli is terraform or tofu in a copy of the example.
type cli struct{ *tfcli.CLI }

// mustRun is Run for a command that must succeed.
func (c *cli) mustRun(ctx context.Context, args ...string) (string, error) {
	printed, code, err := c.Run(ctx, args...)
	if err == nil && code != 0 {
		err = fmt.Errorf("%s ended with %d:\n%s", args[0], code, printed)
	}
	return printed, err
}

// plan saves a plan in planFile and returns it with the CLI's output.
func (c *cli) plan(ctx context.Context, flags ...string) (plan, string, error) {
	args := append([]string{"plan", "-no-color", "-input=false", "-detailed-exitcode", "-out=" + planFile}, flags...)
	printed, code, err := c.Run(ctx, args...)
	if err != nil {
		return plan{}, printed, err
	}
	if code != 0 && code != 2 {
		return plan{}, printed, fmt.Errorf("plan ended with %d:\n%s", code, printed)
	}
	data, err := c.json(ctx, "show", "-json", planFile)
	if err != nil {
		return plan{}, printed, err
	}
	p, err := parsePlan(data)
	p.empty = code == 0
	return p, printed, err
}

// applyPlan applies planFile.
func (c *cli) applyPlan(ctx context.Context) (string, error) {
	return c.mustRun(ctx, "apply", "-no-color", "-input=false", planFile)
}

// outputs returns the state's outputs.
func (c *cli) outputs(ctx context.Context) (map[string]any, error) {
	data, err := c.json(ctx, "output", "-json")
	if err != nil {
		return nil, err
	}
	var raw map[string]struct {
		Value any `json:"value"`
	}
	if err := json.Unmarshal(data, &raw); err != nil {
		return nil, fmt.Errorf("read the outputs' JSON: %w", err)
	}
	values := map[string]any{}
	for name, output := range raw {
		values[name] = output.Value
	}
	return values, nil
}

// json runs a command for its JSON output and does not echo it.
func (c *cli) json(ctx context.Context, args ...string) ([]byte, error) {
	quiet := *c.CLI
	quiet.Echo = nil
	printed, err := (&cli{&quiet}).mustRun(ctx, args...)
	return []byte(printed), err
}
