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

// run serves until the context ends. Whatever can be refused is, before a file
// is written.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	opts, err := parse(args, stderr)
	if err != nil {
		return err
	}
	seeded, err := begin(opts)
	if err != nil {
		return err
	}
	listener, err := listen(ctx, opts.listen)
	if err != nil {
		return err
	}
	// Serving closes it as well.
	defer func() { _ = listener.Close() }()
	try, err := opts.folder(ctx)
	if err != nil {
		return err
	}
	taken, err := claim(opts)
	if err != nil {
		return err
	}
	err = opts.run(ctx, seeded, try, listener, stdout, stderr)
	return errors.Join(err, taken.release())
}

// run has what it writes to for itself.
func (o options) run(ctx context.Context, seeded *sandbox.Sandbox, try folder, listener net.Listener, stdout, stderr io.Writer) error {
	s, err := resume(o, seeded)
	if err != nil {
		return err
	}
	address := "http://" + listener.Addr().String()
	if err := try.layOut(ctx, s, address+sandbox.BasePath, stderr); err != nil {
		return err
	}
	s.SetLatency(o.latency)
	s.SetRateLimit(o.rate)
	logger := log.New(stderr, "", log.LstdFlags)
	s.OnReply(func(r sandbox.Request) { logger.Println(line(r)) })
	keeper := &keeper{sandbox: s, path: o.state}
	if err := keeper.save(); err != nil {
		return err
	}
	greet(stdout, s, address)
	try.greet(stdout)
	return serve(ctx, listener, keeper.after(handler(s), logger))
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
	flags.StringVar(&opts.seed, "seed", "", "JSON `file` with the people to begin with; refused once there is a state")
	flags.StringVar(&opts.state, "state", "", "JSON `file` that keeps the state")
	flags.StringVar(&opts.workspace, "workspace", "", "`folder` to lay out for a try: this tree's provider, a configuration, the variables; -state is in it")
	flags.StringVar(&opts.cli, "cli", "", "terraform or tofu of the workspace (default: the first of them on PATH)")
	flags.DurationVar(&opts.latency, "latency", 0, "delay of every request")
	flags.IntVar(&opts.rate, "rate", 0, "requests a second that are let through; 0 is no limit")
	flags.Func("variation", "`point=variation,...` in which this Model-Prime answers otherwise than the contract decided; see below", func(text string) (err error) {
		opts.variations, err = sandbox.ParseVariations(text)
		return err
	})
	if err := flags.Parse(args); err != nil {
		return options{}, err
	}
	if flags.NArg() > 0 {
		return options{}, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	err := opts.settle()
	return opts, err
}

// begin takes the seed, else an organization with nobody but the token's
// owner. A seed beside a state would be ignored, which nobody expects.
func begin(opts options) (*sandbox.Sandbox, error) {
	if opts.seed == "" {
		return sandbox.New(sandbox.Options{Variations: opts.variations}), nil
	}
	if _, err := os.Stat(opts.state); opts.state != "" && err == nil {
		return nil, opts.seedIsLate()
	}
	return load(opts.seed, opts.variations)
}

func (o options) seedIsLate() error {
	return fmt.Errorf("-seed: there is an organization already, in %s, and it would stay as it is. "+
		"Leave -seed out to go on with it, or remove %s to start afresh", o.state, o.remains())
}

// remains is what to remove for a fresh start: with the organization goes what
// Terraform knows of it.
func (o options) remains() string {
	if o.workspace != "" && filepath.Dir(o.state) == o.workspace {
		return "the folder " + o.workspace
	}
	return "that file"
}

// resume takes the state file if there is one.
func resume(opts options, seeded *sandbox.Sandbox) (*sandbox.Sandbox, error) {
	if opts.state == "" {
		return seeded, nil
	}
	s, err := load(opts.state, opts.variations)
	if errors.Is(err, fs.ErrNotExist) {
		return seeded, nil
	}
	if err == nil && opts.seed != "" {
		return nil, opts.seedIsLate() // another sandbox made it meanwhile
	}
	return s, err
}

func load(path string, variations sandbox.Variations) (*sandbox.Sandbox, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	s, err := sandbox.Load(data, sandbox.Options{Variations: variations})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// listen refuses what others on the network could reach: the sandbox's
// people are invented, but its token stands in its own source.
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
		return nil, fmt.Errorf("-listen: something listens on %s already. Take a free port: make sandbox ARGS='-listen 127.0.0.1:0'", address)
	}
	if err != nil {
		return nil, fmt.Errorf("-listen: %w", err)
	}
	return listener, nil
}

// handler picks by the path as it is, which a http.ServeMux would clean
// before the sandbox sees it. What asks for no credentials is guarded.
func handler(s *sandbox.Sandbox) http.Handler {
	control, look := page.Guard(sandbox.Control(s)), page.Guard(page.New(s))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == page.Path:
			look.ServeHTTP(w, r)
		case strings.HasPrefix(r.URL.Path, sandbox.ControlPath):
			control.ServeHTTP(w, r)
		default:
			s.ServeHTTP(w, r)
		}
	})
}

// serve finishes what is in flight when the context ends, within a limit.
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

func greet(w io.Writer, s *sandbox.Sandbox, address string) {
	email, token := s.Credentials()
	_, _ = fmt.Fprintf(w, `A Model-Prime organization in memory answers at %[1]s%[2]s

export MODELPRIME_ENDPOINT=%[1]s%[2]s
export MODELPRIME_EMAIL=%[3]s
export MODELPRIME_TOKEN=%[4]s

Look at it:         %[1]s/
Who is in it:       curl %[1]s%[5]smembers
What was e-mailed:  curl %[1]s%[5]semails
Everybody accepts:  curl -X POST %[1]s%[5]saccept-all
What else happens:  curl %[1]s%[5]s
`, address, sandbox.BasePath, email, token, sandbox.ControlPath)
}

func line(r sandbox.Request) string {
	template := r.Template
	if template == "" {
		template = "(no such path)"
	}
	return fmt.Sprintf("%s %s %d", r.Method, template, r.Status)
}
