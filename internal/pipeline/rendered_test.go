package pipeline

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"
	xhtml "golang.org/x/net/html"
)

// page is Markdown as a browser shows it.
type page struct {
	text string          // all text
	free string          // the text outside code
	tags map[string]bool // the elements with their attributes
}

// rendered renders GitHub's Markdown and keeps all HTML in it.
func rendered(t *testing.T, markdown string) page {
	t.Helper()
	var buffer bytes.Buffer
	markdownToHTML := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(html.WithUnsafe()))
	if err := markdownToHTML.Convert([]byte(markdown), &buffer); err != nil {
		t.Fatal(err)
	}
	root, err := xhtml.Parse(&buffer)
	if err != nil {
		t.Fatal(err)
	}
	p := page{tags: map[string]bool{}}
	for node := range root.Descendants() {
		switch {
		case node.Type == xhtml.ElementNode && !slices.Contains([]string{"html", "head", "body"}, node.Data):
			tag := node.Data
			for _, attribute := range node.Attr {
				tag += " " + attribute.Key + "=" + attribute.Val
			}
			p.tags[tag] = true
		case node.Type == xhtml.TextNode:
			p.text += " " + node.Data
			if !within(node, "code", "pre") {
				p.free += " " + node.Data
			}
		}
	}
	p.text = strings.Join(strings.Fields(p.text), " ")
	return p
}

func within(node *xhtml.Node, names ...string) bool {
	for ancestor := range node.Ancestors() {
		if slices.Contains(names, ancestor.Data) {
			return true
		}
	}
	return false
}
