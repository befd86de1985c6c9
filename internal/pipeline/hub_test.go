package pipeline

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const repository = "example-robotics/roster"

// onGitHub is what the workflows tell ci/github.sh.
var onGitHub = []string{"GH_REPO=" + repository, "GH_TOKEN=ghs_played"}

// hub is what GitHub knows, as far as ci/github.sh asks. It lies in a file, for each gh is a process of its own.
type hub struct {
	Pulls    []pull
	Comments []comment
	Issues   []issue

	path string
}

type pull struct {
	Number   int    `json:"number"`
	MergedAs string `json:"merge_commit_sha"`
}

type comment struct {
	ID   int `json:"id"`
	On   int
	Body string `json:"body"`
	User struct {
		Login string `json:"login"`
	} `json:"user"`
}

type issue struct {
	Number             int `json:"number"`
	Title, Body, State string
}

func (tm *team) hub(t *testing.T) *hub {
	t.Helper()
	h, err := openHub(tm.dir)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func openHub(dir string) (*hub, error) {
	h := &hub{path: filepath.Join(dir, "hub.json")}
	data, err := os.ReadFile(h.path)
	if errors.Is(err, os.ErrNotExist) {
		return h, nil
	}
	if err != nil {
		return nil, err
	}
	return h, json.Unmarshal(data, h)
}

func (h *hub) save() error {
	data, err := json.Marshal(h)
	return errors.Join(err, os.WriteFile(h.path, data, 0o600))
}

// open opens a pull request.
func (h *hub) open() int {
	h.Pulls = append(h.Pulls, pull{Number: len(h.Pulls) + 1})
	if err := h.save(); err != nil {
		panic(err)
	}
	return len(h.Pulls)
}

func (h *hub) merged(number int, commit string) {
	h.Pulls[number-1].MergedAs = commit
	if err := h.save(); err != nil {
		panic(err)
	}
}

// comment is the one comment on a pull request.
func (h *hub) comment(t *testing.T, number int) string {
	t.Helper()
	bodies := []string{}
	for _, c := range h.Comments {
		if c.On == number {
			bodies = append(bodies, c.Body)
		}
	}
	if len(bodies) != 1 {
		t.Fatalf("%d comments on pull request %d, want one: %q", len(bodies), number, bodies)
	}
	return bodies[0]
}

// gh answers what ci/github.sh asks, and refuses everything else.
func gh(args []string) int {
	h, err := openHub(os.Getenv("HUB"))
	if err == nil {
		err = h.answer(parseArgs(args))
	}
	if err == nil {
		err = h.save()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "gh:", err)
		return 1
	}
	return 0
}

// ghArgs are a command line, its flags by name.
type ghArgs struct {
	words []string
	flags map[string]string
}

func parseArgs(args []string) ghArgs {
	parsed := ghArgs{flags: map[string]string{}}
	for i := 0; i < len(args); i++ {
		name, isFlag := strings.CutPrefix(args[i], "--")
		switch {
		case !isFlag:
			parsed.words = append(parsed.words, args[i])
		case slices.Contains([]string{"paginate", "silent", "force"}, name):
			parsed.flags[name] = "true"
		default:
			i++
			parsed.flags[name] = args[i]
		}
	}
	return parsed
}

func (h *hub) answer(a ghArgs) error {
	switch command := strings.Join(a.words[:min(2, len(a.words))], " "); command {
	case "issue list":
		open := slices.DeleteFunc(slices.Clone(h.Issues), func(i issue) bool { return i.State != a.flags["state"] })
		return print(open, a.flags["jq"])
	case "issue create", "issue edit", "issue close":
		return h.changeIssue(a)
	case "label create":
		return nil
	}
	if a.words[0] == "api" {
		return h.api(strings.Split(strings.TrimPrefix(a.words[1], "repos/"+repository+"/"), "/"), a)
	}
	return fmt.Errorf("unknown command %q", a.words)
}

// api answers commits/SHA/pulls, issues/NUMBER/comments and issues/comments/ID.
func (h *hub) api(path []string, a ghArgs) error {
	number, _ := strconv.Atoi(path[1])
	switch {
	case path[0] == "commits" && path[2] == "pulls":
		return print(slices.DeleteFunc(slices.Clone(h.Pulls), func(p pull) bool { return p.MergedAs != path[1] }), a.flags["jq"])
	case path[0] == "issues" && path[1] == "comments" && a.flags["method"] == "PATCH":
		at := slices.IndexFunc(h.Comments, func(c comment) bool { return strconv.Itoa(c.ID) == path[2] })
		return a.readBody(&h.Comments[at].Body)
	case path[0] == "issues" && path[2] == "comments" && a.flags["method"] == "POST":
		said := comment{ID: len(h.Comments) + 1, On: number}
		said.User.Login = "github-actions[bot]"
		h.Comments = append(h.Comments, said)
		return a.readBody(&h.Comments[len(h.Comments)-1].Body)
	case path[0] == "issues" && path[2] == "comments":
		return print(slices.DeleteFunc(slices.Clone(h.Comments), func(c comment) bool { return c.On != number }), a.flags["jq"])
	}
	return fmt.Errorf("unknown path %q", path)
}

func (h *hub) changeIssue(a ghArgs) error {
	if a.words[1] == "create" {
		h.Issues = append(h.Issues, issue{Number: len(h.Issues) + 1, State: "open"})
		a.words = append(a.words, strconv.Itoa(len(h.Issues)))
	}
	number, err := strconv.Atoi(a.words[2])
	if err != nil {
		return err
	}
	changed := &h.Issues[number-1]
	if a.words[1] == "close" {
		changed.State = "closed"
		return nil
	}
	changed.Title = a.flags["title"]
	body, err := os.ReadFile(a.flags["body-file"])
	changed.Body = string(body)
	return err
}

// readBody reads the file of --field body=@file.
func (a ghArgs) readBody(into *string) error {
	path, found := strings.CutPrefix(a.flags["field"], "body=@")
	if !found {
		return fmt.Errorf("no body in %q", a.flags)
	}
	data, err := os.ReadFile(path)
	*into = string(data)
	return err
}

// print prints the value as --jq wants it.
func print[T any](values []T, filter string) error {
	data, err := json.Marshal(append([]T{}, values...))
	if err != nil {
		return err
	}
	jq := exec.Command("jq", "-r", filter)
	jq.Stdin, jq.Stdout, jq.Stderr = strings.NewReader(string(data)), os.Stdout, os.Stderr
	return jq.Run()
}
