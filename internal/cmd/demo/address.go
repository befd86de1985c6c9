package main

import (
	"context"
	"errors"
	"fmt"
)

// writeNewAddress writes the new address of a member into the roster. The moved block says that it is the same person, so the
// apply removes no member, sends no e-mail and no request for them.
func (d *demo) writeNewAddress(ctx context.Context) (string, error) {
	d.world.ResetLog()
	before := len(d.world.Emails())
	if err := d.moveInRoster(); err != nil {
		return "", err
	}
	p, printed, err := d.cli.plan(ctx)
	if err != nil {
		return "", err
	}
	err = errors.Join(
		expectMap("changes in the plan of a new address", map[string]string{
			address(movedTo): fmt.Sprintf("update: email %s -> %s", movedFrom, movedTo),
		}, p.changes),
		expectQuiet(printed),
	)
	if err != nil {
		return "", err
	}
	if _, err := d.cli.applyPlan(ctx); err != nil {
		return "", err
	}
	err = errors.Join(
		expect("e-mails about a new address", 0, len(d.world.Emails())-before),
		d.expectRequests(map[string]int{}),
	)
	return "1 entry moved, nobody removed or e-mailed", err
}

func (d *demo) moveInRoster() error {
	if err := d.editRoster("roster.yaml", movedFrom, movedTo); err != nil {
		return err
	}
	person := d.roster[movedFrom]
	person.Email = movedTo
	delete(d.roster, movedFrom)
	d.roster[movedTo] = person
	return d.write("moved.tf", fmt.Sprintf("moved {\n  from = %s\n  to   = %s\n}\n", address(movedFrom), address(movedTo)))
}
