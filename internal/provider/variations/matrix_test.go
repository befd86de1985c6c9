package variations_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

var update = flag.Bool("update", false, "write matrix.md again")

// variation is a variation other than the decided one.
type variation struct{ point, name string }

func (v variation) String() string { return v.point + "=" + v.name }

func all() []variation {
	var all []variation
	for _, p := range sandbox.Points() {
		for _, name := range p.Variations[1:] {
			all = append(all, variation{p.Name, name})
		}
	}
	return all
}

// expected are the steps that fail with a variation, with the summary of the message. All others work.
func expected(v variation) map[string]string {
	switch v.String() {
	case "gone=403", "gone=410":
		return map[string]string{"leave outside Terraform": "Could not read the membership"}
	case "invite-again=409", "invite-again=400", "invite-again=422":
		return map[string]string{"invite again": "Could not update the membership"}
	case "throttling=503":
		return map[string]string{"invite": "The invitation to ada@example.com is unconfirmed"}
	case "list=count-string", "list=count-missing":
		everything := map[string]string{}
		for _, s := range steps() {
			everything[s.name] = "Could not plan the membership"
		}
		delete(everything, "remove") // there is no member to remove
		everything["exclusive"] = "Could not plan modelprime_exclusive_memberships"
		everything["absent"] = "Could not plan modelprime_absent_memberships"
		everything["audit"] = "Could not audit the members"
		return everything
	}
	return nil
}

// masks reports whether no step works with a variation, so that it hides all others.
func masks(v variation) bool { return len(expected(v)) > 1 }

// allowed are the possible summaries of a step with several variations, none if it must work.
func allowed(step string, variations []variation) []string {
	var summaries []string
	for _, v := range variations {
		if masks(v) {
			if expected(v)[step] == "" {
				return nil
			}
			return []string{expected(v)[step]}
		}
		// A throttled invitation was not sent, so the next one is the first.
		firstAgain := step == "invite again" && slices.Contains(variations, variation{"throttling", "503"})
		if summary := expected(v)[step]; summary != "" && !firstAgain {
			summaries = append(summaries, summary)
		}
	}
	return summaries
}

// checkJob runs the job with these variations, and fails the test unless each step has the result of one of them.
func checkJob(t *testing.T, variations ...variation) []*problem {
	t.Helper()
	given := sandbox.Variations{}
	for _, v := range variations {
		given[v.point] = v.name
	}
	problems := do(t, given)
	for i, s := range steps() {
		want, p := allowed(s.name, variations), problems[i]
		switch {
		case p == nil && len(want) > 0:
			t.Errorf("%s works, want one of %q", s.name, want)
		case p != nil && !slices.Contains(want, p.summary):
			t.Errorf("%s gives %v, want one of %q", s.name, p, want)
		}
	}
	return problems
}

// The main job with each variation. A step that fails names the point and make doctor.
func TestMainJobOnEachVariation(t *testing.T) {
	var mu sync.Mutex
	outcomes := map[variation][]*problem{}
	t.Run("all", func(t *testing.T) {
		for _, v := range all() {
			t.Run(v.String(), func(t *testing.T) {
				t.Parallel()
				problems := checkJob(t, v)
				for i, p := range problems {
					if p != nil && v.point != "throttling" && (!strings.Contains(p.detail, "make doctor") || !strings.Contains(p.detail, `"`+v.point+`"`)) {
						t.Errorf("%s does not name the point %q and make doctor:\n%v", steps()[i].name, v.point, p)
					}
				}
				mu.Lock()
				defer mu.Unlock()
				outcomes[v] = problems
			})
		}
		t.Run("none", func(t *testing.T) { checkJob(t) })
	})
	const path = "matrix.md"
	text := render(outcomes)
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if kept, err := os.ReadFile(path); err != nil || string(kept) != text {
		t.Errorf("matrix.md is not up to date (-update writes it): %v", err)
	}
}

// The main job with each pair of variations. Each run varies all points, and each pair is in one run.
func TestMainJobOnPairs(t *testing.T) {
	runs := covering()
	t.Logf("%d runs", len(runs))
	if os.Getenv("MODELPRIME_FULL") != "" {
		runs = pairs()
	}
	for i, run := range runs {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			checkJob(t, run...)
			if t.Failed() {
				t.Log("with", run)
			}
		})
	}
}

// pairs are all pairs of variations of different points.
func pairs() [][]variation {
	var pairs [][]variation
	for i, a := range all() {
		for _, b := range all()[i+1:] {
			if a.point != b.point {
				pairs = append(pairs, []variation{a, b})
			}
		}
	}
	return pairs
}

// covering are a few runs that contain each pair. A variation with which no step works hides the pairs of all others.
func covering() [][]variation {
	var runs [][]variation
	left := map[[2]variation]bool{}
	for _, p := range pairs() {
		left[[2]variation{p[0], p[1]}] = true
	}
	for _, p := range pairs() {
		if !left[[2]variation{p[0], p[1]}] {
			continue
		}
		run := slices.Clone(p)
		for _, point := range sandbox.Points() {
			run = withBest(run, point, left)
		}
		for _, pair := range seenIn(run) {
			delete(left, pair)
		}
		runs = append(runs, run)
	}
	return runs
}

// withBest adds the variation of a point with the most remaining pairs.
func withBest(run []variation, point sandbox.Point, left map[[2]variation]bool) []variation {
	if slices.ContainsFunc(run, func(v variation) bool { return v.point == point.Name }) {
		return run
	}
	var best []variation
	most := -1
	for _, name := range point.Variations[1:] {
		candidate := append(slices.Clone(run), variation{point.Name, name})
		if masks(variation{point.Name, name}) {
			continue
		}
		brings := 0
		for _, pair := range seenIn(candidate) {
			if left[pair] {
				brings++
			}
		}
		if brings > most {
			best, most = candidate, brings
		}
	}
	return best
}

// seenIn are the pairs of a run that are not hidden, in the order of pairs().
func seenIn(run []variation) [][2]variation {
	order := all()
	sorted := slices.SortedFunc(slices.Values(run), func(a, b variation) int { return slices.Index(order, a) - slices.Index(order, b) })
	hiding := slices.ContainsFunc(run, masks)
	var seen [][2]variation
	for i, a := range sorted {
		for _, b := range sorted[i+1:] {
			if !hiding || masks(a) || masks(b) {
				seen = append(seen, [2]variation{a, b})
			}
		}
	}
	return seen
}

const introduction = `<!-- Written by: go test ./internal/provider/variations -run TestMainJobOnEachVariation -update -->

# The result of each variation of the API

The provider has not been run against the live API. [The contract](../../contract/README.md) lists the points that its documentation
leaves open, with their plausible variations. Here the provider does its main job with each variation and with each pair of variations:
it invites, invites again, detects accepted invitations, corrects drift, imports by ID, detects members who left outside Terraform,
adopts, audits, removes members by both exclusive and absent memberships and by destroy, and invites a person who joins at that moment.
In no cell is a member lost, or an e-mail sent by mistake.

## One variation

`

func render(outcomes map[variation][]*problem) string {
	var b strings.Builder
	b.WriteString(introduction + "| variation |")
	for _, s := range steps() {
		b.WriteString(" " + s.name + " |")
	}
	b.WriteString("\n|---" + strings.Repeat("|---", len(steps())) + "|\n")
	var texts []read
	for _, v := range all() {
		fmt.Fprintf(&b, "| %s |", v)
		for _, p := range outcomes[v] {
			b.WriteString(" " + letter(&texts, v, p) + " |")
		}
		b.WriteString("\n")
	}
	b.WriteString("\nThe messages of the steps that do not work:\n")
	for i, text := range texts {
		fmt.Fprintf(&b, "\n%c: %s\n", 'A'+i, text.text)
	}
	b.WriteString("\n## Pairs of variations\n\nIn each step, a pair has the result of one of its two variations, and no result of its own. A dot: all steps work. A number: so many\nsteps do not work. A star: no step works. A dash: not a pair.\n\n```\n")
	renderPairs(&b)
	b.WriteString("```\n")
	return b.String()
}

// read is a message and the variation that first gave it.
type read struct{ variation, summary, text string }

// letter stands for a message.
func letter(texts *[]read, v variation, p *problem) string {
	if p == nil {
		return "works"
	}
	text := "**" + p.summary + "**  \n" + strings.ReplaceAll(p.detail, "\n\n", "  \n")
	text = regexp.MustCompile(`http://127\.0\.0\.1:\d+`).ReplaceAllString(text, "https://api.model-prime.com")
	i := slices.IndexFunc(*texts, func(r read) bool { return r.text == text || r.variation == v.String() && r.summary == p.summary })
	if i < 0 {
		i = len(*texts)
		*texts = append(*texts, read{v.String(), p.summary, text})
	}
	return string(rune('A' + i))
}

func renderPairs(b *strings.Builder) {
	for _, a := range all() {
		fmt.Fprintf(b, "%-28s", a)
		for _, other := range all() {
			failing := 0
			for _, s := range steps() {
				if len(allowed(s.name, []variation{a, other})) > 0 {
					failing++
				}
			}
			switch {
			case a.point == other.point:
				b.WriteString(" -")
			case failing == 0:
				b.WriteString(" .")
			case masks(a) || masks(other):
				b.WriteString(" *")
			default:
				fmt.Fprintf(b, " %d", failing)
			}
		}
		b.WriteString("\n")
	}
}
