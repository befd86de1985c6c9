package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// point is the time of a plan of all active members, with its floor and the time of ten requests in flight.
type point struct {
	members           int
	ours, floor, wire time.Duration
}

var curves = []struct {
	title, color string
	time         func(point) time.Duration
}{
	{"this provider", "#0b5cad", func(p point) time.Duration { return p.ours }},
	{"ten requests in flight, nothing else", "#b35900", func(p point) time.Duration { return p.wire }},
	{"the floor: as many terraform_data", "#4d7a1f", func(p point) time.Duration { return p.floor }},
}

// draw draws the time of a plan by number of members, from the part lines.
func (b *bench) draw(file string) error {
	const width, height, left, right, top, bottom = 640, 360, 60, 30, 20, 44
	if len(b.times) == 0 {
		return errors.New("nothing to draw: the picture needs the part lines")
	}
	last := b.times[len(b.times)-1]
	most := max(last.ours, last.floor, last.wire)
	x := func(members int) int { return left + (width-left-right)*members/last.members }
	y := func(d time.Duration) int { return height - bottom - int((height-bottom-top)*float64(d)/float64(most)) }
	var svg strings.Builder
	add := func(format string, args ...any) { fmt.Fprintf(&svg, format+"\n", args...) }
	add(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`, width, height)
	add(`<title>Time of a plan by members</title>`)
	add(`<rect width="%d" height="%d" fill="white"/>`, width, height)
	add(`<path d="M%d %dV%dH%d" fill="none" stroke="black"/>`, left, top, height-bottom, width-right)
	for i := range 5 {
		at := most * time.Duration(i) / 4
		add(`<text x="%d" y="%d" text-anchor="end">%.0f s</text>`, left-6, y(at)+4, at.Seconds())
	}
	for _, p := range b.times[1:] { // the smallest is too close to the corner
		add(`<text x="%d" y="%d" text-anchor="middle">%s</text>`, x(p.members), height-bottom+16, number(p.members))
	}
	add(`<text x="%d" y="%d" text-anchor="middle">members, all of them managed; %s a request</text>`, (left+width-right)/2, height-8, b.latency)
	for i, c := range curves {
		path := fmt.Sprintf("M%d %d", x(0), y(0))
		for _, p := range b.times {
			path += fmt.Sprintf("L%d %d", x(p.members), y(c.time(p)))
		}
		add(`<path d="%s" fill="none" stroke="%s" stroke-width="2"/>`, path, c.color)
		add(`<text x="%d" y="%d" fill="%s">%s</text>`, left+14, top+16*(i+1), c.color, c.title)
	}
	add(`</svg>`)
	return os.WriteFile(file, []byte(svg.String()), 0o600)
}
