package contract

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// match pairs operations, ours to theirs, by the first of these that fits: the operation's id, method and path,
// the path where it leaves no choice, the words of the summary.
func match(theirs, ours []*operation) map[*operation]*operation {
	m := matching{theirs: theirs, ours: ours, pairs: map[*operation]*operation{}}
	m.byKey(func(o *operation) string { return plainID(o.OperationID) })
	m.byKey(func(o *operation) string { return o.method + " " + shapeOfPath(o.path) })
	m.byKey(func(o *operation) string { return shapeOfPath(o.path) })
	m.bySummary()
	m.byKey(func(o *operation) string { return shapeOfPath(o.path) }) // the summaries may have left no choice
	return m.pairs
}

type matching struct {
	theirs, ours []*operation
	pairs        map[*operation]*operation
}

// byKey pairs what is left on both sides and has a key that nobody else on its side has.
func (m *matching) byKey(key func(*operation) string) {
	theirs, ours := groupBy(m.leftOfTheirs(), key), groupBy(m.leftOfOurs(), key)
	for k, our := range ours {
		if their := theirs[k]; k != "" && len(our) == 1 && len(their) == 1 {
			m.pairs[our[0]] = their[0]
		}
	}
}

func (m *matching) leftOfOurs() []*operation {
	return slices.DeleteFunc(slices.Clone(m.ours), func(o *operation) bool { return m.pairs[o] != nil })
}

func (m *matching) leftOfTheirs() []*operation {
	return slices.DeleteFunc(slices.Clone(m.theirs), func(o *operation) bool {
		for _, their := range m.pairs {
			if their == o {
				return true
			}
		}
		return false
	})
}

func groupBy(all []*operation, key func(*operation) string) map[string][]*operation {
	groups := map[string][]*operation{}
	for _, o := range all {
		groups[key(o)] = append(groups[key(o)], o)
	}
	return groups
}

// bySummary pairs the likeliest first; half of the words have to agree.
func (m *matching) bySummary() {
	for {
		var their, our *operation
		best := 0.5
		for _, o := range m.leftOfOurs() {
			for _, t := range m.leftOfTheirs() {
				if likeness := alike(words(t.Summary), words(o.Summary)); likeness > best || likeness == best && our == nil {
					their, our, best = t, o, likeness
				}
			}
		}
		if our == nil {
			return
		}
		m.pairs[our] = their
	}
}

// alike is the share of words that two sets have in common.
func alike(a, b map[string]bool) float64 {
	common := 0
	for word := range a {
		if b[word] {
			common++
		}
	}
	if common == 0 {
		return 0
	}
	return float64(common) / float64(len(a)+len(b)-common)
}

var (
	letters   = regexp.MustCompile(`[a-z]+`)
	fillWords = strings.Fields("a about all an and are by for from in of on s the their them they this to with you your")
)

func words(summary string) map[string]bool {
	set := map[string]bool{}
	for _, word := range letters.FindAllString(strings.ToLower(summary), -1) {
		if !slices.Contains(fillWords, word) {
			set[strings.TrimSuffix(word, "s")] = true
		}
	}
	return set
}

// plainID takes get_user and getUser for the same.
func plainID(id string) string {
	return strings.NewReplacer("_", "", "-", "", ".", "").Replace(strings.ToLower(id))
}

var placeholder = regexp.MustCompile(`\{[^}]*\}`)

// shapeOfPath leaves the names of the parameters out.
func shapeOfPath(path string) string {
	return placeholder.ReplaceAllString(strings.TrimSuffix(path, "/"), "{}")
}

// pathPrefix finds what their paths carry in front that ours have in the server's URL: of the segments that all
// of theirs begin with, as many as make most of them one of ours.
func pathPrefix(theirs, ours []*operation) string {
	known := groupBy(ours, func(o *operation) string { return o.method + " " + shapeOfPath(o.path) })
	best, bestHits := "", -1
	for _, prefix := range commonPrefixes(theirs) {
		hits := 0
		for _, o := range theirs {
			if known[o.method+" "+shapeOfPath(strings.TrimPrefix(o.path, prefix))] != nil {
				hits++
			}
		}
		if hits > bestHits {
			best, bestHits = prefix, hits
		}
	}
	return best
}

// commonPrefixes are "", "/api", "/api/v1" and so on, for as long as every path goes on after it.
func commonPrefixes(all []*operation) []string {
	prefixes := []string{""}
	if len(all) == 0 {
		return prefixes
	}
	prefix := ""
	for _, segment := range strings.Split(strings.TrimPrefix(all[0].path, "/"), "/") {
		prefix += "/" + segment
		goesOn := func(o *operation) bool { return strings.HasPrefix(o.path, prefix+"/") }
		if strings.Contains(segment, "{") || slices.ContainsFunc(all, func(o *operation) bool { return !goesOn(o) }) {
			break
		}
		prefixes = append(prefixes, prefix)
	}
	return prefixes
}

// baseURL is the first server's, with the defaults of its variables, without a slash at the end.
func baseURL(document *openapi3.T) string {
	if len(document.Servers) == 0 || document.Servers[0] == nil {
		return ""
	}
	server := document.Servers[0]
	base := server.URL
	for name, variable := range server.Variables {
		if variable != nil {
			base = strings.ReplaceAll(base, "{"+name+"}", variable.Default)
		}
	}
	return strings.TrimRight(base, "/")
}

func withoutHost(base string) string {
	if u, err := url.Parse(base); err == nil {
		return u.Path
	}
	return base
}
