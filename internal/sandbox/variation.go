package sandbox

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Variations are a sandbox's differences from the decided points of the contract. A key is the name of a point, its value one
// of the point's variations: {"ids": "uuid", "errors": "empty"}. Points returns all points.
type Variations map[string]string

// Point is something that the API's documentation leaves open, with its plausible variations. The contract,
// internal/contract/openapi.yaml, explains them.
type Point struct {
	Name       string
	Variations []string // the first is the decided one
}

// Points returns all points.
func Points() []Point {
	return []Point{
		{"ids", []string{"auth0", "other-prefix", "uuid", "number"}},
		{"errors", []string{"message", "error", "error-object", "detail", "title", "errors", "code", "problem", "text", "empty"}},
		{"success", []string{"204", "200", "201", "202"}},
		{"success-body", []string{"none", "empty-object", "object", "text"}},
		{"gone", []string{"404", "403", "410"}},
		{"invite-member", []string{"409", "400", "422", "2xx"}},
		{"invite-again", []string{"2xx", "409", "400", "422"}},
		{"more", []string{"nothing", "fields", "nulls", "times", "roles", "names", "list-roles"}},
		{"list", []string{"exact", "null-page", "count-string", "count-missing"}},
		{"throttling", []string{"429-seconds", "429-date", "429", "503-seconds", "503-date", "503"}},
	}
}

// ParseVariations reads "ids=uuid,errors=empty". The error for an unknown point or variation lists the known ones.
func ParseVariations(text string) (Variations, error) {
	variations := Variations{}
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		point, variation, _ := strings.Cut(part, "=")
		if _, twice := variations[point]; twice {
			return nil, fmt.Errorf("the point %q is given twice", point)
		}
		variations[point] = variation
	}
	return variations, variations.check()
}

func (v Variations) check() error {
	for _, name := range slices.Sorted(maps.Keys(v)) {
		point, ok := pointNamed(name)
		switch {
		case !ok:
			return fmt.Errorf("unknown point %q; the points are %s", name, strings.Join(pointNames(), ", "))
		case !slices.Contains(point.Variations, v[name]):
			return fmt.Errorf("unknown variation %q of the point %s; the variations are %s", v[name], name, strings.Join(point.Variations, ", "))
		}
	}
	return nil
}

func pointNamed(name string) (Point, bool) {
	points := Points()
	i := slices.IndexFunc(points, func(p Point) bool { return p.Name == name })
	if i < 0 {
		return Point{}, false
	}
	return points[i], true
}

func pointNames() []string {
	var names []string
	for _, p := range Points() {
		names = append(names, p.Name)
	}
	return names
}

// of returns the variation of a point, or "" for the decided one.
func (v Variations) of(name string) string {
	if point, ok := pointNamed(name); ok && v[name] != point.Variations[0] {
		return v[name]
	}
	return ""
}

// id returns the n-th ID for a login connection.
func (v Variations) id(connection string, n int) string {
	switch google := connection == ConnectionGoogle; v.of("ids") {
	case "other-prefix":
		if google {
			return fmt.Sprintf("google-apps|unit%d@example.com", n)
		}
		return fmt.Sprintf("samlp|example|%d", n)
	case "uuid":
		return fmt.Sprintf("6f9619ff-8b86-4d01-b42d-%012x", n)
	case "number":
		return fmt.Sprintf("%d", 100_000+n)
	default:
		if google {
			return fmt.Sprintf("google-oauth2|117%018d", n)
		}
		return fmt.Sprintf("auth0|64f0%020x", n)
	}
}

// unknownRole is a role that is not in the contract.
const unknownRole = "operator"

// ownerID is the owner's default ID.
func (v Variations) ownerID() string {
	if v.of("ids") == "" {
		return defaultOwnerID
	}
	return v.id(ConnectionPassword, 0)
}

// joining returns the roles of a person who accepts an invitation with these roles.
func (v Variations) joining(roles []string) []string {
	if v.of("more") == "roles" {
		return append(slices.Clone(roles), unknownRole)
	}
	return roles
}
