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
)

// hub is what GitHub knows, as far as the workflows ask it. It lies in a file, for each gh is a process of its own.
type hub struct {
	Pulls    []pull
	Runs     []workflowRun
	Comments []comment
	Issues   []issue

	path string
}

type pull struct {
	Number   int
	MergedAs string `json:"merge_commit_sha"`
	Head     struct {
		SHA  string `json:"sha"`
		Repo struct {
			FullName string `json:"full_name"`
		} `json:"repo"`
	} `json:"head"`
}

type workflowRun struct {
	ID                              int `json:"databaseId"`
	Workflow, Event, Commit, Status string
}

type comment struct {
	ID   int `json:"id"`
	On   int
	Body string `json:"body"`
	User struct {
		Type string `json:"type"`
	} `json:"user"`
}

type issue struct {
	Number             int `json:"number"`
	Title, Body, State string
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
	if err != nil {
		return err
	}
	return os.WriteFile(h.path, data, 0o600)
}

// artifacts is the folder of what a run has uploaded under a name.
func (h *hub) artifacts(run int, name string) string {
	return filepath.Join(filepath.Dir(h.path), "artifacts", strconv.Itoa(run), name)
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
		return h.print(open, a.flags["jq"])
	case "issue create", "issue edit", "issue close":
		return h.changeIssue(a)
	case "label create":
		return nil
	case "run list":
		return h.print(slices.DeleteFunc(slices.Clone(h.Runs), func(r workflowRun) bool {
			return r.Workflow != a.flags["workflow"] || r.Event != a.flags["event"] || r.Commit != a.flags["commit"] || r.Status != a.flags["status"]
		}), a.flags["jq"])
	case "run download":
		id, err := strconv.Atoi(a.words[2])
		return errors.Join(err, os.CopyFS(a.flags["dir"], os.DirFS(h.artifacts(id, a.flags["name"]))))
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
		return h.print(slices.DeleteFunc(slices.Clone(h.Pulls), func(p pull) bool { return p.MergedAs != path[1] }), a.flags["jq"])
	case path[0] == "issues" && path[1] == "comments" && a.flags["method"] == "PATCH":
		at := slices.IndexFunc(h.Comments, func(c comment) bool { return strconv.Itoa(c.ID) == path[2] })
		return a.readBody(&h.Comments[at].Body)
	case path[0] == "issues" && path[2] == "comments" && a.flags["method"] == "POST":
		said := comment{ID: len(h.Comments) + 1, On: number}
		said.User.Type = "Bot"
		h.Comments = append(h.Comments, said)
		return a.readBody(&h.Comments[len(h.Comments)-1].Body)
	case path[0] == "issues" && path[2] == "comments":
		return h.print(slices.DeleteFunc(slices.Clone(h.Comments), func(c comment) bool { return c.On != number }), a.flags["jq"])
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
func (h *hub) print(value any, filter string) error {
	data, err := json.Marshal(value)
	if err != nil {
		return err
	}
	if string(data) == "null" {
		data = []byte("[]")
	}
	jq := exec.Command("jq", "-r", filter)
	jq.Stdin, jq.Stdout, jq.Stderr = strings.NewReader(string(data)), os.Stdout, os.Stderr
	return jq.Run()
}
