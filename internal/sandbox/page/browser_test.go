package page_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// tab is a page of a headless Chromium with an organization.
type tab struct {
	*fixture
	ctx        context.Context
	complaints chan string // of the browser's console
}

// openTab shows the example's organization with two pending invitations, in the Chromium of make test-browser.
func openTab(t *testing.T) *tab {
	t.Helper()
	chromium := os.Getenv("CHROMIUM")
	if chromium == "" {
		t.Skip("CHROMIUM is not set; make test-browser sets it")
	}
	seed, err := os.ReadFile("../../../examples/sandbox/organization.json")
	if err != nil {
		t.Fatal(err)
	}
	s, err := sandbox.Load(seed, sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b := &tab{fixture: serve(t, s), complaints: make(chan string, 100)}
	b.invite("lin@example.com", "Lin Axle")
	b.invite("max@example.com", "Max Cable")
	limited, expire := context.WithTimeout(context.WithoutCancel(t.Context()), 2*time.Minute) // a cleanup closes the context
	t.Cleanup(expire)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.DisableGPU)
	allocator, stop := chromedp.NewExecAllocator(limited, options...)
	t.Cleanup(stop)
	ctx, forget := chromedp.NewContext(allocator)
	t.Cleanup(forget)
	b.ctx = ctx
	b.must(chromedp.Listen(ctx, func(event any) {
		if e, ok := event.(*log.EventEntryAdded); ok {
			b.complaints <- e.Entry.Text
		}
	}))
	t.Cleanup(func() { b.must(chromedp.Cancel(ctx)) })
	call(b, log.Enable, cdp.Empty{})
	call(b, accessibility.Enable, cdp.Empty{})
	b.do(chromedp.Navigate(b.server.URL))
	return b
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	b.must(chromedp.Do(b.ctx, steps...))
}

func (b *tab) press(keys string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys))
}

// ask returns an action's value.
func ask[T any](b *tab, action chromedp.Action[T]) T {
	b.t.Helper()
	value, err := chromedp.Run(b.ctx, action)
	b.must(err)
	return value
}

// call is a command of the browser's protocol.
func call[P, R any](b *tab, command cdp.Command[P, R], params P) R {
	b.t.Helper()
	result, err := chromedp.Call(b.ctx, command, params)
	b.must(err)
	return result
}

// focused is the accessible name of the focused element.
func (b *tab) focused() string {
	b.t.Helper()
	element := call(b, runtime.Evaluate, runtime.EvaluateParams{Expression: "document.activeElement"})
	alone := false
	tree := call(b, accessibility.GetPartialAXTree, accessibility.GetPartialAXTreeParams{ObjectID: element.Result.ObjectID, FetchRelatives: &alone})
	return spoken(tree.Nodes[0].Name)
}

// spoken is a text for screen readers.
func spoken(value *accessibility.Value) (text string) {
	if value != nil {
		_ = json.Unmarshal([]byte(value.Value), &text) // other values have no text
	}
	return text
}

// tabTo presses Tab until the element with this name has the focus, and checks that the focus is visible.
func (b *tab) tabTo(name string) {
	b.t.Helper()
	var passed []string
	for range 100 {
		b.press(kb.Tab)
		if at := b.focused(); at != name {
			passed = append(passed, at)
			continue
		}
		outline := ask(b, chromedp.Evaluate[string](`(s => s.outlineStyle + " " + s.outlineWidth)(getComputedStyle(document.activeElement))`))
		if outline != "solid 3px" {
			b.t.Errorf("the focus cannot be seen on %s: %s", name, outline)
		}
		return
	}
	b.t.Fatalf("Tab does not reach %q, only %q", name, passed)
}

// wantSaid waits until an element with this role and text has the focus, so that a screen reader reads it.
func (b *tab) wantSaid(role, text string) {
	b.t.Helper()
	b.do(chromedp.WaitReady(fmt.Sprintf("//*[@role=%q][contains(., %q)]", role, text)))
	b.do(chromedp.Poll[chromedp.Void](fmt.Sprintf("document.activeElement.getAttribute('role') == %q", role)))
}

func TestKeyboardIsEnough(t *testing.T) {
	b := openTab(t)
	b.press(kb.Tab)
	if name := b.focused(); name != "Skip to the content" {
		t.Errorf("Tab comes to %q first", name)
	}
	b.press(kb.Enter)
	b.tabTo("Everybody accepts")
	b.tabTo("Accept the invitation of Lin Axle, lin@example.com")
	b.press(kb.Enter)
	b.wantSaid("status", "lin@example.com accepted, and is a member now.")
	b.tabTo("Ignore the invitation of Max Cable, max@example.com")
	b.press(kb.Enter)
	b.wantSaid("status", "max@example.com ignored the invitation")

	b.tabTo("Change Lin Axle, lin@example.com")
	b.press(kb.Enter)
	b.do(chromedp.WaitReady("//h2[.='Lin Axle']"))
	b.tabTo("developer")
	b.press(" ")
	b.tabTo("Set these roles")
	b.press(kb.Enter)
	b.wantSaid("status", "Lin Axle has these roles now: developer, analyst.")
	b.wantMember("lin@example.com", "Lin Axle", "developer", "analyst")

	b.tabTo("Add a stranger")
	b.press(kb.Enter)
	b.tabTo("Name")
	b.press(" ")
	b.tabTo("E-mail")
	b.press("zoe@example.com" + kb.Enter)
	b.wantSaid("alert", "The name must not be empty.")
	b.tabTo("Name")
	b.press(kb.End + "Zoe Wheel" + kb.Enter)
	b.wantSaid("status", "Zoe Wheel is a member now")
	b.wantMember("zoe@example.com", "Zoe Wheel")
}

func TestScreenReader(t *testing.T) {
	b := openTab(t)
	for _, path := range []string{"/", "/?member=google-oauth2%7C117200000000000000001"} {
		b.do(chromedp.Navigate(b.server.URL + path))
		b.do(chromedp.Evaluate[chromedp.Void]("document.querySelectorAll('details').forEach(d => d.open = true)"))
		times := map[string]int{}
		for _, node := range call(b, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{}).Nodes {
			role, name := spoken(node.Role), spoken(node.Name)
			times[role]++
			if name == "" && slices.Contains([]string{"button", "link", "textbox", "checkbox", "region", "navigation", "table", "DisclosureTriangle", "heading"}, role) {
				t.Errorf("%s: a %s has no name", path, role)
			}
		}
		for role, least := range map[string]int{"banner": 1, "main": 1, "contentinfo": 1, "region": 1, "heading": 2, "button": 4} {
			if times[role] < least {
				t.Errorf("%s: %d times the role %s, want %d at least: %v", path, times[role], role, least, times)
			}
		}
	}
	select {
	case complaint := <-b.complaints:
		t.Errorf("the browser complains: %q", complaint)
	default:
	}
}

// The pictures are kept; the first one is examples/sandbox/screenshot.png.
func TestScreensLightAndDark(t *testing.T) {
	b := openTab(t)
	b.do(chromedp.EmulateViewport(1200, 1280), chromedp.Reload())
	b.must(os.WriteFile(filepath.Join(t.ArtifactDir(), "readme.png"), ask(b, chromedp.CaptureScreenshot()), 0o600))
	b.invite("a.name.that.is.longer.than.what.anybody.would.have.thought.of@subsidiary.example.com", "A name that is longer than what anybody would have thought of")
	for _, scheme := range []string{"light", "dark"} {
		call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		for device, width := range map[string]int64{"desktop": 1280, "phone": 390, "narrow": 320} {
			for page, path := range map[string]string{"organization": "/", "member": "/?member=google-oauth2%7C117200000000000000001"} {
				b.do(chromedp.EmulateViewport(width, 900), chromedp.Navigate(b.server.URL+path))
				picture := ask(b, chromedp.FullScreenshot(100))
				if wide := ask(b, chromedp.Evaluate[int64]("document.documentElement.scrollWidth")); wide > width {
					t.Errorf("%s is %d wide on a screen of %d", page, wide, width)
				}
				b.must(os.WriteFile(filepath.Join(t.ArtifactDir(), page+"-"+device+"-"+scheme+".png"), picture, 0o600))
				wantBrightness(t, scheme, picture)
			}
		}
	}
}

func wantBrightness(t *testing.T, scheme string, picture []byte) {
	t.Helper()
	decoded, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	red, _, _, _ := decoded.At(5, decoded.Bounds().Dy()-5).RGBA()
	if scheme == "light" && red < 0xe000 || scheme == "dark" && red > 0x3000 {
		t.Errorf("%s: the brightness is %x", scheme, red)
	}
}
