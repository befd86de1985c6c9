package browser

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"
)

// browser is a session of a headless Chromium, driven by the WebDriver protocol. Whatever goes wrong ends the test.
type browser struct {
	t       *testing.T
	session string // its address
}

// Keys, as WebDriver names them.
const (
	tab   = "\uE004"
	enter = "\uE007"
	space = " "
)

// An element that is not there yet is waited for so long.
const patience = 20 * time.Second

func openBrowser(t *testing.T) *browser {
	t.Helper()
	b := &browser{t: t, session: startDriver(t) + "/session"}
	args := []string{
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--hide-scrollbars", "--user-data-dir=" + filepath.Join(scratch, "profile-"+t.Name()),
	}
	var opened struct{ SessionID string }
	b.call(http.MethodPost, "", map[string]any{"capabilities": map[string]any{"alwaysMatch": map[string]any{
		"goog:chromeOptions": map[string]any{"args": args},
		"goog:loggingPrefs":  map[string]any{"browser": "ALL"},
		"timeouts":           map[string]any{"implicit": patience.Milliseconds()},
	}}}, &opened)
	b.session += "/" + opened.SessionID
	t.Cleanup(func() { b.call(http.MethodDelete, "", nil, nil) })
	return b
}

// startDriver runs the WebDriver on a port of its own choice.
func startDriver(t *testing.T) string {
	t.Helper()
	driver := exec.Command("chromedriver", "--port=0")
	stdout, err := driver.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := driver.Start(); err != nil {
		t.Fatalf("start the WebDriver: %v; `make test-browser` installs it", err)
	}
	t.Cleanup(func() {
		_ = driver.Process.Kill()
		_ = driver.Wait()
	})
	started := regexp.MustCompile(`started successfully on port (\d+)`)
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if found := started.FindStringSubmatch(lines.Text()); found != nil {
			go func() { _, _ = io.Copy(io.Discard, stdout) }()
			return "http://127.0.0.1:" + found[1]
		}
	}
	t.Fatalf("the WebDriver did not start: %v", lines.Err())
	return ""
}

// call is one command of the protocol.
func (b *browser) call(method, path string, in, out any) {
	b.t.Helper()
	if in == nil {
		in = struct{}{}
	}
	body, err := json.Marshal(in)
	if err != nil {
		b.t.Fatal(err)
	}
	request, err := http.NewRequest(method, b.session+path, bytes.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	client := http.Client{Timeout: 3 * patience, Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close()
	var reply struct{ Value json.RawMessage }
	if err := json.NewDecoder(response.Body).Decode(&reply); err != nil || response.StatusCode != http.StatusOK {
		b.t.Fatalf("%s %s: %d %s (%v)", method, path, response.StatusCode, reply.Value, err)
	}
	if out == nil {
		return
	}
	if err := json.Unmarshal(reply.Value, out); err != nil {
		b.t.Fatalf("%s %s: %s: %v", method, path, reply.Value, err)
	}
}

func (b *browser) get(path string) string {
	b.t.Helper()
	var value string
	b.call(http.MethodGet, path, nil, &value)
	return value
}

func (b *browser) open(address string) {
	b.t.Helper()
	b.call(http.MethodPost, "/url", map[string]string{"url": address}, nil)
}

// element is something on the page as it is now.
type element struct {
	b    *browser
	path string
}

// reference is how the protocol says which element.
type reference map[string]string

func (b *browser) element(r reference) element {
	for _, id := range r {
		return element{b, "/element/" + id}
	}
	b.t.Fatal("no element")
	return element{}
}

// find waits until there is such an element.
func (b *browser) find(xpath string) element {
	b.t.Helper()
	var found reference
	b.call(http.MethodPost, "/element", map[string]string{"using": "xpath", "value": xpath}, &found)
	return b.element(found)
}

// all are the elements that are there now, at least one.
func (b *browser) all(css string) []element {
	b.t.Helper()
	var found []reference
	b.call(http.MethodPost, "/elements", map[string]string{"using": "css selector", "value": css}, &found)
	var elements []element
	for _, r := range found {
		elements = append(elements, b.element(r))
	}
	return elements
}

// named is the button, link, field or the like that says this and nothing else.
func (b *browser) named(tag, text string) element {
	b.t.Helper()
	return b.find(fmt.Sprintf("//%s[normalize-space()=%q]", tag, text))
}

// focused is the element that has the keyboard.
func (b *browser) focused() element {
	b.t.Helper()
	var found reference
	b.call(http.MethodGet, "/element/active", nil, &found)
	return b.element(found)
}

func (e element) click() {
	e.b.t.Helper()
	e.b.call(http.MethodPost, e.path+"/click", nil, nil)
}

func (e element) text() string { e.b.t.Helper(); return e.b.get(e.path + "/text") }

// name and role are what a screen reader says.
func (e element) name() string { e.b.t.Helper(); return e.b.get(e.path + "/computedlabel") }
func (e element) role() string { e.b.t.Helper(); return e.b.get(e.path + "/computedrole") }

func (e element) css(property string) string {
	e.b.t.Helper()
	return e.b.get(e.path + "/css/" + property)
}

// press has each of the keys pressed and let go.
func (b *browser) press(keys ...string) {
	b.t.Helper()
	var actions []map[string]string
	for _, key := range keys {
		actions = append(actions, map[string]string{"type": "keyDown", "value": key}, map[string]string{"type": "keyUp", "value": key})
	}
	b.call(http.MethodPost, "/actions", map[string]any{"actions": []any{map[string]any{"type": "key", "id": "keyboard", "actions": actions}}}, nil)
}

func (b *browser) typeText(text string) {
	b.t.Helper()
	for _, key := range text {
		b.press(string(key))
	}
}

// run has a script of the test's own run in the page.
func (b *browser) run(script string, out any) {
	b.t.Helper()
	b.call(http.MethodPost, "/execute/sync", map[string]any{"script": script, "args": []any{}}, out)
}

// devtools is a command of Chromium's own.
func (b *browser) devtools(command string, params any) {
	b.t.Helper()
	b.call(http.MethodPost, "/goog/cdp/execute", map[string]any{"cmd": command, "params": params}, nil)
}

func (b *browser) prefer(scheme string) {
	b.t.Helper()
	b.devtools("Emulation.setEmulatedMedia", map[string]any{"features": []any{map[string]string{"name": "prefers-color-scheme", "value": scheme}}})
}

func (b *browser) resize(width, height int) {
	b.t.Helper()
	b.devtools("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false})
}

func (b *browser) screenshot() []byte {
	b.t.Helper()
	picture, err := base64.StdEncoding.DecodeString(b.get("/screenshot"))
	if err != nil {
		b.t.Fatal(err)
	}
	return picture
}

// complaints are what the browser said of the page on its console.
func (b *browser) complaints() []string {
	b.t.Helper()
	var entries []struct{ Level, Message string }
	b.call(http.MethodPost, "/se/log", map[string]string{"type": "browser"}, &entries)
	var said []string
	for _, e := range entries {
		said = append(said, e.Level+": "+e.Message)
	}
	return said
}
