package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox/page"
)

type options struct {
	listen, seed, state string
	workspace, cli      string
	latency             time.Duration
	rate                int
	variations          sandbox.Variations
}

// run serves until the context ends. It makes all checks before it writes a file.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	opts, err := parse(args, stderr)
	if err != nil {
		return err
	}
	s, err := begin(opts)
	if err != nil {
		return err
	}
	w := workspace{path: opts.workspace}
	if err := w.free(ctx); err != nil {
		return err
	}
	listener, err := listen(ctx, opts.listen)
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }() // serve also closes it
	if err := w.find(ctx, opts.cli); err != nil {
		return err
	}
	address := "http://" + listener.Addr().String()
	email, token := s.Credentials()
	if err := w.layOut(ctx, variables(address, email, token), stderr); err != nil {
		return err
	}
	kept := &state{sandbox: s, path: opts.state}
	if err := kept.save(); err != nil {
		return err
	}
	s.SetLatency(opts.latency)
	s.SetRateLimit(opts.rate)
	logger := log.New(stderr, "", log.LstdFlags)
	s.OnReply(func(r sandbox.Request) { logger.Println(line(r)) })
	greet(stdout, w, address, variables(address, email, token))
	return serve(ctx, listener, kept.after(handler(s, w), logger))
}

func parse(args []string, stderr io.Writer) (options, error) {
	var opts options
	flags := flag.NewFlagSet("sandbox", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		_, _ = fmt.Fprintln(stderr, "A Model-Prime organization in memory. Flags, for make sandbox in ARGS='…':")
		flags.PrintDefaults()
		_, _ = fmt.Fprint(stderr, variationHelp(), seedHelp, "\n", sandbox.ControlHelp("http://127.0.0.1:8085"))
	}
	flags.StringVar(&opts.listen, "listen", "127.0.0.1:8085", "loopback `address` to listen on; port 0 takes a free one")
	flags.StringVar(&opts.seed, "seed", "", "JSON `file` with the members at the start; an error if there is a state already")
	flags.StringVar(&opts.state, "state", "", "JSON `file` for the state, which only one sandbox may use at a time")
	flags.StringVar(&opts.workspace, "workspace", "", "`folder` for Terraform: the provider of this tree, a configuration and a file with variables; it also contains the state")
	flags.StringVar(&opts.cli, "cli", "", "terraform or tofu of the workspace (default: the first of them on PATH)")
	flags.DurationVar(&opts.latency, "latency", 0, "delay of every request")
	flags.IntVar(&opts.rate, "rate", 0, "limit of requests per second; 0 is no limit")
	flags.Func("variation", "`point=variation,...` in which this Model-Prime differs from the contract; see below", func(text string) (err error) {
		opts.variations, err = sandbox.ParseVariations(text)
		return err
	})
	if err := flags.Parse(args); err != nil {
		return options{}, err
	}
	if flags.NArg() > 0 {
		return options{}, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	return opts.settled()
}

// settled sets the default path of the state: in the workspace.
func (o options) settled() (options, error) {
	if o.workspace == "" {
		return o, nil
	}
	var err error
	if o.workspace, err = filepath.Abs(o.workspace); err != nil {
		return o, fmt.Errorf("-workspace: %w", err)
	}
	if o.state == "" {
		o.state = filepath.Join(o.workspace, "organization.json")
	}
	return o, nil
}

// begin loads the state, else the seed, else makes an organization with only the token's owner. A seed beside a state is an error,
// because it would be ignored.
func begin(opts options) (*sandbox.Sandbox, error) {
	options := sandbox.Options{Variations: opts.variations}
	s, err := load(opts.state, options)
	switch {
	case err == nil && s != nil && opts.seed != "":
		return nil, fmt.Errorf("-seed: there is an organization already, in %s. "+
			"Omit -seed to continue with it, or remove %s to start again", opts.state, opts.remains())
	case err != nil || s != nil:
		return s, err
	}
	s, err = load(opts.seed, options)
	switch {
	case err == nil && s == nil && opts.seed != "":
		return nil, fmt.Errorf("-seed: there is no file %s", opts.seed)
	case err != nil || s != nil:
		return s, err
	}
	return sandbox.New(options), nil
}

// remains returns what to remove for a new organization: Terraform's state must go with it.
func (o options) remains() string {
	if o.workspace != "" && filepath.Dir(o.state) == o.workspace {
		return "the folder " + o.workspace
	}
	return "that file"
}

// load returns nil if the file does not exist.
func load(path string, options sandbox.Options) (*sandbox.Sandbox, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	s, err := sandbox.Load(data, options)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// listen refuses addresses that other machines could reach, because the sandbox's token is public.
func listen(ctx context.Context, address string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("-listen: %w", err)
	}
	if ip := net.ParseIP(host); host != "localhost" && !ip.IsLoopback() {
		return nil, fmt.Errorf("-listen %s: only a loopback address is allowed, such as 127.0.0.1:8085", address)
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("-listen: another program listens on %s. Take a free port: make sandbox ARGS='-listen 127.0.0.1:0'", address)
	}
	if err != nil {
		return nil, fmt.Errorf("-listen: %w", err)
	}
	return listener, nil
}

// handler routes by the unchanged path, because an http.ServeMux would clean it. The parts without credentials are
// guarded.
func handler(s *sandbox.Sandbox, w workspace) http.Handler {
	control, look := page.Guard(sandbox.Control(s)), page.Guard(page.New(s, w.enter()))
	return page.ThisMachineOnly(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == page.Path:
			look.ServeHTTP(w, r)
		case strings.HasPrefix(r.URL.Path, sandbox.ControlPath):
			control.ServeHTTP(w, r)
		default:
			s.ServeHTTP(w, r)
		}
	}))
}

// serve finishes requests in flight when the context ends, within a limit.
func serve(ctx context.Context, listener net.Listener, h http.Handler) error {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	err := server.Shutdown(limit)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close()
	}
	if served := <-failed; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// variable is an environment variable.
type variable struct{ name, value string }

func variables(address, email, token string) []variable {
	return []variable{{"MODELPRIME_ENDPOINT", address + sandbox.BasePath}, {"MODELPRIME_EMAIL", email}, {"MODELPRIME_TOKEN", token}}
}

// exports returns lines to paste into a shell.
func exports(variables []variable) string {
	var b strings.Builder
	for _, v := range variables {
		fmt.Fprintf(&b, "export %s=%s\n", v.name, page.Quote(v.value))
	}
	return b.String()
}

func greet(out io.Writer, w workspace, address string, variables []variable) {
	_, _ = fmt.Fprintf(out, "A Model-Prime organization in memory answers at %s%s\n\n", address, sandbox.BasePath)
	if w.path == "" {
		_, _ = fmt.Fprint(out, exports(variables))
	} else {
		_, _ = fmt.Fprintf(out, `In another shell:

  %s
  %[2]s init
  %[2]s apply

You can change main.tf. The organization is kept when the sandbox restarts. For a new one, stop the sandbox and delete the folder.
`, w.enter(), w.cli)
	}
	_, _ = fmt.Fprintf(out, `
Page:               %[1]s/
Members:            curl %[1]s%[2]smembers
E-mails:            curl %[1]s%[2]semails
Accept all:         curl -X POST %[1]s%[2]saccept-all
More commands:      curl %[1]s%[2]s
`, address, sandbox.ControlPath)
}

func line(r sandbox.Request) string {
	template := r.Template
	if template == "" {
		template = "(no such path)"
	}
	return fmt.Sprintf("%s %s %d", r.Method, template, r.Status)
}
