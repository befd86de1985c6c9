package contract

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v4"
)

// Path is the document's path in the repository.
const Path = "internal/contract/openapi.yaml"

// Point is something that the API's documentation leaves open.
type Point struct {
	Name       string
	Line       int // of the document
	Variations []Variation
}

// Variation is one plausible form of the API. A point's first variation is the decided one.
type Variation struct {
	Name   string `yaml:"name"`
	Means  string `yaml:"means"`
	Change string `yaml:"change"` // a file and the name to change in it; empty if the provider works unchanged
}

// Points returns all points in the document's order.
func Points() []Point {
	var document yaml.Node
	if err := yaml.Unmarshal(source, &document); err != nil {
		panic(fmt.Sprintf("the embedded contract: %v", err))
	}
	return pointsIn(&document)
}

func pointsIn(node *yaml.Node) []Point {
	var points []Point
	for i, child := range node.Content {
		if node.Kind == yaml.MappingNode && i%2 == 1 && node.Content[i-1].Value == "x-variations" {
			points = append(points, pointsOf(child)...)
			continue
		}
		points = append(points, pointsIn(child)...)
	}
	return points
}

func pointsOf(variations *yaml.Node) []Point {
	var points []Point
	for pair := range slices.Chunk(variations.Content, 2) {
		point := Point{Name: pair[0].Value, Line: pair[0].Line}
		if err := pair[1].Decode(&point.Variations); err != nil {
			panic(fmt.Sprintf("the embedded contract: %s: %v", point.Name, err))
		}
		points = append(points, point)
	}
	return points
}

// Find returns a point and its variation by name.
func Find(points []Point, point, variation string) (Point, Variation) {
	for _, p := range points {
		for _, v := range p.Variations {
			if p.Name == point && v.Name == variation {
				return p, v
			}
		}
	}
	panic("the contract has no variation " + point + "=" + variation)
}
