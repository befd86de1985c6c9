package pipeline

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const repository = "example-robotics/roster"

// onGitHub is the environment that the workflows give ci/github.sh.
var onGitHub = []string{"GH_REPO=" + repository, "GH_TOKEN=ghs_played"}

// hub is the part of GitHub that ci/github.sh uses. It is kept in a file, because each gh is a process.
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

func openHub(dir string) (*hub, error) {
	h := &hub{path: filepath.Join(dir, "hub.json")}
	data, err := os.ReadFile(h.path)
	if errors.Is(err, os.ErrNotExist) {
		return h, nil
	}
	return h, errors.Join(err, json.Unmarshal(data, h))
}

func (h *hub) save() error {
	data, err := json.Marshal(h)
	return errors.Join(err, os.WriteFile(h.path, data, 0o600))
}

func (tm *team) hub(t *testing.T) *hub {
	t.Helper()
	h, err := openHub(tm.dir)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func (tm *team) changeHub(t *testing.T, edit func(*hub)) {
	t.Helper()
	h := tm.hub(t)
	edit(h)
	if err := h.save(); err != nil {
		t.Fatal(err)
	}
}

// comment is a pull request's only comment.
func (h *hub) comment(t *testing.T, number int) string {
	t.Helper()
	found := slices.DeleteFunc(slices.Clone(h.Comments), func(c comment) bool { return c.On != number })
	if len(found) != 1 {
		t.Fatalf("%d comments on pull request %d, want one", len(found), number)
	}
	return found[0].Body
}

// gh answers the commands of ci/github.sh and refuses others.
func gh(args []string) int {
	h, err := openHub(os.Getenv("HUB"))
	if err == nil {
		err = h.answer(args)
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

func (h *hub) answer(args []string) error {
	var words []string
	flags := map[string]string{}
	for i := 0; i < len(args); i++ {
		switch name, isFlag := strings.CutPrefix(args[i], "--"); {
		case !isFlag:
			words = append(words, args[i])
		case slices.Contains([]string{"paginate", "silent", "force"}, name):
		default:
			i++
			flags[name] = args[i]
		}
	}
	command := flags["method"] + " " + strings.ReplaceAll(strings.Join(words, " "), "repos/"+repository+"/", "")
	asks := func(pattern string) (argument string, yes bool) {
		found := regexp.MustCompile("^" + pattern + "$").FindStringSubmatch(command)
		return strings.Join(found[min(1, len(found)):], ""), found != nil
	}
	if _, yes := asks(" api commits/main"); yes {
		newest, err := exec.Command("git", "--git-dir="+filepath.Join(filepath.Dir(h.path), "remote.git"), "rev-parse", "main").Output()
		return errors.Join(err, answerWith([]string{strings.TrimSpace(string(newest))}, func(string) bool { return true }, ".[0]"))
	} else if commit, yes := asks(" api commits/(.*)/pulls"); yes {
		return answerWith(h.Pulls, func(p pull) bool { return p.MergedAs == commit }, flags["jq"])
	} else if number, yes := asks(" api issues/(.*)/comments"); yes {
		return answerWith(h.Comments, func(c comment) bool { return strconv.Itoa(c.On) == number }, flags["jq"])
	} else if number, yes := asks("POST api issues/(.*)/comments"); yes {
		c := comment{ID: len(h.Comments) + 1}
		c.User.Login = "github-actions[bot]"
		c.On, _ = strconv.Atoi(number)
		h.Comments = append(h.Comments, c)
		return read(strings.TrimPrefix(flags["field"], "body=@"), &h.Comments[c.ID-1].Body)
	} else if id, yes := asks("PATCH api issues/comments/(.*)"); yes {
		at, _ := strconv.Atoi(id)
		return read(strings.TrimPrefix(flags["field"], "body=@"), &h.Comments[at-1].Body)
	} else if _, yes := asks(" issue list"); yes {
		return answerWith(h.Issues, func(i issue) bool { return i.State == flags["state"] }, flags["jq"])
	} else if _, yes := asks(" issue create"); yes {
		h.Issues = append(h.Issues, issue{Number: len(h.Issues) + 1, State: "open", Title: flags["title"]})
		return read(flags["body-file"], &h.Issues[len(h.Issues)-1].Body)
	} else if number, yes := asks(" issue edit (.*)"); yes {
		at, _ := strconv.Atoi(number)
		h.Issues[at-1].Title = flags["title"]
		return read(flags["body-file"], &h.Issues[at-1].Body)
	} else if number, yes := asks(" issue close (.*)"); yes {
		at, _ := strconv.Atoi(number)
		h.Issues[at-1].State = "closed"
		return nil
	} else if _, yes := asks(" label create .*"); yes {
		return nil
	}
	return fmt.Errorf("unknown command %q", args)
}

func read(file string, into *string) error {
	data, err := os.ReadFile(file)
	*into = string(data)
	return err
}

// answerWith prints the wanted values through --jq.
func answerWith[T any](values []T, wanted func(T) bool, filter string) error {
	found := []T{}
	for _, value := range values {
		if wanted(value) {
			found = append(found, value)
		}
	}
	data, err := json.Marshal(found)
	if err != nil {
		return err
	}
	jq := exec.Command("jq", "-r", filter)
	jq.Stdin, jq.Stdout, jq.Stderr = strings.NewReader(string(data)), os.Stdout, os.Stderr
	return jq.Run()
}
