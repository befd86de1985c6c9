package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// mistake is an edit of the roster that a reviewer may overlook, with the expected error of the plan.
type mistake struct {
	old, new string
	answer   string
}

// typos are mistakes that the function roster reports, all at once.
func typos() []mistake {
	return []mistake{
		{
			"caleb.osei@example.com }", "caleb.osei@example.com, roles: [developper] }",
			`Caleb Osei (caleb.osei@example.com, team data-platform): The role "developper" is not known. Roles are admin, developer and analyst.`,
		},
		{
			"email: lorenzo.bassi@example.com", "email: Yuki.Tanabe@Example.com",
			"Lorenzo Bassi (Yuki.Tanabe@Example.com, team perception): The person is listed twice",
		},
		{
			"  safety:", "  fleet:",
			"team fleet: The team is listed twice",
		},
	}
}

// strangers are people in a valid roster who violate the company's rules.
func strangers() []mistake {
	return []mistake{
		{
			"noor.haddad@example.com", "noor.haddad@example.org",
			"Noor Haddad (noor.haddad@example.org) has an address outside the company and its partners.",
		},
		{
			"tariq.siddiqui@example.net }", "tariq.siddiqui@example.net, login_connection: google-oauth2 }",
			"Tariq Siddiqui (tariq.siddiqui@example.net) has a partner's address",
		},
	}
}

// refuseMistakes plans invalid rosters: with typos, with people outside the company's rules, and without an admin.
func (d *demo) refuseMistakes(ctx context.Context) (string, error) {
	noAdmin := []mistake{{"[admin, ", "[", "The roster has no admin left."}}
	count := 0
	for _, mistakes := range [][]mistake{typos(), strangers(), noAdmin} {
		if err := d.refuse(ctx, mistakes); err != nil {
			return "", err
		}
		count += len(mistakes)
	}
	if err := expect("e-mails after rosters that were refused", 0, len(d.world.Emails())); err != nil {
		return "", err
	}
	return fmt.Sprintf("%d mistakes named in the plan, nobody e-mailed", count), nil
}

// refuse plans a roster with these mistakes, and checks that the error has all expected texts.
func (d *demo) refuse(ctx context.Context, mistakes []mistake) error {
	var edits, answers []string
	for _, m := range mistakes {
		edits, answers = append(edits, m.old, m.new), append(answers, m.answer)
	}
	if err := d.editRoster("mistakes.yaml", edits...); err != nil {
		return err
	}
	_, err := d.planRefused(ctx, "mistakes.yaml", answers...)
	return err
}

// planRefused plans with another roster file, checks that the error has all expected texts, and returns the CLI's output.
func (d *demo) planRefused(ctx context.Context, file string, answers ...string) (string, error) {
	printed, code, err := d.cli.Run(ctx, "plan", "-no-color", "-input=false", "-var=roster_file="+file)
	if err != nil {
		return "", err
	}
	if err := expect("exit code of a plan that has to be refused", 1, code); err != nil {
		return "", err
	}
	return printed, expectText(printed, answers...)
}

// editRoster writes a copy of the roster. edits are pairs of an old text and its replacement.
func (d *demo) editRoster(name string, edits ...string) error {
	text, err := d.read("roster.yaml")
	if err != nil {
		return err
	}
	for i := 0; i+1 < len(edits); i += 2 {
		if !strings.Contains(text, edits[i]) {
			return fmt.Errorf("the roster has no %q to edit", edits[i])
		}
		text = strings.ReplaceAll(text, edits[i], edits[i+1])
	}
	return d.write(name, text)
}

// read reads a file of the example's folder.
func (d *demo) read(name string) (string, error) {
	data, err := os.ReadFile(filepath.Join(d.cli.Dir, name))
	if err != nil {
		return "", fmt.Errorf("read a file of the example: %w", err)
	}
	return string(data), nil
}

func (d *demo) write(name, text string) error {
	if err := os.WriteFile(filepath.Join(d.cli.Dir, name), []byte(text), 0o600); err != nil {
		return fmt.Errorf("write a file of the example: %w", err)
	}
	return nil
}
