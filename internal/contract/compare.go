package contract

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Difference is one point in which two specifications do not agree.
type Difference struct {
	Operation string // "inviteUser", "server", or the method and path of what has no id
	Place     string // `request body: field "connection"`; "" is the operation itself
	Text      string // "theirs is not nullable, ours is"
}

func (d Difference) String() string {
	if d.Place == "" {
		return d.Operation + ": " + d.Text
	}
	return d.Operation + ": " + d.Place + ": " + d.Text
}

// Compare lists where their specification and ours differ, operation by operation: those that both have, then
// those that only ours has, then those that only theirs has. Descriptions and examples do not count.
func Compare(theirs, ours *openapi3.T) []Difference {
	c := &comparison{}
	left, right := operationsOf(theirs), operationsOf(ours)
	prefix := pathPrefix(left, right)
	for _, o := range left {
		o.path = strings.TrimPrefix(o.path, prefix)
	}
	c.compareServers(baseURL(theirs)+prefix, baseURL(ours))
	pairs := match(left, right)
	for _, our := range right {
		if their := pairs[our]; their != nil {
			c.compareOperations(their, our)
		}
	}
	c.onlyOne(right, slices.Collect(maps.Keys(pairs)), "only ours")
	c.onlyOne(left, slices.Collect(maps.Values(pairs)), "only theirs")
	return c.found
}

type comparison struct {
	operation string
	found     []Difference
}

func (c *comparison) add(place, format string, args ...any) {
	c.found = append(c.found, Difference{Operation: c.operation, Place: place, Text: fmt.Sprintf(format, args...)})
}

// differ notes two values of one thing unless they are the same.
func (c *comparison) differ(place, theirs, ours string) {
	if theirs != ours {
		c.add(place, "theirs is %s, ours is %s", theirs, ours)
	}
}

// differYesNo notes that one side is something and the other is not.
func (c *comparison) differYesNo(place, what string, theirs, ours bool) {
	switch {
	case theirs && !ours:
		c.add(place, "theirs is %s, ours is not", what)
	case !theirs && ours:
		c.add(place, "theirs is not %s, ours is", what)
	}
}

// compareServers leaves a host out that one side does not tell.
func (c *comparison) compareServers(theirs, ours string) {
	if !strings.Contains(theirs, "://") || !strings.Contains(ours, "://") {
		theirs, ours = withoutHost(theirs), withoutHost(ours)
	}
	if theirs != "" {
		c.operation = "server"
		c.differ("", theirs, ours)
	}
}

func (c *comparison) compareOperations(theirs, ours *operation) {
	c.operation = ours.name()
	c.differ("method", theirs.method, ours.method)
	if shapeOfPath(theirs.path) != shapeOfPath(ours.path) {
		c.differ("path", theirs.path, ours.path)
	}
	c.compareParameters(theirs, ours)
	c.compareRequestBodies(bodyOf(theirs), bodyOf(ours))
	c.compareResponses(theirs.Responses, ours.Responses)
}

func (c *comparison) onlyOne(all, paired []*operation, text string) {
	for _, o := range all {
		if !slices.Contains(paired, o) {
			c.operation = o.name()
			c.add(o.placeUnlessName(), "%s", text)
		}
	}
}

// operation is one with what its path item adds to it.
type operation struct {
	*openapi3.Operation
	method, path string
	parameters   openapi3.Parameters
}

func (o *operation) name() string {
	return cmp.Or(o.OperationID, o.method+" "+o.path)
}

func (o *operation) placeUnlessName() string {
	if o.OperationID == "" {
		return ""
	}
	return o.method + " " + o.path
}

func operationsOf(document *openapi3.T) []*operation {
	var all []*operation
	paths := document.Paths.Map()
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		if paths[path] == nil {
			continue
		}
		methods := paths[path].Operations()
		for _, method := range slices.Sorted(maps.Keys(methods)) {
			o := &operation{Operation: methods[method], method: method, path: path}
			o.parameters = parametersOf(o.Parameters, paths[path].Parameters)
			all = append(all, o)
		}
	}
	return all
}

// parametersOf are an operation's own, and those of its path that it does not replace.
func parametersOf(own, shared openapi3.Parameters) openapi3.Parameters {
	isNothing := func(p *openapi3.ParameterRef) bool { return p == nil || p.Value == nil }
	own = slices.DeleteFunc(slices.Clone(own), isNothing)
	all := slices.Clone(own)
	for _, p := range shared {
		if !isNothing(p) && own.GetByInAndName(p.Value.In, p.Value.Name) == nil {
			all = append(all, p)
		}
	}
	return all
}
