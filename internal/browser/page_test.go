package browser

import (
	"bytes"
	"image/png"
	"strconv"
	"strings"
	"testing"
)

// tabTo presses Tab until the element with this name has the keyboard, and wants the focus to be seen there.
func (b *browser) tabTo(name string) {
	b.t.Helper()
	var passed []string
	for range 100 {
		b.press(tab)
		at := b.focused()
		if got := at.name(); got != name {
			passed = append(passed, got)
			continue
		}
		if style, width := at.css("outline-style"), at.css("outline-width"); style != "solid" || width != "3px" {
			b.t.Errorf("the focus cannot be seen on %s: %s %s", name, width, style)
		}
		return
	}
	b.t.Fatalf("Tab never comes to %q, but to %q", name, passed)
}

// wantSaid wants the keyboard, and with it the screen reader, to be at a status that says this.
func (b *browser) wantSaid(text string) {
	b.t.Helper()
	b.find("//*[@role='status'][contains(., '" + text + "')]")
	at := b.focused()
	if role, got := at.role(), at.text(); role != "status" || !strings.Contains(got, text) {
		b.t.Errorf("the focus is at the %s %q, not at what was said", role, got)
	}
	if title := b.get("/title"); !strings.HasPrefix(title, text) {
		b.t.Errorf("the title is %q", title)
	}
}

func TestTheKeyboardAloneIsEnough(t *testing.T) {
	o := found(t, readyToServe)
	o.invite("Lin Axle", "lin@example.com")
	o.invite("Max Cable", "max@example.com")
	b := openBrowser(t)
	b.open(o.address)

	b.press(tab)
	if got := b.focused().name(); got != "Skip to the content" {
		t.Errorf("Tab comes to %q first", got)
	}
	b.press(enter)
	b.tabTo("Everybody accepts")
	b.tabTo("Accept the invitation of Lin Axle, lin@example.com")
	b.press(enter)
	b.wantSaid("lin@example.com accepted, and is a member now.")
	o.wantRoles("lin@example.com", "analyst")

	b.tabTo("Ignore the invitation of Max Cable, max@example.com")
	b.press(enter)
	b.wantSaid("max@example.com ignored the invitation")

	b.tabTo("Change Lin Axle, lin@example.com")
	b.press(enter)
	b.find("//h2[.='Lin Axle']")
	b.tabTo("developer")
	b.press(space)
	b.tabTo("Set these roles")
	b.press(enter)
	b.wantSaid("Lin Axle has these roles now: developer, analyst.")
	o.wantRoles("lin@example.com", "developer,analyst")

	b.tabTo("Add a stranger")
	b.press(enter)
	b.tabTo("Name")
	b.typeText("Zoe Wheel")
	b.tabTo("E-mail")
	b.typeText("zoe@example.com")
	b.press(enter)
	b.wantSaid("Zoe Wheel is a member now")
	o.wantRoles("zoe@example.com", "")

	b.tabTo("Change Lin Axle, lin@example.com")
	b.press(enter)
	b.tabTo("Remove Lin Axle")
	b.press(enter)
	b.wantSaid("Lin Axle is no member any more.")
	if _, ok := o.roles("lin@example.com"); ok {
		t.Error("Lin is a member still")
	}
}

func TestWhatIsRefusedIsSaidWhereItIsRead(t *testing.T) {
	o := found(t, readyToServe)
	b := openBrowser(t)
	b.open(o.address)
	b.named("summary", "Add a stranger").click()
	b.tabTo("Name")
	b.typeText(" ")
	b.tabTo("E-mail")
	b.typeText("zoe@example.com")
	b.press(enter)
	b.find("//*[@role='alert'][contains(., 'The name must not be empty.')]")
	if at := b.focused(); at.role() != "alert" {
		t.Errorf("the focus is at the %s %q", at.role(), at.text())
	}
	b.find("//input[@id='add-email'][@value='zoe@example.com']")
}

func TestAScreenReaderFindsItsWay(t *testing.T) {
	o := found(t, readyToServe)
	o.invite("Lin Axle", "lin@example.com")
	b := openBrowser(t)
	for _, address := range []string{o.address, o.address + "?member=auth0%7Cowner"} {
		b.open(address)
		b.run("for (const d of document.querySelectorAll('details')) d.open = true", nil)
		for css, role := range map[string]string{"header": "banner", "main": "main", "footer": "contentinfo", "section": "region"} {
			for _, e := range b.all(css) {
				if got := e.role(); got != role {
					t.Errorf("%s: the %s is a %s, want %s", address, css, got, role)
				}
			}
		}
		if n := len(b.all("h1")); n != 1 {
			t.Errorf("%s: %d headings of the first rank", address, n)
		}
		for _, e := range b.all("section, button, a, summary, input:not([type=hidden])") {
			if e.name() == "" {
				t.Errorf("%s: a %s has no name: %q", address, e.role(), e.text())
			}
		}
	}
	b.open(o.address)
	for _, e := range b.all("nav, table") {
		if e.name() == "" {
			t.Errorf("a %s has no name", e.role())
		}
	}
	if said := b.complaints(); len(said) > 0 {
		t.Errorf("the browser complains: %q", said)
	}
}

func TestItFitsScreensLightAndDark(t *testing.T) {
	o := found(t, readyToServe)
	o.invite("Lin Axle", "lin@example.com")
	o.invite("A name that is longer than what anybody would have thought of", "a.name.that.is.longer.than.what.anybody.would.have.thought.of@subsidiary.example.com")
	b := openBrowser(t)
	for _, scheme := range []string{"light", "dark"} {
		b.prefer(scheme)
		for name, width := range map[string]int{"desktop": 1280, "phone": 390, "narrow": 320} {
			b.resize(width, 900)
			for page, address := range map[string]string{"organization": o.address, "member": o.address + "?member=auth0%7Cowner"} {
				b.open(address)
				b.wantFit(width)
				keep(t, strings.Join([]string{page, name, scheme}, "-")+".png", b.wholePage(width))
			}
		}
	}
}

func (b *browser) wantFit(width int) {
	b.t.Helper()
	var wide int
	b.run("return document.documentElement.scrollWidth", &wide)
	if wide > width {
		b.t.Errorf("the page is %d wide on a screen of %d", wide, width)
	}
}

// wholePage is a picture of the page from top to bottom.
func (b *browser) wholePage(width int) []byte {
	b.t.Helper()
	var height int
	b.run("return document.documentElement.scrollHeight", &height)
	b.resize(width, height)
	defer b.resize(width, 900)
	return b.screenshot()
}

func TestDarkIsDarkAndLightIsLight(t *testing.T) {
	o := found(t, readyToServe)
	b := openBrowser(t)
	brightness := map[string]uint32{}
	for _, scheme := range []string{"light", "dark"} {
		b.prefer(scheme)
		b.resize(1280, 900)
		b.open(o.address)
		picture, err := png.Decode(bytes.NewReader(b.screenshot()))
		if err != nil {
			t.Fatal(err)
		}
		_, brightness[scheme], _, _ = picture.At(5, 800).RGBA()
	}
	if brightness["light"] < 0xe000 || brightness["dark"] > 0x3000 {
		t.Errorf("light is %s, dark is %s", strconv.FormatUint(uint64(brightness["light"]), 16), strconv.FormatUint(uint64(brightness["dark"]), 16))
	}
}
