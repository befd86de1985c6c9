package acctest

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

// Instance is an instance in the state.
type Instance struct {
	Values  map[string]any
	Tainted bool
}

// storedState is the state as Terraform stores it.
type storedState struct {
	Resources []struct {
		Mode, Type, Name string
		Instances        []struct {
			IndexKey   any `json:"index_key"`
			Status     string
			Attributes map[string]any
			Private    []byte
		}
	}
}

func (c *CLI) storedState() (stored storedState) {
	c.T.Helper()
	data, err := os.ReadFile(filepath.Join(c.Dir, "terraform.tfstate"))
	if errors.Is(err, os.ErrNotExist) {
		return stored
	}
	c.World.Must(err)
	c.World.Must(json.Unmarshal(data, &stored))
	return stored
}

// State returns the state's instances by address.
func (c *CLI) State() map[string]Instance {
	c.T.Helper()
	found := map[string]Instance{}
	for _, r := range c.storedState().Resources {
		address := r.Type + "." + r.Name
		if r.Mode == "data" {
			address = "data." + address
		}
		for _, i := range r.Instances {
			found[address+index(i.IndexKey)] = Instance{i.Attributes, i.Status == "tainted"}
		}
	}
	return found
}

func index(key any) string {
	switch key := key.(type) {
	case nil:
		return ""
	case string:
		return fmt.Sprintf("[%q]", key)
	default:
		return fmt.Sprintf("[%v]", key)
	}
}

// Values are attributes by name.
type Values map[string]any

// Holds fails the test unless the state has the instance, untainted and with these values.
func (c *CLI) Holds(address string, want Values) {
	c.T.Helper()
	got, ok := c.State()[address]
	if !ok {
		c.T.Fatalf("%s is not in the state", address)
	}
	if got.Tainted {
		c.T.Errorf("%s is tainted", address)
	}
	for name, value := range want {
		if InJSON(got.Values[name]) != InJSON(value) {
			c.T.Errorf("%s.%s is %s, want %s", address, name, InJSON(got.Values[name]), InJSON(value))
		}
	}
}

// EditState replaces the matches of a pattern in the state's text, as a person with write access to the backend could.
func (c *CLI) EditState(pattern, with string) {
	c.T.Helper()
	path := filepath.Join(c.Dir, "terraform.tfstate")
	state, err := os.ReadFile(path)
	c.World.Must(err)
	edited := regexp.MustCompile(pattern).ReplaceAllString(string(state), with)
	if edited == string(state) {
		c.T.Fatalf("%s matches nothing in the state", pattern)
	}
	c.World.Must(os.WriteFile(path, []byte(edited), 0o600))
}

// InvitationsOf is the record of an instance's invitations in its private state.
func (c *CLI) InvitationsOf(address string) string {
	c.T.Helper()
	var private map[string][]byte
	for _, r := range c.storedState().Resources {
		for _, i := range r.Instances {
			if r.Type+"."+r.Name+index(i.IndexKey) == address {
				c.World.Must(json.Unmarshal(i.Private, &private))
			}
		}
	}
	return string(private["invitations"])
}

// Lacks fails the test if the state has the instance.
func (c *CLI) Lacks(address string) {
	c.T.Helper()
	if _, ok := c.State()[address]; ok {
		c.T.Errorf("%s is in the state", address)
	}
}

// PlannedValues are an instance's known values in the saved plan.
func (c *CLI) PlannedValues(address string) Values {
	c.T.Helper()
	_, after := c.PlannedChange(address)
	return after
}

// PlannedChange is an instance's known values in the saved plan, before and after.
func (c *CLI) PlannedChange(address string) (before, after Values) {
	c.T.Helper()
	var plan struct {
		Changes []struct {
			Address string
			Change  struct{ Before, After Values }
		} `json:"resource_changes"`
	}
	shown := c.Run("show", "-json", SavedPlan)
	c.World.Must(json.Unmarshal([]byte(shown.Printed), &plan))
	for _, change := range plan.Changes {
		if change.Address == address {
			return change.Change.Before, change.Change.After
		}
	}
	c.T.Fatalf("the plan has no change of %s", address)
	return nil, nil
}

// InJSON encodes a value for comparisons.
func InJSON(value any) string {
	encoded, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(encoded)
}
